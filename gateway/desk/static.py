"""The desk's own files, and what set-up fetched from npm: styles and scripts.

Rules: a name carries the hash of its content, so that it may be kept for ever; only these files are compressed, never a
page, whose length would tell of what it holds (BREACH); what was not fetched has no address, and pages go without.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from importlib.resources import files
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

KEPT = "public, max-age=31536000, immutable"
THEME = "theme.css"


class Static:
    """The files of gateway/desk/static/ and its library/, read once. `theme`: a style sheet that stands in for ours."""

    def __init__(self, theme: Path | None = None) -> None:
        folder = files("gateway.desk") / "static"
        library = folder / "library"
        found = [*folder.iterdir(), *(library.iterdir() if library.is_dir() else [])]
        self._files = {each.name: each.read_bytes() for each in found if each.is_file()}
        if theme is not None:
            self._files[THEME] = theme.read_bytes()
        self._packed = {name: gzip.compress(content, mtime=0) for name, content in self._files.items()}
        self._hashes = {name: hashlib.sha256(content).hexdigest()[:16] for name, content in self._files.items()}

    def url(self, name: str) -> str:
        """The address of a file, empty where it is not there."""
        return f"/static/{self._hashes[name]}/{name}" if name in self._files else ""

    async def serve(self, request: Request) -> Response:
        name = request.path_params["name"].rpartition("/")[2]
        if name not in self._files:
            return Response(status_code=404)
        kind, _ = mimetypes.guess_type(name)
        headers = {"Cache-Control": KEPT, "Vary": "Accept-Encoding"}
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(self._files[name], media_type=kind or "text/plain", headers=headers)
        return Response(
            self._packed[name], media_type=kind or "text/plain", headers=headers | {"Content-Encoding": "gzip"}
        )

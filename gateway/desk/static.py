"""The desk's own files: styles and one script. An address has the content's hash, so that it may be kept."""

from __future__ import annotations

import hashlib
import mimetypes
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

KEPT = "public, max-age=31536000, immutable"


class Static:
    """The files of gateway/desk/static/, read once."""

    def __init__(self) -> None:
        folder = files("gateway.desk") / "static"
        self._files = {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()}

    def url(self, name: str) -> str:
        """The address of a file, empty where it is not there."""
        if name not in self._files:
            return ""
        return f"/static/{hashlib.sha256(self._files[name]).hexdigest()[:16]}/{name}"

    async def serve(self, request: Request) -> Response:
        name = request.path_params["name"].rpartition("/")[2]
        if name not in self._files:
            return Response(status_code=404)
        kind, _ = mimetypes.guess_type(name)
        return Response(self._files[name], media_type=kind, headers={"Cache-Control": KEPT})

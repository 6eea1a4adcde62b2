"""Signed policies for whoever runs what demands them: a signer, a place that is followed, and a file server for OPA.

The one place where a test or a deployment under test gets a signed bundle from.
"""

import json
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from gateway.pdp.bundle import Bundle
from gateway.pdp.signed import SignedBundle, read_signers
from gateway.workbench.publish.build import build
from gateway.workbench.publish.opa import with_signers
from gateway.workbench.publish.releases import FOLLOWED, Releases
from gateway.workbench.publish.signer import new_signer, public_signer

FILE_SERVER = "http://127.0.0.1:8401"
warnings.filterwarnings("ignore", message="EdDSA is deprecated")


class Publisher:
    """Signs with a key of its own and puts into force under `folder`. `signers`: the JWK set with that key."""

    def __init__(self, folder: Path, *, state: Path | None = None) -> None:
        self.folder = folder
        self.key = new_signer()
        self.signers = folder / "policy-signers.jwks.json"
        self.signers.write_text(json.dumps({"keys": [public_signer(self.key)]}))
        self.place = folder / "policies" / FOLLOWED
        self.releases = Releases((state or folder) / "policies", self.place, read_signers(self.signers))

    @property
    def settings(self) -> dict[str, str]:
        """The environment of a gateway that follows this."""
        return {"SLUIS_POLICIES": str(self.place), "SLUIS_POLICY_SIGNERS": str(self.signers)}

    def sign(self, bundle: Bundle) -> SignedBundle:
        return build(bundle, self.key)

    def publish(self, bundle: Bundle) -> str:
        """Sign and put into force; the revision."""
        return self.releases.publish(self.sign(bundle).packed, "", datetime.now(UTC)).revision

    def rollback(self, revision: str | None = None) -> str:
        return self.releases.rollback(revision, "terug", datetime.now(UTC)).revision

    def opa_config(self, root: Path, url: str) -> Path:
        """deploy/opa/opa.yaml with the signer in it and another file server, in a file."""
        text = (root / "deploy" / "opa" / "opa.yaml").read_text()
        assert text.count(FILE_SERVER) == 1
        config = self.folder / "opa.yaml"
        config.write_text(with_signers(text.replace(FILE_SERVER, url), self.releases.signers))
        return config

    @contextmanager
    def served(self) -> Iterator[str]:
        """Serve the followed file on loopback, as deploy/nginx/policies.conf does; gives the URL."""
        self.place.parent.mkdir(exist_ok=True)
        handler = partial(_Quiet, directory=str(self.place.parent))
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            try:
                yield f"http://127.0.0.1:{server.server_port}"
            finally:
                server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass

"""What the desk remembers of checks of the logs: a file a tenant, in the desk's own folder.

Rule: a file comes into place whole and durable, so that a red verdict is still there after a power cut.

Trust: whoever can write here can take a red verdict off the screen; what is recorded in the audit stream stays, and so
does the seal that the FG keeps elsewhere.
"""

from __future__ import annotations

from pathlib import Path

from gateway.crypto.durable import write_whole
from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.store.review.sessions import UNAVAILABLE


class CheckFiles:
    """`folder`: made with the first file. All may be called by any thread; all may raise `Fault`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, tenant: Tenant) -> bytes | None:
        try:
            return self._file(tenant).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Fault(UNAVAILABLE, log=f"what checks found: {error.strerror}") from error

    def save(self, tenant: Tenant, document: bytes) -> None:
        try:
            write_whole(self._file(tenant), document)
        except OSError as error:
            raise Fault(UNAVAILABLE, log=f"what checks found: {error.strerror}") from error

    def _file(self, tenant: Tenant) -> Path:
        return self._folder / f"{tenant}.json"

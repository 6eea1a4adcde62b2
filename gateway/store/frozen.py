"""Which tenants' releases stand still, and why: a file a tenant, in the state folder.

Rules:
- The desk puts the file there after a red verdict, where the settings ask for it; only an operator takes it away.
- It is there whole and durable, or it is not; whoever looks needs no lock, and looks at each request.

Trust: whoever can write the folder can stop a tenant's releases, and let them go on. Nothing else.
"""

from __future__ import annotations

from pathlib import Path

from gateway.crypto.durable import sync_folder, write_whole
from gateway.errors import Fault


class FrozenFiles:
    """`folder`: made with the first file. All may be called by any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def freeze(self, tenant: str, why: str) -> None:
        """`why`: the code of what was found. `Fault` desk-state-unavailable where it cannot be written."""
        try:
            write_whole(self._folder / tenant, f"{why}\n".encode())
        except OSError as error:
            raise Fault("desk-state-unavailable", log=f"freezing {tenant}: {error.strerror}") from error

    def frozen(self, tenant: str) -> bool:
        return (self._folder / tenant).exists()

    def thaw(self, tenant: str) -> str | None:
        """Let releases go on; why they stood still, None where they did not. Raises `OSError`."""
        place = self._folder / tenant
        try:
            why = place.read_text("utf-8").strip()
            place.unlink()
        except FileNotFoundError:
            return None
        sync_folder(self._folder)
        return why

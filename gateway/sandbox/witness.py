"""A witness for the sandbox, of an organisation that does not exist, and the policy by which the gateway asks it.

Rule: it is made once and then only read; what it cosigned it remembers, so that a log that was put back is found out in
the sandbox as it would be elsewhere. Its folder is beside the gateway's state here; a real witness is somebody else's.
"""

import secrets
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from gateway.app import SystemClock
from gateway.crypto.durable import write_whole
from gateway.store.witness_folder import create, remembered

NAME = "witness.sandbox.example/sluis"


class SandboxWitness:
    """In `folder`: `witness` (its keys and memory), `witness.passphrase` and `witnesses.policy`."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._passphrase = folder / "witness", folder / "witness.passphrase"
        self.policy = folder / "witnesses.policy"

    def prepare(self, log_keys: Sequence[str], url: str) -> None:
        """Make it, let it follow these logs and their successors, and write the policy that has it at `url`."""
        if not self._folder.exists():
            write_whole(self._passphrase, secrets.token_urlsafe(32).encode())
            create(self._folder, NAME, self._passphrase.read_bytes(), now=SystemClock().now())
        with closing(remembered(self._folder)) as state:
            for vkey in log_keys:
                state.follow(vkey, every_year=True)
            ed25519, ml_dsa = state.vkeys()
        lines = (
            f"witness region {ed25519} {url}",
            f"witness region-pq {ml_dsa} {url}",
            "group both all region region-pq",
            "quorum both",
        )
        write_whole(self.policy, "".join(f"{line}\n" for line in lines).encode())

    def command(self, host: str, port: int) -> list[str]:
        """What runs it: the arguments of `gateway`."""
        secret = ["--passphrase-file", str(self._passphrase)]
        return ["witness", "serve", str(self._folder), "--host", host, "--port", str(port), *secret]

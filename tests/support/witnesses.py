"""Witnesses in memory, written out from C2SP tlog-witness and tlog-cosignature: honest until a test makes one lie.

`Witnesses` is a `tlog.publication.doors.WitnessDoor` before any number of them; `policy` gives the tlog-policy that
names them.
"""

import asyncio
import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.tlog.publication.doors import Reply, Silent
from gateway.verify.errors import NotConsistent
from gateway.verify.merkle import EMPTY_ROOT, verify_consistency


@dataclass
class Witness:
    """`seen`: origin → size and root; `lie`, where set, answers in its place (`None`: it says nothing, for ever);
    `behind`: seconds that its clock is behind; `down`: not reached.
    """

    name: str
    now: Callable[[], datetime]
    seen: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    lie: Callable[[bytes], Reply | None] | None = None
    behind: float = 0
    down: bool = False
    asked: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(self.name.encode()).digest())
        self._material = b"\x04" + self._key.public_key().public_bytes_raw()
        self._id = hashlib.sha256(self.name.encode() + b"\n" + self._material).digest()[:4]

    @property
    def url(self) -> str:
        return f"https://{self.name}"

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self._id.hex()}+{base64.b64encode(self._material).decode()}"

    async def answer(self, body: bytes) -> Reply:
        self.asked.append(body)
        if self.down:
            raise Silent("not reached")
        if self.lie is None:
            return self.honestly(body)
        lie = self.lie(body)
        if lie is None:
            await asyncio.Event().wait()
            raise AssertionError("it said something")
        return lie

    def honestly(self, body: bytes) -> Reply:
        head, text = read(body)
        origin, size, root = text.split("\n")[0], int(text.split("\n")[1]), base64.b64decode(text.split("\n")[2])
        old, proof = int(head[0].removeprefix("old ")), [base64.b64decode(line) for line in head[1:]]
        known, known_root = self.seen.get(origin, (0, EMPTY_ROOT))
        if old > size:
            return Reply(400, b"")
        if old != known or (known == size and root != known_root):
            return Reply(409, f"{known}\n".encode())
        try:
            verify_consistency(known, size, known_root, root, proof)
        except NotConsistent:
            return Reply(422, b"")
        self.seen[origin] = size, root
        return Reply(200, self.line(text).encode())

    def line(self, text: str) -> str:
        """A cosignature of this text, now."""
        moment = int(self.now().timestamp() - self.behind)
        signature = self._key.sign(f"cosignature/v1\ntime {moment}\n{text}".encode())
        return f"— {self.name} {base64.b64encode(self._id + moment.to_bytes(8, 'big') + signature).decode()}\n"


class Witnesses:
    def __init__(self, *witnesses: Witness) -> None:
        self._by_url = {witness.url: witness for witness in witnesses}

    async def add_checkpoint(self, prefix: str, body: bytes) -> Reply:
        return await self._by_url[prefix].answer(body)


def policy(needed: int | str, *witnesses: Witness) -> str:
    """A tlog-policy: this many of these."""
    lines = [f"witness {witness.name} {witness.vkey} {witness.url}" for witness in witnesses]
    names = " ".join(witness.name for witness in witnesses)
    return "\n".join([*lines, f"group them {needed} {names}", "quorum them", ""])


def read(body: bytes) -> tuple[list[str], str]:
    """The lines before the checkpoint, and the checkpoint's text."""
    head, _, note = body.decode().partition("\n\n")
    return head.split("\n"), note.partition("\n\n")[0] + "\n"

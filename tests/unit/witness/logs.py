"""Logs as a witness meets them, with honest and dishonest moves; hashed and signed by a reading of its own (oracle)."""

from collections.abc import Sequence
from datetime import UTC, datetime

from gateway.crypto.keys import PrivateKey
from gateway.crypto.notes import Cosigner
from gateway.verify.checkpoint import Checkpoint
from gateway.verify.keys import VerifierKey
from gateway.verify.note import parse_signatures
from tests.unit.verify import oracle
from tests.unit.verify.oracle import ORIGIN, Key, b64

NOW = datetime(2026, 11, 26, 3, 30, 0, 500_000, tzinfo=UTC)
NAME = "witness.example/w1"


class Log:
    """A log of made-up leaves; `keys` sign its checkpoints. With `branch` it goes its own way from leaf `since` on."""

    def __init__(
        self, *keys: Key, origin: str = ORIGIN, branch: str = "", since: int = 0, trunk: "Log | None" = None
    ) -> None:
        self.keys, self.origin, self._branch, self._since = keys or (Key(origin),), origin, branch, since
        self._trunk = trunk or (Log(*keys, origin=origin) if branch else None)

    @property
    def vkey(self) -> str:
        return self.keys[0].vkey

    def hashes(self, size: int) -> list[bytes]:
        """The hashes of the first `size` leaves."""
        shared = self._trunk.hashes(min(size, self._since)) if self._trunk else []
        own = range(len(shared), size)
        return shared + [oracle.leaf_hash(f"{self._branch}leaf {number}".encode()) for number in own]

    def head(self, size: int) -> Checkpoint:
        return Checkpoint(self.origin, size, oracle.mth(self.hashes(size)))

    def note(self, size: int) -> str:
        text = f"{self.origin}\n{size}\n{b64(oracle.mth(self.hashes(size)))}\n"
        return text + "\n" + "".join(key.line(text) for key in self.keys)

    def request(self, old: int, size: int, *, proof: Sequence[bytes] | None = None, note: str | None = None) -> bytes:
        hashes = oracle.proof(old, self.hashes(size)) if proof is None else proof
        lines = [f"old {old}", *(b64(each) for each in hashes), "", self.note(size) if note is None else note]
        return "\n".join(lines).encode()


def make_cosigners() -> tuple[Cosigner, Cosigner]:
    ed25519, mldsa = (Cosigner(NAME, PrivateKey.generate(each)) for each in ("Ed25519", "ML-DSA-44"))
    return ed25519, mldsa


def require_cosigned(lines: str, text: str, keys: Sequence[VerifierKey]) -> list[int]:
    """Check that each key cosigned `text`, once, in this order; return the moments."""
    signatures = parse_signatures(lines)
    assert [(each.name, each.key_id) for each in signatures] == [(key.name, key.id) for key in keys]
    for signature, key in zip(signatures, keys, strict=True):
        key.verify(signature.value, text.encode())
    return [int.from_bytes(each.value[:8]) for each in signatures]

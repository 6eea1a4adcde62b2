"""A log in memory that can be read: for what only reads, at sizes that a real one would take long to come to."""

from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.model.log import LogState, Published, Stamp
from gateway.tlog.growth import grow
from gateway.verify.checkpoint import Checkpoint
from gateway.verify.note import sign_note
from tests.unit.verify import oracle

SIGNER = oracle.Key(oracle.ORIGIN, bytes(32))


@dataclass
class Memory:
    """`ReadableLog` over a tree of `size` small records; `fails` is called before every page of records is read."""

    size: int
    published_size: int | None = None
    name: str = ""
    beyond: int = 0
    fails: Callable[[], None] = lambda: None
    kept: list[Stamp] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.leaves = [f"{self.name}{number}".encode() for number in range(self.size + self.beyond)]
        hashes = [oracle.leaf_hash(leaf) for leaf in self.leaves]
        self.tiles = grow(0, (), hashes).tiles([])
        self.roots = {n: grow(0, (), hashes[:n]).root for n in {self.size, self.published_size or 0}}

    def note(self, size: int) -> str:
        return sign_note(Checkpoint(SIGNER.name, size, self.roots[size]).to_text(), [SIGNER])

    def state(self) -> LogState | None:
        return LogState(self.size, 1, (), self.note(self.size))

    def published(self) -> Published | None:
        size = self.published_size
        return None if size is None else Published(size, self.note(size), None)

    def entries(self, start: int, count: int) -> list[bytes]:
        self.fails()
        return self.leaves[start : start + count]

    def tile(self, level: int, index: int) -> bytes | None:
        return self.tiles.get((level, index))

    def bodies(self, start: int, count: int) -> dict[int, tuple[bytes, bytes | None, bytes]]:
        end = min(start + count, self.size)
        return {n: (b"sealed %d" % n, None if n % 2 else b"S" * 16, b"C" * 16) for n in range(start, end) if n % 5}

    def statements(self, start: int, count: int) -> list[tuple[int, bytes]]:
        return [(n, b'{"act":"\xc3\xa9%d"}' % n) for n in range(start, len(self.leaves)) if n % 97 == 3][:count]

    def stamps(self) -> list[Stamp]:
        return self.kept

    def close(self) -> None:
        """Nothing is held."""

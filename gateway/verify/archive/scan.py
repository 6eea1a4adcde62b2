"""Reading a stretch of a log: every record hashed, compared with its tile, read strictly, its body hashed.

Rules:
- A record is blamed before its tile, unless what lies above the tile says that the records are right.
- A stretch says of itself what must be compared across stretches: ids, times, what is stated, which bodies are gone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ..body import body_key, open_body
from ..errors import VerificationError, WrongBody
from ..leaf import parse_leaf
from ..merkle import HASH_SIZE
from .errors import BodyMissing, RecordChanged
from .leaves import read_leaves
from .links import GONE, SPEAKING
from .source import LogReader
from .tiles import HEIGHT, WIDTH, SealedBody, file_name
from .tree import Tree, first_difference, fold, require_tile

_NEVER = b"~"
_SPEAKING = frozenset(each.encode() for each in SPEAKING)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What to read: `count` bundles of `reader` from `first`, of a log of `size` records of `tenant` under `root`."""

    reader: LogReader
    first: int
    count: int
    size: int
    root: bytes
    tenant: str


@dataclass(slots=True)
class Read:
    """What was read, all of it as the tiles of level 0 have it.

    `nodes`: the roots of the full bundles; `edge`: the leaf hashes of one that is not full, joined; `ids`: 16 bytes a
    record; `earliest`, `latest`: the extreme times, as spelled; `back`: the largest step back in time in seconds, and
    the record that makes it; `speaking`: index, class and SHA-256 of the statement of acts and tombstones; `gone`: the
    bodies that nobody can open, as `GONE`, joined; `bodies` and `opened`: how many were hashed and opened.
    """

    nodes: list[bytes] = field(default_factory=list)
    edge: bytes = b""
    ids: bytearray = field(default_factory=bytearray)
    earliest: str = ""
    latest: str = ""
    back: tuple[float, int] = (0.0, 0)
    speaking: list[tuple[int, str, str | None]] = field(default_factory=list)
    gone: bytearray = field(default_factory=bytearray)
    records: int = 0
    bodies: int = 0
    opened: int = 0


def scan(stretch: Stretch) -> Read:
    """Read a stretch. Raises the `VerificationError` of the first thing that is wrong, with its place."""
    scanner = _Scanner(stretch)
    for index in range(stretch.first, stretch.first + stretch.count):
        scanner.bundle(index)
    return scanner.done()


class _Scanner:
    def __init__(self, stretch: Stretch) -> None:
        self._stretch, self._reader, self.read = stretch, stretch.reader, Read()
        self._earliest, self._latest = _NEVER, b""

    def bundle(self, index: int) -> None:
        width, start = min(WIDTH, self._stretch.size - index * WIDTH), index * WIDTH
        entries = self._reader.entries(index, width)
        if len(entries) != width:
            raise RecordChanged("the record is missing").at(record=start + len(entries))
        sha256 = hashlib.sha256
        hashes = b"".join([sha256(b"\x00" + entry).digest() for entry in entries])
        self._compare(index, hashes)
        if width == WIDTH:
            self.read.nodes.append(fold(hashes))
        else:
            self.read.edge = hashes
        digests = self._leaves(start, entries)
        self.read.records += width
        bodies = self._reader.bodies(index, width)
        if bodies is None:
            return
        if len(bodies) != width:
            raise BodyMissing("the body is missing").at(record=start + len(bodies))
        for number, body in enumerate(bodies):
            try:
                self._body(start + number, entries[number], digests[number], body)
            except VerificationError as error:
                raise error.at(record=start + number, file=file_name("bodies", index, width)) from None

    def done(self) -> Read:
        """What was read, at least one bundle."""
        self.read.earliest, self.read.latest = self._earliest.decode(), self._latest.decode()
        return self.read

    def _leaves(self, start: int, entries: Sequence[bytes]) -> tuple[bytes, ...]:
        """Read each record strictly; returns the SHA-256 of their bodies, in hexadecimal."""
        try:
            leaves = read_leaves(entries, self._stretch.tenant)
        except VerificationError as error:
            error.record = start + (error.record or 0)
            raise error.at(file=self._file(start)) from None
        self.read.ids += leaves.ids
        self._times(start, leaves.times)
        if not _SPEAKING.isdisjoint(leaves.kinds):
            for number, (kind, digest) in enumerate(zip(leaves.kinds, leaves.released, strict=True), start):
                if kind in _SPEAKING:
                    self.read.speaking.append((number, kind.decode(), digest and digest.decode()))
        return leaves.bodies

    def _times(self, start: int, times: Sequence[bytes]) -> None:
        self._earliest = min(self._earliest, *times)
        latest = self._latest
        for number, time in enumerate(times, start):
            if time >= latest:
                latest = time
            else:
                self.read.back = max(self.read.back, (_seconds(time, latest), number))
        self._latest = latest

    def _body(self, index: int, entry: bytes, digest: bytes, body: SealedBody) -> None:
        if body.sealed:
            self.read.bodies += 1
            if hashlib.sha256(body.sealed).hexdigest().encode() != digest:
                raise WrongBody("the sealed bytes are not those that were logged")
        if body.keys is not None and body.sealed:
            leaf = parse_leaf(entry)
            open_body(body_key(*body.keys, leaf.id), leaf, body.sealed)
            self.read.opened += 1
        elif self._reader.holds_keys or not body.sealed:
            self.read.gone += GONE.pack(index, body.subject_id or b"", body.case_id, bool(body.sealed))

    def _compare(self, index: int, hashes: bytes) -> None:
        """Hold the records against their tile, and blame whichever what lies above it does not speak for."""
        width = len(hashes) // HASH_SIZE
        tile = self._reader.tile(0, index, width)
        if tile == hashes:
            return
        if len(tile) != len(hashes) or self._vouched(index, hashes):
            require_tile(self._reader, 0, index, hashes)
        record = index * WIDTH + first_difference(tile, hashes)
        raise RecordChanged("it does not hash to what the tree holds").at(record=record, file=self._file(record))

    def _vouched(self, index: int, hashes: bytes) -> bool:
        """Whether the tile above, or for a bundle that is not full the signed root, follows from these records."""
        size, width = self._stretch.size, len(hashes) // HASH_SIZE
        if width == WIDTH:
            above = self._reader.tile(1, index // WIDTH, min(WIDTH, (size >> HEIGHT) - index // WIDTH * WIDTH))
            place = index % WIDTH * HASH_SIZE
            return above[place : place + HASH_SIZE] == fold(hashes)
        levels, level = [], 1
        while count := size >> HEIGHT * level:
            tiles = range(-(-count // WIDTH))
            levels.append(b"".join(self._reader.tile(level, at, min(WIDTH, count - at * WIDTH)) for at in tiles))
            level += 1
        return Tree(size, levels, lambda _: hashes).root(size) == self._stretch.root

    def _file(self, record: int) -> str:
        bundle = record // WIDTH
        return file_name("entries", bundle, min(WIDTH, self._stretch.size - bundle * WIDTH))


def _seconds(earlier: bytes, later: bytes) -> float:
    moments = [datetime.fromisoformat(each.decode()) for each in (earlier, later)]
    return (moments[1] - moments[0]).total_seconds()

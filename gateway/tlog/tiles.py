"""Reading a tree from its tiles: nodes, roots, inclusion and consistency proofs of any size that it ever had.

Specification: C2SP tlog-tiles (https://c2sp.org/tlog-tiles); RFC 6962 sections 2.1.1 and 2.1.2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from gateway.tlog.growth import TILE_HEIGHT, TILE_WIDTH, grow
from gateway.verify.merkle import EMPTY_ROOT, node_hash

ReadTile = Callable[[int, int], bytes | None]
_PATH = re.compile(r"(entries|0|[1-9]\d?)/((?:x\d{3}/)*)(\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)


class TreeDamaged(Exception):
    """What is stored is not the tree that was signed."""


@dataclass(frozen=True, slots=True)
class TilePath:
    """Which tile a URL asks for: `level` None is a bundle of entries; `width` is 256 for a full one."""

    level: int | None
    index: int
    width: int

    @classmethod
    def parse(cls, path: str) -> Self | None:
        """Read what follows `/tile/`; None when it is not the one spelling of a tile."""
        match = _PATH.fullmatch(path)
        if match is None:
            return None
        level, upper, last, width = match.groups()
        digits = upper.replace("x", "").replace("/", "") + last
        if (upper and digits.startswith("000")) or len(digits) > 18 or (width and int(width) >= TILE_WIDTH):
            return None
        if level != "entries" and int(level) > 63:
            return None
        return cls(None if level == "entries" else int(level), int(digits), int(width) if width else TILE_WIDTH)


def place(index: int, width: int = TILE_WIDTH) -> str:
    """`<N>[.p/<W>]`, as `TilePath` reads it: 1234067 is `x001/x234/067`."""
    digits = str(index)
    digits = digits.rjust(-(-len(digits) // 3) * 3, "0")
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    return path if width == TILE_WIDTH else f"{path}.p/{width}"


class TiledTree:
    """A tree as its tiles tell it. Tiles are read once an instance: make one for each question."""

    def __init__(self, read: ReadTile) -> None:
        self._read = read
        self._known: dict[tuple[int, int], bytes] = {}

    def node(self, height: int, index: int) -> bytes:
        """The root of the perfect subtree over leaves `index << height` up to `(index + 1) << height`."""
        level, inner = divmod(height, TILE_HEIGHT)
        tile, offset = divmod(index << inner, TILE_WIDTH)
        hashes = self._tile(level, tile)[offset * 32 : (offset + (1 << inner)) * 32]
        if len(hashes) != 32 << inner:
            raise TreeDamaged(f"tile {level}/{tile} is too narrow")
        return fold([hashes[at : at + 32] for at in range(0, len(hashes), 32)])

    def compact(self, size: int) -> tuple[bytes, ...]:
        """The roots of the perfect subtrees of the tree of `size`, largest first."""
        heights = [height for height in range(size.bit_length()) if size >> height & 1]
        return tuple(self.node(height, (size >> height) - 1) for height in reversed(heights))

    def range_hash(self, start: int, end: int) -> bytes:
        """MTH(D[start:end]) for a range that is a subtree of some tree."""
        count = end - start
        if count & (count - 1) == 0:
            height = count.bit_length() - 1
            return self.node(height, start >> height)
        middle = start + _split(count)
        return node_hash(self.range_hash(start, middle), self.range_hash(middle, end))

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """PATH(index, D[size]). `ValueError` unless 0 <= index < size."""
        if not 0 <= index < size:
            raise ValueError("the index lies outside the tree")
        proof, start, end = [], 0, size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                proof.append(self.range_hash(middle, end))
                end = middle
            else:
                proof.append(self.range_hash(start, middle))
                start = middle
        return proof[::-1]

    def consistency(self, old: int, size: int) -> list[bytes]:
        """PROOF(old, D[size]). `ValueError` unless 0 <= old <= size."""
        if not 0 <= old <= size:
            raise ValueError("the old tree is larger than the new one")
        if old in (0, size):
            return []
        proof, start, end = [], 0, size
        while end != old:
            middle = start + _split(end - start)
            if old <= middle:
                proof.append(self.range_hash(middle, end))
                end = middle
            else:
                proof.append(self.range_hash(start, middle))
                start = middle
        return ([self.range_hash(start, end)] if start else []) + proof[::-1]

    def _tile(self, level: int, index: int) -> bytes:
        if (level, index) not in self._known:
            hashes = self._read(level, index)
            if hashes is None:
                raise TreeDamaged(f"tile {level}/{index} is missing")
            self._known[level, index] = hashes
        return self._known[level, index]


def recompute(read: ReadTile, size: int) -> tuple[bytes, ...]:
    """Hash the whole tree again from its leaf hashes and return its compact range, largest first.

    `TreeDamaged` names the first tile that is wrong.
    """
    level, count = 0, size
    below: list[bytes] | None = None
    while count:
        hashes: list[bytes] = []
        for index in range((count + TILE_WIDTH - 1) // TILE_WIDTH):
            tile = read(level, index) or b""
            width = min(TILE_WIDTH, count - index * TILE_WIDTH)
            if len(tile) != width * 32:
                raise TreeDamaged(f"tile {level}/{index} is missing or has a wrong width")
            parts = [tile[at : at + 32] for at in range(0, len(tile), 32)]
            if below is not None and parts != below[index * TILE_WIDTH : index * TILE_WIDTH + width]:
                raise TreeDamaged(f"tile {level}/{index} does not follow from the tiles below it")
            if width == TILE_WIDTH:
                hashes.append(fold(parts))
        below, count, level = hashes, count // TILE_WIDTH, level + 1
    return TiledTree(read).compact(size)


def edge_tiles(read: ReadTile, size: int) -> list[bytes]:
    """The unfinished tile of each level of a tree of `size`, empty where none is."""
    edges, level = [], 0
    while count := size >> TILE_HEIGHT * level:
        index, width = divmod(count, TILE_WIDTH)
        edges.append((read(level, index) or b"") if width else b"")
        level += 1
    return edges


def root_of(compact: Sequence[bytes]) -> bytes:
    """The root of the tree with these perfect subtrees, largest first."""
    if not compact:
        return EMPTY_ROOT
    root = compact[-1]
    for left in reversed(compact[:-1]):
        root = node_hash(left, root)
    return root


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes."""
    return grow(0, (), hashes).root


def _split(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1

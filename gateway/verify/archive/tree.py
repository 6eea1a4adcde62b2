"""The tree over the records of a log: computed from them, compared with the tiles, asked for the root of any size.

Specification: RFC 6962 section 2.1; C2SP tlog-tiles.

Rules:
- Only what was computed from the records counts; a tile is never used before it equals that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

from ..merkle import EMPTY_ROOT, HASH_SIZE, leaf_hash, node_hash
from .errors import TileChanged
from .source import LogReader
from .tiles import HEIGHT, WIDTH, file_name

TILE_BYTES = WIDTH * HASH_SIZE


def fold(hashes: bytes) -> bytes:
    """The root over a power of two of hashes, joined together."""
    sha256 = hashlib.sha256
    while len(hashes) > HASH_SIZE:
        pairs = range(0, len(hashes), 2 * HASH_SIZE)
        hashes = b"".join([sha256(b"\x01" + hashes[at : at + 2 * HASH_SIZE]).digest() for at in pairs])
    return hashes


def climb(nodes: bytes) -> list[bytes]:
    """The hashes of each tile level from 1 up, joined together; `nodes` are those of level 1."""
    levels = []
    while nodes:
        levels.append(nodes)
        whole = range(0, len(nodes) - TILE_BYTES + 1, TILE_BYTES)
        nodes = b"".join([fold(nodes[at : at + TILE_BYTES]) for at in whole])
    return levels


class Tree:
    """The tree of `size` records. `levels[0]` are the roots of its full bundles, and so on up; `leaves` gives the leaf
    hashes of a bundle, joined together.
    """

    def __init__(self, size: int, levels: Sequence[bytes], leaves: Callable[[int], bytes]) -> None:
        self.size, self._levels, self._leaves = size, levels, leaves

    def root(self, size: int) -> bytes:
        """The root of the first `size` records."""
        root = None
        for height in range(size.bit_length()):
            if size >> height & 1:
                node = self._node(height, (size >> height) - 1)
                root = node if root is None else node_hash(node, root)
        return EMPTY_ROOT if root is None else root

    def _node(self, height: int, index: int) -> bytes:
        level, inner = divmod(height, HEIGHT)
        start, width = (index << inner) * HASH_SIZE, HASH_SIZE << inner
        if level:
            return fold(self._levels[level - 1][start : start + width])
        start %= TILE_BYTES
        return fold(self._leaves((index << inner) // WIDTH)[start : start + width])


def leaf_hashes(reader: LogReader, size: int) -> Callable[[int], bytes]:
    """Hashes the records of one bundle anew; one is kept, since questions come for the same."""
    kept: dict[int, bytes] = {}

    def hashes(bundle: int) -> bytes:
        if bundle not in kept:
            kept.clear()
            entries = reader.entries(bundle, min(WIDTH, size - bundle * WIDTH))
            kept[bundle] = b"".join([leaf_hash(each) for each in entries])
        return kept[bundle]

    return hashes


def compare_tiles(reader: LogReader, levels: Sequence[bytes]) -> Iterator[int]:
    """Compare the tiles of level 1 and up; yields how many were compared. Raises `TileChanged` for the first."""
    for level, hashes in enumerate(levels, start=1):
        for start in range(0, len(hashes), TILE_BYTES):
            expected = hashes[start : start + TILE_BYTES]
            index, width = start // TILE_BYTES, len(expected) // HASH_SIZE
            require_tile(reader, level, index, expected)
            yield width


def require_tile(reader: LogReader, level: int, index: int, expected: bytes) -> None:
    """Raises `TileChanged`, naming the hash, unless the tile is these hashes."""
    width = len(expected) // HASH_SIZE
    found = reader.tile(level, index, width)
    if found == expected:
        return
    number = first_difference(found, expected)
    if len(found) != len(expected):
        detail = f"{len(found)} bytes where there should be {len(expected)}"
    else:
        detail = f"hash {number} of {width} does not follow from the records"
    error = TileChanged(detail)
    error.below = index * WIDTH + number << HEIGHT * level
    raise error.at(file=file_name(level, index, width))


def first_difference(one: bytes, other: bytes) -> int:
    """Which hash is the first that differs."""
    pairs = range(0, min(len(one), len(other)), HASH_SIZE)
    same = (one[at : at + HASH_SIZE] == other[at : at + HASH_SIZE] for at in pairs)
    return next((number for number, equal in enumerate(same) if not equal), len(pairs))

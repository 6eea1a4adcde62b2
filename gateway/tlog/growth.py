"""How a tree grows by a batch: its new nodes, its new root, and the inclusion proof of each new leaf. Pure.

Specification: RFC 6962 section 2.1; the tiles are those of C2SP tlog-tiles.

Rules:
- Only the perfect subtrees of the old tree (its compact range) are needed, never its leaves.
- Every node is hashed once for the whole batch, and proofs share the text of their common end.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.verify.merkle import EMPTY_ROOT, node_hash

TILE_WIDTH = 256
TILE_HEIGHT = 8


@dataclass(frozen=True, slots=True)
class Level:
    """The perfect subtrees of one height that matter: `nodes[0]` has index `base`, those from `first` on are new."""

    base: int
    first: int
    nodes: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Growth:
    """A tree of `old` leaves that became one of `size`. `edges[h]` is the root of what is left over at height h."""

    old: int
    size: int
    levels: Sequence[Level]
    edges: Sequence[bytes | None]

    @property
    def root(self) -> bytes:
        return self.edges[-1] or EMPTY_ROOT

    @property
    def compact(self) -> tuple[bytes, ...]:
        """The roots of the perfect subtrees of the new tree, largest first."""
        heights = [height for height in range(len(self.levels)) if self.size >> height & 1]
        return tuple(self.levels[height].nodes[-1] for height in reversed(heights))

    def paths(self) -> list[str]:
        """For each new leaf its inclusion proof, as the base64 lines of a tlog-proof without the last newline."""
        above = [""]
        for height in range(len(self.levels) - 1, -1, -1):
            above = self._paths_at(height, above)
        return above

    def _paths_at(self, height: int, above: Sequence[str]) -> list[str]:
        level, edge, complete = self.levels[height], self.edges[height], self.size >> height
        lines = [base64.b64encode(node).decode() for node in level.nodes]
        if edge is not None:
            lines.append(base64.b64encode(edge).decode())
        parents, base, end = self.old >> height + 1, level.base, level.base + len(lines)
        paths = []
        for node in range(level.first, complete + (edge is not None)):
            rest, sibling = above[(node >> 1) - parents], node ^ 1
            if sibling >= end:
                paths.append(rest)
            else:
                line = lines[sibling - base]
                paths.append(f"{line}\n{rest}" if rest else line)
        return paths

    def tiles(self, edge_tiles: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
        """The tiles that the batch changed: (level, index) → hashes. `edge_tiles` are the old tree's, by level."""
        changed: dict[tuple[int, int], bytes] = {}
        for tile_level, height in enumerate(range(0, len(self.levels), TILE_HEIGHT)):
            level = self.levels[height]
            fresh = level.nodes[level.first - level.base :]
            if not fresh:
                break
            start = level.first // TILE_WIDTH
            hashes = (edge_tiles[tile_level] if tile_level < len(edge_tiles) else b"") + b"".join(fresh)
            for offset in range(0, len(hashes), TILE_WIDTH * 32):
                changed[tile_level, start + offset // (TILE_WIDTH * 32)] = hashes[offset : offset + TILE_WIDTH * 32]
        return changed

    def edge_tiles(self, before: Sequence[bytes], changed: Mapping[tuple[int, int], bytes]) -> list[bytes]:
        """The unfinished tile of each level of the new tree, empty where none is, from those before and `tiles`."""
        after = []
        for level, height in enumerate(range(0, len(self.levels), TILE_HEIGHT)):
            index, width = divmod(self.size >> height, TILE_WIDTH)
            after.append((changed.get((level, index)) or before[level]) if width else b"")
        return after


def grow(old: int, compact: Sequence[bytes], leaves: Sequence[bytes]) -> Growth:
    """Add the leaf hashes `leaves` to the tree of `old` leaves whose perfect subtrees are `compact`, largest first."""
    if len(compact) != old.bit_count():
        raise ValueError("the compact range is not one of a tree of this size")
    left = list(compact)
    size, fresh, height = old + len(leaves), list(leaves), 0
    levels: list[Level] = []
    edges: list[bytes | None] = [None]
    sha256 = hashlib.sha256
    while size >> height:
        first = old >> height
        nodes = [left.pop(), *fresh] if first & 1 else fresh
        levels.append(Level(first - (first & 1), first, nodes))
        edge = edges[-1]
        if size >> height & 1:
            edge = nodes[-1] if edge is None else node_hash(nodes[-1], edge)
        edges.append(edge)
        pairs = zip(nodes[::2], nodes[1::2], strict=False)
        fresh = [sha256(b"\x01" + one + other).digest() for one, other in pairs]
        height += 1
    return Growth(old, size, levels, edges)

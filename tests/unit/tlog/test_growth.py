"""A tree that grows by batches has the roots, proofs and tiles that the RFC gives, whatever the batches."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.tlog.growth import grow
from gateway.tlog.tiles import TiledTree, TilePath, TreeDamaged, fold, recompute, root_of
from tests.unit.verify import oracle

batches = st.lists(st.one_of(st.integers(0, 5), st.sampled_from([15, 16, 17, 255, 256, 257, 300])), max_size=5)


class Grown:
    """A tree and its tiles, grown by batches of these sizes."""

    def __init__(self, sizes: list[int]) -> None:
        self.leaves: list[bytes] = []
        self.tiles: dict[tuple[int, int], bytes] = {}
        compact: tuple[bytes, ...] = ()
        edges: list[bytes] = []
        for size in sizes:
            old = len(self.leaves)
            fresh = [oracle.leaf_hash(b"%d" % number) for number in range(old, old + size)]
            self.growth = grow(old, compact, fresh)
            self.leaves += fresh
            changed = self.growth.tiles(edges)
            edges = self.growth.edge_tiles(edges, changed)
            self.tiles |= changed
            compact = self.growth.compact

    def read(self, level: int, index: int) -> bytes | None:
        return self.tiles.get((level, index))


@settings(max_examples=40)
@given(batches.filter(bool), st.data())
def test_roots_paths_and_tiles(sizes, data):
    tree = Grown(sizes)
    leaves, growth = tree.leaves, tree.growth
    assert growth.root == root_of(growth.compact) == oracle.mth(leaves)
    assert recompute(tree.read, len(leaves)) == growth.compact
    paths = growth.paths()
    for index in data.draw(st.lists(st.integers(growth.old, growth.size - 1), max_size=5)) if sizes[-1] else ():
        lines = [base64.b64encode(each).decode() for each in oracle.path(index, leaves)]
        assert paths[index - growth.old] == "\n".join(lines)


@settings(max_examples=40)
@given(st.integers(1, 700), st.data())
def test_proofs_from_tiles_for_every_earlier_size(total, data):
    tree = Grown([total])
    size = data.draw(st.integers(1, total))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    tiled, leaves = TiledTree(tree.read), tree.leaves[:size]
    assert tiled.inclusion(index, size) == oracle.path(index, leaves)
    assert tiled.consistency(old, size) == oracle.proof(old, leaves)
    assert root_of(tiled.compact(size)) == oracle.mth(leaves)


def test_levels_of_tiles():
    """The specification's own example: a tree of 70,000."""
    tree = Grown([70_000])
    widths = {place: len(hashes) // 32 for place, hashes in tree.tiles.items()}
    assert sum(level == 0 and width == 256 for (level, _), width in widths.items()) == 273
    assert [widths[place] for place in ((0, 273), (1, 0), (1, 1), (2, 0))] == [112, 256, 17, 1]
    assert tree.tiles[1, 0][:32] == oracle.mth(tree.leaves[:256])
    assert tree.tiles[2, 0] == oracle.mth(tree.leaves[:65_536])
    assert recompute(tree.read, 70_000) == tree.growth.compact


def test_recomputing_finds_any_changed_tile():
    tree = Grown([256 * 3 + 7])
    good = root_of(recompute(tree.read, len(tree.leaves)))
    for place, hashes in list(tree.tiles.items()):
        for changed in (hashes[:-1] + bytes([hashes[-1] ^ 1]), hashes[:-32], hashes + bytes(32), None):
            tree.tiles[place] = changed
            try:
                found = root_of(recompute(tree.read, len(tree.leaves)))
            except TreeDamaged:
                found = None
            assert found != good
        tree.tiles[place] = hashes
    assert root_of(recompute(tree.read, len(tree.leaves))) == good


def test_what_is_no_question_is_an_error():
    tree = TiledTree(Grown([5]).read)
    for ask in (lambda: tree.inclusion(5, 5), lambda: tree.inclusion(-1, 5), lambda: tree.consistency(6, 5)):
        with pytest.raises(ValueError, match="tree"):
            ask()
    with pytest.raises(TreeDamaged):
        tree.inclusion(0, 6)
    with pytest.raises(ValueError, match="compact"):
        grow(3, (bytes(32),), [])
    assert fold([bytes(32)]) == bytes(32)


@pytest.mark.parametrize(
    ("path", "tile"),
    [
        ("0/000", TilePath(0, 0, 256)),
        ("63/x001/x234/067", TilePath(63, 1_234_067, 256)),
        ("1/x001/000.p/255", TilePath(1, 1000, 255)),
        ("entries/999.p/1", TilePath(None, 999, 1)),
    ],
)
def test_tile_paths(path, tile):
    assert TilePath.parse(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        *("", "0", "64/000", "00/000", "0/0", "0/1234", "0/x000/001", "0/001/002", "0/000.p/0", "0/000.p/256"),
        *("0/000.p/01", "0/000/", "/0/000", "0/000.p/", "-1/000", "entries", "Entries/000", "0/٠٠٠"),
        "0/x001/x001/x001/x001/x001/x001/001",
    ],
)
def test_no_other_spelling_is_a_tile(path):
    assert TilePath.parse(path) is None

"""All records of a log, and the tree over them.

Rules:
- Nothing is kept a record but its id: 16 bytes, to see that none comes twice.
- Times may step back (clocks are set); the largest step is told, and judged by whoever reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from ..checkpoint import Checkpoint
from ..errors import WrongOrigin
from ..merkle import HASH_SIZE
from .errors import RecordTwice, RootDiffers
from .links import Speaking
from .pool import read_in_order
from .source import LogReader
from .tiles import WIDTH
from .tree import Tree, climb, compare_tiles, leaf_hashes

Progress = Callable[[int, int, str], None]
ID_BYTES = 16


@dataclass(slots=True)
class Found:
    """What the records of a log are: how many, with `bodies` hashed and `opened`; the extreme times as they are
    spelled; the largest step `back` in time (seconds, record); what speaks for the log itself, and which bodies are
    gone; `nodes` and `edge`: the hashes of the full bundles and of the records in the last one.
    """

    records: int = 0
    bodies: int = 0
    opened: int = 0
    first: str = ""
    latest: str = ""
    back: tuple[float, int] = (0.0, 0)
    speaking: list[Speaking] = field(default_factory=list)
    gone: bytearray = field(default_factory=bytearray, repr=False)
    nodes: bytearray = field(default_factory=bytearray, repr=False)
    edge: bytes = field(default=b"", repr=False)
    ids: bytearray = field(default_factory=bytearray, repr=False)


def read_records(log: LogReader, checkpoint: Checkpoint, progress: Progress, processes: int | None) -> Found:
    """Read every record below `checkpoint`. Raises the error of the first that is wrong, and `RecordTwice`."""
    found, parts = Found(), checkpoint.origin.split("/")
    if len(parts) < 3:
        raise WrongOrigin(f"{checkpoint.origin} does not read <host>/<tenant>/<year>").at(file="checkpoint")
    progress(0, checkpoint.size, "records")
    for read in read_in_order(log, checkpoint.size, checkpoint.root, parts[-2], processes):
        found.nodes += b"".join(read.nodes)
        found.edge = read.edge
        found.ids += read.ids
        found.speaking += read.speaking
        found.gone += read.gone
        found.bodies += read.bodies
        found.opened += read.opened
        found.back = max(found.back, read.back, (_seconds(read.earliest, found.latest), found.records))
        found.first = min(found.first or read.earliest, read.earliest)
        found.latest = max(found.latest, read.latest)
        found.records += read.records
        progress(found.records, checkpoint.size, "records")
    _require_unique(found.ids)
    return found


def tree_of(log: LogReader, checkpoint: Checkpoint, found: Found, progress: Progress) -> Tree:
    """The tree over what was read. Raises `TileChanged` for the first tile that differs, `RootDiffers`."""
    levels, compared = climb(bytes(found.nodes)), 0
    total = sum(len(level) // HASH_SIZE for level in levels)
    for width in compare_tiles(log, levels):
        compared += width
        progress(compared, total, "tiles")
    anew, last = leaf_hashes(log, checkpoint.size), checkpoint.size // WIDTH
    tree = Tree(checkpoint.size, levels, lambda bundle: found.edge if bundle == last else anew(bundle))
    if tree.root(checkpoint.size) != checkpoint.root:
        raise RootDiffers("records and tiles lead to another root").at(file="checkpoint")
    return tree


def _require_unique(ids: bytearray) -> None:
    each = [bytes(ids[at : at + ID_BYTES]) for at in range(0, len(ids), ID_BYTES)]
    each.sort()
    twice = next((one for one, other in pairwise(each) if one == other), None)
    if twice is None:
        return
    first = _place(ids, twice, 0)
    second = _place(ids, twice, first + 1)
    raise RecordTwice(f"it has the id of record {first}").at(record=second)


def _place(ids: bytearray, wanted: bytes, start: int) -> int:
    at = ids.find(wanted, start * ID_BYTES)
    while at % ID_BYTES:
        at = ids.find(wanted, at + 1)
    return at // ID_BYTES


def _seconds(earlier: str, later: str) -> float:
    if earlier >= later:
        return 0.0
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()

"""The power fails under a witness at a random step of its disk: whatever it cosigned, it still knows.

The control, with `synchronous=NORMAL`, must forget: else the disk is no disk and the exercise proves nothing.
"""

import random
from contextlib import suppress
from pathlib import Path

import apsw
import pytest

from gateway.errors import Fault
from gateway.store.sqlite import witness as store
from gateway.store.sqlite.database import Durability
from gateway.store.sqlite.witness import WitnessState
from gateway.witness.judge import Refused
from gateway.witness.server import Witness
from tests.faults.disk import Disk
from tests.unit.verify.oracle import ORIGIN
from tests.unit.witness.logs import Log, make_cosigners

CUTS = 60
STEPS = 40
"""So many steps of the disk at most before the power fails."""
LOG = Log()
COSIGNERS = make_cosigners()[:1]


def life(path: Path, size: int) -> tuple[int, int]:
    """Let the log grow until the power fails; the last size that was cosigned, and the last that was handed in."""
    cosigned, sent, state = size, size, None
    with suppress(Fault):
        state = WitnessState.open(path)
        witness = Witness(COSIGNERS, state)
        while True:
            sent = cosigned + 1
            witness.add_checkpoint(LOG.request(cosigned, sent))
            cosigned = sent
    with suppress(apsw.Error):
        if state:
            state.close()
    return cosigned, sent


def forgotten(folder: Path, seed: int) -> int:
    """How many of the cuts made the witness forget what it had cosigned; each life goes on from what the cut left."""
    chance, lost = random.Random(seed), 0
    place = folder / "0"
    made = WitnessState.create(place / "witness.sqlite", [str(COSIGNERS[0].verifier)])
    made.follow(LOG.vkey, every_year=False)
    made.close()
    size = 0
    for cut in range(1, CUTS + 1):
        with Disk(place, chance) as disk:
            disk.fuse = chance.randrange(STEPS)
            cosigned, sent = life(place / "witness.sqlite", size)
            disk.cut(folder / str(cut))
        place = folder / str(cut)
        state = WitnessState.open(place / "witness.sqlite")
        head = state.head(ORIGIN)
        size = 0 if head is None else head.size
        assert size <= sent
        lost += size < cosigned
        if size:
            assert head.root == LOG.head(size).root
            with pytest.raises(Refused, match="proof"):
                Witness(COSIGNERS, state).add_checkpoint(Log(branch="other ").request(size, size + 1))
        state.close()
    assert size > CUTS / 3
    return lost


def test_no_cut_makes_it_forget_what_it_cosigned(tmp_path: Path) -> None:
    assert forgotten(tmp_path, seed=5) == 0


def test_the_control_forgets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "Durability", type("Careless", (), {"FULL": Durability.NORMAL}))
    assert forgotten(tmp_path, seed=5) > 0

"""Whatever is done to a log in whatever order, what was acknowledged stands: the faults drawn by Hypothesis.

The model: a ledger of what was told. Between two lives lies a clean end, a cut at any step, or a disk that was full.
"""

import asyncio
import random
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.faults.disk import Disk
from tests.faults.ledger import Ledger
from tests.faults.life import Life

STEP = st.integers(0, 900)
WORK = st.integers(1, 6)


class LogModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self._folder = Path(tempfile.mkdtemp())
        self._place, self._lives = self._folder / "0", 0
        self._place.mkdir()
        self._ledger, self._runner = Ledger(), asyncio.Runner()

    def teardown(self) -> None:
        self._runner.close()
        shutil.rmtree(self._folder)

    def _life(self, acts: int, chance: random.Random) -> Life:
        self._lives += 1
        return Life(self._place / "state", self._lives, chance, self._ledger, callers=4, acts=acts, erasing=True)

    @rule(acts=WORK, seed=st.integers(0, 2**16))
    def a_life_that_ends_by_itself(self, acts: int, seed: int) -> None:
        chance = random.Random(seed)
        with Disk(self._place, chance):
            life = self._life(acts, chance)
            self._runner.run(life.lead())
            assert life.faults == []
            self._hold(chance)

    @rule(acts=WORK, seed=st.integers(0, 2**16), step=STEP)
    def a_power_cut(self, acts: int, seed: int, step: int) -> None:
        chance = random.Random(seed)
        with Disk(self._place, chance) as disk:
            disk.fuse = step
            self._runner.run(self._life(acts, chance).lead())
            after = self._folder / f"{self._lives}"
            disk.cut(after)
        self._place = after
        with Disk(self._place, chance):
            self._hold(chance)

    @rule(acts=WORK, seed=st.integers(0, 2**16), step=STEP, lasting=st.booleans())
    def a_full_disk(self, acts: int, seed: int, step: int, lasting: bool) -> None:
        chance = random.Random(seed)
        with Disk(self._place, chance, full=True, lasting=lasting) as disk:
            disk.fuse = step
            self._runner.run(self._life(acts, chance).lead())
            disk.has_room()
            self._hold(chance)

    def _hold(self, chance: random.Random) -> None:
        life = self._life(1, chance)
        logs = self._runner.run(life.bench.logs())
        try:
            self._runner.run(life.resume(logs))
            counts = self._runner.run(self._ledger.hold_against(logs))
        finally:
            logs.close()
        assert (counts["lost"], counts["forks"], counts["legible"]) == (0, 0, 0)
        assert counts["verified"] == len(self._ledger.told)


TestLogModel = LogModel.TestCase
TestLogModel.settings = settings(
    max_examples=6, stateful_step_count=6, deadline=None, suppress_health_check=list(HealthCheck)
)

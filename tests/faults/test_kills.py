"""The harness of `make faults`, small enough for every run."""

from pathlib import Path

import pytest

from tests.faults import kills


@pytest.mark.timeout(180)
async def test_no_answer_is_lost_to_kill_9(tmp_path: Path):
    counts = await kills.kill(tmp_path, kills=2, seed=20261125)
    assert counts["kills"] == 2
    assert counts["verified"] == counts["answers"] > 20
    assert counts["asked again, same answer"] > 0

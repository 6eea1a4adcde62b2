"""The exercises of `make faults`, small enough for every run; each must be able to find what it looks for."""

from pathlib import Path

import pytest

from tests.faults import (
    flips,
    full_disk,
    old_backups,
    partitions,
    power_cuts,
    stopped_processes,
    witness_stalls,
    writer_kills,
)
from tests.faults.tally import Tally, table

SEED = 20261126


def assert_holds(tally: Tally, times: int) -> None:
    assert tally.holds, table([tally])
    assert tally.times == times


async def test_a_writer_that_is_killed_loses_nothing(tmp_path: Path):
    [tally] = await writer_kills.run(tmp_path, count=4, seed=SEED)
    assert_holds(tally, 4)


async def test_a_power_cut_loses_nothing(tmp_path: Path):
    assert_holds(await power_cuts.cuts(tmp_path, count=8, seed=SEED, synchronous="FULL"), 8)


async def test_a_power_cut_loses_what_is_not_synced_so_that_the_disk_is_one(tmp_path: Path):
    control = await power_cuts.cuts(tmp_path, count=5, seed=SEED, synchronous="NORMAL")
    assert control.lost > 0, table([control])
    assert control.holds


async def test_a_full_disk_loses_nothing(tmp_path: Path):
    [tally] = await full_disk.run(tmp_path, count=8, seed=SEED)
    assert_holds(tally, 16)
    assert tally.notes["writes without room of which callers were told"] > 0


async def test_a_flipped_bit_is_found_and_named(tmp_path: Path):
    [tally] = await flips.run(tmp_path, count=6, seed=SEED)
    assert_holds(tally, 18)
    assert tally.notes["found by judging"] >= 5


async def test_a_backup_that_was_put_back_is_found(tmp_path: Path):
    witnessed, alone = await old_backups.run(tmp_path, count=2, seed=SEED)
    assert_holds(witnessed, 2)
    assert_holds(alone, 2)
    assert alone.forks > 0, "without witnesses it must fork, or the witnesses prove nothing"


async def test_nothing_is_released_while_witnesses_stall(tmp_path: Path):
    [tally] = await witness_stalls.run(tmp_path, count=1, seed=SEED)
    assert_holds(tally, 1)
    assert tally.notes["told witness-stale"] > 0


@pytest.mark.part("postgresql")
async def test_a_line_that_fails_loses_nothing_and_records_nothing_twice(tmp_path: Path):
    [tally] = await partitions.run(tmp_path, count=4, seed=SEED)
    assert_holds(tally, 4)
    assert tally.notes["commits whose outcome nobody knew"] == 2


@pytest.mark.part("postgresql")
async def test_a_process_that_is_killed_or_stopped_forks_nothing(tmp_path: Path):
    [tally] = await stopped_processes.run(tmp_path, count=2, seed=SEED)
    assert_holds(tally, 2)
    assert (tally.notes["× killed"], tally.notes["× stopped and woken"]) == (1, 1)


@pytest.mark.parametrize(
    ("members", "holds"),
    [
        ({}, False),
        ({"acknowledged": 9}, True),
        ({"acknowledged": 9, "lost": 1}, False),
        ({"acknowledged": 9, "forks": 1}, False),
        ({"acknowledged": 9, "wrong": ["it did not open"]}, False),
        ({"acknowledged": 9, "must_lose": True}, False),
        ({"acknowledged": 9, "must_lose": True, "lost": 1}, True),
        ({"left_out": "no PostgreSQL"}, True),
    ],
)
def test_what_counts_as_holding(members: dict[str, object], holds: bool):
    tally = Tally("any", times=9, **members)
    assert tally.holds is holds
    assert ("DOES NOT HOLD" in table([tally])) is not holds

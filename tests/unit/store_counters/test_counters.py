"""What passes is counted once, outside the log and before it passes; what cannot be counted does not pass."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import pytest

from gateway.errors import Fault
from gateway.exchange.collect import collect
from gateway.model.codes import Tenant
from gateway.model.counted import Counted, Passage, day_of_request
from gateway.store.sqlite.counters import FILE, SqliteCounters, Tally, read_counters
from tests.support.questions import make_ask
from tests.support.world import World, key_folder, world
from tests.unit.exchange.test_story import POLICE, REGISTRATION

__all__ = ["key_folder", "world"]
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
ID = "01999999-0000-7000-8000-000000000001"
COLLEGE, POLICE_OIN, PROBATION = "00000001800000001000", "00000001800000003000", "00000001800000002000"


def passing(passage: Passage = Passage.RELEASED, party: str = COLLEGE) -> Counted:
    return Counted(passage, ID, Tenant.ZVH, party, digest="ab" * 32)


async def test_a_passage_counts_once_however_often_it_happens(tmp_path: Path) -> None:
    counters = SqliteCounters.open(tmp_path, now=NOW)
    for each in (passing(), passing(), passing(party=POLICE_OIN), passing(Passage.ASKED)):
        await counters.count(each)
    counted = read_counters(tmp_path).counted
    assert sorted(map(repr, counted)) == sorted(
        map(repr, (passing(), passing(party=POLICE_OIN), passing(Passage.ASKED)))
    )
    counters.close()


async def test_a_day_can_be_read_by_itself_and_since_when_stays(tmp_path: Path) -> None:
    counters = SqliteCounters.open(tmp_path, now=NOW)
    await counters.count(passing())
    counters.close()
    SqliteCounters.open(tmp_path, now=NOW + timedelta(days=9)).close()
    assert read_counters(tmp_path, day_of_request(ID)) == Tally(NOW, [passing()])
    assert read_counters(tmp_path, day_of_request(ID) + timedelta(days=1)) == Tally(NOW, [])
    assert read_counters(tmp_path / "nergens") == Tally(None, ())
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


async def test_a_source_is_counted_before_it_is_asked_and_an_answer_before_it_leaves(
    world: World, tmp_path: Path
) -> None:
    seen: list[tuple[str, int]] = []
    asking = world.holders.fields

    async def fields(question, names):
        seen.append(("asked", len(read_counters(tmp_path).counted)))
        return await asking(question, names)

    world.holders.fields = fields  # type: ignore[method-assign]
    answer = await world.exchange.disclose(world.call(key="one"))
    asked, left = sorted(read_counters(tmp_path).counted, key=lambda each: each.passage)
    assert seen == [("asked", 1)]
    assert (asked.passage, asked.party, asked.source) == (Passage.ASKED, PROBATION, "toezicht")
    assert (left.passage, left.party, left.request_id) == (Passage.RELEASED, COLLEGE, answer.document["id"])
    [leaf] = await world.leaves("zvh")
    assert (left.digest, asked.request_id) == (leaf["released_sha256"], leaf["request_id"])
    await world.exchange.disclose(world.call(key="one"))
    assert len(read_counters(tmp_path).counted) == 2


async def test_what_is_sent_to_another_leaves_when_it_is_collected(world: World, tmp_path: Path) -> None:
    answer = await world.exchange.disclose(world.call(REGISTRATION))
    assert [each.passage for each in read_counters(tmp_path).counted] == [Passage.ASKED]
    await collect(world.gate, POLICE, answer.document["id"], "trace")
    counted = {(each.passage, each.party) for each in read_counters(tmp_path).counted}
    assert counted >= {(Passage.RELEASED, POLICE_OIN), (Passage.COLLECTED, POLICE_OIN)}


async def test_a_refusal_and_a_dry_run_count_nothing(world: World, tmp_path: Path) -> None:
    await world.exchange.disclose(world.call(make_ask(actor="n-9")))
    await world.exchange.disclose(world.call(make_ask(dry_run=True)))
    assert read_counters(tmp_path).counted == []


@pytest.mark.parametrize("stage", [Passage.ASKED, Passage.RELEASED])
async def test_what_cannot_be_counted_does_not_pass(world: World, tmp_path: Path, stage: Passage) -> None:
    saboteur = apsw.Connection(str(tmp_path / FILE))
    saboteur.execute(
        f"CREATE TRIGGER broken BEFORE INSERT ON counted WHEN new.passage = '{stage}' "
        "BEGIN SELECT raise(ABORT, 'broken'); END"
    )
    with pytest.raises(Fault, match="counters-unavailable"):
        await world.exchange.disclose(world.call(key="again"))
    assert [call for call, *_ in world.holders.asked].count("fields") == (stage is Passage.RELEASED)
    saboteur.execute("DROP TRIGGER broken")
    saboteur.close()
    answer = await world.exchange.disclose(world.call(key="again"))
    assert answer.document["sealed"]
    assert answer.replayed is (stage is Passage.RELEASED)


async def test_a_full_disk_is_told_as_one(tmp_path: Path) -> None:
    counters = SqliteCounters.open(tmp_path, now=NOW)
    counters._connection.pragma("max_page_count", counters._connection.pragma("page_count"))

    async def fill() -> None:
        for number in range(9999):
            await counters.count(Counted(Passage.ASKED, f"01999999-0000-7000-8000-{number:012x}", Tenant.ZVH, COLLEGE))

    with pytest.raises(Fault, match="disk-full"):
        await fill()
    counters.close()


async def test_it_is_read_beside_a_gateway_that_counts(tmp_path: Path) -> None:
    counters = SqliteCounters.open(tmp_path, now=NOW)
    await counters.count(passing())
    assert (await asyncio.to_thread(read_counters, tmp_path)).counted == [passing()]
    counters.close()


def test_a_file_that_is_no_counter_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"geen databank" * 99)
    with pytest.raises(Fault, match="counters-unavailable"):
        SqliteCounters.open(tmp_path, now=NOW)
    with pytest.raises(Fault, match="counters-unavailable"):
        read_counters(tmp_path)

"""The index keeps level with a real log, forgets what is erased in it, and sees that it is another one."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest

from gateway.app.clock import SystemClock, Uuid7
from gateway.app.keys import open_keys
from gateway.app.logs import logs_at_rest, make_logs
from gateway.crypto.pseudonym import HmacPseudonyms
from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.model.erasure import ErasureReason
from gateway.model.record import RecordClass
from gateway.review.alias import Aliases
from gateway.review.filter import Filter
from gateway.review.follow import Follower
from gateway.review.index import Index
from gateway.review.line import Line
from gateway.store.review.index import SqliteIndexFile
from gateway.store.sqlite.shelf import SqliteShelf
from gateway.tlog.erasing.erasure import Erasing
from tests.support.desk import NOT_INVOLVED, SOCIAL, recording, settings_of
from tests.support.questions import COLLEGE, RECLASSERING, make_ask

SECRET = b"s" * 32
ONE, OTHER = "999993653", "999990846"
CASE = "ZVH-2026-0417"


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five requests in the ZVH's log, the last of them about somebody else, and one in the municipality's."""
    state = tmp_path_factory.mktemp("morning")

    async def record() -> None:
        async with recording(state) as recorder:
            await recorder.ask(make_ask())
            await recorder.ask(NOT_INVOLVED, client="wijkteam-centrum")
            await recorder.ask(make_ask(dry_run=True))
            await recorder.ask(make_ask())
            await recorder.ask(make_ask(bsn=OTHER))
            await recorder.ask(SOCIAL)

    asyncio.run(record())
    return state


@pytest.fixture
def state(morning: Path, tmp_path: Path) -> Path:
    """A copy of that morning, to be changed."""
    return Path(shutil.copytree(morning, tmp_path / "state"))


@contextmanager
def following(state: Path, tmp_path: Path, tenant: Tenant = Tenant.ZVH) -> Iterator[tuple[Index, Follower]]:
    """An index over a state folder, with its file in `tmp_path`."""
    file, at_rest = SqliteIndexFile(tmp_path / "index.sqlite"), logs_at_rest(settings_of(state))
    index = Index(tenant, file, Aliases(SECRET))
    try:
        yield index, Follower(at_rest, {tenant: index}, lambda _: None)
    finally:
        file.close()
        at_rest.close()


@asynccontextmanager
async def erasing(state: Path) -> AsyncIterator[tuple[Erasing, object]]:
    settings = settings_of(state)
    logs = make_logs(settings, open_keys(settings), SqliteShelf(state))
    try:
        await logs.start()
        yield Erasing(logs, logs, clock=SystemClock(), identifiers=Uuid7(), simulation=False), logs
    finally:
        logs.close()


async def erase_subject(state: Path, bsn: str) -> None:
    await erase(state, "subject", pseudonym_of(state, bsn))


async def erase(state: Path, kind: str, name: str) -> None:
    async with erasing(state) as (eraser, logs):
        keys = (await logs.keys(Tenant.ZVH)).owned(kind, name)
        assert keys
        await eraser.erase(Tenant.ZVH, keys, ErasureReason.ON_REQUEST, "pia")


def lines_of(index: Index) -> list[Line]:
    return list(index.lines(Filter()))[::-1]


def test_lines_say_what_was_recorded(state: Path, tmp_path: Path) -> None:
    with following(state, tmp_path) as (index, follower):
        assert follower.level() == 5
        granted, refused, tried, again, other = lines_of(index)
        assert (granted.number, granted.kind, granted.outcome) == (0, RecordClass.VERSTREKKING, "toegestaan")
        assert (granted.basis, granted.activity, granted.case) == ("wgs.zvh.casusoverleg", "opvragen", CASE)
        assert (granted.requester, granted.holder, granted.phase) == (COLLEGE.oin, RECLASSERING.oin, 4)
        assert granted.granted == granted.fields != ()
        assert granted.at.tzinfo is UTC
        assert (refused.kind, refused.outcome) == (RecordClass.WEIGERING, "geweigerd")
        assert "niet-betrokken-bij-casus" in refused.reasons
        assert (refused.granted, refused.granted_categories) == ((), ())
        assert tried.kind is RecordClass.PROEF
        assert again.subject == granted.subject == index.alias(pseudonym_of(state, ONE))
        assert other.subject == index.alias(pseudonym_of(state, OTHER)) != again.subject
        assert len(again.subject) == 8


def pseudonym_of(state: Path, bsn: str) -> str:
    return HmacPseudonyms(open_keys(settings_of(state))).of(Tenant.ZVH, bsn)


def test_neither_a_pseudonym_nor_a_number_stands_in_the_file(state: Path, tmp_path: Path) -> None:
    with following(state, tmp_path) as (_, follower):
        follower.level()
        stored = bytes_of(tmp_path)
        assert CASE.encode() in stored
        assert pseudonym_of(state, ONE).encode() not in stored
        assert pseudonym_of(state, ONE).partition(".")[2].encode() not in stored
        assert ONE.encode() not in stored


def bytes_of(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.glob("index.sqlite*"))


def test_only_what_came_since_is_read(state: Path, tmp_path: Path) -> None:
    with following(state, tmp_path) as (_, follower):
        assert (follower.level(), follower.level()) == (5, 0)
    with following(state, tmp_path) as (index, follower):
        assert index.count(Filter()) == 5
        assert follower.level() == 0


def test_the_seal_is_that_of_what_was_read(state: Path, tmp_path: Path) -> None:
    with following(state, tmp_path) as (index, follower):
        assert index.level.newest is None
        follower.level()
        seal = index.level.newest
        assert (seal.size, seal.year, len(bytes.fromhex(seal.root))) == (5, 2026, 32)
        assert seal.origin.endswith("/zvh/2026")
        assert index.level.at == index.line(2026, 4).at


async def test_what_was_erased_leaves_no_trace_and_all_else_stays(state: Path, tmp_path: Path) -> None:
    with following(state, tmp_path) as (index, follower):
        follower.level()
        before = lines_of(index)
        one, other = before[0].subject, before[4].subject
        assert index.count(Filter(subject=one)) == 4
        assert one.encode() in bytes_of(tmp_path)
        await erase_subject(state, ONE)
        assert follower.level() == 1
        after = lines_of(index)
        assert after[4] == before[4]
        assert after[:4] == [Line(*each[:9], readable=False) for each in before[:4]]
        assert index.counts(Filter(), "besluit") == {"gewist": 4, "geweigerd": 1}
        assert index.counts(Filter(), "soort") == {"verstrekking": 2, "weigering": 2, "proef": 1}
        assert index.counts(Filter(), "gegevens") == dict.fromkeys(before[4].categories, 1)
        assert index.counts(Filter(), "verstrekt") == {}
        assert index.count(Filter(subject=one)) == 0
        assert index.count(Filter(subject=other)) == 1
        assert one.encode() not in bytes_of(tmp_path)
        assert other.encode() in bytes_of(tmp_path)


async def test_a_statement_that_its_leaf_does_not_bear_out_erases_nothing(state: Path, tmp_path: Path) -> None:
    with following(state, tmp_path) as (index, follower):
        follower.level()
        before = lines_of(index)
        async with erasing(state) as (_, logs):
            [other] = (await logs.keys(Tenant.ZVH)).owned("subject", pseudonym_of(state, OTHER))
        await erase_subject(state, ONE)
        [log] = (state / "log").glob("zvh-*.sqlite")
        connection = apsw.Connection(str(log))
        forged = f'{{"act":"erased","keys":["{other.hex()}"]}}'.encode()
        connection.execute("UPDATE bodies SET statement = ? WHERE statement IS NOT NULL", (forged,))
        connection.close()
        follower.level()
        assert lines_of(index)[4] == before[4]


async def test_the_last_of_a_case_takes_its_name_along(state: Path, tmp_path: Path) -> None:
    with following(state, tmp_path) as (index, follower):
        follower.level()
        assert index.count(Filter(case=CASE)) == 5
        await erase(state, "case", CASE)
        follower.level()
        assert index.count(Filter(case=CASE)) == 0
        assert index._sets._cases == index._sets._names == {}
        for trace in (CASE, "casusoverleg", COLLEGE.oin, "opvragen"):
            assert trace.encode() not in bytes_of(tmp_path), trace


async def test_what_was_erased_before_it_was_read_comes_in_as_erased(state: Path, tmp_path: Path) -> None:
    await erase_subject(state, ONE)
    with following(state, tmp_path) as (index, follower):
        assert follower.level() == 6
        assert index.counts(Filter(), "besluit") == {"gewist": 4, "geweigerd": 1}
        assert index.counts(Filter.of(soort="tombstone"), "soort") == {"tombstone": 1}


def test_a_longer_log_in_its_place_is_read_anew(state: Path, tmp_path: Path) -> None:
    with following(state, tmp_path, Tenant.GEMEENTE) as (index, follower):
        assert follower.level() == 1
        [former] = lines_of(index)
    with following(state, tmp_path) as (index, follower):
        assert follower.level() == 5
        assert index.of_record(former.record) is None
        assert index.count(Filter()) == 5
        assert bytes.fromhex(former.record.replace("-", "")) not in bytes_of(tmp_path)


def test_a_shorter_log_in_its_place_is_read_anew(state: Path, tmp_path: Path) -> None:
    with following(state, tmp_path) as (_, follower):
        follower.level()
    with following(state, tmp_path, Tenant.GEMEENTE) as (index, follower):
        assert follower.level() == 1
        assert index.count(Filter()) == 1


def test_a_log_that_is_gone_is_forgotten(state: Path, tmp_path: Path) -> None:
    with following(state, tmp_path) as (index, follower):
        follower.level()
        for each in (state / "log").glob("zvh-*"):
            each.unlink()
        assert follower.level() == 0
        assert index.count(Filter()) == 0


async def test_a_log_in_which_nothing_stands_yet_is_followed(state: Path, tmp_path: Path) -> None:
    for each in (state / "log").glob("zvh-*"):
        each.unlink()
    with following(state, tmp_path) as (index, follower):
        async with erasing(state) as (_, logs):
            assert await logs.log(Tenant.ZVH, 2026)
            assert follower.level() == 0
            assert index.count(Filter()) == 0


def test_a_body_that_is_not_the_logged_one_is_damaged(state: Path, tmp_path: Path) -> None:
    [log] = (state / "log").glob("zvh-*.sqlite")
    connection = apsw.Connection(str(log))
    connection.execute("UPDATE bodies SET sealed = randomblob(100) WHERE idx = 1")
    connection.close()
    with following(state, tmp_path) as (index, follower):
        follower.level()
        assert index.line(2026, 1).damaged
        assert index.counts(Filter(), "besluit") == {"toegestaan": 2, "beschadigd": 1, "geweigerd": 2}


def test_a_thread_follows_and_says_once_why_it_cannot(state: Path, tmp_path: Path) -> None:
    heard: list[Fault | None] = []
    with following(state, tmp_path) as (index, _):
        at_rest = logs_at_rest(settings_of(state))
        follower = Follower(at_rest, {Tenant.ZVH: index}, heard.append, every=0.01)
        [log] = (state / "log").glob("zvh-*.sqlite")
        aside = log.rename(log.with_name("aside"))
        log.write_bytes(b"no database at all")
        follower.start()
        assert follower.settled(5)
        assert follower.fault is not None
        log.unlink()
        aside.rename(log)
        until(lambda: index.count(Filter()) == 5 and heard[-1] is None)
        follower.stop()
        assert [fault and fault.code for fault in heard] == ["log-damaged", None]


def until(seen: Callable[[], bool]) -> None:
    begun = time.monotonic()
    while not seen():
        assert time.monotonic() - begun < 5
        time.sleep(0.005)


def test_a_moment_outside_the_index_is_no_line(state: Path, tmp_path: Path) -> None:
    with following(state, tmp_path) as (index, follower):
        follower.level()
        assert index.line(2026, 5) is index.line(2025, 0) is index.line(2026, -1) is None
        assert index.of_record("01999999-0000-7000-8000-000000000000") is None
        assert index.line(2026, 0).at > datetime(2026, 1, 1, tzinfo=UTC)

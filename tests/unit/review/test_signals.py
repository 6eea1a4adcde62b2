"""*Opvallend*: how often is normal, what is put aside stays aside, and thresholds that somebody answers for."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.model.codes import Tenant
from gateway.model.writing import WritingKind
from gateway.review.acts import Writing
from gateway.review.index import Index
from gateway.review.signals.rule import NAMED
from gateway.review.signals.rules import RULES
from gateway.review.signals.signals import NoReason, Signals, UnknownSignal
from gateway.review.signals.watch import Watch
from tests.support.decisions import COLLEGE, GGZ, POLITIE, REFUSED, Log, moment

G = Tenant.GEMEENTE
TODAY = date(2026, 11, 20)
NOW = moment(TODAY, 17)
FENNA = {"who": "fenna", "role": "fg"}


@dataclass
class Notebook:
    """What people wrote, in memory."""

    written: list[Writing] = field(default_factory=list)

    async def write(
        self,
        tenant: Tenant,
        *,
        who: str,
        role: str,
        kind: WritingKind,
        about: tuple[str, ...] = (),
        content: Mapping[str, Any] | None = None,
    ) -> Writing:
        at = datetime(2026, 11, 20, 16, tzinfo=UTC)
        self.written.append(Writing(f"writing-{len(self.written)}", tenant, at, who, role, kind, about, content or {}))
        return self.written[-1]

    async def all(self, tenant: Tenant) -> list[Writing]:
        return [each for each in self.written if each.tenant is tenant]


class Desk:
    def __init__(self, log: Log, path: Path) -> None:
        self.log, self.index, self.notebook = log, log.index(path), Notebook()
        self.read = len(log.rows)
        self.signals = Signals({G: Watch(self.index, RULES, term=3)}, self.notebook)

    async def ids(self, rule: str = "herhaald-geweigerd") -> list[str]:
        return [each.id for each in (await self.signals.all(G, NOW)).signals if each.rule.name == rule]

    def follow(self, erased: tuple[str, ...] = ()) -> Index:
        """Let the index read what the log has grown by."""
        self.log.take(self.index, self.log.rows[self.read :], erased)
        self.read = len(self.log.rows)
        return self.index


def refuse(log: Log, count: int, last: date = TODAY, *, hour: float = 10, requester: str = POLITIE) -> None:
    for each in reversed(range(count)):
        log.add(last - timedelta(each), REFUSED, requester=requester, hour=hour)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a short search can take long."""
    monkeypatch.setattr("gateway.review.signals.signals.LONGER", 30)
    monkeypatch.setattr("gateway.review.signals.watch.LONG", 30)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    log = Log()
    refuse(log, 5)
    return Desk(log, tmp_path)


async def test_a_quiet_log_asks_for_nothing(tmp_path: Path) -> None:
    log = Log()
    log.add(TODAY)
    quiet = await Desk(log, tmp_path).signals.all(G, NOW)
    assert (quiet.signals, quiet.aside, quiet.behind) == ((), (), False)


async def test_an_empty_log_asks_for_nothing(tmp_path: Path) -> None:
    assert (await Desk(Log(), tmp_path).signals.all(G, NOW)).signals == ()


async def test_the_heaviest_comes_first(desk: Desk) -> None:
    for each in range(6):
        desk.log.add(TODAY, requester=GGZ, hour=19 + each / 10)
    desk.log.add(TODAY - timedelta(1), basis="vitaal_belang", requester=COLLEGE)
    desk.follow()
    later = moment(TODAY + timedelta(3))
    assert [each.rule.name for each in (await desk.signals.all(G, later)).signals] == [
        "noodprocedure",
        "herhaald-geweigerd",
        "buiten-kantoortijd",
    ]


async def test_what_was_put_aside_stays_aside_and_what_comes_later_is_told(desk: Desk) -> None:
    [id] = await desk.ids()
    writing = await desk.signals.dismiss(G, NOW, id, why="  Afgesproken met de   politie. ", **FENNA)
    assert writing.content == {
        "signal": id,
        "rule": "herhaald-geweigerd",
        "count": 5,
        "reason": "Afgesproken met de politie.",
    }
    assert set(writing.about) == {row.record for row in desk.log.rows}
    assert await desk.ids() == []
    [aside] = (await desk.signals.all(G, NOW)).aside
    assert (aside.id, aside.dismissed) == (id, writing)

    refuse(desk.log, 1, hour=12)
    refuse(desk.log, 5, hour=13, requester=GGZ)
    desk.follow()
    [other] = await desk.ids()
    assert other != id


async def test_what_has_grown_to_twice_its_size_is_told_again(desk: Desk) -> None:
    [id] = await desk.ids()
    await desk.signals.dismiss(G, NOW, id, why="Bekend.", **FENNA)
    refuse(desk.log, 4, hour=12)
    desk.follow()
    assert await desk.ids() == []
    refuse(desk.log, 1, hour=13)
    desk.follow()
    assert await desk.ids() == [id]
    await desk.signals.dismiss(G, NOW, id, why="Nog steeds bekend.", **FENNA)
    assert await desk.ids() == []


async def test_a_dismissal_can_be_taken_back_and_both_stand(desk: Desk) -> None:
    [id] = await desk.ids()
    writing = await desk.signals.dismiss(G, NOW, id, why="Vergissing.", **FENNA)
    undone = await desk.signals.undo(G, writing.id, **FENNA)
    assert undone.about == (writing.id,)
    assert await desk.ids() == [id]
    assert len(desk.notebook.written) == 2
    with pytest.raises(UnknownSignal):
        await desk.signals.undo(G, writing.id, **FENNA)


@pytest.mark.parametrize("why", ["", "  ", "ja", "x" * 501])
async def test_nothing_is_put_aside_without_a_reason(desk: Desk, why: str) -> None:
    [id] = await desk.ids()
    with pytest.raises(NoReason):
        await desk.signals.dismiss(G, NOW, id, why=why, **FENNA)
    with pytest.raises(NoReason):
        await desk.signals.set(G, "herhaald-geweigerd", {"keer": 3}, why=why, **FENNA)
    assert desk.notebook.written == []


async def test_what_is_not_shown_is_not_put_aside(desk: Desk) -> None:
    with pytest.raises(UnknownSignal):
        await desk.signals.dismiss(G, NOW, "0123456789abcdef", why="Bekend.", **FENNA)


async def test_a_threshold_is_tried_before_it_is_set_and_counts_from_then_on(desk: Desk) -> None:
    refuse(desk.log, 3, requester=GGZ, hour=11)
    desk.follow()
    assert await desk.signals.preview(G, NOW, "herhaald-geweigerd", {"keer": "3"}) == (2, 1)
    assert len(await desk.ids()) == 1
    before = await desk.ids()
    writing = await desk.signals.set(G, "herhaald-geweigerd", {"keer": "3"}, why="Eerder weten.", **FENNA)
    assert writing.content == {
        "rule": "herhaald-geweigerd",
        "values": {"keer": 3, "dagen": 30},
        "reason": "Eerder weten.",
    }
    opvallend = await desk.signals.all(G, NOW)
    assert opvallend.judged.set_by["herhaald-geweigerd"] == writing
    assert len(await desk.ids()) == 2
    assert set(before) <= set(await desk.ids())


@pytest.mark.parametrize("given", [{"keer": "1"}, {"keer": "drie"}, {"dagen": "0"}])
async def test_a_threshold_out_of_bounds_is_refused_by_its_name(desk: Desk, given: dict[str, str]) -> None:
    [name] = given
    for wrong in (
        desk.signals.preview(G, NOW, "herhaald-geweigerd", given),
        desk.signals.set(G, "herhaald-geweigerd", given, why="Proberen.", **FENNA),
    ):
        with pytest.raises(ValueError, match=name):
            await wrong
    with pytest.raises(UnknownSignal):
        await desk.signals.preview(G, NOW, "verzonnen", {})


async def test_a_threshold_that_no_longer_fits_counts_as_not_written(desk: Desk) -> None:
    content = {"rule": "herhaald-geweigerd", "values": {"keer": 0}, "reason": "Oud."}
    await desk.notebook.write(G, kind=WritingKind.THRESHOLD, content=content, **FENNA)
    assert len(await desk.ids()) == 1


async def test_how_often_it_is_normal_is_counted_in_the_year_before(tmp_path: Path) -> None:
    log, began = Log(), TODAY - timedelta(35 + 365)
    log.add(began - timedelta(30))
    for back in (60, 150, 240, 330):
        refuse(log, 5, TODAY - timedelta(back))
    refuse(log, 5)
    [signal] = [each for each in (await Desk(log, tmp_path).signals.all(G, NOW)).signals if each.hit.on == TODAY]
    assert (signal.normal.times, signal.normal.days) == (4, 365)
    assert signal.normal.a_month == pytest.approx(4 / 12)


async def test_a_young_log_does_not_say_what_is_normal(tmp_path: Path) -> None:
    log = Log()
    log.add(TODAY - timedelta(35 + 59))
    refuse(log, 5)
    [signal, _] = (await Desk(log, tmp_path).signals.all(G, NOW)).signals
    assert (signal.normal.days, signal.normal.a_month) == (59, None)


async def test_old_signals_are_shown_only_where_one_looks_further_back(tmp_path: Path) -> None:
    log = Log()
    refuse(log, 5, TODAY - timedelta(40))
    desk = Desk(log, tmp_path)
    assert (await desk.signals.all(G, NOW)).signals == ()
    older = (await desk.signals.all(G, NOW, timedelta(90))).signals
    assert [each.hit.count for each in older if each.rule.name == "herhaald-geweigerd"] == [5]


async def test_a_run_that_goes_on_is_shown_however_long_ago_it_began(tmp_path: Path) -> None:
    log = Log()
    for back in (100, 95, 90, 85, 80, 60, 40, 20):
        log.add(TODAY - timedelta(back), REFUSED, requester=POLITIE)
    shown = (await Desk(log, tmp_path).signals.all(G, NOW)).signals
    [signal] = [each for each in shown if each.rule.name == "herhaald-geweigerd"]
    assert (signal.hit.count, signal.hit.on) == (8, TODAY - timedelta(80))


async def test_an_emergency_is_shown_until_somebody_wrote_why_it_was_right(tmp_path: Path) -> None:
    log = Log()
    record = log.add(TODAY - timedelta(200), basis="vitaal_belang")
    desk = Desk(log, tmp_path)
    assert len(await desk.ids("noodprocedure")) == 1
    await desk.notebook.write(
        G, kind=WritingKind.JUSTIFICATION, about=(record,), content={"received": TODAY.isoformat()}, **FENNA
    )
    assert await desk.ids("noodprocedure") == []


async def test_what_is_erased_is_no_longer_counted_though_as_much_came_in_its_place(desk: Desk) -> None:
    assert len(await desk.ids()) == 1
    desk.log.add(TODAY, requester=COLLEGE, hour=14)
    desk.follow(erased=(desk.log.rows[0].record,))
    assert await desk.ids() == []


async def test_a_week_whose_lines_did_not_change_is_not_read_again(desk: Desk) -> None:
    asked: list[object] = []
    lines = desk.index.lines
    desk.index.lines = lambda filter: asked.append(filter.since) or lines(filter)
    refuse(desk.log, 5, TODAY - timedelta(60))
    desk.follow()
    await desk.ids()
    asked.clear()
    desk.log.add(TODAY, hour=15)
    desk.follow()
    await desk.ids()
    assert asked == [date(2026, 11, 16)]


async def test_more_than_can_be_named_are_listed_by_what_they_share(tmp_path: Path) -> None:
    log = Log()
    for each in range(NAMED + 1):
        log.add(TODAY, REFUSED, requester=POLITIE, hour=9 + each / 100)
    desk = Desk(log, tmp_path)
    [signal] = (await desk.signals.all(G, NOW)).signals
    assert signal.hit.filter.records == ()
    assert desk.index.count(signal.hit.filter) == signal.hit.count == NAMED + 1


async def test_nobody_waits_for_a_large_log_once_something_was_found(desk: Desk, monkeypatch: Any) -> None:
    before, lines, go = await desk.ids(), desk.index.lines, threading.Event()
    monkeypatch.setattr("gateway.review.signals.signals.LONGER", 0)
    monkeypatch.setattr(desk.index, "lines", lambda filter: go.wait(10) and lines(filter))
    refuse(desk.log, 5, requester=GGZ, hour=11)
    desk.follow()
    shown = await desk.signals.all(G, NOW)
    assert [each.id for each in shown.signals] == before
    assert shown.behind
    go.set()
    await desk.signals.close()
    assert len(await desk.ids()) == 2


async def test_a_long_search_rests_before_the_next_and_a_short_one_does_not(desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr("gateway.review.signals.watch.LONG", -1)
    before = await desk.ids()
    refuse(desk.log, 5, requester=GGZ, hour=11)
    desk.follow()
    monkeypatch.setattr("gateway.review.signals.watch.LONG", 60)
    monkeypatch.setattr("gateway.review.signals.watch.monotonic", lambda: 0.0)
    assert await desk.ids() == before
    monkeypatch.setattr("gateway.review.signals.watch.monotonic", lambda: 1e12)
    assert len(await desk.ids()) == 2

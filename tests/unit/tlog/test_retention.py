"""What is due goes by itself on its day, no sooner and no later, and it is told without naming anybody."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.errors import Fault
from gateway.model.amsterdam import day_of as today
from gateway.model.codes import Tenant
from gateway.model.record import RecordClass
from gateway.store.sqlite.log_folder import LogFolder
from gateway.tlog.erasing.erasure import Erasing
from gateway.tlog.erasing.retention import Retention, count, plan
from gateway.verify import verify_receipt
from tests.unit.tlog.bench import BODY, SUBJECT

ENGINES = ("sqlite", "postgresql")


@pytest.fixture
def counted(bench, engine):
    return LogFolder(bench.folder) if engine == "sqlite" else bench.open_shelf(bench.folder)


@pytest.fixture
def retention(bench, logs, counted, monkeypatch) -> Retention:
    monkeypatch.setattr("gateway.tlog.erasing.retention.REST", 0)
    return retention_of(bench, logs, counted)


def retention_of(bench, logs, counted) -> Retention:
    return Retention(logs, Erasing(logs, logs, clock=bench.clock, identifiers=bench.chance, simulation=False), counted)


async def test_each_body_goes_on_its_own_day(bench, logs, log, retention):
    days = [date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 2), None]
    receipts = [await bench.append(logs, retain_until=day) for day in days]
    for day, left in ((date(2026, 11, 30), 4), (date(2026, 12, 1), 3), (date(2026, 12, 2), 1), (date(2099, 1, 1), 1)):
        await retention.run(day)
        assert [log.body(each.index) for each in receipts] == [None] * (4 - left) + [BODY] * left, day
    for each in receipts:
        verify_receipt(each.text, logs.verifiers)


async def test_what_became_of_it_is_told(bench, logs, log, retention):
    due = {"retain_until": date(2026, 12, 1)}
    for members in ({}, {}, {"kind": RecordClass.WEIGERING, "released": None, "case": None}):
        await bench.append(logs, **due, **members)
    await bench.append(logs, kind=RecordClass.PROEF, retain_until=date(2026, 12, 2))
    report, _ = await retention.run(date(2026, 12, 1))
    assert (report.stream, report.outcome, report.keys, len(report.tombstones)) == ("zvh", "erased", 3, 1)
    assert report.document(bench.clock.now())["records"] == [
        {"log": "zvh/2026", "class": "verstrekking", "until": "2026-12-01", "count": 2},
        {"log": "zvh/2026", "class": "weigering", "until": "2026-12-01", "count": 1},
    ]
    assert SUBJECT not in json.dumps(report.document(bench.clock.now()))
    statement = json.loads(next(text for _, text in log._storage.statements(0, 9)))
    assert (statement["reason"], statement["by"], len(statement["keys"])) == ("bewaartermijn-voorbij", "bewaarplan", 3)
    assert [each.outcome for each in await retention.run(date(2026, 12, 1))] == ["nothing"] * 2


async def test_a_plan_tells_the_same_and_changes_no_byte(bench, logs, retention, counted, files):
    for number in range(5):
        await bench.append(logs, case=f"zaak-{number}", retain_until=date(2026, 12, 1 + number))
    before = contents(files)
    report = plan(counted, Tenant.ZVH, date(2026, 12, 3))
    assert contents(files) == before
    assert (report.outcome, report.keys, report.records.total()) == ("due", 6, 3)
    done, _ = await retention.run(date(2026, 12, 3))
    assert (done.keys, done.records) == (report.keys, report.records)
    assert plan(counted, Tenant.ZVH, date(2026, 12, 3)).outcome == "nothing"


async def test_a_run_that_is_cut_off_is_gone_on_with(bench, logs, log, retention, monkeypatch):
    monkeypatch.setattr("gateway.tlog.erasing.retention.MOST_KEYS", 4)
    receipts = [
        await bench.append(logs, case=f"zaak-{number}", subject=None, retain_until=date(2026, 12, 1))
        for number in range(10)
    ]
    erase, begun = Erasing.erase, []

    async def failing(self, *arguments):
        begun.append(arguments)
        if len(begun) == 2:
            raise Fault("log-unavailable", log="as a test says")
        return await erase(self, *arguments)

    monkeypatch.setattr(Erasing, "erase", failing)
    assert [each.outcome for each in await retention.run(date(2026, 12, 1))] == ["failed: log-unavailable", "nothing"]
    assert sum(log.body(each.index) is None for each in receipts) == 4
    report, _ = await retention.run(date(2026, 12, 1))
    assert (report.outcome, report.keys, len(report.tombstones)) == ("erased", 6, 2)
    assert {log.body(each.index) for each in receipts} == {None}


async def test_a_decade(bench, counted, files, monkeypatch):
    """Every quarter something is recorded about ten people, for one to five years, and then what is due goes."""
    monkeypatch.setattr("gateway.tlog.erasing.retention.REST", 0)
    bench.clock.moment = datetime(2026, 1, 15, 12, tzinfo=UTC)
    logs, told = await bench.logs(), []
    for month in range(0, 120, 3):
        year, number = divmod(month, 12)
        bench.clock.moment = datetime(2026 + year, number + 1, 15, 12, tzinfo=UTC)
        for person in range(3):
            until = (bench.clock.moment + timedelta(days=365 * (1 + (month + person) % 5))).date()
            who = {"subject": f"v1:{(month + person) % 10}", "case": f"zaak-{month % 7}", "retain_until": until}
            told.append((until, await bench.append(logs, **who)))
        day = today(bench.clock.now())
        await retention_of(bench, logs, counted).run(day)
        if month % 30 == 0:
            await _check(logs, told, day)
    await _check(logs, told, today(bench.clock.now()))
    keys = await logs.keys(Tenant.ZVH)
    assert count(counted, Tenant.ZVH, keys.due(date(2099, 1, 1), 1 << 20)).total() == sum(
        until > today(bench.clock.now()) for until, _ in told
    )
    logs.close()


async def _check(logs, told, day: date) -> None:
    seen = Counter()
    for until, receipt in told:
        log = await logs.log(Tenant.ZVH, int(receipt.leaf.time[:4]))
        assert (log.body(receipt.index) is None) is (until <= day), (until, day)
        seen[until <= day] += 1
    assert seen[False]


def contents(folder) -> dict[str, bytes]:
    """Every file but the index of a WAL, which is memory that readers share."""
    return {
        str(file): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.name.endswith("-shm")
    }

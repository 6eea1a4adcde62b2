"""A stamp a day on each log: from an honest authority, and from one that is not there."""

from datetime import timedelta

import pytest
import structlog

from gateway.model.codes import Tenant
from gateway.model.log import Published
from gateway.tlog import Logs
from gateway.tlog.publication.doors import Silent
from gateway.tlog.publication.stamping import RETRY, Stamping
from gateway.tlog.turn import closing
from tests.unit.tlog.bench import Bench

DAY = timedelta(days=1)


class Authority:
    """Stamps whatever it is given, until it is `down`."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.down = False

    async def stamp(self, note: bytes) -> bytes:
        self.asked.append(note)
        if self.down:
            raise Silent("not reached")
        return b"stamp on " + note


@pytest.fixture
def authority() -> Authority:
    return Authority()


@pytest.fixture
async def stamping(bench: Bench, logs: Logs, authority: Authority) -> Stamping:
    for log in logs.opened.values():
        await log.publish(Published(0, f"published {log.origin}", None))
    return Stamping([logs], authority, bench.clock.now)


async def test_one_a_day_of_what_is_published_then(bench: Bench, logs: Logs, authority: Authority, stamping: Stamping):
    log = logs.opened[Tenant.ZVH, 2026]
    for _ in range(2):
        await stamping.stamp()
    assert len(authority.asked) == 2, "each log once"
    [stamp] = log.stamps()
    assert stamp.checkpoint == f"published {log.origin}"
    assert stamp.token == b"stamp on " + stamp.checkpoint.encode()
    assert stamp.day.isoformat() == "2026-11-25"
    bench.clock.moment += timedelta(hours=2)  # 23:00 UTC is the next day in Amsterdam
    await log.publish(Published(1, "published later", None))
    await stamping.stamp()
    assert [each.checkpoint for each in log.stamps()] == [f"published {log.origin}", "published later"]


async def test_nothing_is_stamped_before_something_is_published(bench: Bench, logs: Logs, authority: Authority):
    await Stamping([logs], authority, bench.clock.now).stamp()
    assert authority.asked == []


async def test_an_authority_that_is_down_is_asked_again_and_told_after_a_day(
    bench: Bench, logs: Logs, authority: Authority, stamping: Stamping
):
    authority.down = True
    with structlog.testing.capture_logs() as told:
        for _ in range(4):
            await stamping.stamp()
            bench.clock.moment += timedelta(hours=8)
        assert {each["event"] for each in told} == {"stamp-refused"}
        for _ in range(3):
            await stamping.stamp()
        assert [each["event"] for each in told].count("stamp-missing") == 2, "once a day for each log"
        bench.clock.moment += DAY
        await stamping.stamp()
        assert [each["event"] for each in told].count("stamp-missing") == 4
        authority.down, asked = False, len(authority.asked)
        await stamping.stamp()
        assert len(authority.asked) == asked, "it was asked again at once"
        bench.clock.moment += RETRY
        await stamping.stamp()
        assert [each["event"] for each in told].count("stamped") == 2
    assert len(logs.opened[Tenant.ZVH, 2026].stamps()) == 1


async def test_a_closed_log_is_stamped_once_more(bench: Bench, logs: Logs, authority: Authority, stamping: Stamping):
    log = logs.opened[Tenant.ZVH, 2026]
    await log.append(closing("log.example/zvh/2027", id=bench.chance.new(), simulation=False), bench.clock.now())
    await log.publish(Published(1, "closed", None))
    for _ in range(3):
        await stamping.stamp()
        bench.clock.moment += DAY
    assert [each.checkpoint for each in log.stamps()] == ["closed"]

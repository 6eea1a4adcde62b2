"""What the gateway erases by itself goes on after whatever failed."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog

from gateway.app import open_keys
from gateway.app.clock import SystemClock, Uuid7
from gateway.app.erasing import open_erasing
from gateway.app.logs import open_looked
from gateway.model.codes import Tenant
from gateway.model.erasure import ErasureReason
from gateway.settings import Settings
from gateway.store.sqlite.database import open_reader
from gateway.tlog.erasing.erasure import retire
from tests.unit.tlog.bench import SUBJECT, Bench


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in {"LOOK": 0.02, "AFTER_FAULT": 0.02, "NIGHT": 0}.items():
        monkeypatch.setattr(f"gateway.app.erasing.{name}", value)
    return Settings(development=True, state=tmp_path / "state")


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - there is nobody who could set an event
            await asyncio.sleep(0.01)


async def test_a_file_of_keys_that_fails_and_a_report_that_cannot_be_kept_end_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "other").write_bytes(b"no database" * 100)
    bench = Bench(settings.state)
    logs, looked = await bench.logs(), open_looked(settings, open_keys(settings))
    (settings.state / "retention.jsonl").mkdir()
    await bench.append(logs)
    keys = await logs.keys(Tenant.ZVH)
    good, keys._reader = keys._reader, open_reader(tmp_path / "other")
    try:
        with structlog.testing.capture_logs() as told:
            async with open_erasing(settings, logs, looked, logs):
                await until(lambda: {"erasure-waits", "retention-failed"} <= {each["event"] for each in told})
                keys._reader.close()
                keys._reader = good
                reason, owned = ErasureReason.ON_REQUEST, keys.owned("subject", SUBJECT)
                [begun] = retire(keys, owned, reason, "pia", SystemClock(), Uuid7())
                await until(lambda: keys.tombstone_of(begun.id))
                assert keys.unfinished() == []
        [waits, *_] = [each for each in told if each["event"] == "erasure-waits"]
        assert waits["code"] == "log-unavailable"
    finally:
        logs.close()
        looked.close()

"""With PostgreSQL looks are recorded there, by many commands at once, and the log is held against its counters."""

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.app import SystemClock, Uuid7, databases
from gateway.cli._log._logs import open_logs
from gateway.model.codes import Tenant
from gateway.model.counted import Counted, Passage
from gateway.review.looks import Looks
from gateway.settings import Settings
from gateway.store.postgres.counters import PostgresCounters
from gateway.store.postgres.shelf import PostgresShelf
from gateway.tlog import Logs
from gateway.workbench.cases import shipped
from gateway.workbench.records import Records
from tests.support.postgres import Server, postgres_server
from tests.unit.tlog.bench import Bench
from tests.unit.verify.oracle import Key
from tests.unit.workbench.conftest import keep_keys
from tests.unit.workbench.test_audit import command

__all__ = ["postgres_server"]
pytestmark = pytest.mark.part("postgresql")
RECIPIENT = "00000001800000001000"


@pytest.fixture
def settings(tmp_path: Path, postgres_server: Server, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Those of a gateway that keeps everything in a database of its own."""
    url = postgres_server.migrated()
    for name, value in (("STATE", tmp_path), ("DATABASE", url), ("BODYKEYS_DATABASE", url)):
        monkeypatch.setenv(f"SLUIS_{name}", str(value))
    keep_keys(tmp_path)
    return Settings(development=True)


def looks(settings: Settings) -> list[tuple[str, str, int]]:
    with open_logs(settings) as logs:
        return [(each.look.what, each.look.filter, each.look.count) for each in Looks(logs).all()]


async def record(settings: Settings, tmp_path: Path) -> str:
    """One disclosure in the log of the ZVH, counted when it left; its request id."""
    bench, facts = Bench(tmp_path / "bench"), shipped().baseline("zvh-casusoverleg")
    identifiers = Uuid7()
    logs = Logs(
        shelf=PostgresShelf(*databases(settings)),
        host=settings.log_host,
        signer=lambda stream, origin: Key(origin),
        clock=SystemClock(),
        identifiers=identifiers,
        randomness=bench.chance,
        queue=9,
    )
    request, body = identifiers.new(), {"facts": facts, "decision": {"fields": [{"granted": True}]}}
    encoded = {name: json.dumps(value) for name, value in body.items()}
    content = json.dumps({"version": 1, "source": "toezicht", **encoded}).encode()
    receipt = await logs.append(Tenant.ZVH, datetime.now(UTC), bench.record(request_id=request, body=content))
    async with databases(settings)[0].pool(most=1) as pool:
        digest = receipt.released_sha256 or ""
        await PostgresCounters(pool).count(Counted(Passage.RELEASED, request, Tenant.ZVH, RECIPIENT, digest=digest))
    await asyncio.to_thread(logs.close)
    return request


async def test_reconciling_reads_the_database_and_records_the_look_there(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    request = await record(settings, tmp_path)
    with open_logs(settings) as logs:
        [found] = Records(logs).each()
        assert found.request_id == request
        assert Records(logs).find(request) == found
    assert await command("log", "reconcile") == 0
    told = capsys.readouterr().out
    assert "zvh       1 vastgelegd als verstrekt; geteld: 0 gevraagd aan bronnen, 1 uitgegaan, 0 opgehaald" in told
    assert looks(settings) == [("log reconcile", "alle dagen", 1)]
    assert not (tmp_path / "log").exists()


def test_processes_record_beside_each_other(settings: Settings) -> None:
    program = (
        "import sys\n"
        "from gateway.cli._audit import record_look\n"
        "from gateway.model.codes import Tenant\n"
        "from gateway.settings import Settings\n"
        "for n in range(3):\n"
        "    record_look(Settings(development=True), 'beside', f'{sys.argv[1]}-{n}', {Tenant.GEMEENTE: 1})\n"
    )
    processes = [subprocess.Popen([sys.executable, "-c", program, str(n)]) for n in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert sorted(filter for _, filter, _ in looks(settings)) == sorted(f"{p}-{n}" for p in range(3) for n in range(3))

"""What `gateway log status` sees, and what it says that somebody must do."""

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.cli import main
from gateway.cli._log._running import queues, running
from gateway.cli._log.status import as_text
from gateway.crypto.keystore import KeyStore
from gateway.model.codes import Tenant
from gateway.model.log import Published, Stamp
from gateway.store.sqlite.log import SqliteLogStorage
from gateway.store.sqlite.shelf import SharedShelf
from gateway.tlog import Logs
from gateway.verify import VerifierKey
from tests.unit.tlog.bench import Bench, Clock
from tests.unit.verify.oracle import Cosigner

Status = Callable[..., tuple[int, dict[str, Any]]]
NOW = datetime.now(UTC)
ZVH = f"zvh-{NOW.year}.sqlite"
PASSPHRASE = b"a passphrase of the tests alone"
WITNESS = Cosigner("witness.example/w")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "state", clock=Clock(NOW))


@pytest.fixture
def status(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Status:
    (tmp_path / "passphrase").write_bytes(PASSPHRASE)

    def ask(**settings: str) -> tuple[int, dict[str, Any]]:
        values = {"state": str(bench.folder), "passphrase_file": str(tmp_path / "passphrase"), "port": "1"} | settings
        for name, value in values.items():
            monkeypatch.setenv(f"SLUIS_{name.upper()}", value)
        ended = main(["log", "status", "--json"])
        told = json.loads(capsys.readouterr().out)
        return ended, told

    return ask


async def fill(bench: Bench, *, keys_made: datetime = NOW, count: int = 2, **members: object) -> str:
    """A state with keys and a log; the checkpoint of the ZVH's."""
    if not (bench.folder / "keys").exists():
        KeyStore.create(bench.folder / "keys", PASSPHRASE, now=keys_made)
    logs = await bench.logs()
    for _ in range(count):
        await bench.append(logs, **members)
    checkpoint = (await logs.log(Tenant.ZVH, bench.clock.now().year)).checkpoint
    logs.close()
    return checkpoint


def publish(bench: Bench, published: Published, *stamps: Stamp) -> None:
    for path in (bench.folder / "log").glob("*.sqlite"):
        storage = SqliteLogStorage(path)
        storage.publish(published)
        for stamp in stamps:
            storage.stamp(stamp)
        storage.close()


def test_there_is_nothing_yet(status: Status) -> None:
    ended, told = status()
    assert (ended, told["logs"], told["gateway"]) == (1, [], {"ready": False, "checks": None})
    assert told["problems"][0] == "Er is nog geen log. Start de gateway."
    assert "key-missing" in told["problems"][1]


async def test_all_is_well(bench: Bench, status: Status) -> None:
    checkpoint = await fill(bench)
    publish(bench, Published(2, checkpoint, NOW), Stamp(NOW.date(), checkpoint, b"token"))
    ended, told = status()
    assert (ended, told["problems"]) == (0, [])
    zvh = next(log for log in told["logs"] if log["stream"] == "zvh")
    seen = ("origin", "size", "closed", "published", "stamps", "stamped", "previous", "next", "waiting")
    assert [zvh[name] for name in seen] == [
        f"log.example/zvh/{NOW.year}",
        2,
        False,
        2,
        1,
        NOW.date().isoformat(),
        None,
        None,
        None,
    ]
    assert datetime.fromisoformat(zvh["recorded_at"]) == NOW.replace(microsecond=NOW.microsecond // 1000 * 1000)
    assert {key["purpose"] for key in told["keys"]} >= {"log-zvh", "published-gemeente"}
    assert {key["until"] for key in told["keys"]} == {(NOW + timedelta(days=730)).date().isoformat()}


@pytest.mark.parametrize(
    ("age", "problem"),
    [
        (None, "nog door te weinig getuigen gezien"),
        (timedelta(hours=2), "2 uur geleden door genoeg"),
        (timedelta(0), None),
    ],
)
async def test_the_age_of_what_witnesses_saw(
    bench: Bench, status: Status, tmp_path: Path, age: timedelta | None, problem: str | None
) -> None:
    checkpoint = await fill(bench)
    text = checkpoint.partition("\n\n")[0] + "\n"
    moment = NOW - (age or timedelta(0))
    note = checkpoint + WITNESS.line(text, int(moment.timestamp()))
    publish(bench, Published(2, note, None if age is None else moment))
    policy = tmp_path / "policy"
    policy.write_text(f"witness one {WITNESS.vkey} https://witness.example/w\nquorum one\n")
    ended, told = status(witnesses=str(policy))
    zvh = next(log for log in told["logs"] if log["stream"] == "zvh")
    assert datetime.fromisoformat(zvh["cosigned"]["one"]) == moment.replace(microsecond=0)
    said = [each for each in told["problems"] if "witness-stale" in each]
    assert (ended, len(said)) == ((1, 2) if problem else (0, 0))
    assert all(problem in each for each in said if problem)


async def test_a_log_of_who_looked_that_nobody_saw_stops_nothing_and_is_told(
    bench: Bench, status: Status, tmp_path: Path
) -> None:
    await fill(bench)
    logs = Logs(
        shelf=SharedShelf(bench.folder),
        host="log.example",
        signer=lambda stream, origin: bench._key(stream, origin, b""),
        clock=bench.clock,
        identifiers=bench.chance,
        randomness=bench.chance,
        queue=8,
        streams=("audit-zvh",),
    )
    await bench.append(logs, "audit-zvh")
    logs.close()
    policy = tmp_path / "policy"
    policy.write_text(f"witness one {WITNESS.vkey} https://witness.example/w\nquorum one\n")
    ended, told = status(witnesses=str(policy))
    [said] = [each for each in told["problems"] if each.startswith("audit-zvh")]
    assert ended == 1
    assert said.endswith("door te weinig getuigen gezien: vrijgeven gaat door (witness-stale).")
    audit = next(log for log in told["logs"] if log["stream"] == "audit-zvh")
    key = KeyStore.open(bench.folder / "keys", PASSPHRASE).note_signer("audit-zvh", audit["origin"])
    assert audit["signer"] == str(VerifierKey(key.name, key.public))


async def test_a_stamp_that_is_late(bench: Bench, status: Status, tmp_path: Path) -> None:
    checkpoint = await fill(bench)
    old = NOW.date() - timedelta(days=3)
    publish(bench, Published(2, checkpoint, NOW), Stamp(old, checkpoint, b"token"))
    ended, told = status(tsa_url="https://tsa.example", tsa_roots=str(tmp_path / "roots.pem"))
    assert (ended, told["problems"]) == (1, [f"zvh/{NOW.year} heeft sinds {old} geen tijdstempel."])


async def test_a_disk_that_is_full(bench: Bench, status: Status, capsys: pytest.CaptureFixture[str]) -> None:
    await fill(bench)
    ended, told = status(min_free_disk=str(1 << 40))
    assert ended == 1
    assert "disk-full" in told["problems"][0]
    assert main(["log", "status"]) == 1
    text = capsys.readouterr().out
    assert f"zvh/{NOW.year}: 2 regels  (log.example/zvh/{NOW.year})\n" in text
    assert text.endswith(f"\nLet op: {told['problems'][0]}\n")


async def test_keys_that_are_too_old_or_closed(
    bench: Bench, status: Status, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await fill(bench, keys_made=NOW - timedelta(days=731))
    ended, told = status()
    assert (ended, len(told["problems"])) == (1, 6)
    assert all("moest voor" in each for each in told["problems"])
    (tmp_path / "passphrase").write_bytes(b"another passphrase of the tests")
    ended, told = status()
    assert "keys-unreadable" in told["problems"][0]
    assert main(["log", "status"]) == 1
    assert "?" not in capsys.readouterr().out


def test_a_days_run_of_erasing_is_told_in_dutch() -> None:
    run = {"stream": "zvh", "keys": 0, "outcome": "nothing", "day": "2026-11-26", "at": "2026-11-26T05:09:16+00:00"}
    runs = [run, run | {"keys": 1, "outcome": "erased"}, run | {"keys": 2, "outcome": "failed: log-unavailable"}]
    gateway = {"checks": None, "ready": False}
    found = {"logs": [], "keys": [], "retention": runs, "disk_free": None, "gateway": gateway, "problems": []}
    said = [line.partition(" tot en met ")[0] for line in as_text(found, NOW)]
    assert said[:3] == [
        "gewist in zvh: niets",
        "gewist in zvh: 1 sleutel",
        "gewist in zvh: 2 sleutels, en daarna mislukt (log-unavailable),",
    ]


async def test_a_year_that_was_not_closed(bench: Bench, status: Status) -> None:
    bench.clock.moment = NOW - timedelta(days=366)
    await fill(bench)
    ended, told = status()
    assert (ended, told["problems"]) == (0, [])
    copy = (bench.folder / "log" / f"zvh-{NOW.year - 1}.sqlite").read_bytes()
    (bench.folder / "log" / ZVH).write_bytes(copy)
    ended, told = status()
    assert told["problems"] == [f"zvh/{NOW.year - 1} is niet gesloten, terwijl er een log van {NOW.year} is."]
    (bench.folder / "log" / ZVH).unlink()
    bench.clock.moment = NOW
    await fill(bench)
    links = {log["year"]: (log["closed"], log["next"], log["previous"]) for log in status()[1]["logs"] if log["size"]}
    old, new = (f"log.example/zvh/{year}" for year in (NOW.year - 1, NOW.year))
    assert links == {NOW.year - 1: (True, new, None), NOW.year: (False, None, old)}


async def test_what_should_have_been_erased_days_ago(bench: Bench, status: Status) -> None:
    await fill(bench, retain_until=NOW.date() - timedelta(days=3))
    ended, told = status()
    assert ended == 1
    assert "bewaartermijn" in told["problems"][0]
    assert set(told["overdue"]) == {"zvh"}


class Gateway(http.server.BaseHTTPRequestHandler):
    """Answers as a gateway does that lacks its disk and has records that wait."""

    def do_GET(self) -> None:
        metrics = self.path == "/metrics"
        text = 'sluis_log_queue_depth{stream="zvh",year="2026"} 7.0\nsluis_other{year="2026"} 1.0\n'
        document = json.dumps({"checks": {"log": "up", "disk": "down"}})
        self.send_response(200 if metrics else 503)
        self.end_headers()
        self.wfile.write((text if metrics else document).encode())

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def port() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gateway) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


async def test_what_only_the_gateway_knows_is_asked_of_it(bench: Bench, status: Status, port: int) -> None:
    await fill(bench)
    ended, told = status(port=str(port))
    assert (ended, told["problems"]) == (1, ["De gateway is niet gereed: disk."])
    assert queues(port) == {("zvh", 2026): 7}
    assert running("127.0.0.1", port) == {"ready": False, "checks": {"log": "up", "disk": "down"}}
    assert (queues(None), queues(1), running("127.0.0.1", 1)["checks"]) == ({}, {}, None)

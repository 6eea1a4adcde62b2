"""`gateway log erase` and `gateway log retention`, beside a gateway that serves and without one."""

import asyncio
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.app import Uuid7, open_gateway, open_keys
from gateway.cli import main
from gateway.crypto.pseudonym import HmacPseudonyms
from gateway.model.amsterdam import day_of
from gateway.model.codes import Tenant
from gateway.model.record import NewRecord, RecordClass
from gateway.settings import Settings
from gateway.store.reports import Reports
from gateway.verify import verify_receipt
from gateway.verify.evidence import Evidence

BSN = "999993653"
BODY = b'{"decision":"nobody","facts":"none"}'
WHY = ("--reason", "verzoek-betrokkene", "--by", "fg-1")
NOW = datetime.now(UTC)
YEAR = day_of(NOW).year
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SLUIS_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("SLUIS_DEVELOPMENT", "true")
    monkeypatch.setattr("gateway.app.erasing.NIGHT", 24)
    return Settings()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str, typed: str = "") -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        ended = main(["log", *words])
        return ended, "".join(capsys.readouterr())

    return run


def record(settings: Settings, **members: object) -> NewRecord:
    subject = HmacPseudonyms(open_keys(settings)).of(Tenant.ZVH, BSN)
    plain = {"simulation": False, "body": BODY, "subject": subject, "case": "ZVH-1"}
    return NewRecord(RecordClass.WEIGERING, Uuid7().new(), "none", **(plain | members))


async def test_beside_a_gateway_a_person_is_erased_and_the_number_stands_nowhere(settings, run, tmp_path):
    async with open_gateway(settings) as gateway:
        receipt = await gateway.logs.append(Tenant.ZVH, NOW, record(settings))
        log = await gateway.logs.log(Tenant.ZVH, YEAR)
        erase = ("erase", "--subject-from-stdin", "--tenant", "zvh")
        ended, said = await asyncio.to_thread(run, *erase, "--dry-run", typed=BSN)
        assert (ended, "1 sleutels zouden vervallen. Er is niets veranderd.\n" in said) == (0, True)
        assert log.body(receipt.index) == BODY
        ended, said = await asyncio.to_thread(run, *erase, *WHY, typed=f"{BSN}\n")
        assert (ended, said.count("Gewist.")) == (0, 1)
        tombstone = re.search(r"[0-9a-f-]{36}", said)[0]
        assert (log.body(receipt.index), log.index_of(tombstone)) == (None, 2)
        verify_receipt(receipt.text, [str(each) for each in log.verifiers])
        ended, said = await asyncio.to_thread(run, *erase, *WHY, typed=BSN)
        assert (ended, "Hiervan wordt niets bewaard." in said, BSN in said) == (1, True, False)
        proof = tmp_path / "proof.evidence.json"
        ended, _ = await asyncio.to_thread(run, "evidence", tombstone, "-o", str(proof))
        assert ended == 0
        [proved] = Evidence.parse(proof.read_bytes()).records
        assert json.loads(proved.statement)["by"] == "fg-1"
        keys = tmp_path / "keys.txt"
        keys.write_text("\n".join(str(each) for each in log.verifiers))
        assert main(["verify", str(proof), "--keys", str(keys)]) == 0
    stored = b"".join(file.read_bytes() for file in settings.state.rglob("*") if file.is_file())
    assert BSN.encode() not in stored
    assert BODY not in stored


async def test_without_a_gateway_the_command_finishes_it_by_itself(settings, run):
    async with open_gateway(settings) as gateway:
        case = await gateway.logs.append(Tenant.ZVH, NOW, record(settings))
        request = await gateway.logs.append(Tenant.ZVH, NOW, record(settings, case=None, subject=None))
    for which in (("--case", "ZVH-1"), ("--request", request.leaf.request_id)):
        ended, said = await asyncio.to_thread(run, "erase", *which, "--tenant", "zvh", "--dry-run")
        assert (ended, "weigering" in said) == (0, True)
        ended, said = await asyncio.to_thread(run, "erase", *which, "--tenant", "zvh", *WHY)
        assert (ended, said.count("Gewist.")) == (0, 1)
    async with open_gateway(settings) as gateway:
        log = await gateway.logs.log(Tenant.ZVH, YEAR)
        assert [log.body(each.index) for each in (case, request)] == [None, None]
        assert log.size == 5


async def test_where_witnesses_must_be_heard_first_only_a_gateway_finishes(settings, run, tmp_path, monkeypatch):
    async with open_gateway(settings) as gateway:
        await gateway.logs.append(Tenant.ZVH, NOW, record(settings))
    monkeypatch.setattr("gateway.cli._log._erasing.PATIENCE", 0.5)
    monkeypatch.setenv("SLUIS_WITNESSES", str(tmp_path / "policy"))
    ended, said = await asyncio.to_thread(run, "erase", "--case", "ZVH-1", "--tenant", "zvh", *WHY)
    assert (ended, "Begonnen." in said) == (4, True)
    async with open_gateway(settings) as gateway:
        log = await gateway.logs.log(Tenant.ZVH, YEAR)
        await _until(lambda: log.body(1) is None)
        assert log.size == 3


async def _until(held: Callable[[], bool]) -> None:
    for _ in range(100):
        if held():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it did not come to be in ten seconds")


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        (("--subject-from-stdin", *WHY), "99999365"),
        (("--subject-from-stdin", *WHY), "999993654"),
        (("--subject-from-stdin", *WHY), ""),
        (("--case", "ZVH-1"), ""),
        (("--case", "ZVH-1", "--reason", "verzoek-betrokkene", "--by", BSN), ""),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_made(settings, run, words, typed):
    ended, said = run("erase", "--tenant", "zvh", *words, typed=typed)
    assert ended == 2
    assert "99999365" not in said
    assert not settings.state.exists()


async def test_what_is_due_is_told_and_then_erased(settings, run):
    yesterday, later = day_of(NOW) - timedelta(days=1), day_of(NOW) + timedelta(days=30)
    async with open_gateway(settings) as gateway:
        due = await gateway.logs.append(Tenant.ZVH, NOW, record(settings, retain_until=yesterday))
        kept = await gateway.logs.append(Tenant.ZVH, NOW, record(settings, retain_until=later))
    for day, lines in ((str(day_of(NOW)), 1), (str(later), 2)):
        ended, said = await asyncio.to_thread(run, "retention", "--dry-run", "--day", day)
        assert (ended, said.count("  zvh/"), "zou vervallen" in said) == (0, lines, True)
    ended, said = await asyncio.to_thread(run, "retention", "--json")
    told = {each["stream"]: each for each in map(json.loads, said.splitlines())}
    assert (ended, told["zvh"]["outcome"], told["zvh"]["keys"], len(told["zvh"]["tombstones"])) == (0, "erased", 2, 1)
    assert [each["outcome"] for each in Reports(settings.state).newest()] == ["erased"]
    assert "gewist in zvh: 2 sleutels tot en met" in (await asyncio.to_thread(run, "status"))[1]
    lines = (await asyncio.to_thread(run, "retention"))[1].splitlines()
    assert {line.partition(" de termijn")[0] for line in lines} >= {f"{each}: niets waarvan" for each in Tenant}
    async with open_gateway(settings) as gateway:
        log = await gateway.logs.log(Tenant.ZVH, YEAR)
        assert [log.body(each.index) for each in (due, kept)] == [None, BODY]


async def test_a_gateway_does_so_by_itself_once_a_day(settings, monkeypatch):
    monkeypatch.setattr("gateway.app.erasing.NIGHT", 0)
    async with open_gateway(settings) as gateway:
        await _until(lambda: _outcomes(settings).keys() >= set(Tenant))
        receipt = await gateway.logs.append(Tenant.ZVH, NOW, record(settings, retain_until=day_of(NOW)))
    assert set(_outcomes(settings).values()) == {"nothing"}
    text = (settings.state / "retention.jsonl").read_text().replace(str(day_of(NOW)), "2026-01-01")
    (settings.state / "retention.jsonl").write_text(text + '{"cut off')
    async with open_gateway(settings) as gateway:
        log = await gateway.logs.log(Tenant.ZVH, YEAR)
        await _until(lambda: log.body(receipt.index) is None)
        await _until(lambda: _outcomes(settings).items() >= {("zvh", "erased"), ("gemeente", "nothing")})
        assert log.size == 3


def _outcomes(settings) -> dict[str, str]:
    """Those of the newest run, by stream."""
    return {each["stream"]: each["outcome"] for each in Reports(settings.state).newest()}

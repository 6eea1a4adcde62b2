"""`gateway log reconcile`: it reads what parties hand over, tells differences in Dutch, and records who looked."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.cli import main
from gateway.client.counting import counts
from gateway.model.codes import Tenant
from gateway.model.counted import Counted, Passage
from gateway.model.record import Leaf
from gateway.store.sqlite.counters import SqliteCounters
from gateway.store.sqlite.log_folder import LogFolder
from gateway.tlog.sealed import SealedRecords
from gateway.workbench.cases import shipped
from gateway.workbench.reconcile.parties import PartyCounts, Role, WrongFile
from tests.unit.workbench.conftest import Record, keep_keys
from tests.unit.workbench.test_audit import command, looks

GRANTED = shipped().baseline("zvh-casusoverleg")
COLLEGE, PROBATION = "00000001800000001000", "00000001800000002000"
ID = "01999999-0000-7000-8000-000000000001"
RECIPIENT = {"version": 1, "role": "recipient", "oin": COLLEGE, "requests": [ID]}
HOLDER = {"version": 1, "role": "holder", "oin": PROBATION, "source": "toezicht", "days": {"2026-11-26": 2}}


@pytest.fixture
async def state(tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder with one disclosure, counted from asking to leaving."""
    await record([GRANTED], source="toezicht")
    state = tmp_path / "state"
    monkeypatch.setenv("SLUIS_STATE", str(state))
    [sealed] = SealedRecords(LogFolder(state)).of(Tenant.ZVH, 2026)
    leaf = Leaf.from_bytes(sealed.leaf)
    counters = SqliteCounters.open(state, now=datetime(2025, 1, 1, tzinfo=UTC))
    await counters.count(Counted(Passage.ASKED, leaf.request_id, Tenant.ZVH, PROBATION, "toezicht"))
    digest = leaf.released_sha256 or ""
    await counters.count(Counted(Passage.RELEASED, leaf.request_id, Tenant.ZVH, COLLEGE, digest=digest))
    counters.close()
    return state


async def test_where_all_agrees_it_says_so_and_records_the_look(state: Path, capsys) -> None:
    assert await command("log", "reconcile") == 0
    told = capsys.readouterr().out
    assert "zvh       1 vastgelegd als verstrekt; geteld: 1 gevraagd aan bronnen, 1 uitgegaan, 0 opgehaald" in told
    assert told.endswith("\nAlles klopt.\n")
    [look] = looks(state)
    assert (look["what"], look["filter"], look["count"]) == ("log reconcile", "alle dagen", 1)


async def test_what_a_recipient_has_without_a_record_is_an_alarm(state: Path, tmp_path: Path, capsys) -> None:
    (tmp_path / "r.json").write_text(json.dumps({**RECIPIENT, "requests": ["0199a8c9-0000-7000-8000-00000000ffff"]}))
    assert await command("log", "reconcile", "--recipient", str(tmp_path / "r.json")) == 1
    told = capsys.readouterr().out
    assert f"ALARM: 1 ligt bij ontvanger {COLLEGE}, zonder logregel" in told
    assert "0199a8c9-0000-7000-8000-00000000ffff" in told
    assert "ALARM: 1 verzoeken gingen langs het logboek" in told
    assert await command("log", "reconcile", "--recipient", str(tmp_path / "r.json"), "--day", "2020-01-01") == 0
    assert "dag 2020-01-01" in capsys.readouterr().out


async def test_more_than_a_holder_s_count_allows_is_an_alarm(state: Path, tmp_path: Path, capsys) -> None:
    (tmp_path / "h.json").write_text(json.dumps(HOLDER))
    assert await command("log", "reconcile", "--holder", str(tmp_path / "h.json")) == 1
    assert f"ALARM: 2 meer telt bron {PROBATION}/toezicht dan hier is gevraagd" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        json.dumps({**RECIPIENT, "version": 2}).encode(),
        json.dumps({**RECIPIENT, "role": "holder"}).encode(),
        json.dumps({**RECIPIENT, "oin": "1"}).encode(),
        json.dumps({**RECIPIENT, "requests": ["c0ffee"]}).encode(),
        json.dumps({**RECIPIENT, "requests": ["6fa459ea-ee8a-4ca4-894e-db77e160355e"]}).encode(),
        json.dumps({**RECIPIENT, "requests": None}).encode(),
        json.dumps({**RECIPIENT, "requests": None, "days": {"2026-11-26": -1}}).encode(),
        json.dumps({**RECIPIENT, "requests": None, "days": {"gisteren": 1}}).encode(),
        json.dumps({**RECIPIENT, "requests": None, "days": {"2026-11-26": True}}).encode(),
    ],
)
async def test_a_file_of_another_form_is_refused(tmp_path: Path, content: bytes, capsys) -> None:
    (tmp_path / "r.json").write_bytes(content)
    with pytest.raises(WrongFile):
        PartyCounts.read(tmp_path / "r.json", Role.RECIPIENT)
    assert await command("log", "reconcile", "--recipient", str(tmp_path / "r.json")) == 2
    assert capsys.readouterr().err.startswith("gateway log reconcile: ")


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert main(["log", "reconcile", "--holder", str(tmp_path / "nergens.json")]) == 2


def test_a_gateway_that_never_counted_says_so(tmp_path: Path, monkeypatch, capsys) -> None:
    keep_keys(tmp_path)
    monkeypatch.setenv("SLUIS_STATE", str(tmp_path))
    assert main(["log", "reconcile"]) == 0
    assert "Er is hier nog nooit geteld" in capsys.readouterr().out


def test_a_recipient_counts_what_it_holds_and_nothing_else() -> None:
    class Held:
        def __init__(self, id: str, sealed: str | None) -> None:
            self.id, self.document = id, {"sealed": sealed}

    told = counts(COLLEGE, [Held(ID, "e"), Held(ID, "e"), Held("x", None)])  # type: ignore[list-item]
    assert told == RECIPIENT

"""`gateway registers import FILE`, as an operator runs it."""

import json
from pathlib import Path

import pytest
import yaml

from gateway.app import open_keys
from gateway.cli import main
from gateway.crypto.pseudonym import HmacPseudonyms
from gateway.model.codes import Tenant
from gateway.settings import Settings
from gateway.store.registers.both import Registers
from tests.support.people import people_in_files

BSN = "999993653"
DOCUMENT = {
    "people": [{"bsn": BSN, "born": "1992-04-11", "can_consent": True}],
    "cases": [
        {
            "id": "WMO-2026-0001",
            "track": "gemeentelijk",
            "state": "in-behandeling",
            "participants": [],
            "people": [{"bsn": BSN, "relation": "betrokkene", "linked_to_registered": True}],
        }
    ],
}


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SLUIS_DEVELOPMENT", "true")
    monkeypatch.setenv("SLUIS_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


def write(folder: Path, text: str) -> str:
    path = folder / "registers.yaml"
    path.write_text(text)
    return str(path)


async def test_takes_in_a_file_under_this_gateways_own_pseudonyms(state, tmp_path, capsys):
    assert main(["registers", "import", write(tmp_path, yaml.safe_dump(DOCUMENT))]) == 0
    assert capsys.readouterr().out == "registers: 0 organisations, 1 cases, 1 people taken in\n"
    subject = HmacPseudonyms(open_keys(Settings())).of(Tenant.GEMEENTE, BSN)
    known = await Registers.open(state / "store.sqlite").known("WMO-2026-0001", subject)
    assert known.involvement.relation == "betrokkene"
    assert people_in_files(state) == {}


@pytest.mark.parametrize(
    ("text", "status", "told"),
    [
        ("people: [", 2, "cannot be read"),
        (json.dumps({**DOCUMENT, "people": []}), 1, "/cases/0/people/0/bsn"),
        (json.dumps({"people": [{"bsn": "123456789", "born": "1992-04-11", "can_consent": True}]}), 1, "/people/0/bsn"),
        (json.dumps({"cases": [{**DOCUMENT["cases"][0], "people": [], "linked": ["x"]}]}), 1, "a reference is unknown"),
    ],
)
def test_tells_what_is_wrong_and_shows_nobody(state, tmp_path, capsys, text, status, told):
    assert main(["registers", "import", write(tmp_path, text)]) == status
    output = capsys.readouterr()
    assert output.out == ""
    assert told in output.err
    assert BSN not in output.err
    assert "123456789" not in output.err


def test_a_file_that_is_not_there_is_told(state, tmp_path, capsys):
    assert main(["registers", "import", str(tmp_path / "none.yaml")]) == 2
    assert "cannot be read" in capsys.readouterr().err

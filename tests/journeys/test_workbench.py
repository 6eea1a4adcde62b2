"""The privacy officer's commands beside a gateway that serves: what it recorded is explained, and played again by other
policies, while it goes on.
"""

import asyncio
import re
import shutil
from pathlib import Path

import pytest

from gateway.cli import main
from tests.faults.caller import Caller
from tests.faults.town import FragileTown
from tests.support.requests import EXAMPLES

BILL, TEXT = "wams.gecoordineerde_aanpak", "2023-01-30"


@pytest.fixture
def in_force(root: Path, tmp_path: Path) -> Path:
    """The shipped policies with one dated file more: the bill is the law since the first of January 2024."""
    shutil.copytree(root / "policies", tmp_path / "policies")
    folder = tmp_path / "policies" / "rules" / "bases" / BILL
    text = (folder / TEXT / "data.yaml").read_text()
    assert "\nsince: null\n" in text
    (folder / "2024-01-01").mkdir()
    (folder / "2024-01-01" / "data.yaml").write_text(text.replace("\nsince: null\n", '\nsince: "2024-01-01"\n'))
    for basis in (tmp_path / "policies" / "cases").iterdir():
        if basis.is_dir() and basis.name != BILL:
            shutil.rmtree(basis)
    return tmp_path / "policies"


async def command(*arguments: str) -> int:
    return await asyncio.to_thread(main, ["policy", *arguments])


async def test_what_was_refused_because_a_bill_is_no_law_is_listed_once_it_is(
    town: FragileTown, caller: Caller, root: Path, in_force: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ordinary = (await caller.ask(EXAMPLES["the ordinary case"].document)).json()
    refused = (await caller.ask(EXAMPLES["a bill that is no law"].document)).json()
    assert (ordinary["outcome"], refused["code"]) == ("toegestaan", "grondslag-niet-in-werking")
    capsys.readouterr()
    state = ["--state", str(town.state)]
    assert await command("diff", str(root / "policies"), str(in_force), *state) == 1
    told = capsys.readouterr().out
    listed = next(part for part in told.split("\n\n") if f"verzoek {refused['id']}" in part)
    assert listed.startswith(f"NIEUW TOEGESTAAN: {BILL}\n  vervallen: grondslag-niet-in-werking")
    assert "eerst: geweigerd\n" in listed
    assert "dan: geweigerd, tot de bronhouder instemt\n" in listed
    assert ordinary["id"] not in told
    assert f"{BILL}: in werking sinds: van geen naar 2024-01-01" in told
    assert "Let op" not in told, "what the gateway recorded comes out as it was recorded"
    assert not re.search(r"\b[0-9]{9}\b|Verzonnen", told)
    again = (await caller.ask(EXAMPLES["the ordinary case"].document)).json()
    assert again["outcome"] == "toegestaan", "the gateway was not in anybody's way, nor anybody in its"


async def test_a_refusal_that_was_recorded_is_explained(
    town: FragileTown, caller: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = (await caller.ask(EXAMPLES["a bill that is no law"].document)).json()
    capsys.readouterr()
    assert await command("explain", "--record", refused["id"], "--state", str(town.state)) == 0
    told = capsys.readouterr().out
    assert told.startswith("BESLUIT: Geweigerd\n")
    assert "  ✕ grondslag " in told
    assert "      grondslag-niet-in-werking: Deze grondslag is nog geen geldend recht.\n" in told
    assert not re.search(r"\b[0-9]{9}\b|Verzonnen|Wams\b.*reden", told)

"""What keeps a folder of policies from being read is told in Dutch, and every word that is translated is still said."""

from pathlib import Path

import pytest

from gateway.cli import main
from gateway.workbench.unread import _DUTCH, told
from tests.unit.workbench.conftest import ROW, Copy

PDP = Path(__file__).parents[3] / "gateway" / "pdp"


def test_every_word_that_is_translated_is_one_that_is_said() -> None:
    said = (PDP / "yaml.py").read_text() + (PDP / "bundle.py").read_text()
    assert [word for word in _DUTCH if word not in said] == []


def test_what_is_not_known_is_told_as_it_came() -> None:
    assert told("a/b.rego: line 7: something new") == (
        "a/b.rego",
        7,
        "something new",
        "Herstel of verwijder dit bestand.",
    )
    assert told("a: line of thought")[1:3] == (1, "line of thought")


@pytest.mark.parametrize(
    "words", [["test"], ["explain", "--case", "x"], ["reference", "--check"]], ids=lambda words: words[0]
)
def test_the_commands_tell_it_with_its_line(copy: Copy, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    row = f"rules/bases/{ROW}/data.yaml"
    copy.change(row, 'since: "2025-03-01"', "since: 2025-03-01")
    line = (copy.folder / row).read_text().splitlines().index("since: 2025-03-01") + 1
    assert main(["policy", *words, "--policies", str(copy.folder)]) == 3
    said = capsys.readouterr().err
    assert f"bases/{ROW}/data.yaml:{line}: een waarde die op twee manieren te lezen is" in said
    assert "Doe dit: Zet haar tussen aanhalingstekens" in said

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


@pytest.mark.parametrize(
    "words",
    [
        ["diff", "policies", "policies", "--state", "nergens"],
        ["diff", "policies", "policies", "--cases", "nergens"],
        ["explain", "--record", "x", "--state", "nergens"],
        ["explain", "--case", "x", "--policies", "nergens"],
        ["test", "--policies", "nergens"],
    ],
    ids=["the log", "cases", "a record", "explain", "test"],
)
def test_a_folder_that_was_named_and_is_not_there_does_not_pass_for_an_empty_one(
    root: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    assert main(["policy", *words]) == 2
    told = capsys.readouterr()
    assert told.err == "Er is geen map nergens.\n"
    assert told.out == ""


def test_pages_that_cannot_be_written_are_told(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    out = copy.folder / "README.md" / "pages"
    assert main(["policy", "reference", "--policies", str(copy.folder), "--out", str(out)]) == 2
    assert capsys.readouterr().err == f"{out} kan niet worden geschreven: Not a directory.\n"


def test_a_file_that_may_not_be_read_is_named(
    copy: Copy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read = Path.read_bytes

    def forbidden(path: Path) -> bytes:
        if path.name == "bezwaar.rego":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", forbidden)
    assert main(["policy", "check", "--policies", str(copy.folder)]) == 1
    assert (
        "rules/ladder/bezwaar.rego:1: De map met regels is niet te lezen: Permission denied." in capsys.readouterr().out
    )

"""The tutorial of the policies is walked through in a folder of its own: each command is run, each edit is made, and
what is shown is what comes.

Rules: a `yaml` block is put in the file that the paragraph before it names. Where that paragraph says "in plaats van de
regels met dezelfde naam" its top-level keys take the place of the file's own; otherwise it is the whole file.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.documents.reading import FENCE, agrees

TUTORIAL = Path(__file__).resolve().parents[2] / "policies" / "TUTORIAL.md"
INTO = re.compile(r"[Zz]et dit in `([\w./-]+)`(, in plaats van de regels met dezelfde naam)?:\s*\Z")
LANGUAGES = {"sh", "yaml", "text"}


@dataclass(frozen=True, slots=True)
class Step:
    """One block. `shown`: what a command prints; `file` and `partly`: where an edit goes, and whether it is a part."""

    line: int
    language: str
    text: str
    shown: str | None = None
    file: str | None = None
    partly: bool = False


def steps(text: str) -> Iterator[Step]:
    """The blocks to run and to write, in order."""
    found = list(FENCE.finditer(text))
    for fence, after in zip(found, [*found[1:], None], strict=True):
        line = text.count("\n", 0, fence.start()) + 1
        if fence[1] == "sh":
            follows = after is not None and after[1] == "text" and not text[fence.end() : after.start()].strip()
            yield Step(line, "sh", fence[2], shown=after[2] if after and follows else None)
        elif fence[1] == "yaml":
            into = INTO.search(text[: fence.start()])
            assert into, f"line {line}: nothing says where this goes"
            yield Step(line, "yaml", fence[2], file=into[1], partly=bool(into[2]))


def put(document: str, part: str) -> str:
    """A document in which each top-level key of `part` takes the place of its own."""
    for key in re.findall(r"^(\w+):", part, re.MULTILINE):
        block = re.compile(rf"^{key}:.*\n(?:[ -].*\n)*", re.MULTILINE)
        new = block.search(part)
        assert new, key
        document, count = block.subn(lambda _, new=new: new[0], document, count=1)
        assert count == 1, f"there is no {key}"
    return document


@pytest.fixture
def folder(root: Path, tmp_path: Path) -> Path:
    """A folder like a clone after `make setup`, as far as the tutorial looks."""
    shutil.copytree(root / "policies", tmp_path / "policies")
    program = tmp_path / ".venv" / "bin" / "gateway"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gateway "$@"\n')
    program.chmod(0o700)
    return tmp_path


def say(root: Path, folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SLUIS_")}
    return subprocess.run(
        ["sh", "-e", "-c", command],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@pytest.mark.timeout(300)
def test_the_tutorial_does_what_it_shows(root: Path, folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    for step in steps(TUTORIAL.read_text()):
        if step.file is not None:
            path = folder / step.file
            path.write_text(put(path.read_text(), step.text) if step.partly else step.text)
            continue
        done = say(root, folder, step.text)
        assert done.returncode == 0, f"line {step.line}:\n{done.stdout}{done.stderr}"
        assert step.shown is None or agrees(step.shown, done.stdout), f"line {step.line}:\n{done.stdout}"
    assert sorted(folder.rglob("*")) == before


def test_every_block_is_run_written_or_compared() -> None:
    text = TUTORIAL.read_text()
    languages = [fence[1] for fence in FENCE.finditer(text)]
    assert set(languages) == LANGUAGES
    found = list(steps(text))
    assert len(found) == len([each for each in languages if each != "text"])
    assert len([step for step in found if step.shown]) == languages.count("text")
    commands = " ".join(step.text for step in found if step.language == "sh")
    assert all(f"gateway policy {name} " in commands for name in ("new", "test", "check", "explain", "diff"))


def test_a_part_takes_the_place_of_what_has_its_name() -> None:
    assert (
        put("# x\na: 1\nb:\n  - 2\n  - 3\n\n# y\nc: 4\n", "b: []\na:\n  d: 5\n")
        == "# x\na:\n  d: 5\nb: []\n\n# y\nc: 4\n"
    )
    with pytest.raises(AssertionError, match="there is no z"):
        put("a: 1\n", "z: 2\n")

"""Every command that a document gives is run as it stands, against the sandbox that `make run` starts, and what the
document shows is what comes.

A `make` is not run here: its target must be there, and `make run` is what the sandbox was started with. What needs a
daemon is not run either: the files that it names must be there.
"""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.documents.conftest import Clone
from tests.documents.reading import Block, agrees, blocks

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "deploy/README.md",
    "deploy/RUNBOOK.md",
    "deploy/postgresql.md",
    "deploy/witness.md",
    "deploy/completeness.md",
)
ELSEWHERE = ("docker ", "git clone")
BLOCKS = [block for name in DOCUMENTS for block in blocks(ROOT / name, name)]
SHELL = [block for block in BLOCKS if block.language == "sh"]
COMMANDS = [
    block for block in SHELL if not block.text.startswith("make ") and not any(e in block.text for e in ELSEWHERE)
]
MAKES = [block for block in SHELL if block.text.startswith("make ")]
AFAR = [block for block in SHELL if any(e in block.text for e in ELSEWHERE)]
END = "\x1e"


@pytest.mark.parametrize("block", COMMANDS, ids=str)
def test_a_command_does_what_is_shown(block: Block, clone: Clone, left_out: Callable[[str, str], None]) -> None:
    if re.search(r"^curl\b", block.text, re.MULTILINE) and shutil.which("curl") is None:
        left_out("curl", "curl not found")
    done = clone.run("sh", "-e", "-c", clone.here(block.text))
    assert done.returncode == 0, done.stdout + done.stderr
    assert block.shown is None or agrees(clone.here(block.shown), done.stdout), done.stdout


@pytest.mark.parametrize("name", sorted({block.document for block in BLOCKS if block.language == "python"}))
def test_a_documents_python_is_one_program_that_prints_what_is_shown(name: str, clone: Clone) -> None:
    program = [block for block in BLOCKS if block.document == name and block.language == "python"]
    source = f"\nprint({END!r})\n".join(block.text for block in program)
    done = clone.run(".venv/bin/python", "-W", "error", "-", stdin=clone.here(source))
    assert done.returncode == 0, done.stdout + done.stderr
    for block, said in zip(program, done.stdout.split(f"{END}\n"), strict=True):
        assert block.shown is None or agrees(block.shown, said), f"{block}:\n{said}"


@pytest.mark.parametrize("block", MAKES, ids=str)
def test_a_make_is_there(block: Block, clone: Clone) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for line in block.text.splitlines():
        assert line.split()[:1] == ["make"]
        assert line.split()[1] in targets
        assert all((ROOT / path).exists() for path in re.findall(r"tests/[\w/.]+", line))
    assert block.shown is None or ("make run\n" in block.text and agrees(clone.here(block.shown), clone.said)), (
        clone.said
    )


@pytest.mark.parametrize("block", AFAR, ids=str)
def test_what_is_run_elsewhere_names_files_that_are_there(block: Block) -> None:
    assert all((ROOT / path).exists() for path in re.findall(r"(?<![\w/.])(?:deploy|policies)/[\w/.]+", block.text))


def test_there_is_something_to_run() -> None:
    assert {block.document for block in COMMANDS} >= {"README.md"}
    assert any(block.text == "make run\n" and block.shown for block in MAKES)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_output_is_shown_that_nobody_compares(name: str) -> None:
    shown = [block for block in BLOCKS if block.document == name and block.shown is not None]
    assert len(shown) == (ROOT / name).read_text().count("```text\n")


@pytest.mark.parametrize(
    ("shown", "said", "same"),
    [
        ("a\n", "a\n", True),
        ("a … c\n", "a b c\n", True),
        ("…\nb\n", "x\ny\nb\n", True),
        ("a\n…\n", "a\n", True),
        ("a\n", "a\nb\n", False),
        ("a … c\n", "a b\nc\n", False),
        ("a.\n", "ab\n", False),
        ("…\nb\n", "x\n", False),
    ],
)
def test_what_agrees(shown: str, said: str, same: bool) -> None:
    assert agrees(shown, said) is same

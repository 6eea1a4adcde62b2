"""What may stand in the repository: where, how long, and what no file may name or hold."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOMS = {"gateway", "policies", "keys", "tests", "deploy", ".ci", ".decisions", ".docs", ".locks"}
USUAL = {
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "pyproject.toml",
}
LONGEST = {"gateway": 250, "deploy": 250, ".ci": 250, "tests": 400}

# Assembled, since this file is read by its own test.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("proxy", "golang", "org"),
        ("sum", "golang", "org"),
        ("debian", "org"),
        ("crates", "io"),
        ("docker", "io"),
    )
]
MACHINE_PATH = re.compile(r"(?<![\w./~-])/(?:root|home|Users|wo" + r"rk)/\S+")
BESIDE_THE_CLONE = re.compile(r"\.\./sha" + r"red(?!/vectors)")
PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE " + r"KEY-----")


@cache
def tracked(root: Path) -> tuple[Path, ...]:
    """Every file that is committed or would be, relative to the root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    return tuple(sorted(Path(name) for name in set(listed.split("\0")) if name and (root / name).is_file()))


def texts(root: Path) -> Iterator[tuple[Path, str]]:
    for path in tracked(root):
        try:
            yield path, (root / path).read_text()
        except UnicodeDecodeError:
            continue


def unwanted(text: str, root: Path) -> list[str]:
    """What in a file's text names a machine, a registry or a private key."""
    found = [host for host in REGISTRIES if re.search(rf"(?<![\w-]){re.escape(host)}\b", text)]
    for pattern in (MACHINE_PATH, BESIDE_THE_CLONE, PRIVATE_KEY):
        found += pattern.findall(text)
    return found + [str(root)] * (str(root) in text)


def test_only_the_usual_stands_at_the_top(root: Path) -> None:
    assert {path.parts[0] for path in tracked(root)} <= ROOMS | USUAL
    assert {path.name for path in tracked(root) if len(path.parts) == 1} <= USUAL


def test_no_python_file_outgrows_a_reader(root: Path) -> None:
    long = {str(p) for p in tracked(root) if p.suffix == ".py" and lines(root / p) > LONGEST[p.parts[0]]}
    assert long == set()


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_every_module_states_its_rules(root: Path) -> None:
    modules = [p for p in tracked(root) if p.suffix == ".py" and p.parts[0] in {"gateway", "tests", "deploy", ".ci"}]
    silent = [str(p) for p in modules if not ast.get_docstring(ast.parse((root / p).read_text()))]
    assert modules
    assert silent == []


def test_no_room_is_a_drawer(root: Path) -> None:
    drawers = {"utils.py", "helpers.py", "common.py", "core.py", "misc.py"}
    assert [str(p) for p in tracked(root) if p.name in drawers] == []


def test_no_file_names_a_machine_or_holds_a_private_key(root: Path) -> None:
    assert {str(path): found for path, text in texts(root) if (found := unwanted(text, root))} == {}


@pytest.mark.parametrize(
    "text",
    [
        "see /" + "work/main",
        "/ro" + "ot/.cache",
        "https://registry.npm" + "js.org/jose",
        "files.python" + "hosted.org",
        "../sha" + "red/contract.md",
        "-----BEGIN EC PRIVATE " + "KEY-----",
    ],
)
def test_what_is_unwanted_is_seen(text: str, root: Path) -> None:
    assert unwanted(text, root)


@pytest.mark.parametrize("text", ["wetten.overheid.nl/home/x", "/var/lib/sluis", "../sha" + "red/vectors", "/livez"])
def test_what_is_wanted_is_let_be(text: str, root: Path) -> None:
    assert unwanted(text, root) == []


def test_the_folder_of_keys_is_public(root: Path) -> None:
    private = [str(p) for p, text in texts(root) if p.parts[0] == "keys" and re.search(r'"(?:d|k|p|q)"\s*:', text)]
    assert private == []


def test_no_state_is_committed(root: Path) -> None:
    state = {".sluis", ".venv", ".parts", "node_modules", "__pycache__"}
    assert [str(p) for p in tracked(root) if state & set(p.parts) or p.suffix in {".sqlite", ".db", ".pem"}] == []

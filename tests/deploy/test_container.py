"""deploy/Containerfile: what it copies is there and enough, what it installs is pinned, it runs as nobody special."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.utils import canonicalize_name

from tests.deploy.containerfile import copied, of

INSTRUCTIONS = {
    "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "RUN", "USER", "VOLUME", "WORKDIR",
}  # fmt: skip
IMPORT_ALL = """
import importlib, importlib.abc, pkgutil, sys

class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
import gateway
assert gateway.__file__.startswith({tree!r}), gateway.__file__
modules = [m.name for m in pkgutil.walk_packages(gateway.__path__, "gateway.") if not m.name.endswith("__main__")]
for name in modules:
    importlib.import_module(name)
print(len(modules))
"""


def test_every_instruction_is_one(containerfile: list[tuple[str, str]]) -> None:
    assert {instruction for instruction, _ in containerfile} <= INSTRUCTIONS
    assert [value.rpartition(" AS ")[2] for value in of(containerfile, "FROM")] == ["build", "python:3.13-slim"]


def test_what_it_copies_is_there_and_not_ignored(containerfile: list[tuple[str, str]], root: Path) -> None:
    rules = (root / "deploy/Containerfile.dockerignore").read_text().splitlines()
    assert "*" in rules
    for source in copied(containerfile):
        assert (root / source).exists(), source
        assert f"!{source}" in rules
    assert {rule[1:] for rule in rules if rule.startswith("!")} == set(copied(containerfile))


def test_it_installs_nothing_that_is_not_pinned(containerfile: list[tuple[str, str]]) -> None:
    installs = [value for value in of(containerfile, "RUN") if "pip install" in value]
    assert installs
    for command in installs:
        assert "--require-hashes --only-binary :all:" in command or "--no-deps --no-index" in command
    assert not any(re.search(r"\b(apt|apk|curl|wget)\b", value) for value in of(containerfile, "RUN"))


def test_it_runs_as_nobody_special(containerfile: list[tuple[str, str]]) -> None:
    assert of(containerfile, "USER") == ["10001:10001"]
    last = [instruction for instruction, _ in containerfile]
    assert last.index("USER") > max(i for i, name in enumerate(last) if name in {"RUN", "COPY"})


def test_its_program_is_the_projects(containerfile: list[tuple[str, str]], root: Path) -> None:
    [[entrypoint]], [[arguments]] = (map(json.loads, of(containerfile, name)) for name in ("ENTRYPOINT", "CMD"))
    scripts = tomllib.loads((root / "pyproject.toml").read_text())["project"]["scripts"]
    assert entrypoint == f"{of(containerfile, 'WORKDIR')[0]}/.venv/bin/{next(iter(scripts))}"
    assert arguments == "serve"


def test_its_files_and_its_lock_are_enough(image: Path, root: Path) -> None:
    """Every module imports from the copied files alone, with what only the tests' lock pins taken away."""
    runs = pinned(root / ".locks/gateway.lock")
    only_tests = pinned(root / ".locks/develop.lock") - runs
    assert {"pytest", "hypothesis"} <= only_tests
    absent = {name.replace("-", "_") for name in only_tests} | {"_pytest", "importlinter"}
    script = IMPORT_ALL.format(absent=absent, tree=str(image))
    surroundings = {"PATH": os.environ["PATH"], "PYTHONPATH": str(image), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=image, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 10


def pinned(lock: Path) -> set[str]:
    return {canonicalize_name(name) for name in re.findall(r"^([a-z0-9][\w.-]*)==", lock.read_text(), re.MULTILINE)}

"""`make setup` (.ci/setup.py) on a tiny project without network: it makes, keeps, mends .venv, or says what lacks."""

import hashlib
import json
import os
import runpy
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

BACKEND = """
import zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "sluis-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(folder + "/" + name, "w") as wheel:
        wheel.writestr("gateway.py", "def main(): print('here')")
        info = "sluis-0.1.0.dist-info/"
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: sluis\\nVersion: 0.1.0\\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "entry_points.txt", "[console_scripts]\\ngateway = gateway:main\\n")
        wheel.writestr(info + "RECORD", "")
    return name
"""
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
COMMANDS = [
    "help",
    "setup",
    "run",
    "test",
    "faults",
    "differences",
    "mutants",
    "bench",
    "bench-log",
    "bench-desk",
    "lock",
]


NPM = """#!/bin/sh
echo "$@" >> "$ASKED"
mkdir -p node_modules/@utrecht/component-library-css/dist node_modules/htmx.org/dist
touch node_modules/@utrecht/component-library-css/dist/index.css node_modules/@utrecht/component-library-css/LICENSE.md
touch node_modules/htmx.org/dist/htmx.min.js node_modules/htmx.org/LICENSE
"""


@dataclass(frozen=True)
class Project:
    """A clone with one pinned dependency, which pip finds in a folder and nowhere else."""

    root: Path
    wheels: Path

    def setup(self, **environment: str) -> subprocess.CompletedProcess[str]:
        return self._run("setup.py", environment)

    def fetch(self, **environment: str) -> subprocess.CompletedProcess[str]:
        return self._run("assets.py", environment)

    def _run(self, script: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        surroundings = {
            "PATH": os.environ["PATH"],
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "ASKED": str(self.root / "asked"),
        }
        surroundings["PATH"] = f"{self.root / 'bin'}:{surroundings['PATH']}"
        command = [sys.executable, str(self.root / ".ci" / script)]
        return subprocess.run(command, env=surroundings | environment, capture_output=True, text=True, check=False)

    def add_wheel(self) -> str:
        """Write the dependency's wheel; return its SHA-256."""
        path = self.wheels / "demo-1.0-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr("demo.py", "")
            wheel.writestr("demo-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n")
            wheel.writestr("demo-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\nRoot-Is-Purelib: true\n")
            wheel.writestr("demo-1.0.dist-info/RECORD", "")
        return hashlib.sha256(path.read_bytes()).hexdigest()

    def npm(self, script: str) -> None:
        (self.root / "bin").mkdir(exist_ok=True)
        (self.root / "bin/npm").write_text(script)
        (self.root / "bin/npm").chmod(0o755)

    def library(self) -> set[str]:
        return {each.name for each in self.root.glob("gateway/desk/static/library/*")}

    def lock(self, sha256: str) -> None:
        (self.root / ".locks/develop.lock").write_text(f"demo==1.0 --hash=sha256:{sha256}\n")


@pytest.fixture
def project(tmp_path: Path, root: Path) -> Project:
    made = Project(tmp_path / "clone", tmp_path / "wheels")
    for folder in (made.root / ".ci", made.root / ".locks", made.wheels):
        folder.mkdir(parents=True)
    for name in ("setup.py", "assets.py"):
        shutil.copy(root / ".ci" / name, made.root / ".ci" / name)
    shutil.copytree(root / "gateway/desk/assets", made.root / "gateway/desk/assets")
    (made.root / "gateway/desk/static").mkdir()
    made.npm(NPM)
    (made.root / ".locks/node.lock").write_text(f"absent==1.0 --hash=sha256:{'0' * 64}\n")
    (made.root / "backend.py").write_text(BACKEND)
    (made.root / "pyproject.toml").write_text(PYPROJECT)
    made.lock("0" * 64)
    return made


def fake_python(folder: Path, says: str) -> str:
    folder.mkdir()
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        (folder / name).write_text(f"#!/bin/sh\n{says}\n")
        (folder / name).chmod(0o755)
    return str(folder)


def test_makes_keeps_and_mends_the_environment(project: Project) -> None:
    project.lock(project.add_wheel())
    first = project.setup()
    assert first.returncode == 0, first.stderr
    gateway = project.root / ".venv/bin/gateway"
    assert subprocess.run([gateway], env={}, capture_output=True, text=True, check=True).stdout == "here\n"

    made_at = gateway.stat().st_mtime_ns
    again = project.setup()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert gateway.stat().st_mtime_ns == made_at

    gateway.unlink()
    assert project.setup().returncode == 0
    assert gateway.exists()


def test_the_desk_s_styling_is_fetched_once_by_its_lock_and_no_package_s_script_is_run(project: Project) -> None:
    assert project.fetch().returncode == 0
    assert project.library() == {"utrecht.css", "utrecht.LICENSE.md", "htmx.js", "htmx.LICENSE", "lock.sha256"}
    assert (project.fetch().returncode, project.fetch().stdout) == (0, "")
    (asked,) = (project.root / "asked").read_text().splitlines()
    assert asked.split()[0] == "ci"
    assert "--ignore-scripts" in asked

    (project.root / "gateway/desk/static/library/htmx.js").unlink()
    assert project.fetch().returncode == 0
    assert "htmx.js" in project.library()


@pytest.mark.parametrize(
    ("npm", "why"),
    [
        ("#!/bin/sh\necho 'npm error code ENOTFOUND'; echo 'npm error network'; exit 1\n", "ENOTFOUND"),
        ("#!/bin/sh\nexit 1\n", "it said nothing"),
        ("#!/bin/sh\nmkdir -p node_modules\n", "No such file"),
    ],
)
def test_a_fetch_that_fails_leaves_nothing_behind_and_is_tried_again(project: Project, npm: str, why: str) -> None:
    project.npm(npm)
    for _ in range(2):
        failed = project.fetch()
        assert failed.returncode == 1
        assert why in failed.stderr
        assert project.library() == set()
        assert not list(project.root.glob("gateway/desk/static/.library-*"))
    project.npm(NPM)
    assert project.fetch().returncode == 0
    assert "utrecht.css" in project.library()


def test_set_up_goes_on_without_the_styling_and_says_so_in_a_sentence(project: Project) -> None:
    project.lock(project.add_wheel())
    project.npm("#!/bin/sh\necho 'npm error code ENOTFOUND'; exit 1\n")
    plain = project.setup()
    assert plain.returncode == 0
    (sentence,) = plain.stderr.strip().splitlines()
    assert sentence.startswith(
        "setup: the desk's styling could not be fetched from npm, so its pages work and look plain"
    )
    project.npm(NPM)
    assert project.setup().stderr == ""
    assert "utrecht.css" in project.library()


def test_without_npm_the_pinned_node_is_asked_of_pip_and_its_absence_is_told(project: Project, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    told = project.fetch(PATH=str(nothing))
    assert told.returncode == 1
    assert "absent==1.0" in told.stderr
    assert project.library() == set()


def test_the_desk_s_lock_pins_every_package_by_hash_and_names_no_registry(root: Path) -> None:
    lock = json.loads((root / "gateway/desk/assets/package-lock.json").read_text())["packages"]
    asked = lock.pop("")["dependencies"]
    assert asked == {"@utrecht/component-library-css": "9.0.4", "htmx.org": "4.0.1"}
    assert all(each["integrity"].startswith("sha512-") and "resolved" not in each for each in lock.values())


def test_what_the_lock_does_not_pin_by_hash_is_not_installed(project: Project) -> None:
    project.add_wheel()
    (project.root / ".locks/develop.lock").write_text("demo==1.0\n")
    refused = project.setup()
    assert "demo is not pinned in the lock" in refused.stderr
    assert not list((project.root / ".venv").glob("lib/*/site-packages/demo*"))
    assert not (project.root / ".venv/setup.stamp").exists()
    told_in_a_sentence(refused)


@pytest.mark.parametrize(
    ("asked", "index", "told"),
    [
        ("demo", [], "demo is not pinned in the lock: run `make lock`."),
        (
            f"demo==1.0 --hash=sha256:{'0' * 64}",
            [],
            "what the registry sent for demo==1.0 is not the file that the lock",
        ),
        (f"other==1.0 --hash=sha256:{'0' * 64}", [], "there is no wheel of other==1.0 for this platform and Python"),
        (
            f"other==1.0 --hash=sha256:{'0' * 64}",
            ["--retries", "1", "--index-url", "http://127.0.0.1:9/simple"],
            "the package registry cannot be reached",
        ),
    ],
)
def test_what_pip_says_is_explained(project: Project, asked: str, index: list[str], told: str) -> None:
    project.add_wheel()
    (project.root / "asked").write_text(asked)
    pip = [sys.executable, "-m", "pip", "download", "--require-hashes", "--only-binary", ":all:", "-r", "asked"]
    found = ["--find-links", str(project.wheels), "--dest", "got", *(index or ["--no-index"])]
    said = subprocess.run([*pip, *found], cwd=project.root, capture_output=True, text=True, check=False)
    explain = runpy.run_path(str(project.root / ".ci/setup.py"))["explain"]
    assert said.returncode != 0
    assert explain(said.stdout + said.stderr).startswith(told)


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("echo 3 9 /usr/bin/python3", "Python 3.11 or newer is needed and only Python 3.9 was found"),
        ("echo 3 12 /usr/bin/python3", "apt install python3.12-venv"),
        ("exit 1", "Python 3.11 or newer is needed and no Python was found"),
    ],
)
def test_a_machine_without_a_fit_python_is_told(project: Project, tmp_path: Path, says: str, told: str) -> None:
    refused = project.setup(PATH=fake_python(tmp_path / "bin", says))
    assert told in refused.stderr
    told_in_a_sentence(refused)


def told_in_a_sentence(refused: subprocess.CompletedProcess[str]) -> None:
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    assert refused.stderr.startswith("setup: ")


def test_ctrl_c_is_told_in_a_sentence(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project.root)
    main = runpy.run_path(str(project.root / ".ci" / "setup.py"))["main"]

    def pressed() -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(main.__globals__, "build", pressed)
    assert main() == 130
    assert "the same command begins it anew" in capsys.readouterr().err


def test_make_without_python_is_told(root: Path) -> None:
    told = subprocess.run(
        ["make", "setup", "PYTHON=no-such-python"], cwd=root, capture_output=True, text=True, check=False
    )
    assert told.returncode != 0
    assert "there is no no-such-python on this machine" in told.stderr


def test_make_alone_lists_every_command(root: Path) -> None:
    listed = subprocess.run(
        ["make", "--no-print-directory"], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    assert [line.split()[1] for line in listed.splitlines()] == COMMANDS
    assert all(len(line.split()) > 4 for line in listed.splitlines())

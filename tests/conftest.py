"""What every test shares: the parts that a machine may lack, and how their absence is told.

Rules: a test that needs a part says so with `@pytest.mark.part("opa")`; where the part is missing the test is left out,
and the closing section names the part, why it counts as missing, and every test that was left out for it. A test that
skips by itself is named there too. With SLUIS_REQUIRE_PARTS=1 (as in CI) what would be left out fails instead.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[1]
OLDEST_OPA = (1, 21, 3)
Report = pytest.TestReport | pytest.CollectReport
os.environ["PATH"] = os.pathsep.join(
    [
        str(ROOT / ".parts" / "bin"),
        os.environ.get("PATH", os.defpath),
        "/usr/local/sbin",
        "/usr/sbin",
        "/sbin",
        *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin"))),  # Debian keeps the server off the PATH
    ]
)

try:
    from hypothesis import settings
except ImportError:  # the parts' own test runs this file where Hypothesis need not be
    pass
else:
    settings.register_profile("sluis", deadline=None, print_blob=True)
    settings.load_profile("sluis")


try:
    from gateway.crypto import keyfile
except ImportError:  # as above
    pass
else:  # slow on purpose: once for each passphrase and salt
    keyfile.derive = cache(keyfile.derive)


@pytest.fixture(autouse=True)
def nothing_outlives_its_test() -> Iterator[None]:
    """A command that ran in this process said where its journal goes (to what was this test's own output), and who may
    read the files that it makes.
    """
    mask = os.umask(0o022)
    os.umask(mask)
    yield
    os.umask(mask)
    if "structlog" in sys.modules:
        sys.modules["structlog"].reset_defaults()


def _lacking(*programs: str) -> str | None:
    absent = [program for program in programs if shutil.which(program) is None]
    return f"{' and '.join(absent)} not found" if absent else None


def _lacking_opa() -> str | None:
    if shutil.which("opa") is None:
        return "opa not found on PATH or in .parts/bin"
    answer = subprocess.run(["opa", "version"], capture_output=True, text=True, timeout=30, check=False).stdout
    version = re.search(r"^Version: (\d+)\.(\d+)\.(\d+)", answer, re.MULTILINE)
    if version is None or tuple(map(int, version.groups())) < OLDEST_OPA:
        return f"opa is older than {'.'.join(map(str, OLDEST_OPA))}"
    return None


def _lacking_tessera() -> str | None:
    """Its checker is called as the system's own `fsck`, so only the one in .parts/bin counts."""
    return None if (ROOT / ".parts" / "bin" / "fsck").is_file() else "Tessera's fsck not found in .parts/bin"


PARTS: dict[str, Callable[[], str | None]] = {
    "opa": _lacking_opa,
    "go": lambda: _lacking("go"),
    "node": lambda: _lacking("node", "npm"),
    "nginx": lambda: _lacking("nginx"),
    "jose": lambda: _lacking("jose"),
    "systemd": lambda: _lacking("systemd-analyze", "systemd-sysusers"),
    "chromium": lambda: _lacking("chromium"),
    "tessera": _lacking_tessera,
    "postgresql": lambda: _lacking("postgres", "initdb"),
}


@cache
def lacking(part: str) -> str | None:
    """Return why `part` counts as missing on this machine, or None where it is there."""
    if part not in PARTS:
        raise pytest.UsageError(f"unknown part {part!r}: one of {', '.join(PARTS)}")
    return PARTS[part]()


class Absences:
    """Which tests were left out, for which part and why; each skip passes here, whoever asked for it."""

    def __init__(self) -> None:
        self.by_part: dict[tuple[str, str], list[str]] = {}

    def leave_out(self, test: str, part: str, why: str) -> NoReturn:
        """Record it, and skip the running test."""
        self.by_part.setdefault((part, why), []).append(test)
        pytest.skip(f"{part}: {why}")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self) -> Generator[None, Report, Report]:
        return self._judge((yield))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(self) -> Generator[None, Report, Report]:
        return self._judge((yield))

    def _judge(self, report: Report) -> Report:
        """Name a skip that nobody recorded; where parts are required, turn it into a failure."""
        if report.skipped and not hasattr(report, "wasxfail"):
            why = str(report.longrepr[2]).removeprefix("Skipped: ")
            if not any(report.nodeid in tests for tests in self.by_part.values()):
                self.by_part.setdefault(("skipped", why), []).append(report.nodeid)
            if os.environ.get("SLUIS_REQUIRE_PARTS") == "1":
                report.outcome, report.longrepr = "failed", f"left out, and SLUIS_REQUIRE_PARTS=1: {why}"
        return report

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("Left out on this machine")
        if not self.by_part:
            terminalreporter.line("nothing: every part that a collected test needs is here")
        for (part, why), tests in sorted(self.by_part.items()):
            terminalreporter.line(f"{part} ({why}): {len(tests)} {'test' if len(tests) == 1 else 'tests'}")
            for test in tests:
                terminalreporter.line(f"  {test}")


ABSENCES = pytest.StashKey[Absences]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ABSENCES] = Absences()
    config.pluginmanager.register(config.stash[ABSENCES])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("part"):
        for part in marker.args:
            if why := lacking(part):
                item.config.stash[ABSENCES].leave_out(item.nodeid, part, why)


@pytest.fixture
def left_out(request: pytest.FixtureRequest) -> Callable[[str, str], NoReturn]:
    """`left_out(name, why)` leaves the running test out by name, for something that is no program (vectors, say)."""

    def leave_out(name: str, why: str) -> NoReturn:
        request.config.stash[ABSENCES].leave_out(request.node.nodeid, name, why)

    return leave_out


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root folder."""
    return ROOT


@pytest.fixture(scope="session")
def opa_binary() -> Path:
    """The OPA that the machine has; the test that takes it is marked `part("opa")`."""
    found = shutil.which("opa")
    assert found, 'mark this test @pytest.mark.part("opa")'
    return Path(found)


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """A function that returns a TCP port on 127.0.0.1 which the system just called free."""

    def pick() -> int:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            return listener.getsockname()[1]

    return pick

"""`gateway run` and what stands in its last lines, as a newcomer meets them."""

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import httpx
import pytest

from gateway.model.amsterdam import day_of
from tests.journeys.newcomer import Run, Terminal, free_ports_in_a_row, listening
from tests.support.people import people_in


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Terminal, Run]]:
    folder = tmp_path_factory.mktemp("newcomer")
    terminal = Terminal(folder, free_ports_in_a_row())
    with Run(terminal, folder, year=True) as run:
        yield terminal, run


def one_sentence(done: subprocess.CompletedProcess[str], status: int) -> str:
    """What a command that could not start said: one line, no trace of our insides."""
    assert done.returncode == status, done.stderr
    told = done.stderr.strip()
    assert told
    assert "\n" not in told
    assert "Traceback" not in told
    return told


def test_it_shows_the_main_job_three_times(running: tuple[Terminal, Run]):
    _, run = running
    panels = run.screen.split("Request ")[1:4]
    assert len(panels) == 3
    for panel, outcome in zip(panels, ("toegestaan", "gedeeltelijk", "geweigerd"), strict=True):
        assert outcome in panel
        assert "as it should be" in panel
        assert "receipt verified" in panel
    assert "NOT as it should be" not in run.screen
    assert "cosignatures verified" in run.screen.partition("Witnessed")[2]
    for panel, why in zip(panels, ("WGS 1.5", "geen-toestemming", "grondslag-niet-in-werking"), strict=True):
        assert why in panel
    assert people_in(run.screen.encode()) == set(), "values are counted, never shown"


def test_what_it_prints_to_try_next_can_be_tried(running: tuple[Terminal, Run]):
    terminal, run = running
    lines = [line.strip() for line in run.screen.partition("Try next")[2].splitlines()]
    tried = [line for line in lines if ".venv/bin/gateway" in line or line.startswith("curl")]
    assert len(tried) >= 4
    another = {name: value for name, value in terminal.environment.items() if not name.startswith("SLUIS_")}
    for line in tried:
        typed = line.replace(".venv/bin/gateway", f"{sys.executable} -m gateway").replace("curl -s", "curl -sf")
        if "curl" in typed and not Path("/usr/bin/curl").exists():
            continue
        done = subprocess.run(typed, shell=True, env=another, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, (typed, done.stdout, done.stderr)


def test_it_ends_with_the_desk_and_who_to_be_there(running: tuple[Terminal, Run]):
    terminal, run = running
    desk = f"http://127.0.0.1:{terminal.port + 3}"
    assert f"The desk of the FG is at {desk}" in run.screen
    for role in ("functionaris gegevensbescherming", "auditor", "privacyfunctionaris", "beheerder"):
        assert sum(line.strip().startswith(role) for line in run.screen.splitlines()) == 1
    with httpx.Client(follow_redirects=True) as somebody:
        door = somebody.get(f"{desk}/zvh/verstrekkingen")
        assert door.url.port == terminal.port + 4
        assert "Fenna Fg" in door.text
        [action] = re.findall(r'action="([^"]*)"', door.text)[:1] or [str(door.url)]
        page = somebody.post(door.url.join(unescape(action)), data={"sub": "fenna-fg-zvh"})
        assert (page.status_code, page.url.port) == (200, terminal.port + 3)
        assert "Fenna Fg" in page.text


def test_the_year_that_it_began_with_is_whole(running: tuple[Terminal, Run]):
    terminal, run = running
    assert "a year of requests" in run.screen
    said = json.loads(terminal.type("log", "status", "--json").stdout)
    logs = {f"{each['stream']}/{each['year']}": each for each in said["logs"]}
    this = day_of(datetime.now(UTC)).year
    assert said["problems"] == []
    assert {f"{tenant}/{year}" for tenant in ("zvh", "gemeente") for year in (this - 1, this)} <= logs.keys()
    for name in (f"zvh/{this - 1}", f"zvh/{this}", f"gemeente/{this}"):
        done = terminal.type("log", "verify", "--log", name)
        assert (done.returncode, done.stdout.startswith("ECHT")) == (0, True), done.stdout
    due = terminal.type("log", "retention", "--dry-run", "--json").stdout.splitlines()
    assert {json.loads(line)["outcome"] for line in due} == {"nothing"}


def test_a_year_that_was_cut_off_is_told(tmp_path: Path):
    terminal = Terminal(tmp_path, free_ports_in_a_row())
    (terminal.state / "sandbox").mkdir(parents=True, mode=0o700)
    terminal.state.chmod(0o700)
    (terminal.state / "sandbox" / "year.begun").touch()
    told = one_sentence(terminal.type("run"), 2)
    assert "was cut off" in told
    assert f"rm -r {terminal.state}" in told
    assert not listening(terminal.port)


def test_the_demonstration_ends_with_0_only_beside_a_gateway(running: tuple[Terminal, Run], tmp_path: Path):
    terminal, _ = running
    done = terminal.type("demo", "--once")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("as it should be") == 4
    away = Terminal(tmp_path, free_ports_in_a_row(), SLUIS_STATE=str(terminal.state))
    assert "Is it running" in one_sentence(away.type("demo", "--once"), 1)
    nothing = Terminal(tmp_path, terminal.port)
    assert "make run" in one_sentence(nothing.type("demo", "--once"), 2)


def test_a_receipt_verifies_and_one_with_a_flipped_byte_does_not(running: tuple[Terminal, Run], tmp_path: Path):
    terminal, _ = running
    keys = str(terminal.state / "sandbox" / "log.vkeys")
    receipts = (terminal.state / "sandbox" / "receipts").glob("*.tlog-proof")
    receipt = next(each for each in receipts if ".witnessed" not in each.name).read_bytes()
    copy = tmp_path / "receipt.tlog-proof"
    copy.write_bytes(receipt)
    assert terminal.type("verify", "--keys", keys, str(copy)).returncode == 0
    for at in (receipt.index(b"extra ") + 20, len(receipt) // 2, len(receipt) - 10):
        copy.write_bytes(receipt[:at] + bytes([receipt[at] ^ 1]) + receipt[at + 1 :])
        done = terminal.type("verify", "--keys", keys, str(copy))
        assert done.returncode == 1
        assert done.stdout.startswith("NIET ECHT")
        assert "Traceback" not in done.stderr


def test_a_second_one_on_the_same_port_is_told(running: tuple[Terminal, Run], tmp_path: Path):
    terminal, _ = running
    other = Terminal(tmp_path, terminal.port)
    assert f"port {terminal.port} (of the gateway) is in use" in one_sentence(other.type("run"), 2)
    assert not (tmp_path / "state").exists()
    alone = Terminal(tmp_path, terminal.port, SLUIS_DEVELOPMENT="true")
    assert f"127.0.0.1:{terminal.port} is not free" in one_sentence(alone.type("serve"), 2)


@pytest.mark.parametrize(("command", "status"), [("serve", 3), ("run", 2)])
def test_a_second_one_on_the_same_state_is_told_and_changes_nothing(
    running: tuple[Terminal, Run], tmp_path: Path, command: str, status: int
):
    terminal, run = running
    port = free_ports_in_a_row()
    second = Terminal(tmp_path, port, SLUIS_STATE=str(terminal.state), SLUIS_DEVELOPMENT="true")
    told = one_sentence(second.type(command), status)
    assert "already serves" in told
    assert "rm -r" not in told
    assert not listening(port)
    assert terminal.type("demo", "--once").returncode == 0
    assert run.process.poll() is None


def spoil_key(state: Path) -> None:
    next((state / "keys").glob("token.*")).write_text("{}")


def spoil_store(state: Path) -> None:
    (state / "store.sqlite").write_bytes(b"not a database, and long enough to look like one" * 100)


def spoil_partner(state: Path) -> None:
    next((state / "sandbox" / "partners").iterdir()).write_text('{"client_id": "voor')


def lose_keys(state: Path) -> None:
    (state / "keys" / "store.json").unlink()


def spoil_log(state: Path) -> None:
    next((state / "log").glob("zvh-*.sqlite")).write_bytes(b"not a database, and long enough to look like one" * 100)


def spoil_replay(state: Path) -> None:
    (state / "replay.sqlite").write_bytes(b"not a database, and long enough to look like one" * 100)


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Terminal, list[int]]:
    """A state folder that was served, and the record numbers that were shown; and that Ctrl-C ends all of it."""
    folder = tmp_path_factory.mktemp("stopped")
    terminal = Terminal(folder, free_ports_in_a_row())
    with Run(terminal, folder) as run:
        assert listening(terminal.port)
        assert listening(terminal.port + 1)
        assert listening(terminal.port + 2)
        assert listening(terminal.port + 3)
        assert listening(terminal.port + 4)
        pressed = time.monotonic()
        assert run.press_ctrl_c() == 0, run.screen
        assert time.monotonic() - pressed < 15
        assert "Stopped." in run.screen
        assert "Traceback" not in run.screen
    return terminal, run.record_numbers()


def test_ctrl_c_ends_all_of_it(stopped: tuple[Terminal, list[int]]):
    terminal, _ = stopped
    for port in range(terminal.port, terminal.port + 5):
        socket.create_server(("127.0.0.1", port)).close()
    told = (terminal.state / "gateway.log").read_text()
    assert '"stopped"' in told
    assert "Traceback" not in told


def test_the_numbers_of_records_go_on_after_a_restart(stopped: tuple[Terminal, list[int]], tmp_path: Path):
    terminal, before = stopped
    with Run(terminal, tmp_path) as run:
        after = run.record_numbers()
    assert before == [1, 1, 2]
    assert after == [2, 3, 4]


def test_a_log_that_was_put_back_is_told_in_a_sentence(stopped: tuple[Terminal, list[int]], tmp_path: Path):
    """The witness has seen more than is left; a fresh log under the same name would be a fork."""
    subprocess.run(["cp", "-r", str(stopped[0].state), str(tmp_path / "state")], check=True)
    terminal = Terminal(tmp_path, free_ports_in_a_row())
    for file in (terminal.state / "log").glob("zvh-*"):
        file.unlink()
    told = one_sentence(terminal.type("run"), 2)
    assert told.startswith("run: the witness knows another log than the one in")
    assert not listening(terminal.port)
    assert not listening(terminal.port + 2)


@pytest.mark.parametrize(
    "spoil", [spoil_key, lose_keys, spoil_store, spoil_partner, spoil_log, spoil_replay], ids=lambda each: each.__name__
)
def test_a_half_made_state_is_told_in_a_sentence(
    stopped: tuple[Terminal, list[int]], tmp_path: Path, spoil: Callable[[Path], None]
):
    subprocess.run(["cp", "-r", str(stopped[0].state), str(tmp_path / "state")], check=True)
    terminal = Terminal(tmp_path, free_ports_in_a_row())
    spoil(terminal.state)
    told = one_sentence(terminal.type("run"), 2)
    assert str(terminal.state) in told
    if spoil is not spoil_partner:  # which the gateway itself never reads
        alone = Terminal(tmp_path, terminal.port, SLUIS_DEVELOPMENT="true")
        assert one_sentence(alone.type("serve"), 3).startswith("gateway: ")
    assert not listening(terminal.port)
    assert not listening(terminal.port + 1)


def test_a_state_of_an_earlier_version_gets_the_keys_that_it_lacks(stopped: tuple[Terminal, list[int]], tmp_path: Path):
    subprocess.run(["cp", "-r", str(stopped[0].state), str(tmp_path / "state")], check=True)
    for key in (tmp_path / "state" / "keys").glob("published-*.json"):
        key.unlink()
    with Run(Terminal(tmp_path, free_ports_in_a_row()), tmp_path) as run:
        assert "cosignatures verified" in run.screen.partition("Witnessed")[2]


def test_a_state_that_is_no_folder_is_told_in_a_sentence(tmp_path: Path):
    (tmp_path / "state").write_text("")
    for command, status in (("run", 2), ("serve", 3)):
        terminal = Terminal(tmp_path, free_ports_in_a_row(), SLUIS_DEVELOPMENT="true")
        assert str(tmp_path / "state") in one_sentence(terminal.type(command), status)


@pytest.mark.parametrize(("name", "value"), [("PORT", "many"), ("ENGINE", "best"), ("PUBLIC_URL", "http://elders.nl")])
def test_a_setting_that_is_wrong_is_told_in_a_sentence(tmp_path: Path, name: str, value: str):
    for command in ("run", "serve", "demo"):
        terminal = Terminal(tmp_path, free_ports_in_a_row(), **{f"SLUIS_{name}": value, "SLUIS_DEVELOPMENT": "true"})
        told = one_sentence(terminal.type(command, *(["--once"] if command == "demo" else [])), 2)
        assert "SLUIS_" in told
        assert not (tmp_path / "state").exists()

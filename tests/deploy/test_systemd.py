"""The systemd units are valid, confined, and name settings that exist."""

import argparse
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from gateway.cli import witness
from gateway.settings import Settings
from tests.deploy.units import directives

pytestmark = pytest.mark.part("systemd")

UNITS = ["sluis-gateway", "sluis-desk", "sluis-opa", "sluis-policies", "sluis-witness"]
# What `systemd-analyze security` measures: 0 is confined wholly, 10 not at all. The gateway needs the network,
# OPA and its file server a loopback of their own.
MOST_EXPOSED = {"sluis-gateway": 1.3, "sluis-desk": 1.3, "sluis-opa": 0.7, "sluis-policies": 0.7, "sluis-witness": 1.1}


@pytest.fixture
def units(root: Path, tmp_path: Path) -> Path:
    """The units with programs that are on every machine, since systemd asks whether the program is there."""
    for source in (root / "deploy/systemd").glob("*.service"):
        text = source.read_text().replace("/opt/sluis/.venv/bin/gateway", "/bin/true")
        (tmp_path / source.name).write_text(
            text.replace("/usr/local/bin/opa", "/bin/true").replace("/usr/sbin/nginx", "/bin/true")
        )
    return tmp_path


def test_the_units_are_valid(units: Path) -> None:
    paths = [str(units / f"{unit}.service") for unit in UNITS]
    verified = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS)
def test_the_units_are_confined(units: Path, unit: str) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(units / f"{unit}.service")]
    said = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"}).stdout
    exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)
    assert exposure, said
    assert float(exposure[1]) <= MOST_EXPOSED[unit]


@pytest.mark.parametrize("unit", UNITS)
def test_what_a_file_alone_promises(root: Path, unit: str) -> None:
    said = directives(root / f"deploy/systemd/{unit}.service")
    assert said["NoNewPrivileges"] == ["yes"]
    assert said["ProtectSystem"] == ["strict"]
    assert said["User"] != ["root"]
    assert said["Group"] == ["sluis-witness" if unit == "sluis-witness" else "sluis"]
    assert said["CapabilityBoundingSet"] == [""]


@pytest.mark.parametrize("unit", ["sluis-opa", "sluis-policies"])
def test_opa_and_its_file_server_reach_each_other_alone(root: Path, unit: str) -> None:
    said = directives(root / f"deploy/systemd/{unit}.service")
    assert said["PrivateNetwork"] == ["yes"]
    assert (said["IPAddressDeny"], said["IPAddressAllow"]) == (["any"], ["localhost"])
    assert said["RestrictAddressFamilies"] == ["AF_UNIX AF_INET"]
    assert directives(root / "deploy/systemd/sluis-policies.service")["JoinsNamespaceOf"] == ["sluis-opa.service"]


def test_the_folder_of_the_bundle_can_be_made(root: Path) -> None:
    said = directives(root / "deploy/systemd/sluis-gateway.service")
    [followed] = [w for line in said["Environment"] for w in line.split() if w.startswith("SLUIS_POLICIES=")]
    folder = Path(followed.partition("=")[2]).parent
    line = (root / "deploy/systemd/sluis.tmpfiles.conf").read_text().splitlines()[-1]
    assert line == f"d {folder} 0750 sluis sluis"
    assert f"root {folder};" in (root / "deploy/nginx/policies.conf").read_text()


@pytest.mark.parametrize("unit", ["sluis-gateway", "sluis-desk"])
def test_a_program_is_set_by_settings_that_exist(root: Path, unit: str) -> None:
    said = directives(root / f"deploy/systemd/{unit}.service")
    named = [word.partition("=")[0] for line in said["Environment"] for word in shlex.split(line)]
    settings = {name.removeprefix("SLUIS_").lower() for name in named if name.startswith("SLUIS_")}
    assert settings
    assert settings <= set(Settings.model_fields)
    assert "SLUIS_DEVELOPMENT" not in named


def test_the_users_can_be_made(root: Path, tmp_path: Path) -> None:
    users = str(root / "deploy/systemd/sluis.sysusers.conf")
    command = ["systemd-sysusers", "--dry-run", f"--root={tmp_path}", users]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    for user in ("sluis", "sluis-opa"):
        assert f"Creating user '{user}'" in said.stdout + said.stderr


def test_the_user_of_a_witness_can_be_made(root: Path, tmp_path: Path) -> None:
    users = str(root / "deploy/systemd/sluis-witness.sysusers.conf")
    command = ["systemd-sysusers", "--dry-run", f"--root={tmp_path}", users]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert "Creating user 'sluis-witness'" in said.stdout + said.stderr


def test_a_witness_serves_by_arguments_that_exist(root: Path) -> None:
    [command] = directives(root / "deploy/systemd/sluis-witness.service")["ExecStart"]
    parser = argparse.ArgumentParser()
    witness.add(parser.add_subparsers())
    parsed = parser.parse_args(shlex.split(command)[1:])
    assert (parsed.host, parsed.port, str(parsed.folder)) == ("127.0.0.1", 8500, "/var/lib/sluis-witness/witness")

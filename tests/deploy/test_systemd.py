"""The systemd units are valid, confined, and name settings that exist."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from gateway.settings import Settings
from tests.deploy.units import directives

pytestmark = pytest.mark.part("systemd")

UNITS = ["sluis-gateway", "sluis-opa"]
# What `systemd-analyze security` measures: 0 is confined wholly, 10 not at all. The gateway needs the network.
MOST_EXPOSED = {"sluis-gateway": 1.3, "sluis-opa": 0.5}


@pytest.fixture
def units(root: Path, tmp_path: Path) -> Path:
    """The units with programs that are on every machine, since systemd asks whether the program is there."""
    for source in (root / "deploy/systemd").glob("*.service"):
        text = source.read_text().replace("/opt/sluis/.venv/bin/gateway", "/bin/true")
        (tmp_path / source.name).write_text(text.replace("/usr/local/bin/opa", "/bin/true"))
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
    assert said["Group"] == ["sluis"]
    assert said["CapabilityBoundingSet"] == [""]


def test_opa_has_no_network(root: Path) -> None:
    said = directives(root / "deploy/systemd/sluis-opa.service")
    assert said["PrivateNetwork"] == ["yes"]
    assert said["RestrictAddressFamilies"] == ["AF_UNIX"]


def test_the_gateway_is_set_by_settings_that_exist(root: Path) -> None:
    said = directives(root / "deploy/systemd/sluis-gateway.service")
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

"""From nothing: a gateway discloses, is backed up beside its serving, loses everything, and goes on where it was."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.verify import verify_receipt
from tests.faults.caller import Caller
from tests.faults.town import FragileTown, free_ports
from tests.support.requests import EXAMPLES

ORDINARY = EXAMPLES["the ordinary case"].document
"""What an operator keeps elsewhere: the passphrase; and the keys of the sandbox's partners, who are others."""


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[FragileTown]:
    with FragileTown(tmp_path, SLUIS_METRICS_PORT=str(free_ports(1)[0])) as town:
        yield town


def gateway(town: FragileTown, *arguments: str | Path, status: int = 0) -> str:
    settings = {"STATE": town.state, "PORT": town.port, "METRICS_PORT": town.settings.metrics_port}
    environment = os.environ | {f"SLUIS_{name}": str(value) for name, value in settings.items()}
    command = [sys.executable, "-m", "gateway", *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def lose_everything(town: FragileTown, elsewhere: Path) -> None:
    town.kill()
    town.state.rename(elsewhere)
    town.state.mkdir()
    shutil.copy(elsewhere / "passphrase", town.state)


async def ask(town: FragileTown, count: int) -> list[str]:
    async with Caller(town) as caller:
        return [(await caller.ask(ORDINARY)).raise_for_status().json()["receipt"] for _ in range(count)]


async def test_from_nothing_every_receipt_holds_and_the_log_grows_on(town: FragileTown, tmp_path: Path) -> None:
    receipts = await ask(town, 3)
    told = json.loads(await asyncio.to_thread(gateway, town, "log", "status", "--json"))
    assert (told["problems"], told["gateway"]["ready"]) == ([], True)
    assert {log["waiting"] for log in told["logs"] if log["stream"] in ("zvh", "gemeente")} == {0}
    copy, keys, before = tmp_path / "copy", tmp_path / "keys", town.leaves("zvh")
    said = await asyncio.to_thread(gateway, town, "log", "backup", copy, "--keys-to", keys)
    digest = said.partition("herkennen: ")[2].split()[0]

    lose_everything(town, tmp_path / "lost")
    other = ("--digest", "0" * 64)
    assert "niet de kopie" in gateway(town, "log", "restore", copy, "--keys", keys, *other, status=1)
    said = gateway(town, "log", "restore", copy, "--keys", keys, "--digest", digest)
    assert "zvh/2026: 4 regels, in orde" in said
    assert "Let op" not in said
    assert "niet leeg" in gateway(town, "log", "restore", copy, status=2)
    shutil.copytree(tmp_path / "lost" / "sandbox", town.state / "sandbox")
    town.start_gateway()
    await town.ready()
    receipts += await ask(town, 2)
    assert town.leaves("zvh")[: len(before)] == before
    assert len(town.leaves("zvh")) == len(before) + 2
    for receipt in receipts:
        verify_receipt(receipt, town.log_keys)
    await asyncio.to_thread(gateway, town, "log", "verify", "--log", "zvh/2026")
    assert "6" in await asyncio.to_thread(gateway, town, "log", "export", tmp_path / "out", "--log", "zvh/2026")


async def test_without_its_keys_a_log_still_proves_what_was_disclosed(town: FragileTown, tmp_path: Path) -> None:
    receipts = await ask(town, 1)
    await asyncio.to_thread(gateway, town, "log", "backup", tmp_path / "copy")
    lose_everything(town, tmp_path / "lost")
    assert "zonder --keys is van geen enkele regel de inhoud" in gateway(town, "log", "restore", tmp_path / "copy")
    shutil.copytree(tmp_path / "lost" / "sandbox", town.state / "sandbox")
    town.start_gateway()
    await town.ready()
    for receipt in receipts + await ask(town, 1):
        verify_receipt(receipt, town.log_keys)

"""Killed at random moments, log and counts agree but for what was in flight; a log that lost records is found out."""

import asyncio
import json
import random
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from gateway.cli import main
from gateway.client import Answer, AsyncGateway, Faulted
from gateway.client.counting import counts
from gateway.model.codes import Tenant
from gateway.sandbox.demo import SCENES
from tests.faults.town import FragileTown
from tests.support.requests import PROBATION

KILLS, CLIENTS = 2, 4
COLLEGE = "00000001800000001000"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[FragileTown]:
    town = FragileTown(tmp_path)
    try:
        with town:
            yield town
    finally:
        town.stop()


async def reconcile(
    town: FragileTown, folder: Path, answers: list[Answer], monkeypatch: pytest.MonkeyPatch, capsys
) -> tuple[int, str]:
    """What the command says of a town, with what its holder and its recipient counted."""
    source = f"http://127.0.0.1:{town.holder_port}/{PROBATION}/toezicht/counts"
    async with httpx.AsyncClient(trust_env=False) as http:
        (folder / "holder.json").write_text((await http.get(source)).text)
    (folder / "recipient.json").write_text(json.dumps(counts(COLLEGE, answers)))
    monkeypatch.setenv("SLUIS_STATE", str(town.state))
    files = ["--holder", str(folder / "holder.json"), "--recipient", str(folder / "recipient.json")]
    capsys.readouterr()
    status = await asyncio.to_thread(main, ["log", "reconcile", *files])
    return status, capsys.readouterr().out


async def ask(client: AsyncGateway, number: int, answers: list[Answer], stop: asyncio.Event) -> None:
    """Ask without pause; who hears of a fault goes on to something else."""
    chance = random.Random(number)
    while not stop.is_set():
        try:
            answers.append(await client.ask(**SCENES[chance.randrange(len(SCENES))].question))
        except Faulted:
            await asyncio.sleep(0.05)


@pytest.mark.timeout(180)
async def test_after_kills_no_alarm_is_false_and_after_a_loss_none_is_missed(
    town: FragileTown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers: list[Answer] = []
    clients = [town.client() for _ in range(CLIENTS)]
    for kill in range(KILLS):
        stop = asyncio.Event()
        load = [asyncio.create_task(ask(client, n, answers, stop)) for n, client in enumerate(clients)]
        await asyncio.sleep(2 + kill / 3)
        town.kill()
        stop.set()
        if kill == 0:
            shutil.copytree(town.state / "log", tmp_path / "backup")
        town.start_gateway()
        await town.ready()
        await asyncio.gather(*load)
    town.kill()
    status, told = await reconcile(town, tmp_path, answers, monkeypatch, capsys)
    assert (status, "ALARM" in told) == (0, False), told
    opened = [answer for answer in answers if answer.document["sealed"]]
    assert len(opened) > KILLS * CLIENTS, "the load was no load"

    shutil.rmtree(town.state / "log")
    shutil.copytree(tmp_path / "backup", town.state / "log")
    in_backup = {leaf["request_id"] for tenant in Tenant for leaf in town.leaves(tenant)}
    lost = {answer.id for answer in opened} - in_backup
    assert lost, "nothing came after the backup"
    status, told = await reconcile(town, tmp_path, answers, monkeypatch, capsys)
    assert status == 1
    assert f"ALARM: {len(lost)} ligt bij ontvanger {COLLEGE}, zonder logregel" in told
    assert "verliet de gateway zonder logregel" in told
    for client in clients:
        await client.aclose()

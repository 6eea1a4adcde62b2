"""Killing the writer at any moment loses nothing that was acknowledged and forks nothing."""

import base64
import random
import subprocess
import sys
import time
from pathlib import Path

from gateway.model.codes import Tenant
from gateway.verify import merkle, verify_receipt
from gateway.verify.receipt import Receipt
from tests.unit.tlog.bench import BODY, Bench, Chance

KILLS = 4
SEED = 20261125
PROGRAM = [sys.executable, "-m", "tests.unit.tlog.crashing"]
ROOT = Path(__file__).parents[3]


async def test_kill_9_under_load(tmp_path):
    state, moments, journal = tmp_path / "state", random.Random(SEED), []
    for seed in range(1, KILLS + 1):
        told = _run_and_kill(state, seed, moments.uniform(0.02, 0.4))
        await _check(state, told, seed)
        journal += told
    await _check(state, journal, 0)
    assert len(journal) > KILLS * 40, f"seed {SEED}: the load was no load"


def _run_and_kill(state: Path, seed: int, moment: float) -> list[str]:
    process = subprocess.Popen([*PROGRAM, str(state), str(seed)], cwd=ROOT, stdout=subprocess.PIPE)
    lines = [process.stdout.readline()]
    deadline = time.monotonic() + moment
    while time.monotonic() < deadline:
        lines.append(process.stdout.readline())
    process.kill()
    lines += process.stdout.read().split(b"\n")
    process.wait()
    return [base64.b64decode(line).decode() for line in lines if line.strip() and len(line.strip()) % 4 == 0]


async def _check(state: Path, journal: list[str], seed: int) -> None:
    logs = await Bench(state, chance=Chance(1000 + seed)).logs()
    log = await logs.log(Tenant.ZVH, 2026)
    roots: dict[int, bytes] = {}
    for text in journal:
        verified = verify_receipt(text, logs.verifiers)
        assert log.entry(verified.index) == Receipt.parse(text).leaf
        assert log.body(verified.index) == BODY
        assert (await logs.disclosure(verified.leaf.request_id)).receipt.text == text
        assert roots.setdefault(verified.checkpoint.size, verified.checkpoint.root) == verified.checkpoint.root
    newest = verify_receipt(log.receipt(0).text, logs.verifiers).checkpoint
    for size, root in roots.items():
        merkle.verify_consistency(size, newest.size, root, newest.root, log.consistency(size, newest.size))
    logs.close()

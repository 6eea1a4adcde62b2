"""`kill -9` of a process that writes to the logs, again and again on the same files.

Rules: the parent writes down each acknowledgement as it comes; what the pipe holds at the kill was acknowledged too.
After each kill the logs open by themselves and hold what they acknowledged, in any life.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
from base64 import b64decode
from datetime import datetime
from pathlib import Path

from gateway.errors import Fault
from tests.faults.ledger import Ledger, Told
from tests.faults.life import Life
from tests.faults.tally import Tally

ROOT = Path(__file__).parents[2]
LONGEST = 0.4
"""Seconds from the first acknowledgement up to the kill, at most; every fourth kill comes while it still opens."""
OPENING = 0.9


async def run(folder: Path, *, count: int, seed: int) -> list[Tally]:
    chance, tally, ledger = random.Random(seed), Tally("writer-kills"), Ledger()
    state = folder / "state"
    for kill in range(count):
        lines, ended = _run_and_kill(state, 2 * kill + 1, ledger, chance, in_opening=kill % 4 == 3)
        if ended:
            tally.wrong.append(f"kill {kill}: the writer ended before it was killed: {ended}")
        tally.times += 1
        before = len(ledger.told)
        for line in lines:
            take_in(json.loads(line), ledger, tally)
        tally.notes["kills before anything was acknowledged"] += len(ledger.told) == before
        life = Life(state, 2 * kill + 2, chance, ledger, callers=2, acts=2)
        await life.lead()
        if life.faults:
            tally.wrong.append(f"kill {kill}: it did not open by itself: {', '.join(life.faults)}")
            break
        try:
            logs = await life.bench.logs()
        except Fault as fault:
            tally.wrong.append(f"kill {kill}: {fault.code}")
            break
        tally.add(await ledger.hold_against(logs, None if kill == count - 1 else chance))
        logs.close()
    tally.acknowledged = len(ledger.told)
    return [tally]


def _run_and_kill(
    state: Path, number: int, ledger: Ledger, chance: random.Random, *, in_opening: bool
) -> tuple[list[bytes], str]:
    command = [sys.executable, "-m", "tests.faults.writer", str(state), str(number), ledger.clock.now().isoformat()]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    first = b"" if in_opening else process.stdout.readline()
    timer = threading.Timer(chance.uniform(0, OPENING if in_opening else LONGEST), process.kill)
    timer.start()
    try:
        told = first + process.stdout.read()
        problem = process.stderr.read().decode()
    finally:
        timer.cancel()
        process.kill()
        ended = process.wait()
        process.stdout.close()
        process.stderr.close()
    whole, _, _ = told.rpartition(b"\n")
    return [line for line in whole.split(b"\n") if line], "" if ended == -9 else problem[-500:] or str(ended)


def take_in(line: dict[str, str], ledger: Ledger, tally: Tally) -> None:
    """Write down what a writer told."""
    if "shown" in line:
        ledger.shown.add((line["tenant"], line["shown"]))
    elif "erased" in line:
        tally.notes["answers erased"] += len(line["erased"])
    elif "now" in line:
        ledger.clock.moment = datetime.fromisoformat(line["now"])
    else:
        answer, until = line["answer"], line["until"]
        ledger.told.append(
            Told(
                line["tenant"],
                line["receipt"],
                line["body"].encode(),
                None,
                answer and b64decode(answer),
                until and datetime.fromisoformat(until),
            )
        )

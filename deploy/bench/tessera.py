"""Tessera, the log in Go that others run, on this machine: its POSIX storage, tuned, with as many waiting.

An entry counts as durable there when it has its place on the disk; ours counts when its caller has a receipt under a
signed checkpoint, body, keys and answer included. So the comparison is in Tessera's favour.
"""

import json
import shutil
import subprocess
from pathlib import Path
from statistics import median
from typing import Any

from ledger import SMALL, WAITING
from timing import Extent

SOURCE = Path(__file__).with_name("tessera")
BUILDING = 600


def measure(folder: Path, extent: Extent) -> dict[str, Any] | None:
    """Entries a second by how many wait, or None where there is no Go."""
    if shutil.which("go") is None:
        return None
    folder.mkdir()
    program = folder / "tessera"
    subprocess.run(["go", "build", "-o", program, "."], cwd=SOURCE, check=True, capture_output=True, timeout=BUILDING)
    rates: dict[int, list[float]] = {waiting: [] for waiting in WAITING}
    for number in range(extent.rounds):
        for waiting in WAITING:
            place = folder / f"{number}-{waiting}"
            place.mkdir()
            rates[waiting].append(_entries_per_second(program, place, waiting, extent))
    return {"version": _version(), "bytes": SMALL, "durable": _told(rates)}


def _entries_per_second(program: Path, place: Path, waiting: int, extent: Extent) -> float:
    options = ["-folder", place, "-waiting", waiting, "-seconds", max(extent.seconds, 0.3), "-size", SMALL]
    done = subprocess.run([program, *map(str, options)], capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout)["per_second"]


def _told(rates: dict[int, list[float]]) -> list[dict[str, int]]:
    return [{"waiting": waiting, "per_second": round(median(each))} for waiting, each in rates.items()]


def _version() -> str:
    lines = (SOURCE / "go.mod").read_text().splitlines()
    return next(line.split()[-1] for line in lines if "transparency-dev/tessera v" in line)

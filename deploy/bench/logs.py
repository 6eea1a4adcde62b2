"""`make bench-log`: measure the log by itself, beside what this machine does at all, in one run.

The log's durable records a second on SQLite and on PostgreSQL (one process and two), its time to acknowledge at a
hundred records a second, and what a million records take to be exported and verified; beside each, in the same rounds
and folder, what it is measured against: fdatasync of 4 KiB, plain inserts and COPY in one transaction, Tessera's log,
and bare hashing and copying of the same bytes. What a machine lacks is left out by name. Compare ratios within a run.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import ledger
import million
import shared
import tessera
import uvloop
from machine import describe
from report_logs import show
from rich.console import Console
from timing import BRIEF, FULL

WIDTH = 110
RESULT = Path(__file__).with_name("result-log.json")
MANY, FEW = 1_000_000, 3_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--brief", action="store_true", help="a few samples of everything, to see that it works")
    parser.add_argument("--json", type=Path, default=RESULT, help="where the result is written")
    arguments = parser.parse_args()
    extent, records = (BRIEF, FEW) if arguments.brief else (FULL, MANY)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sluis-bench-") as name:
        folder = Path(name)
        for part in ("ledger", "steady"):
            (folder / part).mkdir()
        result = {
            "machine": describe(),
            "extent": asdict(extent),
            "sqlite": _run(lambda: ledger.measure(folder / "ledger", extent)),
            "steady": _run(lambda: ledger.steady(folder / "steady", extent)),
            "tessera": tessera.measure(folder / "tessera", extent),
            "postgresql": shared.measure(extent),
            "million": million.measure(folder / "million", records),
        }
    result["seconds"] = round(time.monotonic() - begun, 1)
    show(Console(width=None if sys.stdout.isatty() else WIDTH), result)
    arguments.json.write_text(json.dumps(result, indent=2) + "\n")
    print(f"{result['seconds']} s; as JSON: {arguments.json}")
    return 0


def _run(measure: Callable[[], Any]) -> dict[str, Any]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(measure())


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.faults`: make the log fail in every way that is known, and count what was lost (nothing may be).

Without `--only` every exercise runs, each as often as it should at least; `--count` and `--seed` say otherwise.
"""

import argparse
import asyncio
import importlib
import random
import sys
import tempfile
import time
from pathlib import Path

import structlog

from tests.faults.tally import Tally, table

EXERCISES = {
    "kills": 30,
    "writer-kills": 100,
    "power-cuts": 300,
    "full-disk": 0,
    "flips": 200,
    "old-backups": 20,
    "witness-stalls": 12,
    "partitions": 90,
    "stopped-processes": 20,
}
"""How often at least; 0 for every place that there is."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--only", action="append", choices=EXERCISES, help="this exercise; may be given again")
    parser.add_argument("--count", type=int, help="how often the fault is made, instead of the usual number")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**31))
    arguments = parser.parse_args()
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    tallies: list[Tally] = []
    print(f"seed {arguments.seed}", flush=True)
    for name in arguments.only or EXERCISES:
        count = EXERCISES[name] if arguments.count is None else arguments.count
        print(f"{name}, {count or 'everywhere'} …", end=" ", flush=True)
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="sluis-faults-") as folder:
            exercise = importlib.import_module(f"tests.faults.{name.replace('-', '_')}")
            tallies += asyncio.run(exercise.run(Path(folder), count=count, seed=arguments.seed))
        print(f"{time.monotonic() - began:.0f} s", flush=True)
    print(table(tallies))
    return 0 if all(each.holds for each in tallies) else 1


if __name__ == "__main__":
    sys.exit(main())

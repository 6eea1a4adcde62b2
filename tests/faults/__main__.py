"""`python -m tests.faults`: kill the gateway at random moments under load and count what was lost (nothing may be)."""

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from tests.faults import kills


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**31))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}, {arguments.kills} kills", flush=True)
    with tempfile.TemporaryDirectory(prefix="sluis-faults-") as folder:
        counts = asyncio.run(kills.run(Path(folder), kills=arguments.kills, seed=arguments.seed))
    for name, count in sorted(counts.items()):
        print(f"{count:8} {name}")
    print("no answer was lost, none was released without its record")
    return 0


if __name__ == "__main__":
    sys.exit(main())

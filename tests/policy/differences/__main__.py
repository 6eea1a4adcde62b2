"""`python -m tests.policy.differences`: decide thousands of documents by both engines and count the differences."""

import argparse
import asyncio
import random
import shutil
import sys
import time
from pathlib import Path

from tests.policy.differences import compare


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**31))
    arguments = parser.parse_args()
    opa = shutil.which("opa")
    if opa is None:
        print("differences: there is no opa on the PATH", file=sys.stderr)
        return 2
    print(f"seed {arguments.seed}, {arguments.count} documents", flush=True)
    begun = time.monotonic()
    result = asyncio.run(compare(arguments.seed, arguments.count, Path(opa)))
    for name, count in sorted(result.counts.items()):
        print(f"{count:8} {name}")
    print(f"{len(result.found):8} differences or faults, in {time.monotonic() - begun:.0f} s")
    if result.found:
        print(result.told())
    return 1 if result.found else 0


if __name__ == "__main__":
    sys.exit(main())

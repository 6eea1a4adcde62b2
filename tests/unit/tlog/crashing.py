"""The process that the crash test kills: appends without end, and tells each receipt once it is acknowledged."""

import asyncio
import base64
import os
import sys
from pathlib import Path

from gateway.model.codes import Tenant
from tests.unit.tlog.bench import Bench, Chance


async def main(folder: Path, seed: int) -> None:
    bench = Bench(folder, chance=Chance(seed))
    logs = await bench.logs()

    async def client(number: int) -> None:
        count = 0
        while True:
            count += 1
            outbox = bench.outbox(f"{seed}-{number}-{count}")
            record = bench.record(case=f"zaak-{count % 50}", outbox=outbox)
            receipt = await logs.append(Tenant.ZVH, bench.clock.now(), record)
            os.write(1, base64.b64encode(receipt.text.encode()) + b"\n")

    await asyncio.gather(*(client(number) for number in range(40)))


asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))

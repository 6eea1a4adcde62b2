"""`make bench`: measure a full disclosure and its parts in one run; a table for people, and JSON.

Everything is on loopback and in a temporary folder, and takes about a minute. Compare ratios within a run: figures of
two runs on a busy machine say little. What is measured stands in `parts.py`, `whole.py`, `deciding.py`,
`replaying.py`.
"""

import argparse
import asyncio
import gc
import json
import sys
import tempfile
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import deciding
import parts
import replaying
import uvloop
import whole
from machine import describe
from report import show
from rich.console import Console
from scene import Asker, shared_town, town
from timing import BRIEF, FULL, Extent, Probe, interleave, milliseconds
from wire import Wire

from gateway import app
from gateway.settings import Settings
from gateway.verify import VerifierKey, verify_receipt

WIDTH = 110
RESULT = Path(__file__).with_name("result.json")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--brief", action="store_true", help="a few samples of everything, to see that it works")
    parser.add_argument("--json", type=Path, default=RESULT, help="where the result is written")
    arguments = parser.parse_args()
    extent, begun = BRIEF if arguments.brief else FULL, time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="sluis-bench-") as folder,
        town(Path(folder)) as (settings, twin),
        shared_town(Path(folder)) as shared,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        result = runner.run(measure(settings, twin, shared, Path(folder), extent))
    result["seconds"] = round(time.monotonic() - begun, 1)
    show(Console(width=None if sys.stdout.isatty() else WIDTH), result)
    arguments.json.write_text(json.dumps(result, indent=2) + "\n")
    print(f"{result['seconds']} s; as JSON: {arguments.json}")
    return 0


async def measure(
    settings: Settings, twin: Settings, shared: Settings | None, folder: Path, extent: Extent
) -> dict[str, Any]:
    asker, machine = await Asker.enter(settings), describe()
    askers = [(settings.port, asker)] + ([(shared.port, await Asker.enter(shared))] if shared else [])
    async with app.open_gateway(twin) as gateway:
        wire = await Wire.open(settings.port)
        body = await whole.granted(wire, asker.message())
        caller = whole.Caller(asker, settings.public_url, _log_keys(settings), await _release_keys(wire))
        taken = await parts.take_apart(gateway.gate, asker, settings.public_url)
        gc.collect()
        other = [
            Probe(whole.SHARED, partial(whole.granted, await Wire.open(port)), each.message)
            for port, each in askers[1:]
        ]
        times = await interleave([*whole.probes(wire, caller, body), *other, *taken.probes], extent)
        throughput = await whole.throughput(askers, extent)
        decision = await deciding.measure(gateway.gate.policy, taken.facts, settings.policies, folder, extent)
        replay = await replaying.measure(taken.facts, settings.policies, folder, extent)
        receipt, sealed = await caller.check(body), json.loads(body)["sealed"].encode()
        wire.close()
    total, sum_of_parts = times[whole.DISCLOSURE].p50, sum(times[name].p50 for name in parts.PRIMITIVES)
    accounted = sum_of_parts + sum(times[name].p50 for name in (*parts.AROUND, whole.NOTHING))
    return {
        "machine": machine,
        "extent": asdict(extent),
        "disclosure": times[whole.DISCLOSURE].told(),
        "primitives": {name: times[name].told() for name in parts.PRIMITIVES},
        "within": {name: taken.within.times[name].told() for name in parts.PRIMITIVES},
        "sum_p50_ms": milliseconds(sum_of_parts),
        "ratio": round(sum_of_parts / total, 3),
        "around": {name: times[name].told() for name in (*parts.AROUND, whole.NOTHING)},
        "unmeasured_p50_ms": milliseconds(total - accounted),
        "beside": {name: times[name].told() for name in (parts.STORY, whole.PROOF, whole.TRUST)},
        "processes": {"gateway": 1, "engine workers": settings.engine_workers, "holder": 1, "load generator": 1},
        "throughput": [load.told() for load in throughput[0]],
        "postgresql": {
            "disclosure": times[whole.SHARED].told(),
            "throughput": [load.told() for load in throughput[1]],
        }
        if shared
        else None,
        "decision": decision,
        "replay": replay,
        "verify_per_second": _verified_per_second(receipt, sealed, _log_keys(settings), extent),
    }


async def _release_keys(wire: Wire) -> list[dict[str, Any]]:
    _, body = await wire.ask(whole.message("GET", "/v1/release-keys", {}))
    return json.loads(body)["keys"]


def _log_keys(settings: Settings) -> list[str]:
    return (settings.state / "sandbox" / "log.vkeys").read_text().split()


def _verified_per_second(receipt: str, sealed: bytes, log_keys: list[str], extent: Extent) -> int:
    trusted, count, begun = [VerifierKey.parse(key) for key in log_keys], 0, time.perf_counter()
    while (taken := time.perf_counter() - begun) < extent.seconds:
        verify_receipt(receipt, trusted, released=sealed)
        count += 1
    return round(count / taken)


if __name__ == "__main__":
    sys.exit(main())

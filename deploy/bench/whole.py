"""A disclosure as its caller sees it: over HTTP on a connection that stays open, one at a time and many at once."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from scene import Asker
from timing import Extent, Probe, Times
from wire import Wire, message

from gateway.client.answer import read_answer

DISCLOSURE = "disclosure over HTTP"
SHARED = "disclosure over HTTP, on PostgreSQL"
NOTHING = "HTTP alone (GET /livez)"
PROOF = "the caller signs a DPoP proof"
TRUST = "the caller verifies the receipt, opens the seal"
CLIENTS = (1, 8, 32)
AT_MOST = 1500
"""Requests a second that are prepared before a load begins, for each second that it lasts."""


@dataclass(frozen=True, slots=True)
class Caller:
    """What a partner needs to check an answer: the log's verifier keys and the gateway's release keys."""

    asker: Asker
    issuer: str
    log_keys: Sequence[str]
    release_keys: Sequence[dict[str, Any]]

    async def check(self, body: bytes) -> str:
        """The receipt of a granted answer, after all that `gateway.client` does with it."""
        answer = read_answer(
            json.loads(body),
            partner=self.asker.partner,
            log_keys=self.log_keys,
            release_keys=self.release_keys,
            issuer=self.issuer,
        )
        assert answer.open().keys() == set(answer.granted)
        return answer.receipt


async def granted(wire: Wire, asked: bytes) -> bytes:
    """The body of a granted answer; `AssertionError` for any other."""
    status, body = await wire.ask(asked)
    assert status == 200, f"status {status}: {json.loads(body).get('code')}"
    return body


def probes(wire: Wire, caller: Caller, answered: bytes) -> list[Probe]:
    """The whole, what HTTP takes alone, and what the caller does on its own side."""

    async def sign(_: None) -> None:
        caller.asker.proof()

    return [
        Probe(DISCLOSURE, lambda asked: granted(wire, asked), caller.asker.message),
        Probe(NOTHING, wire.ask, lambda: message("GET", "/livez", {})),
        Probe(PROOF, sign),
        Probe(TRUST, caller.check, lambda: answered),
    ]


@dataclass(slots=True)
class Load:
    """What a number of clients got, by round; `refused` counts what was not answered with a grant, faults mostly."""

    clients: int
    refused: int = 0
    rates: list[float] = field(default_factory=list)
    times: Times = field(default_factory=Times)

    def told(self) -> dict[str, float | int]:
        """`clients`, `per_second` (granted), `refused`, and where something was granted `p50_ms`, `p99_ms`."""
        told = {"clients": self.clients, "per_second": round(median(self.rates), 1), "refused": self.refused}
        return told | (self.times.told() if self.times.rounds else {})


async def throughput(askers: Sequence[tuple[int, Asker]], extent: Extent) -> list[list[Load]]:
    """Full disclosures by 1, 8 and 32 clients, each asking again as soon as it has its answer, of each gateway (its
    port, and who asks) in turn.
    """
    loads = [[Load(clients) for clients in CLIENTS] for _ in askers]
    for _ in range(extent.rounds):
        for number in range(len(CLIENTS)):
            for (port, asker), mine in zip(askers, loads, strict=True):
                await _press(port, asker, mine[number], extent.seconds)
    return loads


async def _press(port: int, asker: Asker, load: Load, seconds: float) -> None:
    wires = [await Wire.open(port) for _ in range(load.clients)]
    prepared = [asker.message() for _ in range(load.clients + int(AT_MOST * seconds))]
    samples: list[float] = []
    begun = time.perf_counter()

    async def press(wire: Wire) -> None:
        while prepared and (start := time.perf_counter()) - begun < seconds:
            status, _ = await wire.ask(prepared.pop())
            if status == 200:
                samples.append(time.perf_counter() - start)
            else:
                load.refused += 1

    await asyncio.gather(*map(press, wires))
    taken = time.perf_counter() - begun
    for wire in wires:
        wire.close()
    assert prepared, "faster than was prepared for: raise AT_MOST"
    load.rates.append(len(samples) / taken)
    if samples:
        load.times.rounds.append(samples)

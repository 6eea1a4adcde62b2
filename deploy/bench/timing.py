"""Samples and what is said of them.

Rules: what a sample needs is made before its clock starts; the first of each round is not counted; things that are
compared are measured in interleaved rounds of one run, so that a machine that gets slower gets slower for all of them.
p50 is the median of the rounds' medians, p99 is over all samples.
"""

import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured: rounds, samples of each thing a round, and seconds of each load a round."""

    rounds: int
    samples: int
    seconds: float


FULL = Extent(rounds=5, samples=60, seconds=0.6)
BRIEF = Extent(rounds=1, samples=5, seconds=0.1)


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing to measure. `prepare` makes what `run` takes, outside the clock."""

    name: str
    run: Callable[[Any], Awaitable[object]]
    prepare: Callable[[], Any] = lambda: None


@dataclass(slots=True)
class Times:
    """Seconds, by round."""

    rounds: list[list[float]] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return statistics.median(statistics.median(samples) for samples in self.rounds)

    @property
    def p99(self) -> float:
        return quantile([sample for samples in self.rounds for sample in samples], 0.99)

    def told(self) -> dict[str, float | int]:
        """`p50_ms`, `p99_ms` and the number of samples."""
        count = sum(map(len, self.rounds))
        return {"p50_ms": milliseconds(self.p50), "p99_ms": milliseconds(self.p99), "samples": count}


def quantile(samples: Sequence[float], part: float) -> float:
    """The sample below which that part of the others lies."""
    return sorted(samples)[min(len(samples) - 1, int(len(samples) * part))]


def milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 4)


async def interleave(probes: Sequence[Probe], extent: Extent) -> dict[str, Times]:
    """Measure every probe in every round."""
    times = {probe.name: Times() for probe in probes}
    for _ in range(extent.rounds):
        for probe in probes:
            times[probe.name].rounds.append(await samples_of(probe, extent.samples))
    return times


async def samples_of(probe: Probe, count: int) -> list[float]:
    """Seconds of `count` runs, after one that is not counted."""
    samples = []
    for given in [probe.prepare() for _ in range(1 + count)]:
        begun = time.perf_counter()
        await probe.run(given)
        samples.append(time.perf_counter() - begun)
    return samples[1:]

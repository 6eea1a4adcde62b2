"""A fair sample that anybody can draw again: `sluis-sample-1`.

    rank(record)  = SHA-256("sluis sample 1" || 0x0A || seed || record id), seed and id as the text that is printed
    the sample    = the `size` records of the population with the lowest ranks, in that order
    population    = SHA-256 over "sluis population 1" and a line feed, then every record id, sorted, each with a line
                    feed

Rules:
- The seed is 32 fresh random bytes in hexadecimal, made when the sample is. Nobody can type one: seed, filter, seals
  and the drawn records are recorded in one writing before any of them is shown, and every sample that was ever drawn
  stays in the list, so that drawing until it pleases can be seen.
- The population is what a filter meant at a level of the log. What changes afterwards (collected, judged, flagged,
  erased, damaged) cannot draw a sample, nor an alias, which is of one desk: nobody else could draw it again.
- Erasing takes records out of a population and puts none in. Then the sample is right if every record that is left and
  ranks before the last one drawn was drawn, and everything drawn that is not left was erased.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from heapq import nsmallest
from typing import Any
from urllib.parse import parse_qs

from gateway.model.writing import WritingKind
from gateway.review.acts import Writing
from gateway.review.filter import Filter
from gateway.review.judged import Finding, Judged, Unwritable

ALGORITHM = "sluis-sample-1"
SIZE, MOST = 25, 500
CHANGING = ("opgehaald", "beoordeeld", "vlag")
"""Facets by which no sample is drawn."""
UNREADABLE = frozenset({"gewist", "beschadigd"})
"""Outcomes that records come to have afterwards."""
SEED_BYTES = 32
_CONFIDENCE = 0.95


class Redrawn(StrEnum):
    """SAME: drawn again it is the same. ERASED: the same as far as erasure left the population. OTHER: it is not what
    this seed draws.
    """

    SAME = "same"
    ERASED = "erased"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample as it was recorded. `id`: of its writing; `filter`: as a query; `sizes`, `roots`: of the seals that it
    was drawn under, by year; `population`: how many, and their digest; `records`: ids, in the order of their ranks.
    """

    id: str
    at: datetime
    who: str
    title: str
    seed: str
    filter: str
    size: int
    sizes: Mapping[int, int]
    roots: Mapping[int, str]
    population: int
    digest: str
    records: tuple[str, ...]

    @classmethod
    def of(cls, writing: Writing) -> Sample:
        """Raises `KeyError`, `TypeError`, `ValueError` where the writing is no sample of this algorithm."""
        said = writing.content
        if said["algorithm"] != ALGORITHM:
            raise ValueError("a sample of another algorithm")
        return cls(
            id=writing.id,
            at=writing.at,
            who=writing.who,
            title=said["title"],
            seed=said["seed"],
            filter=said["filter"],
            size=said["size"],
            sizes={int(year): size for year, size in said["sizes"].items()},
            roots={int(year): root for year, root in said["roots"].items()},
            population=said["population"],
            digest=said["digest"],
            records=tuple(said["records"]),
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """`judged`: of the sample's records, how many have a verdict; `next`: the first that has none, empty where all
    have; `findings`: how often each verdict.
    """

    judged: int
    next: str
    findings: Mapping[Finding, int]


def samples_of(writings: Iterable[Writing]) -> list[Sample]:
    """Those among these writings, in their order; what is no sample of this algorithm is passed over."""
    found = []
    for writing in writings:
        if writing.kind is WritingKind.SAMPLE:
            with suppress(KeyError, TypeError, ValueError):
                found.append(Sample.of(writing))
    return found


def drawable(query: str) -> Filter:
    """A filter that means the same tomorrow, and at another desk. Raises `Unwritable`."""
    try:
        found = Filter.read(parse_qs(query, max_num_fields=1000))
    except ValueError:
        raise Unwritable("filter") from None
    growing = UNREADABLE.intersection(found.values.get("besluit", ()))
    if found.subject or growing or any(name in found.values for name in CHANGING):
        raise Unwritable("changing")
    return found


def rank(seed: str, record: str) -> bytes:
    """Where a record stands in the order that a seed makes."""
    return sha256(f"sluis sample 1\n{seed}{record}".encode()).digest()


def draw(seed: str, population: Iterable[str], size: int) -> tuple[str, ...]:
    """The records that a seed draws."""
    return tuple(nsmallest(size, population, key=lambda record: rank(seed, record)))


def digest(population: Iterable[str]) -> str:
    """What tells one population from another, in hexadecimal."""
    found = sha256(b"sluis population 1\n")
    for record in sorted(population):
        found.update(f"{record}\n".encode())
    return found.hexdigest()


def drawn(
    population: Collection[str], seed: str, size: int, *, title: str, filter: str, seals: Mapping[int, tuple[int, str]]
) -> dict[str, Any]:
    """What is recorded of a sample. `seals`: size and root (hexadecimal) of each year that was read."""
    return {
        "algorithm": ALGORITHM,
        "title": title,
        "seed": seed,
        "filter": filter,
        "size": size,
        "sizes": {str(year): count for year, (count, _) in sorted(seals.items())},
        "roots": {str(year): root for year, (_, root) in sorted(seals.items())},
        "population": len(population),
        "digest": digest(population),
        "records": list(draw(seed, population, size)),
    }


def redraw(sample: Sample, population: Collection[str], erased: Collection[str] = ()) -> Redrawn:
    """Draw a sample again. `population`: what its filter means now, of the records that were there then; `erased`: the
    ids of those in the sample that were erased since.
    """
    if digest(population) == sample.digest:
        return Redrawn.SAME if draw(sample.seed, population, sample.size) == sample.records else Redrawn.OTHER
    if len(population) >= sample.population or not sample.records:
        return Redrawn.OTHER
    ranks = [rank(sample.seed, each) for each in sample.records]
    left, taken = set(population), set(sample.records)
    if ranks != sorted(ranks) or len(taken) != min(sample.size, sample.population):
        return Redrawn.OTHER
    whole = len(taken) == sample.population
    before = {each for each in left if whole or rank(sample.seed, each) <= ranks[-1]}
    return Redrawn.ERASED if before <= taken and taken - left <= set(erased) else Redrawn.OTHER


def progress(records: Sequence[str], judged: Mapping[str, Judged]) -> Progress:
    """How far the judging of these records is. `judged`: by record."""
    verdicts = {each: said.verdict for each in records if (said := judged.get(each)) and said.verdict is not None}
    found = [Finding(verdict.content["verdict"]) for verdict in verdicts.values()]
    left = next((each for each in records if each not in verdicts), "")
    return Progress(len(verdicts), left, {finding: found.count(finding) for finding in Finding})


def at_most(wrong: int, judged: int) -> float:
    """The share of the population that is wrong at most, with 95% confidence, when `wrong` of `judged` drawn records
    were: the upper limit of Clopper and Pearson (1934), one-sided, which is careful for a population without end.
    """
    if judged == 0 or wrong >= judged:
        return 1.0
    low, high = wrong / judged, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        chance = sum(math.comb(judged, k) * middle**k * (1 - middle) ** (judged - k) for k in range(wrong + 1))
        low, high = (middle, high) if chance > 1 - _CONFIDENCE else (low, middle)
    return high

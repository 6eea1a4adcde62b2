"""Makes the mutants, asks the killers of each on several processes, and counts.

Rules: which mutants are asked follows from the seed and the number alone, spread over the operators by their share;
nothing but a stillborn one is left out of the count.
"""

import json
import multiprocessing
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from gateway.pdp.bundle import Bundle
from gateway.workbench.lint.tree import modules
from tests.policy.engines import RULES
from tests.policy.mutation.killers import STILLBORN, SURVIVED, Killers
from tests.policy.mutation.rego import Mutant, mutants
from tests.policy.mutation.rows import row_mutants

SEED = 20261126
CHUNK = 8
_killers: Killers | None = None


@dataclass(frozen=True)
class Fate:
    mutant: Mutant
    fate: str


def all_mutants(rules: Path = RULES) -> list[Mutant]:
    """Every mutant of the rules and of the rows."""
    bundle = Bundle.read(rules)
    read, unread = modules(bundle.policies)
    assert not unread
    return [*mutants(read, json.loads(bundle.data)["vocabulary"]), *row_mutants(bundle.files)]


def sample(found: Sequence[Mutant], number: int, seed: int = SEED) -> list[Mutant]:
    """`number` of them, each operator by its share and at least one, in the order in which they were made."""
    by_operator: dict[str, list[int]] = defaultdict(list)
    for index, mutant in enumerate(found):
        by_operator[mutant.operator].append(index)
    rng, chosen = random.Random(seed), set()
    for operator in sorted(by_operator):
        listed = by_operator[operator]
        chosen |= set(rng.sample(listed, min(len(listed), max(1, round(number * len(listed) / len(found))))))
    return [mutant for index, mutant in enumerate(found) if index in chosen]


def fates(chosen: Sequence[Mutant], killers: Killers, processes: int) -> Iterator[Fate]:
    """What became of each, in no order."""
    global _killers
    _killers = killers
    chunks = [chosen[start : start + CHUNK] for start in range(0, len(chosen), CHUNK)]
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("fork")) as pool:
        for done in as_completed([pool.submit(_fates, chunk) for chunk in chunks]):
            yield from done.result()


def counted(found: Sequence[Fate]) -> tuple[int, int]:
    """How many were alive at all, and how many of these were seen."""
    born = [each for each in found if each.fate != STILLBORN]
    return len(born), sum(each.fate != SURVIVED for each in born)


def _fates(chunk: Sequence[Mutant]) -> list[Fate]:
    assert _killers is not None
    return [Fate(mutant, _killers.fate(mutant)) for mutant in chunk]

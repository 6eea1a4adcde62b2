"""What a human said of the mutants that nothing saw: each is the same policy, with the reason why.

Rules: `reviewed.yaml` is a list of `operator`, `file`, `before`, `after` and `why`. A mutant is found by what it
changes, not by its line, so that a review survives what moves. `before` and `after` may be left out where the reason
holds for every mutant of that operator in that file. A mutant that a test sees is never equivalent, whatever is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from tests.policy.mutation.rego import Mutant

FILE = Path(__file__).parent / "reviewed.yaml"


@dataclass(frozen=True)
class Reviewed:
    """`file`, `before` and `after` may hold `*`."""

    operator: str
    file: str
    before: str
    after: str
    why: str

    def speaks_of(self, mutant: Mutant) -> bool:
        pairs = ((mutant.operator, self.operator), (mutant.file, self.file), (mutant.before, self.before))
        return all(_like(text, wanted) for text, wanted in (*pairs, (mutant.after, self.after)))


def reviewed() -> tuple[Reviewed, ...]:
    """Every review on file."""
    return tuple(Reviewed(**entry) for entry in yaml.safe_load(FILE.read_text()) or ())


def why_equivalent(mutant: Mutant, reviews: Sequence[Reviewed]) -> str | None:
    """The reason why a mutant is the same policy; `None` where nobody said so."""
    return next((each.why for each in reviews if each.speaks_of(mutant)), None)


def _like(text: str, wanted: str) -> bool:
    return fnmatchcase(text, wanted.replace("[", "[[]")) if "*" in wanted else text == wanted

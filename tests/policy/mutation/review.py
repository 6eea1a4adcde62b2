"""What a human said of the mutants that nothing saw: each is the same policy, with the reason why.

Rules: `reviewed.yaml` is a list of reasons (`why`), each with the mutants that it holds for, every one by itself and by
all that tells it apart: `operator`, `file`, `before`, `after`, and of a rule `becomes`, the whole of it as the
mutant has it. No review speaks of two mutants. Lines have no number there, so that a review survives what moves. A
mutant that a test sees is never equivalent, whatever is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.policy.mutation.rego import Mutant

FILE = Path(__file__).parent / "reviewed.yaml"


@dataclass(frozen=True)
class Reviewed:
    """One mutant, and why it is the same policy."""

    why: str
    operator: str
    file: str
    before: str
    after: str = ""
    becomes: str = ""

    def speaks_of(self, mutant: Mutant) -> bool:
        return (*mutant.key, mutant.becomes) == (self.operator, self.file, self.before, self.after, self.becomes)


def reviewed() -> tuple[Reviewed, ...]:
    """Every review on file."""
    groups = yaml.safe_load(FILE.read_text()) or ()
    return tuple(Reviewed(group["why"], **mutant) for group in groups for mutant in group["mutants"])


def why_equivalent(mutant: Mutant, reviews: Sequence[Reviewed]) -> str | None:
    """The reason why a mutant is the same policy; `None` where nobody said so."""
    return next((each.why for each in reviews if each.speaks_of(mutant)), None)

"""Every cell of the table of bases, every wrong type, every lack: the policy says what the second reading says.

Rules: compared are what is granted, the outcome, the reasons where the contract fixes them, the rungs that did not
pass, and what is asked for of well-formed facts. One document in `STRIDE` is asked, all with SLUIS_LONG=1; which ones
follows from their order alone.
"""

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.policy.cells import cells
from tests.policy.engines import ask_embedded
from tests.policy.facts_generator import BASES
from tests.policy.second_reading import Reading, read
from tests.policy.test_second_reading import difference, other_reasons, other_rungs
from tests.policy.test_sweep import BASELINES, poorer_documents, wrong_documents

STRIDE = 1 if os.environ.get("SLUIS_LONG") == "1" else 12
# What an exception to secrecy lacks is asked for by the policy; the contract does not say that it must be.
OPEN = "holder_statement.secrecy_exception."


def disagreement(reading: Reading, decision: Any, *, formed: bool = True) -> str | None:
    """How the two differ; `None` where they do not. `formed`: also in the reasons, the rungs and what they ask for."""
    found = difference(reading, decision)
    if formed:
        found = found or other_reasons(reading, decision) or other_rungs(reading, decision)
    fields = [reasons for _, reasons in reading.fields]
    codes = reading.reasons.union(*fields)
    if found or not formed or codes & {"feit-ongeldig", "geen-grondslag"}:  # another activity compares other parties
        return found
    asked, expected = (
        [path for path in paths if not path.startswith(OPEN)] for paths in (decision["missing"], reading.missing)
    )
    return None if asked == expected else f"asks for {asked}, the second reading for {expected}"


def spoilt() -> Iterator[Any]:
    return (document for name in BASELINES for _, _, document in wrong_documents(name))


def poorer() -> Iterator[Any]:
    return (document for name in BASELINES for _, document in poorer_documents(name))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("documents", [cells, spoilt, poorer])
def test_the_policy_says_what_the_second_reading_says(documents: Callable[[], Iterator[Any]]) -> None:
    formed = documents is not spoilt  # what else holds of facts that are wrong, the contract leaves open
    told = [
        (facts, disagreement(read(facts), ask_embedded(facts), formed=formed)) for facts in list(documents())[::STRIDE]
    ]
    assert [f"{why}: {json.dumps(facts)}" for facts, why in told if why is not None][:3] == []


def test_every_basis_has_cells_that_grant_and_cells_that_refuse() -> None:
    outcomes: dict[str, set[str]] = {basis: set() for basis in BASES}
    for facts in list(cells())[::STRIDE]:
        outcomes[facts["basis"]].add(read(facts).outcome)
    assert [basis for basis, found in outcomes.items() if not found >= {"toegestaan", "geweigerd"}] == []

"""Facts in the contract's form, by the thousand and the same for a seed: for the policy and the second reading alike.

A document starts as one that grants (`start`, from the row of its basis in `rows`), varied in ways that keep it
plausible. Then either one thing is taken over the boundary of a column or a rule, and nothing else can be the matter
(`columns`), or none to several mutations meet: the day before a term, a consent withdrawn today, a participant named
twice, a member gone. About four in ten still grant something. Nobody in it exists.
"""

import copy
import random
from collections.abc import Callable, Iterator

from tests.policy.facts_generator.columns import EDGES, coordinator
from tests.policy.facts_generator.edges import (
    another_category,
    another_organisation,
    closed,
    consent_edge,
    consents,
    criminal_category,
    early,
    fields,
    linked,
    necessity,
    no_statement,
    participants,
    parties,
    person,
    secrecy_edge,
    statement,
    term_edge,
)
from tests.policy.facts_generator.routes import (
    another_way,
    circumstance,
    instemming,
    linked_edge,
    renewal,
    somewhere_else,
    task,
    third_party,
)
from tests.policy.facts_generator.rows import BASES, STARTS
from tests.policy.facts_generator.start import start
from tests.policy.facts_generator.values import mandate, one_value, places, role, spoil
from tests.policy.facts_generator.words import UNKNOWN_BASES, Facts

__all__ = ["BASES", "Facts", "boundaries", "generate", "places"]

Mutation = Callable[[Facts, random.Random], None]
MUTATIONS: tuple[Mutation, ...] = (
    one_value,
    one_value,
    one_value,
    one_value,
    spoil,
    spoil,
    spoil,
    consents,
    consent_edge,
    consent_edge,
    person,
    secrecy_edge,
    secrecy_edge,
    term_edge,
    term_edge,
    closed,
    another_organisation,
    parties,
    parties,
    another_category,
    another_category,
    participants,
    participants,
    linked,
    criminal_category,
    criminal_category,
    statement,
    mandate,
    role,
    no_statement,
    necessity,
    fields,
    fields,
    early,
    another_way,
    somewhere_else,
    somewhere_else,
)


def own_mutations(facts: Facts) -> list[Mutation]:
    """The boundaries that this basis has and few others, often enough to be met."""
    basis = str(facts.get("basis"))
    row = STARTS.get(basis)
    if row is None:
        return []
    found: list[Mutation] = [task] if basis.startswith("wmo.") or basis == "wgs.zvh.toezicht" else []
    found += [third_party] * 2 if row.third else []
    found += [instemming] * 2 if row.onward or row.third else []
    found += [circumstance] if row.circumstances else []
    found += [linked_edge] * 3 if basis == "wams.afstemming_zvh" else []
    found += [renewal] * 3 if basis == "wgs.zvh.hernieuwd" else []
    found += [coordinator] if row.coordinator else []
    found += [consent_edge] if row.consent else []
    return found * 3


# Every basis, and those with routes of their own more often.
DRAWN = (*BASES, *(basis for basis in BASES if STARTS[basis].onward or STARTS[basis].third for _ in range(2)),
         "wgs.zvh.casusoverleg", "wgs.zvh.hernieuwd", "wams.afstemming_zvh", "wgs.zvh.toezicht")  # fmt: skip
HOW_MANY = (0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4)


def mutate(facts: Facts, rng: random.Random, mutations: tuple[Mutation, ...]) -> Facts:
    """One mutation; one that does not fit what earlier ones left behind leaves the document as it was."""
    changed = copy.deepcopy(facts)
    try:
        rng.choice(mutations)(changed, rng)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return facts
    return changed


def generate(seed: int | str, n: int) -> Iterator[Facts]:
    """`n` facts documents; the same ones for the same seed."""
    rng = random.Random(f"sluis {seed}")
    for _ in range(n):
        facts = start(rng.choice(DRAWN), rng)
        if rng.random() < 0.02:
            facts["basis"] = rng.choice(UNKNOWN_BASES)
        elif rng.random() < 0.45:
            facts = mutate(facts, rng, (*EDGES, *own_mutations(facts)))
        else:
            for _ in range(rng.choice(HOW_MANY)):
                facts = mutate(facts, rng, (*MUTATIONS, *own_mutations(facts)))
        yield facts


def boundaries(seed: int | str, draws: int) -> Iterator[Facts]:
    """Every edge of every basis, each from `draws` documents that grant: no row depends on the luck of `generate`."""
    rng = random.Random(f"sluis {seed}")
    for basis in BASES:
        for crossed in (*EDGES, *own_mutations({"basis": basis})):
            for _ in range(draws):
                yield mutate(start(basis, rng), rng, (crossed,))

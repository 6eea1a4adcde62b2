"""The policy, asked on the embedded engine, grants what the second reading of the contract grants, and says why.

4,000 facts, or 16,000 with SLUIS_LONG=1 or SLUIS_REQUIRE_PARTS=1: every edge of every basis, and more by chance.
Compared are the names of the granted fields and the outcome, of all facts; and the reasons, of the request and of each
field, and the rungs that did not pass, where nothing is missing or malformed (what else holds of facts that are, the
contract leaves open). A failure shows the smallest facts on which the two differ, taken apart member by member, with
both answers.

The second reading is held to the contract's examples as well: a comparison of two wrong readings would prove nothing.
"""

import copy
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import regorus
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.pdp.bundle import Bundle
from tests.policy.facts_generator import BASES, Facts, boundaries, generate, places
from tests.policy.second_reading import ROWS, Reading, granted, read
from tests.policy.second_reading.examples import CASUSOVERLEG, EXAMPLES, changed

RULES = Path(__file__).parents[2] / "policies" / "rules"
LONG = "1" in (os.environ.get("SLUIS_LONG"), os.environ.get("SLUIS_REQUIRE_PARTS"))
HOW_MANY, DRAWS = (10_000, 4) if LONG else (2_500, 1)
SEED = 20261121


@pytest.mark.parametrize("title", EXAMPLES)
def test_the_second_reading_decides_the_examples(title: str) -> None:
    changes, names, code = EXAMPLES[title]
    reading = read(changed(changes))
    assert reading.granted == names
    codes = reading.reasons.union(*(reasons for _, reasons in reading.fields))
    assert code in codes if code else not codes


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(CASUSOVERLEG)), inner),
    max_leaves=8,
)


@given(json_values)
@settings(max_examples=200, deadline=None)
def test_any_json_value_has_a_reading_and_this_one_is_a_refusal(value: Any) -> None:
    assert read(value).outcome == "geweigerd"
    assert not granted(value)


def test_taking_a_member_away_never_releases_more() -> None:
    """Rule 2, on the second reading itself: of well-formed facts, any member of any object."""
    for facts in generate("taken away", 80):
        before = read(facts)
        if "feit-ongeldig" in before.reasons or before.outcome == "toegestaan":
            continue
        for container, key in list(places(facts)):
            if isinstance(container, dict):
                value = container.pop(key)
                assert granted(facts) <= before.granted, (key, facts)
                container[key] = value


@pytest.fixture(scope="module")
def decided() -> list[tuple[Facts, Reading]]:
    """By chance, and every edge of every basis."""
    return [(facts, read(facts)) for facts in (*generate(SEED, HOW_MANY), *boundaries(SEED, DRAWS))]


def test_the_facts_are_the_same_for_a_seed_and_worth_asking(decided: list[tuple[Facts, Reading]]) -> None:
    assert [facts for facts, _ in decided[:200]] == list(generate(SEED, 200))
    some = sum(1 for _, reading in decided if reading.granted)
    assert 0.3 < some / len(decided) < 0.5
    alone = Counter(code for _, reading in decided if len(reading.reasons) == 1 for code in reading.reasons)
    assert len(alone) >= 25, f"too few codes are ever the only one: {alone}"


def test_every_basis_is_granted_and_refused(decided: list[tuple[Facts, Reading]]) -> None:
    assert set(BASES) == set(ROWS)
    outcomes = Counter((str(facts.get("basis")), bool(reading.granted)) for facts, reading in decided)
    assert all(outcomes[basis, given] >= 12 for basis in BASES for given in (True, False)), outcomes


# ---- the comparison -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def policy() -> Callable[[Facts], Any]:
    """Asks the policy, alone on the embedded engine, for its decision; what the engine cannot decide comes as text."""
    bundle = Bundle.read(RULES)
    engine = regorus.Engine()
    for path, text in bundle.policies.items():
        engine.add_policy(path, text)
    engine.add_data_json(bundle.data.decode())

    def ask(facts: Facts) -> Any:
        engine.set_input_json(json.dumps(facts))
        try:
            return json.loads(engine.eval_rule_as_json("data.sluis.main.decision"))
        except RuntimeError as error:
            return str(error).split("\n\nStack backtrace")[0]

    return ask


def difference(reading: Reading, decision: Any) -> str | None:
    """How the two differ in what they grant, in the codes that only one of them gives; `None` where they do not."""
    if not isinstance(decision, dict):
        return f"no decision: {decision}"
    given = frozenset(field["name"] for field in decision["fields"] if field["granted"])
    if (decision["outcome"], given) == (reading.outcome, reading.granted):
        return None
    theirs = set(decision["reasons"]).union(*(field["reasons"] for field in decision["fields"]))
    ours = set(reading.reasons).union(*(reasons for _, reasons in reading.fields))
    return f"only the policy: {sorted(theirs - ours)}; only the second reading: {sorted(ours - theirs)}"


def other_reasons(reading: Reading, decision: Any) -> str | None:
    """How the two differ in why, of facts that are complete and well-formed."""
    if not isinstance(decision, dict) or {"feit-ontbreekt", "feit-ongeldig"} & {*decision["reasons"], *reading.reasons}:
        return None
    both = [(set(decision["reasons"]), set(reading.reasons))]
    theirs = [(field["name"], field["reasons"]) for field in decision["fields"]]
    both += [(set(said), set(reasons)) for (_, said), (_, reasons) in zip(theirs, reading.fields, strict=True)]
    differing = [(sorted(said - reasons), sorted(reasons - said)) for said, reasons in both if said != reasons]
    return f"(only the policy, only the second reading): {differing}" if differing else None


def other_rungs(reading: Reading, decision: Any) -> str | None:
    """How the two differ in the rungs that did not pass, of facts that are complete and well-formed."""
    said = reading.reasons.union(*(reasons for _, reasons in reading.fields))
    if not isinstance(decision, dict) or decision["missing"] or reading.missing or "feit-ongeldig" in said:
        return None
    failed = {entry["rung"] for entry in decision["ladder"] if entry["passed"] is False}
    ours, theirs = sorted(failed - reading.failed), sorted(reading.failed - failed)
    return f"rungs (only the policy, only the second reading): {ours, theirs}" if ours or theirs else None


def smaller(facts: Facts) -> Iterator[Facts]:
    """The same facts, one member or element less."""
    for number in range(sum(1 for _ in places(facts))):
        copied = copy.deepcopy(facts)
        container, key = list(places(copied))[number]
        del container[key]
        yield copied


def smallest(facts: Facts, differs: Callable[[Facts], bool]) -> Facts:
    """Taken apart for as long as the two still differ."""
    while (less := next((one for one in smaller(facts) if differs(one)), None)) is not None:
        facts = less
    return facts


@pytest.fixture(scope="module")
def absent(policy: Callable[[Facts], Any]) -> set[str]:
    """The bases that the policy does not know: what it says of them is no reading of the contract."""
    answers = {basis: policy(CASUSOVERLEG | {"basis": basis}) for basis in BASES}
    return {basis for basis, said in answers.items() if "grondslag-onbekend" in said["reasons"]}


def test_the_policy_knows_every_basis(absent: set[str]) -> None:
    assert not absent


How = Callable[[Reading, Any], str | None]


@pytest.fixture(scope="module")
def answers(
    policy: Callable[[Facts], Any], absent: set[str], decided: list[tuple[Facts, Reading]]
) -> list[tuple[Facts, Reading, Any]]:
    return [(facts, reading, policy(facts)) for facts, reading in decided if str(facts.get("basis")) not in absent]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("how", [difference, other_reasons, other_rungs], ids=["what is granted", "why not", "where"])
def test_the_policy_decides_as_the_second_reading(
    how: How, policy: Callable[[Facts], Any], answers: list[tuple[Facts, Reading, Any]]
) -> None:
    found = [(facts, kind) for facts, reading, said in answers if (kind := how(reading, said)) is not None]
    if found:
        facts, kind = min(found, key=lambda one: len(json.dumps(one[0])))
        least = smallest(facts, lambda one: how(read(one), policy(one)) == kind)
        kinds = Counter(kind for _, kind in found).most_common()
        pytest.fail(
            f"{len(found)} of {len(answers)} facts (seed {SEED}) are decided differently: {kinds}\nThe smallest:\n"
            f"{json.dumps(least)}\nsecond reading: {read(least)}\npolicy: {policy(least)}",
            pytrace=False,
        )

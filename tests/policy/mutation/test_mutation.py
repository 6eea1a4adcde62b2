"""The mutants themselves: each operator makes them, reviews speak of ones that exist, and a small draw is seen.

Rules: the draw is the same for a seed, and has some of every row, so that no folder of cases can go unnoticed. The page
that `make mutants` writes keeps its promise: at least 300 mutants, and 95 in a hundred seen of those that can be.
"""

import re
from functools import cache
from zlib import crc32

import pytest

from gateway.pdp.bundle import Bundle
from tests.policy.engines import POLICIES, RULES
from tests.policy.mutation.killers import ROWS, STILLBORN, SURVIVED, Killers
from tests.policy.mutation.rego import Mutant
from tests.policy.mutation.report import OPERATORS, report
from tests.policy.mutation.review import reviewed
from tests.policy.mutation.run import Fate, all_mutants, counted, sample

SEED = 7
# Of a small draw, what the case files alone see today; the page asks the second reading as well. A case more can only
# raise it. A change of the rules draws others: then it is measured anew.
OF_THE_RULES, OF_EACH_ROW, SEEN = 20, 4, 128


@pytest.fixture(scope="module")
def killers() -> Killers:
    """The case files, and nothing that a second reading judges."""
    return Killers.prepare(Bundle.read(RULES), 0, edges=False)


@cache
def mutants() -> list[Mutant]:
    return all_mutants()


def test_every_operator_makes_mutants_and_none_makes_the_same_twice() -> None:
    assert {mutant.operator for mutant in mutants()} == set(OPERATORS)
    assert len({(mutant.file, mutant.content) for mutant in mutants()}) == len(mutants())


def test_a_draw_is_the_same_for_a_seed_and_has_every_operator() -> None:
    drawn = sample(mutants(), 100, SEED)
    assert drawn == sample(mutants(), 100, SEED)
    assert {mutant.operator for mutant in drawn} == set(OPERATORS)
    assert drawn != sample(mutants(), 100, SEED + 1)


def test_every_review_speaks_of_one_mutant_and_it_exists() -> None:
    spoken = [(review, sum(review.speaks_of(mutant) for mutant in mutants())) for review in reviewed()]
    assert [(review, times) for review, times in spoken if times != 1] == []
    assert all(review.why for review in reviewed())


def small_draw() -> list[Mutant]:
    """Some of the rules, and of each row the same number."""
    by_row: dict[str, list[Mutant]] = {}
    for mutant in mutants():
        by_row.setdefault(mutant.file if mutant.file.startswith(ROWS) else "", []).append(mutant)
    drawn = sample(by_row.pop(""), OF_THE_RULES, SEED)
    for row, made in sorted(by_row.items()):
        drawn += sample(made, OF_EACH_ROW, crc32(row.encode()))  # its own seed: a new row changes no other's
    return drawn


@pytest.mark.timeout(300)
def test_the_case_files_see_as_many_of_a_small_draw_as_they_did(killers: Killers) -> None:
    fates = [Fate(mutant, killers.fate(mutant)) for mutant in small_draw()]
    _, seen = counted(fates)
    assert seen >= SEEN, [each.mutant.key for each in fates if each.fate == SURVIVED]


def test_a_mutant_that_grants_all_is_seen_and_one_that_is_no_policy_does_not_count(killers: Killers) -> None:
    file = "ladder/bezwaar.rego"
    text = (RULES / file).read_text()
    lines = range(1, text.count("\n"))
    wide = Mutant("proef", file, 1, "", "", text + "\nbezwaar_open(_) if true\n", lines, lines)
    broken = Mutant("proef", file, 1, "", "", text + "\nbezwaar_open(_) if {\n", lines, lines)
    same = Mutant("proef", file, 1, "", "", text + "\n# niets\n", lines, lines)
    assert killers.fate(wide) not in {SURVIVED, STILLBORN}
    assert killers.fate(broken) == STILLBORN
    assert killers.fate(same) == SURVIVED


def test_the_report_counts_what_was_seen_and_names_what_was_not() -> None:
    first, second, third = sample(mutants(), 20, SEED)[:3]
    told = report([Fate(first, "cases"), Fate(second, SURVIVED), Fate(third, STILLBORN)], 9, 1, "f" * 64, ())
    assert "**1 of 2 seen (50.0 %).**" in told
    assert f"rules/{second.file}:{second.line}, {second.operator}" in told
    assert "**not seen**" in told


def test_the_page_keeps_its_promise() -> None:
    page = (POLICIES / "mutants.md").read_text()
    seen, born = map(int, re.findall(r"\*\*(\d+) of (\d+) seen", page)[0])
    equivalent = page.count("equivalent: ")
    assert born >= 300
    assert seen >= 0.95 * (born - equivalent)
    assert page.count("**not seen**") == born - seen - equivalent

"""Runs every case of `policies/cases` on both engines.

Rules: what a case expects is held against a decision as the workbench does (`gateway.workbench.trial`); every reason
code, obligation, hint and rung is reached by a case.
"""

from pathlib import Path
from typing import Any

import pytest

from gateway.workbench.trial import differences
from tests.policy.cases import Case, all_cases
from tests.policy.engines import ask_embedded, ask_opa, canonical, documents

# Kept for a later activity.
LATER_OBLIGATIONS = {"meld-rectificatie-aan-bron"}
HINTS = {
    "toestemming",
    "wgs.zvh.aanmelding",
    "wgs.zvh.hernieuwd",
    "wgs.zvh.incidentele_derde",
    "wgs.zvh.resultaat_deelnemer",
    "wmo.aanbieder_naar_college",
    "wmo.hergebruik_sociaal_domein",
    "wmo.onderzoek",
    "wmo.zorgaanbieder_naar_college",
    "wvggz.melding",
    "advies-aan-college",
    "ave-fase-afwijkend",
    "blijf-gemeentelijk",
    "via-college",
}


def said(decision: dict[str, Any]) -> dict[str, list[str]]:
    """What a decision says at the level of the request, list by list."""
    return {
        "reasons": decision["reasons"],
        "obligations": [obligation["code"] for obligation in decision["obligations"]],
        "hints": decision["hints"],
        "missing": decision["missing"],
        "articles": decision["basis"]["articles"],
    }


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.id)
def test_the_case_is_decided_as_a_lawyer_would(case: Case) -> None:
    assert list(differences(ask_embedded(case.facts), case.expect)) == []


@pytest.mark.part("opa")
def test_plain_opa_says_the_same_of_every_case(tmp_path: Path) -> None:
    cases = all_cases()
    for case, theirs in zip(cases, ask_opa((case.facts for case in cases), tmp_path), strict=True):
        assert list(differences(theirs, case.expect)) == [], case.id
        assert canonical(ask_embedded(case.facts)) == canonical(theirs), case.id


def test_the_cases_reach_every_code_and_rung() -> None:
    decisions = [ask_embedded(case.facts) for case in all_cases()]
    vocabulary = documents()["vocabulary"]
    reasons = {
        code for d in decisions for code in d["reasons"] + [code for field in d["fields"] for code in field["reasons"]]
    }
    assert reasons == set(vocabulary["reasons"])
    assert {code for d in decisions for code in said(d)["obligations"]} == set(
        vocabulary["obligations"]
    ) - LATER_OBLIGATIONS
    assert {hint for d in decisions for hint in d["hints"]} == HINTS
    for passed in (True, False):
        assert {e["rung"] for d in decisions for e in d["ladder"] if e["passed"] is passed} == set(vocabulary["rungs"])


def test_titles_are_unique_within_a_file() -> None:
    ids = [case.id for case in all_cases()]
    assert len(ids) == len(set(ids))

"""What a line takes from a body, and what it leaves out because a caller could have made it up."""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from gateway.model.record import RecordClass
from gateway.review.line import content_of

PERSON = "999993653"
PARTY = {"oin": "00000001800000001000", "kind": "college", "public": True}
FIELD = {"name": "adres_huidig", "category": "woonsituatie", "necessity": None}
CASE = {"id": "ZVH-2026-0417", "track": "zvh", "phase": 3}


def body(*, case: Mapping[str, Any] | None, basis: str, reasons: list[str] | None, **more: Any) -> dict[str, Any]:
    """As the gateway records it; `reasons`: of the decision, None where nothing was decided."""
    facts = {
        "activity": "opvragen",
        "basis": basis,
        "requester": {"organisation": PARTY},
        "recipient": PARTY,
        "holder": PARTY,
        "case": case,
        "subject": {"ref": "1.pseudonym"},
        "fields": [FIELD, FIELD | {"name": "telefoon"}],
    }
    decision = {
        "outcome": "geweigerd" if reasons else "gedeeltelijk",
        "simulation": False,
        "fields": [
            {"name": "adres_huidig", "granted": not reasons, "reasons": []},
            {"name": "telefoon", "granted": False, "reasons": ["niet-noodzakelijk"]},
        ],
        "reasons": reasons,
        "obligations": [{"code": "log-audit"}],
        "missing": [],
        "hints": [],
        "policy": {"revision": "sha256:1"},
    }
    told = None if reasons is None else orjson.dumps(decision).decode()
    return {"facts": orjson.dumps(facts).decode(), "decision": told, "narrowed": None, "source": "wmo", **more}


def content(recorded: Mapping[str, Any], kind: RecordClass = RecordClass.VERSTREKKING) -> dict[str, Any]:
    return content_of(kind, recorded, lambda pseudonym: f"alias of {pseudonym}")


def test_what_was_asked_and_given_is_taken() -> None:
    found = content(body(case=CASE, basis="wgs.zvh.casusoverleg", reasons=[]))
    assert found["subject"] == "alias of 1.pseudonym"
    assert (found["case"], found["track"], found["phase"]) == ("ZVH-2026-0417", "zvh", 3)
    assert (found["fields"], found["granted"]) == (["adres_huidig", "telefoon"], ["adres_huidig"])
    assert found["categories"] == found["granted_categories"] == ["woonsituatie"]
    assert (found["outcome"], found["reasons"]) == ("gedeeltelijk", ["niet-noodzakelijk"])


def test_a_case_that_no_register_holds_is_left_out() -> None:
    found = content(body(case={"id": PERSON}, basis="wgs.zvh.casusoverleg", reasons=["feit-ontbreekt"]))
    assert PERSON not in orjson.dumps(found).decode()
    assert "case" not in found


def test_a_basis_that_nobody_knows_is_left_out() -> None:
    found = content(body(case=None, basis=PERSON, reasons=["grondslag-onbekend"]))
    assert found["basis"] == "onbekend"
    assert PERSON not in orjson.dumps(found).decode()


@pytest.mark.parametrize(
    ("claimed", "told"), [(PERSON, "onbekend"), ("wgs.zvh.riec", "wgs.zvh.riec"), ("a", "onbekend")]
)
def test_where_nothing_was_decided_a_basis_has_the_form_of_one(claimed: str, told: str) -> None:
    found = content(body(case=None, basis=claimed, reasons=None, fault="engine-failed"), RecordClass.STORING)
    assert (found["basis"], found["fault"]) == (told, "engine-failed")
    assert "outcome" not in found


def test_of_a_collection_it_takes_what_was_collected_and_of_an_act_nothing() -> None:
    assert content({"of": "record", "collected_by": "1"}, RecordClass.OUTCOME) == {"of": "record"}
    assert content({"act": "closed"}, RecordClass.ACT) == {}


def test_a_partners_own_policy_counts() -> None:
    recorded = body(case=None, basis="wgs.zvh.casusoverleg", reasons=[])
    narrowed = orjson.loads(recorded["decision"]) | {"outcome": "geweigerd"}
    assert content(recorded | {"narrowed": orjson.dumps(narrowed).decode()})["outcome"] == "geweigerd"

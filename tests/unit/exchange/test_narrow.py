"""Narrowing: whatever a partner's own policy says, no more is released than the law grants."""

from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.exchange.narrow import as_if_agreed, narrowed, open_fields, seen
from gateway.model.canonical import canonical
from gateway.model.decision import Decision
from gateway.model.overlay import OverlayAnswer, OverlayFailure, Verdict
from gateway.pdp.overlay_answer import read_verdicts
from gateway.pdp.schema import Schemas

NAMES = ("adres", "naam", "bsn", "inkomen")
HOLDER, REQUESTER = "00000001800000002000", "00000001800000001000"
TEXTS = ("niet van ons", "alleen met toestemming")
DUTIES = [{"code": "log-verwerking"}, {"code": "log-audit"}, {"code": "vernietig-op", "on": "2031-03-02"}]
SCHEMA = Schemas.read().decision


def decision(fields: dict[str, bool], *, awaits: bool = False) -> Decision:
    """The law's decision on these fields; `awaits`: those that are true would be granted if the holder agrees."""
    granted = [] if awaits else [name for name, so in fields.items() if so]
    some = "toegestaan" if len(granted) == len(fields) else "gedeeltelijk"
    document = {
        "outcome": some if granted else "geweigerd",
        "simulation": False,
        "basis": {"id": "a.b", "articles": [], "in_force_since": "2025-03-01", "verified": True},
        "fields": [
            {"name": name, "granted": name in granted, "reasons": [] if so else ["niet-noodzakelijk"]}
            for name, so in fields.items()
        ],
        "reasons": ["feit-ontbreekt"] if awaits else [],
        "obligations": DUTIES if granted else [{"code": "log-audit"}],
        "missing": ["holder_statement"] if awaits else [],
        "hints": ["ave-fase-afwijkend"],
        "ladder": [{"rung": "grondslag", "passed": True}],
        "policy": {"revision": "0" * 64},
    }
    return Decision.of(document, encoded=canonical(document), engine="embedded")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from((*NAMES, *TEXTS, "fields", "granted")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from((*NAMES, "fields", "granted", "reasons")), inner, max_size=4)
    ),
    max_leaves=12,
)
ENTRY = JSON | st.fixed_dictionaries(
    {"granted": st.booleans(), "reasons": st.lists(st.sampled_from((*TEXTS, "made of facts")), max_size=2)}
)
DOCUMENT = st.dictionaries(st.sampled_from(("fields", "granted", "outcome", "obligations")), JSON) | st.builds(
    lambda fields: {"fields": fields}, st.dictionaries(st.sampled_from((*NAMES, "more")), ENTRY)
)
LAW = st.builds(decision, st.dictionaries(st.sampled_from(NAMES), st.booleans(), min_size=1), awaits=st.booleans())


def read(oin: str, document: Any) -> OverlayAnswer:
    """An overlay's answer as the gateway reads it from whatever the engine gave."""
    verdicts = read_verdicts(document, NAMES, TEXTS)
    failure = OverlayFailure.MALFORMED if verdicts is None else None
    return OverlayAnswer(oin, "1" * 64, False, verdicts or {}, failure)


ANSWER = st.builds(read, st.sampled_from((HOLDER, REQUESTER)), DOCUMENT) | st.builds(
    OverlayAnswer,
    st.just(HOLDER),
    st.none(),
    st.just(False),
    st.dictionaries(st.sampled_from(NAMES), st.just(Verdict(True))),
    st.sampled_from(list(OverlayFailure)),
)
ANSWERS = st.lists(ANSWER, max_size=3)


@given(LAW, ANSWERS)
def test_no_more_than_the_law_grants_and_no_more_than_each_grants(law: Decision, answers: list[OverlayAnswer]):
    after = narrowed(law, answers)
    assert set(after.granted) <= set(law.granted)
    assert set(open_fields(after)) <= set(open_fields(law))
    assert set(open_fields(after)) == {
        name for name in open_fields(law) if all(answer.of(name).granted for answer in answers)
    }


@given(LAW, ANSWERS)
def test_nothing_is_added_and_nothing_is_lifted(law: Decision, answers: list[OverlayAnswer]):
    after = narrowed(law, answers)
    assert [field.name for field in after.fields] == [field.name for field in law.fields]
    for before, field in zip(law.fields, after.fields, strict=True):
        assert field.reasons[: len(before.reasons)] == before.reasons
        assert set(field.reasons) - set(before.reasons) <= {"beperkt-door-partner", "partnerbeleid-werkt-niet"}
        assert (field.reasons == ()) or not field.granted
    assert {each.code for each in after.obligations} <= {each.code for each in law.obligations}
    same = ("simulation", "basis", "reasons", "missing", "hints", "ladder", "policy")
    assert [after.document[name] for name in same] == [law.document[name] for name in same]
    assert (after.revision, after.engine) == (law.revision, law.engine)
    assert (after.encoded, after.document["outcome"]) == (canonical(after.document), after.outcome)


@given(LAW, ANSWERS)
def test_it_is_one_decision_whoever_was_asked_first_and_however_often(law: Decision, answers: list[OverlayAnswer]):
    after = narrowed(law, answers)
    assert {narrowed(law, order).encoded for order in permutations(answers)} == {after.encoded}
    assert narrowed(law, [*answers, *answers]).encoded == after.encoded
    assert narrowed(after, answers).granted == after.granted


@given(LAW, ANSWERS, ANSWER)
def test_one_more_never_widens(law: Decision, answers: list[OverlayAnswer], more: OverlayAnswer):
    assert set(open_fields(narrowed(law, [*answers, more]))) <= set(open_fields(narrowed(law, answers)))


@given(LAW, ANSWERS)
def test_its_outcome_is_that_of_its_fields(law: Decision, answers: list[OverlayAnswer]):
    after = narrowed(law, answers)
    granted = len(after.granted)
    expected = "geweigerd" if not granted else "toegestaan" if granted == len(after.fields) else "gedeeltelijk"
    assert after.outcome == expected
    plain = {**after.document, "fields": [dict(each) for each in after.document["fields"]]}
    for field in plain["fields"]:
        field.pop("narrowed_by", None)
        field["reasons"] = [reason for reason in field["reasons"] if "partner" not in reason]
    assert SCHEMA.accepts(plain), SCHEMA.objections(plain)


def test_who_refused_is_said_in_the_words_of_the_overlay():
    law = decision({"adres": True, "naam": True, "bsn": False})
    answers = [
        OverlayAnswer(HOLDER, "1", False, {"adres": Verdict(False, TEXTS[:1]), "naam": Verdict(True)}),
        OverlayAnswer(REQUESTER, "2", False, failure=OverlayFailure.TIMEOUT),
    ]
    [adres, naam, bsn] = narrowed(law, answers).document["fields"]
    assert adres["reasons"] == ["beperkt-door-partner", "partnerbeleid-werkt-niet"]
    assert adres["narrowed_by"] == [
        {"oin": REQUESTER, "code": "partnerbeleid-werkt-niet", "reasons": []},
        {"oin": HOLDER, "code": "beperkt-door-partner", "reasons": ["niet van ons"]},
    ]
    assert naam["reasons"] == ["partnerbeleid-werkt-niet"]
    assert bsn == {"name": "bsn", "granted": False, "reasons": ["niet-noodzakelijk"]}


def test_what_one_says_twice_stands_once_in_one_order():
    answers = [OverlayAnswer(HOLDER, "1", False, {"adres": Verdict(False, words)}) for words in (TEXTS, TEXTS[::-1])]
    one, other = (narrowed(decision({"adres": True}), order) for order in (answers, answers[::-1]))
    assert one.encoded == other.encoded
    assert len(one.document["fields"][0]["narrowed_by"][0]["reasons"]) == len(TEXTS)


def test_a_grant_of_which_nothing_is_left_has_the_duties_of_a_refusal():
    after = narrowed(decision({"adres": True}), [OverlayAnswer(HOLDER, "1", False)])
    assert [each.code for each in after.obligations] == ["log-audit"]
    assert after.document["obligations"] == [{"code": "log-audit"}]
    some = OverlayAnswer(HOLDER, "1", False, {"adres": Verdict(True)})
    assert narrowed(decision({"adres": True, "naam": True}), [some]).document["obligations"] == DUTIES


def test_what_is_left_for_the_holder_is_less_by_what_is_refused():
    law = decision({"adres": True, "naam": True, "bsn": False}, awaits=True)
    some = narrowed(law, [OverlayAnswer(REQUESTER, "1", True, {"adres": Verdict(True)})])
    assert (some.awaits_holder, some.would_grant) == (True, ("adres",))
    assert not narrowed(law, [OverlayAnswer(REQUESTER, "1", True)]).awaits_holder


def test_an_overlay_is_asked_about_what_would_be():
    put = as_if_agreed(decision({"adres": True, "bsn": False}, awaits=True))
    assert (put["outcome"], put["reasons"], put["missing"]) == ("gedeeltelijk", [], [])
    assert [field["granted"] for field in put["fields"]] == [True, False]


def test_the_requester_s_overlay_sees_what_the_requester_knows():
    facts = {
        "at": "x", "profile": "x", "activity": "x", "basis": "x", "requester": {}, "recipient": {}, "holder": {},
        "case": {"id": "x", "track": "x", "state": "x", "phase": 1, "participants": [], "linked": [], "intake": {},
                 "first_processed_at": "x", "closed_at": None, "extended_until": None},
        "circumstances": {"hoog_recidiverisico": True}, "fields": [], "third_party": None, "emergency": None,
        "subject": {"ref": "s-1", "age": 34, "consents": []}, "holder_statement": {"conditions": ["x"]}, "new": "x",
    }  # fmt: skip
    by_requester, by_holder = seen(facts, by_holder=False), seen(facts, by_holder=True)
    assert facts.keys() - by_requester.keys() == {"circumstances", "subject", "holder_statement", "new"}
    assert by_requester["case"].keys() == {"id", "track", "state", "phase", "participants"}
    assert by_holder.keys() - by_requester.keys() == {"circumstances", "subject", "holder_statement"}
    assert by_holder["subject"] == {"age": 34, "consents": []}
    assert "case" not in seen({"case": None}, by_holder=True)

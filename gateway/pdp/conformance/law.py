"""Questions on the law, put to the real entrypoint, whose answers no change of the law can change.

Rules:
- Each is a change (RFC 7396 merge patch) of one sound document whose basis exists in no law, so the answer is a refusal
  that follows from the contract alone: which members are of a wrong form, which are missing, what is repeated of them.
  No row, no date of entry into force and no dated version of a basis is looked at.
- They stand where engines were seen to differ: Unicode, whole numbers, days and moments, order, depth, length, and text
  that would break out of JSON.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

COLLEGE = {"oin": "00000001800000001000", "kind": "college", "public": True}
FIELD: Mapping[str, Any] = {
    "name": "naam",
    "category": "ident_contact",
    "necessity": {"task": "WGS 2.25", "reason": "weten wie het is"},
}
FACTS: Mapping[str, Any] = {
    "at": "2026-11-21T10:00:00+01:00",
    "profile": "productie",
    "activity": "opvragen",
    "basis": "proef.geen_grondslag",
    "requester": {
        "organisation": {**COLLEGE, "name": "Gemeente Voorbeeldstad"},
        "actor": {"id": "m-17", "role": "casusregisseur", "designated": True, "screened": True, "mandates": []},
    },
    "recipient": COLLEGE,
    "holder": {"oin": "00000001800000005000", "kind": "ggz", "public": False, "secrecy_bound": True},
    "case": {
        **{"id": "ZVH-2026-0417", "track": "zvh", "state": "in-behandeling", "phase": 3},
        **{"first_processed_at": "2024-02-29", "closed_at": None, "extended_until": None},
        **{"participants": [{**COLLEGE, "involved": True}], "linked": []},
    },
    "circumstances": {},
    "subject": {
        **{"ref": "s-1", "relation": "betrokkene", "linked_to_registered": True, "age": 34},
        **{"can_consent": True, "objection": False, "consents": []},
    },
    "fields": [FIELD],
    "holder_statement": {
        **{"serious_reasons": False, "conditions": [], "competent_authority_agreed": None},
        **{"secrecy_exception": None, "consents_to_onward": None},
    },
}
REFUSED: Mapping[str, Any] = {
    "outcome": "geweigerd",
    "simulation": False,
    "basis": {"id": "proef.geen_grondslag", "articles": [], "in_force_since": None, "verified": False},
    "fields": [{"name": "naam", "granted": False, "reasons": []}],
    "reasons": ["grondslag-onbekend"],
    "obligations": [{"code": "log-audit"}],
    "missing": [],
    "hints": [],
    "ladder": [{"rung": "grondslag", "passed": False}],
}
NO_BASIS = {**REFUSED["basis"], "id": None}
WRONG = ["grondslag-onbekend", "feit-ongeldig"]
LACKING = ["grondslag-onbekend", "feit-ontbreekt"]
NEEDED = ["activity", "at", "basis", "fields", "profile"]

Written = tuple[str, Any, Mapping[str, Any]]
"""What is asked, the patch of FACTS, and the members in which the answer is not REFUSED."""


def questions() -> Iterator[tuple[str, Any, Mapping[str, Any]]]:
    """(check, facts, decision), each."""
    for written in (documents, bases, moments, days, values, fields, strangers):
        for check, patch, answer in written():
            yield check, merged(FACTS, patch), {**REFUSED, **answer}


def documents() -> Iterator[Written]:
    for whole in (5, 0, "x", "", True, [], [[{}]]):
        yield f"{whole!r} alone", whole, {"fields": [], "reasons": ["feit-ongeldig"], "basis": NO_BASIS}
    nothing = {"fields": [], "reasons": ["feit-ontbreekt"], "missing": NEEDED, "basis": NO_BASIS}
    yield "null alone", None, nothing
    yield "an empty object", dict.fromkeys(FACTS), nothing
    lacking = {"fields": [], "reasons": LACKING, "missing": [name for name in NEEDED if name != "basis"]}
    yield "a basis alone", dict.fromkeys(FACTS.keys() - {"basis"}), lacking
    yield "all that is usual", {}, {}
    yield "a simulation", {"profile": "simulatie"}, {"simulation": True}


def bases() -> Iterator[Written]:
    for id in ("proef ", "é", "e\u0301", "\U0001d4b3\uffff", "a\0b", "../main", '"}],"outcome":"toegestaan","x":"'):
        yield f"the basis {id!a}", {"basis": id}, {"basis": {**NO_BASIS, "id": id}}
    yield "the basis 7", {"basis": 7}, {"basis": NO_BASIS, "reasons": ["feit-ongeldig"]}
    blank = {"reasons": ["feit-ontbreekt"], "missing": ["basis"], "basis": {**NO_BASIS, "id": "\u00a0\u2003"}}
    yield "a blank basis", {"basis": "\u00a0\u2003"}, blank


RIGHT_MOMENTS = ("2024-02-29T10:00:00+01:00", "2400-02-29T00:00:00Z", "2026-12-31T23:59:59.123456789-11:30")
WRONG_MOMENTS = (
    *("2023-02-29T10:00:00+01:00", "2100-02-29T10:00:00+01:00", "1900-02-29T10:00:00+01:00", "2026-02-30T10:00:00Z"),
    *("2026-04-31T10:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T23:59:60Z", "2026-11-21t10:00:00Z"),
    *("2026-11-21T10:00:00z", "2026-11-21T10:00:00", "2026-11-21T10:00:00+24:00", "2026-11-21T10:00:00+0100"),
    *("2026-11-21T10:00Z", "2026-11-21 10:00:00Z", " 2026-11-21T10:00:00Z", "2026-11-21T10:00:00Z\n"),
    *("\uff12026-11-21T10:00:00Z", "2026-11-21T10:00:0\u0663Z", "0000-01-01T00:00:00Z", "", 20261121),
)
RIGHT_DAYS = ("2020-02-29", "2000-02-29", "2026-11-21")
WRONG_DAYS = ("2023-02-29", "1900-02-29", "2026-11-22", "2026-1-01", "2024-02-29\n", "")


def moments() -> Iterator[Written]:
    for at in (*RIGHT_MOMENTS, *WRONG_MOMENTS):
        yield f"at {at!a}", {"at": at}, {} if at in RIGHT_MOMENTS else {"reasons": WRONG}


def days() -> Iterator[Written]:
    for day in (*RIGHT_DAYS, *WRONG_DAYS):
        first = {"case": {"first_processed_at": day}}
        yield f"first processed on {day!a}", first, {} if day in RIGHT_DAYS else {"reasons": WRONG}


def values() -> Iterator[Written]:
    for age in (0, 12):
        yield f"an age of {age}", {"subject": {"age": age}}, {}
    for age in (-1, 1000, 9007199254740991, "34", True, []):
        yield f"an age of {age!r}", {"subject": {"age": age}}, {"reasons": WRONG}
    for name, value in product(("case", "subject", "requester", "circumstances", "holder_statement"), (7, "x", [True])):
        yield f"{name} is {value!r}", {name: value}, {"reasons": WRONG}
    for name, value in (("profile", "Productie"), ("activity", "opvragen ")):
        yield f"{name} is {value!r}", {name: value}, {"reasons": WRONG}
    yield "0 for false", {"subject": {"objection": 0}}, {"reasons": WRONG}
    yield "a college that is not public", {"recipient": {"public": False}}, {"reasons": WRONG}


def fields() -> Iterator[Written]:
    for given in (5, "naam", {"0": FIELD}):
        yield f"fields is {given!r}", {"fields": given}, {"fields": [], "reasons": WRONG}
    yield "no fields", {"fields": []}, {"fields": [], "reasons": LACKING, "missing": ["fields"]}
    yield "names that differ in form alone", *named("é", "e\u0301", "É", "\U0001d4b3", "\uffff", "a\0b", "\u200b")
    yield "the order of names", *named("z", "a", "Z", "0", "é")
    yield "a name that breaks out of JSON", *named('","granted":true,"x":"')
    yield "a long name", *named("n" * 20_000)
    yield "many fields", *named(*(f"veld_{number}" for number in range(64)))
    twice, answer = named("naam", "naam")
    yield "one name twice", twice, {**answer, "reasons": WRONG}
    blank = {"reasons": LACKING, "missing": ["fields.1.name"]}
    yield "a name of spaces", {"fields": [FIELD, {**FIELD, "name": " \u00a0\u2003\u3000\u0085"}]}, blank
    yield "a field that is none", {"fields": [FIELD, 7, []]}, {"reasons": WRONG}


def named(*names: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fields of these names, and how a refusal repeats them."""
    asked = [{**FIELD, "name": name} for name in names]
    return {"fields": asked}, {"fields": [{"name": name, "granted": False, "reasons": []} for name in names]}


def strangers() -> Iterator[Written]:
    deep: Any = "x"
    for _ in range(120):
        deep = [deep]
    yield "a deep member that nobody knows", {"onbekend": deep}, {}
    yield "a deep member where consents stand", {"subject": {"consents": deep}}, {"reasons": WRONG}
    unknown = {"outcome": "toegestaan", "granted": True, "case": {"allow": True}, "data": {"sluis": {"main": 1}}}
    yield "members that nobody knows", unknown, {}


def merged(target: Any, patch: Any) -> Any:
    """JSON Merge Patch (RFC 7396 section 2)."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result

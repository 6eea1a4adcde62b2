"""The reader of requests: every wrong member at once, and nothing that was sent."""

import copy
from typing import Any

import orjson
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gateway.api.openapi import components
from gateway.api.reading import MOST_FIELDS, MOST_OBJECTIONS, read_ask
from gateway.errors import BadRequest
from gateway.facts.declaration import declarable
from gateway.model.bsn import is_bsn
from gateway.model.request import Ask, AskedField, Necessity
from gateway.settings import ROOT

from .conftest import CATALOGUE
from .simulators import ASK, BSN, FIELDS

MEMBERS = {code.code for code in CATALOGUE.values() if code.kind == "member"} - {
    "organisation-unknown",
    "source-unknown",
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The request with one member set, or taken away (`...`)."""
    request = copy.deepcopy(dict(ASK))
    *way, last = [int(step) if step.isdigit() else step for step in path.split("/")[1:]]
    target: Any = request
    for step in way:
        target = target[step]
    if value is ...:
        del target[last]
    else:
        target[last] = value
    return request


def errors(body: Any) -> list[tuple[str, str]]:
    with pytest.raises(BadRequest) as told:
        read_ask(body if isinstance(body, bytes) else orjson.dumps(body), field_names=FIELDS)
    return [(member.pointer, member.code) for member in told.value.members] or [("-", told.value.code)]


WRONG = [
    (changed("/activity", ...), ("/activity", "member-missing")),
    (changed("/subject/bsn", ...), ("/subject/bsn", "member-missing")),
    (changed("/fields/0/name", ...), ("/fields/0/name", "member-missing")),
    (changed("/activity", "delen"), ("/activity", "member-not-listed")),
    (changed("/actor", 17), ("/actor", "member-wrong-type")),
    (changed("/dry_run", "true"), ("/dry_run", "member-wrong-type")),
    (changed("/actor", "Jan Jansen"), ("/actor", "member-wrong-form")),
    (changed("/holder/oin", "123"), ("/holder/oin", "member-wrong-form")),
    (changed("/basis", "WGS"), ("/basis", "member-wrong-form")),
    (changed("/actor", ""), ("/actor", "member-empty")),
    (changed("/actor", "m" * 65), ("/actor", "member-too-long")),
    (changed("/fields/0/necessity/reason", "r" * 1001), ("/fields/0/necessity/reason", "member-too-long")),
    (changed("/at", "2026-11-21T10:00:00+01:00"), ("", "member-unknown")),
    (changed("/profile", "simulatie"), ("", "member-unknown")),
    (changed("/subject/relation", "betrokkene"), ("/subject", "member-unknown")),
    (changed("/fields/0/category", "bsn"), ("/fields/0", "member-unknown")),
    (changed("/declaration", {"emergency": {}}), ("/declaration", "member-unknown")),
    (changed("/fields", []), ("/fields", "fields-none")),
    (changed("/fields", [{"name": "telefoon"}] * 65), ("/fields", "fields-too-many")),
    (changed("/fields/0/name", "schoenmaat"), ("/fields/0/name", "field-unknown")),
    (changed("/fields", [{"name": "telefoon"}, {"name": "telefoon"}]), ("/fields/1/name", "field-repeated")),
    (changed("/subject/bsn", "123456789"), ("/subject/bsn", "bsn-invalid")),
    (changed("/subject/bsn", "000000000"), ("/subject/bsn", "bsn-invalid")),
    (changed("/subject/bsn", "99999365"), ("/subject/bsn", "bsn-invalid")),
    (changed("/subject/bsn", "٩٩٩٩٩٣٦٥٣"), ("/subject/bsn", "bsn-invalid")),
    (b'{"actor": "a", "actor": "b"}', ("", "member-repeated")),
    (b'{"subject": {"bsn": "1", "bsn": "2"}}', ("", "member-repeated")),
    ([], ("", "member-wrong-type")),
]


@pytest.mark.parametrize(("body", "wrong"), WRONG)
def test_a_wrong_member_is_named(body: Any, wrong: tuple[str, str]) -> None:
    assert wrong in errors(body)


def test_every_code_of_a_member_is_provoked() -> None:
    assert {code for _, (_, code) in WRONG} == MEMBERS


@pytest.mark.parametrize(("body", "wrong"), [each for each in WRONG if each[1][1] != "fields-too-many"])
def test_only_what_is_wrong_is_named(body: Any, wrong: tuple[str, str]) -> None:
    if isinstance(body, dict):
        assert errors(body) == [wrong]


def test_every_wrong_member_is_named_at_once() -> None:
    body = {"subject": {"bsn": "1", "x": 1}, "actor": 1, "holder": {"oin": "1"}, "fields": [{"name": "q"}], "y": None}
    assert errors(body) == [
        ("", "member-unknown"),
        ("/activity", "member-missing"),
        ("/actor", "member-wrong-type"),
        ("/basis", "member-missing"),
        ("/fields/0/name", "field-unknown"),
        ("/holder/oin", "member-wrong-form"),
        ("/holder/source", "member-missing"),
        ("/subject", "member-unknown"),
        ("/subject/bsn", "bsn-invalid"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b'{"a":"\\ud800"}',
        b'{"a":NaN}',
        b"{} {}",
        b"[" * 5000,
        b"{'a':1}",
        b"1" * 4301,
    ],
)
def test_what_is_no_json_is_told(body: bytes) -> None:
    assert errors(body) == [("-", "body-not-json")]


@pytest.mark.parametrize("depth", [100, 300, 900, 1020, 30_000])
@pytest.mark.parametrize("around", [(b"", b""), (orjson.dumps(ASK)[:-1] + b',"recipient":', b"}")])
def test_nesting_does_no_harm(depth: int, around: tuple[bytes, bytes]) -> None:
    body = around[0] + b"[" * depth + b"]" * depth + around[1]
    assert {code for _, code in errors(body)} <= {"member-wrong-type", "body-not-json"}


def test_mistakes_beyond_counting_are_not_all_looked_at() -> None:
    told = errors(changed("/fields", [1] * 30_000))
    assert told[0] == ("/fields", "fields-too-many")
    assert len(told) == 1 + MOST_FIELDS + 1


def test_the_schema_and_the_reader_agree_on_how_many_fields() -> None:
    assert components("nl")["schemas"]["Ask"]["properties"]["fields"]["maxItems"] == MOST_FIELDS


def test_a_complete_request_is_read() -> None:
    ask = read_ask(orjson.dumps(ASK | {"dry_run": True, "recipient": {"oin": "0" * 20}}), field_names=FIELDS)
    assert (ask.activity, ask.basis, ask.case) == ("opvragen", "wgs.zvh.casusoverleg", "ZVH-2026-0417")
    assert (ask.bsn, ask.actor, ask.holder, ask.source) == (BSN, "m-17", "00000001800000002000", "reclassering")
    assert (ask.recipient, ask.dry_run, ask.declaration) == ("0" * 20, True, {})
    assert ask.fields == (AskedField("adres_huidig", Necessity("Wmo 2.3.2", "passende woonplek bepalen")),)
    assert BSN not in repr(ask)


def test_what_may_be_absent_or_null() -> None:
    fields = [{"name": "telefoon"}, {"name": "medicatie", "necessity": None}, {"name": "adres_huidig", "necessity": {}}]
    ask = read_ask(orjson.dumps(ASK | {"case": None, "recipient": None, "fields": fields}), field_names=FIELDS)
    assert (ask.case, ask.recipient) == (None, None)
    assert [field.necessity for field in ask.fields] == [None, None, Necessity(None, None)]


def test_only_closing_a_case_does_without_fields() -> None:
    assert read_ask(orjson.dumps(ASK | {"activity": "casus-sluiten", "fields": []}), field_names=FIELDS).fields == ()


INTAKE = {
    "problemen": True,
    "leefgebieden_criminogeen": True,
    "overlast_criminaliteit_onveiligheid": True,
    "meerdere_domeinen_nodig": False,
}
DECLARATIONS = {
    "vitaal_belang": {"emergency": {"threat": "overdosis", "person_conscious": False, "refuses": False}},
    "wgs.zvh.aanmelding": {"intake": INTAKE},
    "wgs.zvh.lijst": {"intake": INTAKE},
    "wams.aanmelding_zvh": {"intake": INTAKE},
    "wmo.veilig_thuis": {"circumstances": {"redelijk_vermoeden": True}},
    "wvggz.melding": {"circumstances": {"vermoeden_zorgnoodzaak": False}},
    "wams.onderzoek_zonder_hulpvraag": {"circumstances": {"verzoek_professional": True}},
    "wgs.zvh.naar_pga": {"circumstances": {"vermoeden_radicalisering": True}},
    "wpg.burgemeester": {"circumstances": {"openbare_orde": True}},
}
THIRD = {"objection_by": [], "rac_checked": True, "basis": "WGS 1.7(2)", "secrecy_signed": True, "expertise": "wonen"}
DERDE = ASK | {"activity": "derde-verstrekken", "basis": "wgs.zvh.verstrekking_derden"}
BASES = sorted(file.parts[-3] for file in (ROOT / "policies" / "rules" / "bases").glob("*/*/data.yaml"))


def claiming(basis: str, **members: Any) -> dict[str, Any]:
    """A request that is right under any basis, so that what is wrong comes from `members`."""
    return ASK | {"basis": basis, "activity": "aanmelden", "dry_run": True, **members}


def accepted(body: Any) -> Ask:
    return read_ask(orjson.dumps(body), field_names=FIELDS)


@pytest.mark.parametrize("basis", BASES)
def test_a_declaration_is_closed_for_each_basis(basis: str) -> None:
    own = DECLARATIONS.get(basis)
    for declaration in DECLARATIONS.values():
        body = claiming(basis, declaration=declaration)
        if declaration == own:
            assert accepted(body).declaration == declaration
        else:
            assert {code for _, code in errors(body)} == {"member-unknown"}


@pytest.mark.parametrize("basis", BASES)
def test_the_schema_takes_what_the_facts_take(basis: str) -> None:
    may = {member: set(inner) for member, inner in declarable(basis).items() if member != "third_party"}
    assert may == {member: set(inner) for member, inner in DECLARATIONS.get(basis, {}).items()}
    third = declarable(basis).get("third_party")
    body = claiming(basis, third_party=THIRD)
    if third is None:
        assert errors(body) == [("/third_party", "member-unknown")]
    else:
        assert set(accepted(body).declaration["third_party"]) == set(third)


@pytest.mark.parametrize("basis", DECLARATIONS)
def test_a_declared_member_is_known_and_of_its_type(basis: str) -> None:
    ((name, inner),) = DECLARATIONS[basis].items()
    assert errors(claiming(basis, declaration={name: {**inner, "role": "fg"}})) == [
        (f"/declaration/{name}", "member-unknown")
    ]
    for each in inner:
        wrong = claiming(basis, declaration={name: {**inner, each: 1}})
        assert errors(wrong) == [(f"/declaration/{name}/{each}", "member-wrong-type")]
    assert accepted(claiming(basis, declaration={name: {}})).declaration == {name: {}}


def test_grounds_are_declared_by_an_aanmelding_alone() -> None:
    body = claiming("wgs.zvh.lijst", activity="opvragen", declaration={"intake": INTAKE})
    assert errors(body) == [("/declaration", "member-unknown")]


@pytest.mark.parametrize("name", ["gecontracteerde_aanbieder", "hulpvraag", "openbare_orde"])
def test_no_other_circumstance_can_be_declared(name: str) -> None:
    body = claiming("wvggz.melding", declaration={"circumstances": {name: True}})
    assert errors(body) == [("/declaration/circumstances", "member-unknown")]


def test_what_is_said_of_a_third_party_is_part_of_the_declaration() -> None:
    assert accepted(DERDE | {"third_party": THIRD}).declaration == {"third_party": THIRD}
    assert accepted(DERDE | {"third_party": None}).declaration == {}
    assert accepted(ASK | {"third_party": None}).declaration == {}
    assert errors(DERDE | {"declaration": {"third_party": THIRD}}) == [("/declaration", "member-unknown")]


def test_every_wrong_member_of_a_third_party_is_named() -> None:
    wrong = {"objection_by": ["1", 1], "rac_checked": "ja", "basis": 1, "secrecy_signed": 1, "expertise": "e" * 201}
    assert errors(DERDE | {"third_party": {**wrong, "name": "x"}}) == [
        ("/third_party", "member-unknown"),
        ("/third_party/basis", "member-wrong-type"),
        ("/third_party/expertise", "member-too-long"),
        ("/third_party/objection_by/0", "member-wrong-form"),
        ("/third_party/objection_by/1", "member-wrong-type"),
        ("/third_party/rac_checked", "member-wrong-type"),
        ("/third_party/secrecy_signed", "member-wrong-type"),
    ]


def test_objections_beyond_counting_are_not_all_looked_at() -> None:
    told = errors(DERDE | {"third_party": {"objection_by": [1] * 30_000}})
    assert told[0] == ("/third_party/objection_by", "member-too-long")
    assert len(told) == 1 + MOST_OBJECTIONS + 1
    schema = components("nl")["schemas"]["ThirdParty"]["properties"]["objection_by"]
    assert schema["maxItems"] == MOST_OBJECTIONS


def test_an_incidental_third_party_is_decided_on_and_never_sent_anything() -> None:
    body = DERDE | {"basis": "wgs.zvh.incidentele_derde", "third_party": THIRD}
    assert errors(body) == [("/dry_run", "member-missing")]
    assert errors(body | {"dry_run": False}) == [("/dry_run", "member-not-listed")]
    assert accepted(body | {"dry_run": True}).dry_run


@pytest.mark.parametrize("basis", BASES)
def test_what_reads_from_no_holder_cannot_be_asked(basis: str) -> None:
    """Those rows look at no holder and at no secrecy, so a holder that was named would give all that it has."""
    row = next((ROOT / "policies" / "rules" / "bases" / basis).glob("*/data.yaml"))
    if "holder" in (held := yaml.safe_load(row.read_text())).get("parties", {"holder": {}}):
        assert held.get("secrecy") != "none"
        return
    for activity in held["activities"]:
        assert errors(ASK | {"basis": basis, "activity": activity}) == [("/activity", "member-not-listed")]


@given(st.from_regex(r"[0-9]{9}", fullmatch=True))
def test_the_elfproef(number: str) -> None:
    total = sum(int(digit) * weight for digit, weight in zip(number[:8], range(9, 1, -1), strict=True)) - int(number[8])
    assert is_bsn(number) == (total % 11 == 0 and number != "0" * 9)

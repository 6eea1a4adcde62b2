"""A file of registers: its document is checked whole, turned into entries, and entered in one transaction.

Rules:
- The form is `file.schema.json`; every wrong place is told, by JSON pointer (RFC 6901), never by value.
- A BSN must satisfy the elfproef and becomes a pseudonym here; it goes no further. A ZVH case knows its people by the
  pseudonyms of the ZVH alone, every other case by those of the municipality, so that a case does not match the two.
- What contradicts itself is refused: `public` against the kind (WGS 2.27), a person of a case who is not in the file.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import jsonschema_rs
import yaml

from gateway.model.codes import Tenant
from gateway.model.facts import Case, Consent, Involvement, LinkedCase, Participant, Person
from gateway.model.parties import Actor, Organisation
from gateway.store.registers.entries import CaseEntry, ClientEntry, KeySet, OrganisationEntry, PersonEntry, SourceEntry

PUBLIC = frozenset({"rvdk", "dji", "politie", "om", "burgemeester", "college", "ggd"})
PRIVATE = frozenset({"reclassering", "veilig-thuis", "gi", "ggz", "wijkteam"})
Pseudonym = Callable[[Tenant, str], str]


class Register(Protocol):
    def enter(
        self,
        *,
        organisations: Iterable[OrganisationEntry],
        people: Iterable[PersonEntry],
        cases: Iterable[CaseEntry],
    ) -> None: ...


class InvalidRegisters(ValueError):
    """The file was not entered. `places`: JSON pointers of what is wrong, each with why; no values."""

    def __init__(self, places: tuple[str, ...]) -> None:
        super().__init__(f"{len(places)} wrong: " + "; ".join(places[:20]))
        self.places = places


class _Loader(yaml.SafeLoader):
    """YAML with the types of JSON alone: a date stays text."""


_Loader.yaml_implicit_resolvers = {
    first: [each for each in resolvers if each[0] != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def parse(text: str) -> Any:
    """The document in a file, YAML or JSON. `ValueError` where it is neither; nothing of the file stands in it."""
    try:
        return yaml.load(text, _Loader)
    except yaml.YAMLError:
        raise ValueError("neither YAML nor JSON") from None


def enter_document(registers: Register, document: Any, pseudonym: Pseudonym) -> tuple[int, int, int]:
    """Enter a document, all or nothing; return how many organisations, people and cases it held.

    Raises `InvalidRegisters`, or `UnknownReference` where it names what is neither in the file nor in the registers.
    """
    if places := tuple(wrong_places(document)):
        raise InvalidRegisters(places)
    organisations = [_organisation(one) for one in document.get("organisations", ())]
    people = [entry for one in document.get("people", ()) for entry in _person(one, pseudonym)]
    cases = [_case(one, pseudonym) for one in document.get("cases", ())]
    registers.enter(organisations=organisations, people=people, cases=cases)
    return len(organisations), len(document.get("people", ())), len(cases)


def wrong_places(document: Any) -> Iterator[str]:
    """Everything that is wrong with a document, as `pointer: why`."""
    malformed = False
    for error in _schema().iter_errors(document):
        malformed = True
        yield f"/{'/'.join(map(str, error.instance_path))}: {error.kind.name}"
    if malformed:
        return
    for i, one in enumerate(document.get("organisations", ())):
        if (one["kind"] in PUBLIC and not one["public"]) or (one["kind"] in PRIVATE and one["public"]):
            yield f"/organisations/{i}/public: contradicts the kind"
    for i, one in enumerate(document.get("people", ())):
        if not elfproef(one["bsn"]):
            yield f"/people/{i}/bsn: is no BSN"
    known = {one["bsn"] for one in document.get("people", ())}
    for i, case in enumerate(document.get("cases", ())):
        for j, one in enumerate(case.get("people", ())):
            if one["bsn"] not in known:
                yield f"/cases/{i}/people/{j}/bsn: is not among the people of this file"


def elfproef(bsn: str) -> bool:
    """The check of nine digits that every BSN satisfies: weights 9 to 2 and -1, divisible by 11, not all zero."""
    total = sum(int(digit) * weight for digit, weight in zip(bsn, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
    return total % 11 == 0 and bsn != "000000000"


@cache
def _schema() -> Any:
    text = Path(__file__).with_name("file.schema.json").read_text("utf-8")
    return jsonschema_rs.Draft202012Validator(json.loads(text), validate_formats=True)


def _keys(one: Mapping[str, Any]) -> KeySet:
    return KeySet(jwks=json.dumps(one["jwks"], sort_keys=True)) if "jwks" in one else KeySet(uri=one["jwks_uri"])


def _organisation(one: Mapping[str, Any]) -> OrganisationEntry:
    oin = one["oin"]
    return OrganisationEntry(
        Organisation(oin, one["name"], one["kind"], one["public"]),
        keys=_keys(one) if one.keys() & {"jwks", "jwks_uri"} else None,
        actors=tuple(Actor(**{**a, "mandates": tuple(a.get("mandates", ()))}) for a in one.get("actors", ())),
        clients=tuple(ClientEntry(c["id"], oin, c.get("profile", "fapi2"), _keys(c)) for c in one.get("clients", ())),
        sources=tuple(
            SourceEntry(oin, s["name"], s["label"], s["url"], s["secrecy_bound"], s.get("sandbox", False), _keys(s))
            for s in one.get("sources", ())
        ),
    )


def _person(one: Mapping[str, Any], pseudonym: Pseudonym) -> Iterator[PersonEntry]:
    consents = tuple(
        Consent(c["basis"], tuple(c["categories"]), c["given_at"], c.get("withdrawn_at"), c["by"])
        for c in one.get("consents", ())
    )
    person = Person(one["born"], one["can_consent"], one.get("objection", False), consents)
    return (PersonEntry(pseudonym(tenant, one["bsn"]), person) for tenant in Tenant)


def _case(one: Mapping[str, Any], pseudonym: Pseudonym) -> CaseEntry:
    case = Case(
        one["id"],
        one["track"],
        one["state"],
        one.get("phase"),
        one.get("first_processed_at"),
        one.get("closed_at"),
        one.get("extended_until"),
        one.get("intake"),
        tuple(Participant(p["oin"], "", False, p["involved"]) for p in one["participants"]),
        tuple(LinkedCase(id, "", "") for id in one.get("linked", ())),
        one.get("circumstances", {}),
    )
    tenant = Tenant.ZVH if case.track == "zvh" else Tenant.GEMEENTE
    involved = tuple(
        (pseudonym(tenant, p["bsn"]), Involvement(p["relation"], p["linked_to_registered"]))
        for p in one.get("people", ())
    )
    return CaseEntry(case, involved)

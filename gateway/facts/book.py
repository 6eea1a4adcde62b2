"""Puts the facts of a request together (contract.md, Facts): everything from the registers, dated, without a
holder's word.

Rules:
- Nothing that a register holds is taken from the request; a declaration never overrides a register, it fills what only
  the requester can know. Intake grounds are declared by an aanmelding alone.
- Every member of the contract stands in the document, null where it is recorded as none. Of a case that the register
  does not hold only the id is known, so all else is absent and the policy refuses.
- **Nobody can learn here whether a person exists.** Somebody who is unknown and somebody who is known but does not
  stand in the case give the same facts, save the pseudonym: a `derde` of 18 who can consent, consented to nothing
  and objects to nothing (an absent age would tell by its place in `missing`). So is somebody who stands in the case
  and of whom nothing else is known: an objection may not go away with the person. Where a basis needs no case, somebody
  unknown is a `betrokkene` of that kind; the holder then has nothing, and a sealed empty answer is what anyone sees.
- A person who was declared unconscious cannot consent (`vitaal_belang`, AVG 9(2)(c)).
- The legal day, and with it an age, is that of Europe/Amsterdam; who was born on 29 February is a year older on 1 March
  of a common year.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from functools import cache
from typing import Any, Protocol

from gateway.facts.declaration import DECLARED, declared
from gateway.model.amsterdam import AMSTERDAM
from gateway.model.codes import Profile
from gateway.model.facts import Case, Facts, Involvement, Known
from gateway.model.parties import Actor, Organisation, Requester, Source
from gateway.model.request import Ask, AskedField

ADULT = 18
_STRANGER = Involvement(relation="derde", linked_to_registered=False)
_CASELESS = Involvement(relation="betrokkene", linked_to_registered=False)


class Register(Protocol):
    """What the book needs from storage."""

    async def known(self, case: str | None, pseudonym: str) -> Known:
        """All at once, so that a change under way is seen wholly or not at all."""


class Categories(Protocol):
    def category(self, name: str) -> str | None: ...


class FactsBook:
    def __init__(self, register: Register, categories: Categories, *, profile: Profile) -> None:
        self._register = register
        self._categories = categories
        self._profile = profile

    async def gather(
        self,
        ask: Ask,
        *,
        at: datetime,
        requester: Requester,
        actor: Actor,
        recipient: Organisation,
        holder: Source,
        holder_organisation: Organisation,
        subject: str,
    ) -> Facts:
        """The facts on which a request is decided. Shape: `policies/schema/facts.schema.json`."""
        moment = at.astimezone(AMSTERDAM)
        emergency = declared(ask.basis, ask.declaration, "emergency")
        known = await self._register.known(ask.case, subject)
        person = _subject(ask.case, subject, known, moment.date())
        if emergency is not None and emergency.get("person_conscious") is False:
            person["can_consent"] = False
        return Facts(
            {
                "at": moment.isoformat(timespec="seconds"),
                "profile": self._profile.value,
                "activity": ask.activity,
                "basis": ask.basis,
                "requester": {
                    "organisation": _members(requester.organisation),
                    "actor": {**_members(actor), "mandates": list(actor.mandates)},
                },
                "recipient": _party(recipient),
                "holder": {**_party(holder_organisation), "secrecy_bound": holder.secrecy_bound},
                "case": _case(ask, known.case),
                "circumstances": _circumstances(ask, known.case),
                "subject": person,
                "fields": [self._field(field) for field in ask.fields],
                "third_party": declared(ask.basis, ask.declaration, "third_party"),
                "emergency": emergency,
            }
        )

    def _field(self, field: AskedField) -> dict[str, Any]:
        necessity = None if field.necessity is None else _members(field.necessity)
        return {"name": field.name, "category": self._categories.category(field.name), "necessity": necessity}


def _subject(case: str | None, pseudonym: str, known: Known, day: date) -> dict[str, Any]:
    if case is None:
        involvement, person = _CASELESS, known.person
    else:
        person = known.person if known.involvement else None
        involvement = known.involvement if known.involvement and person else _STRANGER
    return {
        "ref": pseudonym,
        "relation": involvement.relation,
        "linked_to_registered": involvement.linked_to_registered,
        "age": age_on(day, date.fromisoformat(person.born)) if person else ADULT,
        "can_consent": person.can_consent if person else True,
        "objection": person.objection if person else False,
        "consents": [{**_members(c), "categories": list(c.categories)} for c in person.consents] if person else [],
    }


def age_on(day: date, born: date) -> int:
    """Whole years lived on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _party(organisation: Organisation) -> dict[str, Any]:
    return {"oin": organisation.oin, "kind": organisation.kind, "public": organisation.public}


def _circumstances(ask: Ask, case: Case | None) -> dict[str, bool]:
    """Those of the case, and beside them the one that the requester may declare; neither can say the other's."""
    registered = {} if case is None else {n: so for n, so in case.circumstances.items() if n not in DECLARED}
    return registered | (declared(ask.basis, ask.declaration, "circumstances") or {})


def _case(ask: Ask, case: Case | None) -> Mapping[str, Any] | None:
    """The case as the register holds it; grounds that were declared stand where the register has none yet."""
    if case is None:
        return None if ask.case is None else {"id": ask.case}
    if case.intake is None and ask.activity == "aanmelden":
        case = replace(case, intake=declared(ask.basis, ask.declaration, "intake"))
    document = _members(case)
    del document["circumstances"]
    circle = {"participants": list(map(_members, case.participants)), "linked": list(map(_members, case.linked))}
    return document | circle


def _members(value: Any) -> dict[str, Any]:
    """The members of a dataclass by name. `asdict` copies all that is in them too, which took half of this step."""
    return {name: getattr(value, name) for name in _names(type(value))}


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))

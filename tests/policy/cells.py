"""Every cell of the table of bases, one at a time, in a document that grants: nothing is left to chance.

Rules: a document starts as one that the second reading grants whole; then one column takes each of its values, and
nothing else changes but what must go with it (who is named twice is the same, a category that needs consent has it).
The facts are the same every time. Nobody in them exists.
"""

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.policy.facts_generator import BASES, Facts
from tests.policy.facts_generator.parts import agree, asked, day, place, shift
from tests.policy.facts_generator.rows import STARTS
from tests.policy.facts_generator.start import start
from tests.policy.facts_generator.words import ACTIVITIES, CATEGORIES, KINDS, RELATIONS, STATES, TRACKS
from tests.policy.second_reading import read

ROLES = ("casusregisseur", "leerkracht", "fg", "rac", "medewerker-contactpunt", "bestuurder", "wams-coordinator")
SOURCES = ("politie", "om", "zvh")
SILENT = dict.fromkeys(("competent_authority_agreed", "secrecy_exception", "consents_to_onward")) | {
    "serious_reasons": False
}
Change = Callable[[Facts], object]


def cells() -> Iterator[Facts]:
    """Every basis, every column, every value."""
    for basis in BASES:
        yield from cells_of(basis)


def cells_of(basis: str) -> Iterator[Facts]:
    """The cells of one row."""
    begin = granting(basis)
    yield begin
    for change in (*_parties(begin), *_content(begin), *_case(begin), *_people(begin), *_holder(begin), *_law(begin)):
        facts = copy.deepcopy(begin)
        try:
            change(facts)
        except (AttributeError, KeyError, TypeError):  # no subject, no holder: there is no such cell here
            continue
        yield facts


def granting(basis: str) -> Facts:
    """A document of this basis that is granted whole, on its first day of luck."""
    for number in range(1000):
        facts = start(basis, random.Random(f"cel {basis} {number}"))
        facts["holder_statement"] = SILENT | (facts.get("holder_statement") or {}) | {"conditions": []}
        bound = (facts.get("holder") or {}).get("secrecy_bound")
        if not bound and facts["fields"] and read(facts).outcome == "toegestaan":
            return facts
    raise AssertionError(f"{basis}: no document of it is granted")


def _parties(begin: Facts) -> Iterator[Change]:
    asks, gets = begin["requester"]["organisation"]["kind"], begin["recipient"]["kind"]
    has = (begin.get("holder") or {"kind": asks})["kind"]
    for kind in KINDS:
        for trio in ((kind, kind, has), (kind, gets, kind), (kind, gets, has), (asks, kind, has), (asks, gets, kind)):
            for activity in STARTS[begin["basis"]].activities:
                yield lambda facts, trio=trio, activity=activity: (
                    facts.update(activity=activity),
                    place(facts, *trio),
                )
        # under this activity no party is compared to another: the kind alone decides
        for trio in ((kind, gets, has), (asks, kind, has), (asks, gets, kind)):
            yield lambda facts, trio=trio: (facts.update(activity="derde-verstrekken"), place(facts, *trio))
    for activity in ACTIVITIES:
        yield lambda facts, activity=activity: facts.update(activity=activity)
        for trio in ((asks, asks, has), (asks, gets, asks)):
            yield lambda facts, activity=activity, trio=trio: (facts.update(activity=activity), place(facts, *trio))


def _content(begin: Facts) -> Iterator[Change]:
    task = begin["fields"][0]["necessity"]["task"]

    def one(category: str) -> Change:
        def change(facts: Facts) -> None:
            facts["fields"] = asked([category], task)
            facts["holder_statement"] |= {"competent_authority_agreed": True}
            if STARTS[facts["basis"]].consent:
                agree(facts, [category])

        return change

    asks, gets = begin["requester"]["organisation"]["kind"], begin["recipient"]["kind"]
    for category in CATEGORIES:
        yield one(category)
        if category.startswith(("politie", "justitieel")):
            for source in SOURCES:
                for said in (True, False, None):
                    yield lambda facts, category=category, source=source, said=said: (
                        place(facts, asks, gets, source),
                        one(category)(facts),
                        facts["holder_statement"].update(competent_authority_agreed=said),
                    )
    for words in ("Wmo 2.3.2", "Wmo ", "WGS 2.25", "WGS 1.10", "AVG 39", "iets anders", ""):
        yield lambda facts, words=words: [field["necessity"].update(task=words) for field in facts["fields"]]
    yield lambda facts: [field["necessity"].update(reason=" ") for field in facts["fields"]]
    yield lambda facts: [field.pop("necessity") for field in facts["fields"]]
    yield lambda facts: facts.update(fields=[])


def _case(begin: Facts) -> Iterator[Change]:
    yield lambda facts: facts.update(case=None)
    if begin.get("case") is None:
        return

    def case(**members: Any) -> Change:
        return lambda facts: facts["case"].update(**members)

    for track in TRACKS:
        for state in STATES:
            yield case(track=track, state=state)
    for state in STATES:
        yield case(linked=[{"id": "x", "track": "zvh", "state": state}])
        yield case(linked=[{"id": "x", "track": "wams", "state": state}])
    for ground in begin["case"].get("intake") or ():
        yield lambda facts, ground=ground: facts["case"]["intake"].update({ground: False})
    for name in ("requester", "recipient", "holder"):
        yield lambda facts, name=name: _not_involved(facts, name)
    today = day(begin)
    over = shift(today, -5).isoformat()
    for extended in (None, today, day(begin, 1), shift(today, 2).isoformat(), shift(day(begin, 1), 2).isoformat()):
        for agreed in (True, False):
            for state, closed in (("in-behandeling", None), ("afgesloten", day(begin, -30)), ("afgesloten", over)):
                yield lambda facts, extended=extended, agreed=agreed, state=state, closed=closed: (
                    facts["case"].update(
                        first_processed_at=over, extended_until=extended, state=state, closed_at=closed
                    ),
                    facts["holder_statement"].update(consents_to_onward=agreed),
                    facts["circumstances"].update(hoog_recidiverisico=True),
                )


def _people(begin: Facts) -> Iterator[Change]:
    for relation in RELATIONS:
        for linked in (True, False):
            for agreed in (True, False):
                yield lambda facts, relation=relation, linked=linked, agreed=agreed: (
                    facts["subject"].update(relation=relation, linked_to_registered=linked),
                    agree(facts, [field["category"] for field in facts["fields"]])
                    if agreed
                    else facts["subject"].update(consents=[]),
                )
    yield lambda facts: facts["subject"].update(objection=True)
    for flag in ("designated", "screened"):
        yield lambda facts, flag=flag: facts["requester"]["actor"].update({flag: False})
    for role in ROLES:
        for mandates in ([], [begin["basis"]]):
            yield lambda facts, role=role, mandates=mandates: facts["requester"]["actor"].update(
                role=role, mandates=mandates
            )
            yield lambda facts, role=role, mandates=mandates: (
                facts.update(activity="aanmelden"),
                facts["requester"]["actor"].update(role=role, mandates=mandates),
            )
    yield lambda facts: facts.update(emergency=None)
    for able in (True, False):
        yield lambda facts, able=able: facts["subject"].update(can_consent=able)


def _holder(begin: Facts) -> Iterator[Change]:
    for activity in ("opvragen", "verstrekken", begin["activity"]):
        for kind in ("wettelijke-plicht", None):
            yield lambda facts, activity=activity, kind=kind: (
                facts.update(activity=activity),
                facts["holder"].update(secrecy_bound=True) if facts["holder"] else None,
                facts["holder_statement"].update(
                    secrecy_exception={"kind": kind, "by": "behandelaar", "reason": "op schrift"} if kind else None
                ),
            )
    yield lambda facts: facts["holder_statement"].update(serious_reasons=True)
    yield lambda facts: facts.update(holder_statement=None)
    for agreed in (True, False, None):
        for conditions in ([], ["niet delen"]):
            for category in ("gezondheid", "ident_contact", "afspraken_plan"):
                yield lambda facts, agreed=agreed, conditions=conditions, category=category: (
                    facts["holder_statement"].update(consents_to_onward=agreed, conditions=conditions),
                    [field.update(category=category) for field in facts["fields"]],
                )
    for name, value in {"objection_by": ["x"], "rac_checked": False, "basis": "Wmo 1", "secrecy_signed": False}.items():
        yield lambda facts, name=name, value=value: facts.update(
            third_party=(facts["third_party"] or {}) | {name: value}
        )
    yield lambda facts: facts.update(third_party=None)


def _law(begin: Facts) -> Iterator[Change]:
    for name in begin["circumstances"]:
        yield lambda facts, name=name: facts["circumstances"].update({name: False})
    for moment in ("2014-12-31", "2015-01-01", "2020-01-01", "2025-02-28", "2025-03-01", "2025-06-30", "2025-07-01"):
        for profile in ("productie", "simulatie"):
            yield lambda facts, moment=moment, profile=profile: (
                facts.update(at=f"{moment}T12:00:00Z", profile=profile),
                facts["case"] and facts["case"].update(first_processed_at="2014-01-01", extended_until=None),
            )
            yield lambda facts, moment=moment, profile=profile: (
                facts.update(at=f"{moment}T12:00:00Z", profile=profile),
                facts["case"] and facts["case"].update(first_processed_at=moment, extended_until=None),
            )
    yield lambda facts: facts.update(profile="productie")
    yield lambda facts: facts.update(profile="simulatie")


def _not_involved(facts: Facts, name: str) -> None:
    party = facts["requester"]["organisation"] if name == "requester" else facts[name] or {}
    for entry in facts["case"]["participants"]:
        if entry["oin"] == party.get("oin"):
            entry["involved"] = False

"""The pieces of a document that grants: parties, fields, consents, an exception to secrecy, an extended term."""

import random
from datetime import date, timedelta

from tests.policy.facts_generator.words import (
    AGES,
    EXCEPTIONS,
    GROUNDS,
    KINDS,
    PARENT,
    PUBLIC,
    SELF,
    Facts,
)


def oin(kind: str, number: int = 1) -> str:
    return f"0000000180000{KINDS.index(kind) + 1:04}{number:03}"


def organisation(kind: str, number: int = 1) -> Facts:
    found: Facts = {"oin": oin(kind, number), "name": f"Voorbeeld {kind}", "kind": kind}
    return found | {"public": kind in PUBLIC}


def participant(kind: str, number: int = 1) -> Facts:
    return {"oin": oin(kind, number), "kind": kind, "public": kind in PUBLIC, "involved": True}


def asked(categories: tuple[str, ...] | list[str], task: str) -> list[Facts]:
    return [
        {"name": f"veld_{i}", "category": category, "necessity": {"task": task, "reason": "afstemmen van het plan"}}
        for i, category in enumerate(categories)
    ]


def some(rng: random.Random, words: tuple[str, ...], most: int = 4) -> list[str]:
    return rng.sample(words, rng.randint(1, min(most, len(words))))


def plain(rng: random.Random, basis: str, activity: str) -> Facts:
    """What every document starts from; the makers below fill in who asks whom for what."""
    college = organisation("college")
    return {
        "at": rng.choice(
            (
                "2026-11-21T10:00:00+01:00",
                "2026-11-21T00:00:00+01:00",
                "2026-11-21T23:59:59.5+01:00",
                "2028-02-29T12:00:00+01:00",
                "2026-07-01T08:30:00Z",
            )
        ),
        "profile": rng.choice(("productie", "productie", "productie", "simulatie")),
        "activity": activity,
        "basis": basis,
        "requester": {
            "organisation": college,
            "actor": {"id": "m-17", "role": "casusregisseur", "designated": True, "screened": True, "mandates": []},
        },
        "recipient": {k: v for k, v in college.items() if k != "name"},
        "holder": organisation("reclassering") | {"secrecy_bound": False},
        "case": {
            "id": "ZVH-2026-0417",
            "track": "zvh",
            "state": "in-behandeling",
            "phase": rng.choice((1, 2, 3, 4, None)),
            "first_processed_at": "2026-03-02",
            "closed_at": None,
            "extended_until": None,
            "intake": dict.fromkeys(GROUNDS, True),
            "participants": [],
            "linked": [],
        },
        "circumstances": {},
        "subject": {
            "ref": "s-1",
            "relation": "betrokkene",
            "linked_to_registered": True,
            "age": rng.choice(AGES),
            "can_consent": rng.random() < 0.8,
            "objection": False,
            "consents": [],
        },
        "fields": [],
        "holder_statement": {
            "serious_reasons": False,
            "conditions": [],
            "competent_authority_agreed": None,
            "secrecy_exception": None,
            "consents_to_onward": None,
        },
        "third_party": None,
        "emergency": None,
    }


def place(facts: Facts, requester: str, recipient: str, holder: str) -> None:
    """These kinds in the three places; of one kind there is one organisation."""
    bound = (facts["holder"] or {}).get("secrecy_bound", False)
    facts["requester"]["organisation"] = organisation(requester)
    facts["recipient"] = {k: v for k, v in organisation(recipient).items() if k != "name"}
    facts["holder"] = organisation(holder) | {"secrecy_bound": bound}


def push_or_pull(facts: Facts, requester: str, other: str) -> None:
    """The requester asks `other` (recipient is the requester), or gives to `other` (holder is the requester)."""
    pushed = facts["activity"] in ("verstrekken", "aanmelden")
    place(facts, requester, other if pushed else requester, requester if pushed else other)


def givers(facts: Facts) -> list[str]:
    """Who must agree, so that a starting document grants."""
    age, able = facts["subject"].get("age"), facts["subject"].get("can_consent")
    if not isinstance(age, int) or age < 12 or not able:
        return [PARENT]
    return [SELF, PARENT] if age < 16 else [SELF]


def day(facts: Facts, offset: int = 0) -> str:
    return (date.fromisoformat(facts["at"][:10]) + timedelta(days=offset)).isoformat()


def agree(facts: Facts, categories: list[str]) -> None:
    facts["subject"]["consents"] = [
        {
            "basis": facts["basis"],
            "categories": list(categories),
            "given_at": day(facts, -40),
            "withdrawn_at": None,
            "by": by,
        }
        for by in givers(facts)
    ]


def bind_by_secrecy(facts: Facts, rng: random.Random) -> None:
    """Bound, with an exception that holds."""
    facts["holder"]["secrecy_bound"] = True
    facts["holder_statement"]["secrecy_exception"] = {
        "kind": rng.choice(EXCEPTIONS),
        "by": rng.choice(("behandelaar", "jeugdhulpverlener")),
        "reason": "op schrift",
        "given_by": givers(facts),
    }


def shift(text: str, years: int) -> date:
    first = date.fromisoformat(text)
    try:
        return first.replace(year=first.year + years)
    except ValueError:
        return first.replace(year=first.year + years, day=28)


def extend(facts: Facts, rng: random.Random) -> None:
    """A term that is over, with an extension that holds."""
    today = date.fromisoformat(day(facts))
    first = shift(day(facts, -rng.randint(0, 700)), -5 - 2 * rng.randint(0, 2)).isoformat()
    term = shift(first, 5)
    while shift(term.isoformat(), 2) <= today:
        term = shift(term.isoformat(), 2)
    facts["case"] |= {"first_processed_at": first, "extended_until": shift(term.isoformat(), 2).isoformat()}
    facts["holder_statement"]["consents_to_onward"] = True

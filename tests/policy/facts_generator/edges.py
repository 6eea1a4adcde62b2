"""Mutations of several members at once, each at the boundary of one rule."""

import copy
import random
from datetime import date, timedelta

from tests.policy.facts_generator.parts import (
    asked,
    bind_by_secrecy,
    day,
    oin,
    organisation,
    participant,
    push_or_pull,
    shift,
)
from tests.policy.facts_generator.rows import BASES, STARTS
from tests.policy.facts_generator.words import (
    AGES,
    BLANK,
    CATEGORIES,
    EXCEPTIONS,
    GIVER_SETS,
    GROUNDS,
    KINDS,
    PARENT,
    ROLES,
    SELF,
    STATES,
    TRACKS,
    Facts,
)


def consents(facts: Facts, rng: random.Random) -> None:
    """Entries of any giver, given or withdrawn around today, for any basis, covering some of what is asked."""
    pool = sorted({field["category"] for field in facts["fields"]} | {"inkomen", "financieel"})
    around = (-400, -1, 0, 1, 400)
    facts["subject"]["consents"] += [
        {
            "basis": rng.choice((facts["basis"], facts["basis"], facts["basis"], *BASES)),
            "categories": rng.choice((pool, rng.sample(pool, rng.randint(0, len(pool))))),
            "given_at": day(facts, rng.choice(around)),
            "withdrawn_at": rng.choice((None, None, day(facts, rng.choice(around)))),
            "by": rng.choice((SELF, PARENT)),
        }
        for _ in range(rng.randint(1, 2))
    ]
    rng.shuffle(facts["subject"]["consents"])


def consent_edge(facts: Facts, rng: random.Random) -> None:
    """One entry on record, or a copy of it: one member moved over its boundary, or gone."""
    listed = facts["subject"]["consents"]
    entry = rng.choice(listed)
    if rng.random() < 0.4:
        entry = copy.deepcopy(entry)
        listed.insert(rng.randint(0, len(listed)), entry)
    if rng.random() < 0.3:
        member = rng.choice(list(entry))
        entry.pop(member) if rng.random() < 0.5 else entry.update({member: None})
        return
    change: Facts = rng.choice(
        (
            {"withdrawn_at": day(facts, rng.choice((-1, 0, 1)))},
            {"given_at": day(facts, rng.choice((-1, 0, 1)))},
            {"by": rng.choice((SELF, PARENT))},
            {"categories": entry["categories"][:-1]},
            {"categories": []},
            {"basis": rng.choice(BASES)},
        )
    )
    entry |= change


def person(facts: Facts, rng: random.Random) -> None:
    facts["subject"] |= {"age": rng.choice(AGES), "can_consent": rng.random() < 0.7}


def secrecy_edge(facts: Facts, rng: random.Random) -> None:
    bind_by_secrecy(facts, rng)
    exception = facts["holder_statement"]["secrecy_exception"]
    change = rng.choice(("kind", "by", "reason", "given_by", "given_by", "gone", "unread"))
    if change == "given_by":
        exception |= {"kind": "toestemming", "given_by": rng.choice(GIVER_SETS)}
    elif change == "unread":
        exception |= {"kind": "toestemming"}
        exception.pop("given_by")
    elif change == "gone":
        exception.pop(rng.choice(list(exception)))
    else:
        exception[change] = rng.choice({"kind": (*EXCEPTIONS, "", None), "by": ROLES, "reason": (*BLANK, None)}[change])


def term_edge(facts: Facts, rng: random.Random) -> None:
    """The term around today, 29 February included, and an extension around its own bounds."""
    if rng.random() < 0.3:
        first, day_of_term = rng.choice((("2020-02-29", "2025-02-28"), ("2024-02-29", "2029-02-28")))
        moved = (date.fromisoformat(day_of_term) + timedelta(days=rng.choice((-1, 0, 1)))).isoformat()
        facts["at"] = f"{moved}T09:00:00+01:00"
    else:
        five_or_more = rng.choice((5, 5, 5, 7, 9))
        first = (shift(day(facts), -five_or_more) + timedelta(days=rng.choice((-1, 0, 1)))).isoformat()
    bounds = [shift(first, years) for years in (5, 7, 9, 11)] + [date.fromisoformat(day(facts))]
    until = (rng.choice(bounds) + timedelta(days=rng.choice((-1, 0, 0, 1)))).isoformat()
    facts["case"] |= {"first_processed_at": first, "extended_until": rng.choice((until, until, until, None))}
    facts["holder_statement"]["consents_to_onward"] = rng.choice((True, True, True, False, None))
    if rng.random() < 0.2:
        facts["case"]["intake"][rng.choice(GROUNDS)] = False
    elif rng.random() < 0.1:
        facts["case"].pop(rng.choice(("extended_until", "closed_at", "intake")))


def closed(facts: Facts, rng: random.Random) -> None:
    facts["case"] |= {
        "state": rng.choice(("afgesloten", facts["case"]["state"])),
        "closed_at": day(facts, -rng.randint(0, 900)),
    }


def another_organisation(facts: Facts, rng: random.Random) -> None:
    """One party, two or all: of another kind, or of the same kind and another OIN; on the list of the case or not."""
    parties = {
        "requester": facts["requester"]["organisation"],
        "recipient": facts["recipient"],
        "holder": facts["holder"],
    }
    chosen = rng.choice(
        (["requester"], ["recipient"], ["holder"], ["requester", "recipient"], ["requester", "holder"], list(parties))
    )
    kind = rng.choice((parties[chosen[0]]["kind"], rng.choice(KINDS)))
    other = participant(kind, rng.choice((1, 2)))
    for name in chosen:
        parties[name] |= {member: other[member] for member in ("oin", "kind", "public")}
    if isinstance(facts["case"], dict) and rng.random() < 0.5:
        facts["case"]["participants"].append(other)


def parties(facts: Facts, rng: random.Random) -> None:
    """Who asks and who is asked, of any kind, both at the table: nothing but the kind can be the matter."""
    requester = rng.choice((facts["requester"]["organisation"]["kind"], rng.choice(KINDS)))
    push_or_pull(facts, requester, rng.choice((requester, facts["holder"]["kind"], facts["recipient"]["kind"], *KINDS)))
    if isinstance(facts["case"], dict):
        known = {entry["oin"] for entry in facts["case"]["participants"]}
        both = {facts[place]["kind"] for place in ("recipient", "holder")}
        facts["case"]["participants"] += [participant(kind) for kind in sorted(both) if oin(kind) not in known]


def participants(facts: Facts, rng: random.Random) -> None:
    """A party left out of the list, not involved, named twice, or named with another kind."""
    listed = facts["case"]["participants"]
    parties = (facts["requester"]["organisation"], facts["recipient"], facts["holder"])
    chosen = rng.choice(parties)
    mine = [entry for entry in listed if entry["oin"] == chosen["oin"]]
    change = rng.choice(("out", "uninvolved", "twice", "twice", "other kind", "no kind", "no oin", "no word"))
    if change == "out":
        facts["case"]["participants"] = [entry for entry in listed if entry["oin"] != chosen["oin"]]
    elif change == "twice":
        listed.insert(
            rng.randint(0, len(listed)),
            participant(chosen["kind"], int(chosen["oin"][-3:])) | {"involved": rng.random() < 0.5},
        )
    elif listed:
        entry = rng.choice([*mine, rng.choice(listed)])
        if change == "uninvolved":
            entry["involved"] = rng.choice((False, False, None))
        elif change == "other kind":
            entry["kind"] = rng.choice(KINDS)
        else:
            entry.pop({"no kind": "kind", "no oin": "oin", "no word": "involved"}[change])


def linked(facts: Facts, rng: random.Random) -> None:
    entry: Facts = {"id": "X-1", "track": rng.choice(TRACKS), "state": rng.choice(STATES)}
    if rng.random() < 0.3:
        entry.pop(rng.choice(list(entry)))
    facts["case"]["linked"].append(entry)


def criminal_category(facts: Facts, rng: random.Random) -> None:
    """Police and justice data, of each kind of holder, agreed to or not."""
    field = rng.choice(facts["fields"])
    field["category"] = rng.choice(("politie_art8_13", "politie_art9_10", "justitieel_strafvorderlijk"))
    facts["holder_statement"]["competent_authority_agreed"] = rng.choice((True, True, False, None))
    if rng.random() < 0.6 and facts["activity"] == "opvragen":
        kind = rng.choice(("politie", "om", "reclassering", "zvh"))
        facts["holder"] |= {k: v for k, v in organisation(kind).items() if k != "name"}


def statement(facts: Facts, rng: random.Random) -> None:
    facts["holder_statement"] |= rng.choice(
        (
            {"serious_reasons": True},
            {"serious_reasons": None},
            {"conditions": ["niet doorgeven"]},
            {"conditions": None},
            {"competent_authority_agreed": rng.choice((True, False, None))},
            {"consents_to_onward": rng.choice((True, False, None))},
        )
    )


def no_statement(facts: Facts, rng: random.Random) -> None:
    if rng.random() < 0.5:
        facts["holder_statement"] = None
    else:
        del facts["holder_statement"]


def necessity(facts: Facts, rng: random.Random) -> None:
    field = rng.choice(facts["fields"])
    tasks = ("Wmo 2.3.2", "Wmo", "Wmo ", "wmo 2.3.2", " Wmo 2.3.2", "Wmo2.3.2", "Jw 2.3", "WGS 2.25", *BLANK, None)
    reasons = ("bepalen van ondersteuning", *BLANK, None)
    field["necessity"] = rng.choice(
        (
            None,
            {},
            "Wmo 2.3.2",
            {"task": rng.choice(tasks), "reason": rng.choice(reasons)},
            {"task": rng.choice(tasks), "reason": reasons[0]},
            {"task": rng.choice(tasks)},
            {"reason": reasons[0]},
        )
    )


def fields(facts: Facts, rng: random.Random) -> None:
    """The list itself: one more, a name twice, no name, no category, empty, no object."""
    listed = facts["fields"]
    extra = asked([rng.choice((*CATEGORIES, "onbekend", ""))], rng.choice(("Wmo 2.3.2", "WGS 2.25")))[0]
    change = rng.choice(
        ("more", "more", "twice", "no name", "no category", "empty", "no object", "name of another type")
    )
    if change == "empty":
        facts["fields"] = []
    elif change == "no object":
        listed.append(rng.choice((None, "veld", 7, [])))
    elif change == "no category":
        rng.choice(listed).pop("category")
    else:
        extra["name"] = "veld_nieuw"
        if change == "twice":
            extra["name"] = rng.choice(listed)["name"]
        elif change == "name of another type":
            extra["name"] = rng.choice((7, True, [], {"x": 1}))
        elif change == "no name":
            extra["name"] = rng.choice((None, *BLANK))
            if rng.random() < 0.3:
                del extra["name"]
        listed.insert(rng.randint(0, len(listed)), extra)


def another_category(facts: Facts, rng: random.Random) -> None:
    """A category of any kind, for a task of the others and agreed to: nothing but the category can be the matter."""
    category = rng.choice(CATEGORIES)
    task = facts["fields"][0]["necessity"]["task"]
    facts["fields"] += [asked([category], task)[0] | {"name": "veld_anders"}]
    for entry in facts["subject"]["consents"]:
        entry["categories"].append(category)


def early(facts: Facts, rng: random.Random) -> None:
    """Around the first day on which the basis is in force, or the first processing after the day itself."""
    if rng.random() < 0.2:
        facts["case"]["first_processed_at"] = day(facts, rng.choice((0, 1)))
        return
    since = STARTS[facts["basis"]].since or "2025-03-01"
    start = (date.fromisoformat(since) + timedelta(days=rng.choice((-1, -1, 0, 1)))).isoformat()
    facts["at"] = f"{start}T{rng.choice(('00:00:00', '23:30:00'))}+01:00"
    if isinstance(facts["case"], dict):
        facts["case"]["first_processed_at"] = day(facts, -rng.randint(0, 30))
    for entry in facts["subject"]["consents"]:
        entry["given_at"] = day(facts, -1)

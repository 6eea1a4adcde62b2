"""Mutations of the special routes: third parties, instemming, renewal, linked cases, tasks, an activity."""

import random
from datetime import date, timedelta

from tests.policy.facts_generator.parts import asked, extend, organisation, participant, place, shift
from tests.policy.facts_generator.rows import STARTS
from tests.policy.facts_generator.words import ACTIVITIES, BLANK, CATEGORIES, KINDS, PUBLIC, STATES, Facts


def third_party(facts: Facts, rng: random.Random) -> None:
    """Rule 16: each of its members over its boundary; or the third stands on the list of the case after all."""
    said = facts["third_party"]
    bases = ("WGS", "WGS ", "wgs 1.7", "BGS 2.21", "WGS1.7", " WGS 1.7", "AVG 6(1)(f)", "Jw 2.3", *BLANK, None)
    read, unread = ("rac_checked", "basis"), ("secrecy_signed", "expertise")
    if STARTS[facts["basis"]].third == "incidenteel":
        read, unread = unread, read
    change = rng.choice(("objection_by", "listed", "gone", *read * 2, *unread))
    if change == "listed":
        listed = facts["case"]["participants"]
        listed.append(participant(facts["recipient"]["kind"]) | {"involved": rng.random() < 0.5})
        if rng.random() < 0.3:
            listed[-1]["oin"] = "00000001800009999000"
    elif change == "gone":
        said.pop(rng.choice(list(said)))
    else:
        said[change] = rng.choice(
            {
                "objection_by": (["00000001800000003000"], [""], [], None, ["politie", None]),
                "rac_checked": (False, False, None, True),
                "basis": bases,
                "secrecy_signed": (False, False, None, True),
                "expertise": (*BLANK, None, "verslavingszorg"),
            }[change]
        )


def instemming(facts: Facts, rng: random.Random) -> None:
    """Rule 14 and the column `onward`: conditions, instemming, and a category that may ask for it."""
    said = facts["holder_statement"]
    said["consents_to_onward"] = rng.choice((True, False, None))
    if rng.random() < 0.3:
        said.pop("consents_to_onward")
    if rng.random() < 0.5:
        said["conditions"] = rng.choice((["niet doorgeven"], ["niet doorgeven", "wissen na gebruik"], [""], [" "]))
    if rng.random() < 0.5:
        task = facts["fields"][0]["necessity"]["task"]
        facts["fields"].append(asked([rng.choice(CATEGORIES)], task)[0] | {"name": "veld_erbij"})


def renewal(facts: Facts, rng: random.Random) -> None:
    """Rule 18 for a closed case: the last year before the term, the term itself, a high risk of relapse."""
    if rng.random() < 0.5:
        extend(facts, rng)
    term = shift(facts["case"]["first_processed_at"], 5)
    edge: date = rng.choice((term, shift(term.isoformat(), -1), shift(term.isoformat(), 1)))
    closed_at = (edge + timedelta(days=rng.choice((-1, 0, 1)))).isoformat()
    facts["case"] |= {
        "state": "afgesloten",
        "closed_at": rng.choice((closed_at, closed_at, closed_at, closed_at, None)),
    }
    facts["circumstances"]["hoog_recidiverisico"] = rng.choice((True, True, True, True, True, False, None))
    if rng.random() < 0.1:
        facts["case"].pop("closed_at")
    elif rng.random() < 0.1:
        facts["circumstances"].pop("hoog_recidiverisico")


def linked_edge(facts: Facts, rng: random.Random) -> None:
    """A linked case in each state and on each track, before or after what is linked already, or in its place."""
    track = {"wams": "zvh", "zvh": "wams"}.get(facts["case"]["track"], "wams")
    entry: Facts = {
        "id": "X-3",
        "track": rng.choice((track, track, facts["case"]["track"], "gemeentelijk")),
        "state": rng.choice(("in-behandeling", "in-behandeling", *STATES)),
    }
    if rng.random() < 0.15:
        entry.pop(rng.choice(list(entry)))
    listed = facts["case"]["linked"]
    if rng.random() < 0.5:
        listed.clear()
    listed.insert(rng.randint(0, len(listed)), entry)


def task(facts: Facts, rng: random.Random) -> None:
    """What the task begins with: of the Wmo, of oversight, or almost."""
    tasks = (
        *(
            "WGS 1.8",
            "WGS 1.10",
            "WGS 1.80",
            "WGS 1.1",
            "WGS 1.9",
            "wgs 1.8",
            " WGS 1.8",
            "BGS 1.12",
            "BGS 1.13",
            "BGS 1.18",
        ),
        *("BGS 1.19", "AVG 39", "UAVG 39", "AVG 15", "UAVG 3", "Wmo 2.3.2", "Wmo2.3.2", "sturing"),
    )
    rng.choice(facts["fields"])["necessity"]["task"] = rng.choice(tasks)


def circumstance(facts: Facts, rng: random.Random) -> None:
    """One circumstance of the row: false, null, blank, gone; or all of them."""
    said = facts["circumstances"]
    name = rng.choice(STARTS[facts["basis"]].circumstances)
    change = rng.choice(("false", "false", "null", "gone", "none at all"))
    if change == "none at all":
        facts["circumstances"] = rng.choice(({}, None))
    elif change == "gone":
        said.pop(name)
    else:
        said[name] = False if change == "false" else None


def another_way(facts: Facts, rng: random.Random) -> None:
    """Another activity, with the parties where that one wants them: nothing but the activity can be the matter."""
    facts["activity"] = rng.choice(ACTIVITIES)
    recipient, holder = facts["recipient"]["kind"], facts["holder"]["kind"]
    if facts["activity"] in ("verstrekken", "aanmelden"):
        place(facts, holder, recipient, holder)
    elif facts["activity"] not in ("resultaat-delen", "derde-verstrekken"):
        place(facts, recipient, recipient, holder)


def somewhere_else(facts: Facts, rng: random.Random) -> None:
    """One place taken by a kind that the row may not name, the others where the activity wants them."""
    row, kind = STARTS[facts["basis"]], rng.choice(KINDS)
    requester, recipient, holder = (
        facts[name]["kind"] if name != "requester" else facts["requester"]["organisation"]["kind"]
        for name in ("requester", "recipient", "holder")
    )
    chosen = rng.choice(("requester", "recipient", "holder"))
    same_as_holder = facts["activity"] in ("verstrekken", "aanmelden")
    if chosen == "holder" and not same_as_holder:
        holder = kind
    elif chosen == "recipient" and same_as_holder:
        recipient = kind
    elif facts["activity"] in ("resultaat-delen", "derde-verstrekken"):
        requester = kind if chosen == "requester" else requester
        recipient = kind if chosen == "recipient" else recipient
    elif same_as_holder:
        requester = holder = kind
    else:
        requester = recipient = kind
    bound = facts["holder"]["secrecy_bound"]
    place(facts, requester, recipient, holder)
    facts["holder"]["secrecy_bound"] = bound
    if row.tracks and not (row.third and chosen == "recipient") and kind not in PUBLIC and rng.random() < 0.7:
        known = {entry["oin"] for entry in facts["case"]["participants"]}
        if organisation(kind)["oin"] not in known:
            facts["case"]["participants"].append(participant(kind))

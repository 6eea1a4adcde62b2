"""One column of the row at a time, over its boundary in a document that grants: nothing else can be the matter.

A document is given one of these and no other mutation; those of the other modules may meet each other.
"""

import random

from tests.policy.facts_generator.edges import early, participants, parties
from tests.policy.facts_generator.parts import agree
from tests.policy.facts_generator.routes import another_way, circumstance, somewhere_else, task
from tests.policy.facts_generator.rows import STARTS
from tests.policy.facts_generator.words import CATEGORIES, OTHER_ROLES, RELATIONS, STATES, TRACKS, Facts


def since(facts: Facts, rng: random.Random) -> None:
    early(facts, rng)
    facts["profile"] = "productie"


def coordinator(facts: Facts, rng: random.Random) -> None:
    """Rule 8: a Wams coordinator whose mandate is for another basis, or none."""
    facts["requester"]["actor"] |= {"role": "wams-coordinator", "mandates": rng.choice(([], ["wgs.zvh.casusoverleg"]))}


def track(facts: Facts, rng: random.Random) -> None:
    facts["case"]["track"] = rng.choice(TRACKS)


def state(facts: Facts, rng: random.Random) -> None:
    facts["case"]["state"] = rng.choice(STATES)


def relation(facts: Facts, rng: random.Random) -> None:
    """Another relation, agreed to where the row asks a gezinslid; or a circle around somebody who is not registered."""
    facts["subject"]["relation"] = rng.choice(RELATIONS)
    if STARTS[facts["basis"]].consent:
        agree(facts, [field["category"] for field in facts["fields"]])
        if rng.random() < 0.3:
            facts["subject"]["consents"].pop()
    if rng.random() < 0.4:
        facts["subject"]["linked_to_registered"] = False


def actor(facts: Facts, rng: random.Random) -> None:
    facts["requester"]["actor"][rng.choice(("designated", "screened"))] = False


def role(facts: Facts, rng: random.Random) -> None:
    facts["requester"]["actor"]["role"] = rng.choice((*OTHER_ROLES, "wams-coordinator"))


def objection(facts: Facts, rng: random.Random) -> None:
    facts["subject"]["objection"] = True


def category(facts: Facts, rng: random.Random) -> None:
    """Every field of one category, agreed to where consent is on record."""
    chosen = rng.choice(CATEGORIES)
    for field in facts["fields"]:
        field["category"] = chosen
    for entry in facts["subject"]["consents"]:
        entry["categories"] = [chosen]
    facts["holder_statement"]["competent_authority_agreed"] = rng.choice((True, True, False))


def necessity(facts: Facts, rng: random.Random) -> None:
    rng.choice(facts["fields"])["necessity"] = rng.choice((None, {"task": "Wmo 2.3.2", "reason": " "}))


def bound(facts: Facts, rng: random.Random) -> None:
    """Bound by secrecy, and nothing that helps."""
    facts["holder"]["secrecy_bound"] = True
    facts["holder_statement"]["secrecy_exception"] = None


def veto(facts: Facts, rng: random.Random) -> None:
    if rng.random() < 0.5:
        facts["holder_statement"]["serious_reasons"] = True
    else:
        del facts["holder_statement"]


def ground(facts: Facts, rng: random.Random) -> None:
    facts["case"]["intake"][rng.choice(list(facts["case"]["intake"]))] = False


def over(facts: Facts, rng: random.Random) -> None:
    """A case of long ago."""
    facts["case"]["first_processed_at"] = rng.choice(("2012-01-02", "2019-03-04"))


def table(facts: Facts, rng: random.Random) -> None:
    """One of the three parties is not at the table, or on the list and not involved."""
    party = rng.choice((facts["requester"]["organisation"], facts["recipient"], facts["holder"]))
    listed = facts["case"]["participants"]
    for entry in [entry for entry in listed if entry["oin"] == party["oin"]]:
        if rng.random() < 0.5:
            listed.remove(entry)
        else:
            entry["involved"] = False


def handed_over(facts: Facts, rng: random.Random) -> None:
    facts["case"]["linked"].append({"id": "P-1", "track": rng.choice(TRACKS), "state": "overgedragen-pga"})


def another_of_its_kind(facts: Facts, rng: random.Random) -> None:
    """The same kind, another organisation: in one place alone, or in two."""
    places = {name: facts[name] for name in ("recipient", "holder")} | {"requester": facts["requester"]["organisation"]}
    for name in rng.choice((["recipient"], ["holder"], ["requester"], ["requester", "recipient"])):
        places[name]["oin"] = places[name]["oin"][:-3] + "009"
        if isinstance(facts["case"], dict):
            entry = {member: places[name][member] for member in ("oin", "kind", "public")}
            facts["case"]["participants"].append(entry | {"involved": True})


EDGES = (
    *(
        since,
        since,
        track,
        track,
        state,
        state,
        relation,
        relation,
        relation,
        circumstance,
        actor,
        actor,
        role,
        objection,
    ),
    *(category, category, category, necessity, bound, veto, ground, over, table, table, table, handed_over, task),
    *(another_way, another_way, another_way, another_of_its_kind, another_of_its_kind, parties, participants),
    *(somewhere_else, somewhere_else, somewhere_else, somewhere_else, somewhere_else),
)

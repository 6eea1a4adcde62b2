"""Documents that grant: one maker for all bases, and what only one of them has."""

import random
from datetime import date, timedelta

from tests.policy.facts_generator.parts import (
    agree,
    asked,
    bind_by_secrecy,
    extend,
    organisation,
    participant,
    place,
    plain,
    shift,
    some,
)
from tests.policy.facts_generator.rows import PARTICIPANTS, STARTS, Start
from tests.policy.facts_generator.words import KINDS, RELATIONS, Facts

PUSHED = ("verstrekken", "aanmelden")


def start(basis: str, rng: random.Random) -> Facts:
    """A document of this basis that grants, but for a few draws: a bill in productie, an instemming that lacks."""
    row = STARTS[basis]
    facts = plain(rng, basis, rng.choice(row.activities))
    if row.since is None and rng.random() < 0.85:
        facts["profile"] = "simulatie"
    who(facts, row, rng)
    facts["requester"]["actor"]["role"] = rng.choice(row.roles)
    facts["circumstances"] = dict.fromkeys(row.circumstances, True)
    facts["subject"]["relation"] = rng.choice(row.relations)
    the_case(facts, row, rng)
    what(facts, row, rng)
    said_by_the_holder(facts, row, rng)
    OWN_WAYS.get(basis, lambda *_: None)(facts, rng)
    return facts


def who(facts: Facts, row: Start, rng: random.Random) -> None:
    """The three parties, as the activity wants them; `push_or_pull` of `parts` knows the two plain ways."""
    activity = facts["activity"]
    pulled = [kind for kind in row.requester if kind in row.recipient]
    pushed = [kind for kind in row.requester if kind in row.holder]
    if activity == "derde-verstrekken" or facts["basis"] == "wgs.zvh.riec":
        requester, recipient = rng.choice(row.requester), rng.choice(row.recipient)
        holder = rng.choice((requester, rng.choice(row.holder)))
    elif activity in PUSHED or (activity == "resultaat-delen" and rng.random() < 0.4):
        requester = holder = rng.choice(pushed)
        recipient = rng.choice(row.recipient)
    else:
        requester = recipient = rng.choice(pulled)
        holder = rng.choice(row.holder)
    if activity == "casus-sluiten":
        requester = recipient = rng.choice([kind for kind in pulled if organisation(kind)["public"]])
    place(facts, requester, recipient, holder)


def the_case(facts: Facts, row: Start, rng: random.Random) -> None:
    """The track and the state, everybody at the table, the term; no case at all in half of those that need none."""
    if not row.tracks:
        if rng.random() < 0.5:
            facts["case"] = None
        return
    facts["case"] |= {"track": rng.choice(row.tracks), "state": rng.choice(row.states)}
    at_the_table = PARTICIPANTS if row.task.startswith("WGS") else KINDS
    facts["case"]["participants"] = [participant(kind) for kind in at_the_table]
    rng.shuffle(facts["case"]["participants"])
    if rng.random() < row.extended:
        extend(facts, rng)


def what(facts: Facts, row: Start, rng: random.Random) -> None:
    """The fields, with the police or justice data that this holder may give, and the consent that they need."""
    categories = some(rng, row.categories)
    sources = {"politie": ["politie_art8_13"], "om": ["justitieel_strafvorderlijk"]}
    if row.onward:
        sources["zvh"] = ["politie_art8_13", "justitieel_strafvorderlijk"]
    if row.criminal and facts["holder"]["kind"] in sources:
        categories += sources[facts["holder"]["kind"]]
        facts["holder_statement"]["competent_authority_agreed"] = rng.choice((True, True, True, False, None))
    facts["fields"] = asked(categories, row.task)
    if facts["activity"] == "casus-sluiten" and rng.random() < 0.5:
        facts["fields"] = []
    if row.consent == "always" or (row.consent and facts["subject"]["relation"] == "gezinslid"):
        agree(facts, categories)


def said_by_the_holder(facts: Facts, row: Start, rng: random.Random) -> None:
    """Bound by secrecy or not, with what helps; and its instemming, which an extended term needs as well."""
    if rng.random() < row.bound:
        bind_by_secrecy(facts, rng)
        if not row.exception:
            facts["holder_statement"]["secrecy_exception"] = None
    if row.onward:
        said = rng.choice((True, True, True, False, None))
        if said or facts["case"]["extended_until"] is None:
            facts["holder_statement"]["consents_to_onward"] = said
    if row.coordinator and rng.random() < 0.3:
        facts["requester"]["actor"] |= {"role": "wams-coordinator", "mandates": [facts["basis"]]}
    if row.third:
        facts["third_party"] = {
            "objection_by": [],
            "rac_checked": True,
            "basis": rng.choice(("WGS 1.7(2)", "WGS 2.31(11)", "BGS 1.8")),
            "secrecy_signed": True,
            "expertise": "terugkeer naar school",
        }
        if rng.random() < 0.3:
            unread = ("secrecy_signed", "expertise") if row.third == "derde" else ("rac_checked", "basis")
            facts["third_party"] |= dict.fromkeys(unread)


def same_college(facts: Facts, rng: random.Random) -> None:
    facts["requester"]["actor"]["role"] = rng.choice(("klantmanager-wmo", "consulent"))


def linked_case(facts: Facts, rng: random.Random) -> None:
    """S4: a case on the other track that runs, and at times one that does not matter."""
    other = {"wams": "zvh", "zvh": "wams"}[facts["case"]["track"]]
    facts["case"]["linked"] = [{"id": "X-1", "track": other, "state": "in-behandeling"}]
    if rng.random() < 0.3:
        facts["case"]["linked"].insert(0, {"id": "X-2", "track": "gemeentelijk", "state": "afgesloten"})


def emergency(facts: Facts, rng: random.Random) -> None:
    facts["subject"] |= {"can_consent": False, "relation": rng.choice(RELATIONS)}
    conscious = rng.random() < 0.3
    facts["emergency"] = {"threat": "bewusteloos aangetroffen", "person_conscious": conscious, "refuses": False}
    if rng.random() < 0.5:
        del facts["holder_statement"]


def renewed(facts: Facts, rng: random.Random) -> None:
    """The term is over (`extend` saw to that); a closed case was closed within the year before it."""
    if facts["case"]["state"] == "afgesloten":
        term = shift(facts["case"]["first_processed_at"], 5)
        closed_at: date = term - timedelta(days=rng.randint(1, 360))
        facts["case"]["closed_at"] = closed_at.isoformat()
        facts["circumstances"]["hoog_recidiverisico"] = True


def no_holder(facts: Facts, rng: random.Random) -> None:
    """What does not look at a holder: there is one, or none."""
    facts["holder"] = rng.choice((facts["holder"], None))
    if facts["basis"] == "wgs.zvh.toezicht":
        for field in facts["fields"]:
            field["necessity"]["task"] = rng.choice(("WGS 1.8(2)(b)", "WGS 1.10", "BGS 1.14", "AVG 39(1)", "UAVG 39"))
        if rng.random() < 0.5:
            facts["subject"], facts["holder_statement"] = None, None


def access(facts: Facts, rng: random.Random) -> None:
    """AVG 15: whose own data it is, so for no necessity at all."""
    no_holder(facts, rng)
    for field in facts["fields"]:
        if rng.random() < 0.5:
            field["necessity"] = None


OWN_WAYS = {
    "wmo.hergebruik_sociaal_domein": same_college,
    "wams.afstemming_zvh": linked_case,
    "vitaal_belang": emergency,
    "wgs.zvh.hernieuwd": renewed,
    "wgs.zvh.toezicht": no_holder,
    "avg.inzage": access,
}

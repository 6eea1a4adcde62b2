"""Facts in the contract's form, by the thousand and the same for a seed: for the policy and the second reading alike.

A document starts as one that grants (`START`, one maker for each basis and activity), is varied in ways that keep it
plausible, and is then given none to several mutations, each a boundary of one rule: the day before a term, a consent
withdrawn today, a participant named twice, a member gone. About four in ten still grant something. Nobody in it exists.
"""

import copy
import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

Facts = dict[str, Any]
Mutation = Callable[[Facts, random.Random], None]

PUBLIC = ("rvdk", "dji", "politie", "om", "burgemeester", "college", "ggd")
PRIVATE = ("reclassering", "veilig-thuis", "gi", "ggz", "wijkteam")
OTHERS = (
    "woningcorporatie",
    "school",
    "huisarts",
    "zorgaanbieder",
    "zorgverzekeraar",
    "uwv",
    "meldpunt",
    "riec",
    "zvh",
    "ambulance-ggz",
)
KINDS = PUBLIC + PRIVATE + OTHERS
ACTIVITIES = (
    "opvragen",
    "verstrekken",
    "aanmelden",
    "bevragen-ander-zvh",
    "resultaat-delen",
    "derde-verstrekken",
    "casus-sluiten",
    "inzage",
    "log-raadplegen",
)
STATES = ("aangemeld", "in-behandeling", "afgewezen", "afgesloten", "overgedragen-pga")
TRACKS = ("gemeentelijk", "wams", "zvh")
RELATIONS = ("betrokkene", "gezinslid", "directe-kring", "derde")
CONTENT_ROLES = (
    *("casusregisseur", "procesregisseur", "procesmanager-zvh", "klantmanager-wmo", "consulent", "schuldhulpverlener"),
    *("leerplichtambtenaar", "wijkteammedewerker", "maatschappelijk-werker", "jeugdbeschermer", "jeugdhulpverlener"),
    *("behandelaar", "psychiater", "crisisdienst", "huisarts", "reclasseringswerker", "raadsonderzoeker"),
    *("casemanager-dji", "medewerker-veilig-thuis", "medewerker-ggd", "wijkagent", "medewerker-politie"),
    *("officier-van-justitie", "medewerker-om", "adviseur-openbare-orde", "burgemeester", "meldpuntmedewerker"),
    "leerkracht",
)  # and wams-coordinator, of whom more is asked
OTHER_ROLES = (
    "wethouder",
    "raadslid",
    "bestuurder",
    "manager",
    "datascientist",
    "systeembeheerder",
    "fg",
    "rac",
    "auditor",
    "fg-coordinerend",
    "medewerker-contactpunt",
    "tovenaar",
    "Casusregisseur",
    "",
)
ROLES = ("wams-coordinator", "behandelaar", *OTHER_ROLES)
CATEGORIES = (
    "ident_contact",
    "bsn",
    "woonsituatie",
    "financieel",
    "inkomen",
    "gezondheid",
    "politie_art8_13",
    "politie_art9_10",
    "justitieel_strafvorderlijk",
    "relaties",
    "toezicht_handhaving",
    "voorzieningen_sd",
    "hulpverlening",
    "medewerker_contact",
    "nationaliteit",
    "ras_etniciteit",
    "religie",
    "seksueel",
    "onderwijs",
    "signaal_omschrijving",
    "betrokken_deelnemers",
    "afspraken_plan",
)
EXCEPTIONS = ("toestemming", "wettelijke-plicht", "wettelijke-toestemming", "goed-hulpverlenerschap")
SELF, PARENT = "zelf", "wettelijk-vertegenwoordiger"
GIVER_SETS = ([], [SELF], [PARENT], [SELF, PARENT], [PARENT, SELF])
GROUNDS = ("problemen", "leefgebieden_criminogeen", "overlast_criminaliteit_onveiligheid", "meerdere_domeinen_nodig")
AGES = (0, 8, 11, 12, 13, 15, 16, 17, 18, 34, 80)
BASES = (
    "wgs.zvh.casusoverleg",
    "wgs.zvh.aanmelding",
    "wmo.hergebruik_sociaal_domein",
    "wams.gecoordineerde_aanpak",
    "vitaal_belang",
)
CATEGORIES_OF = {
    "wgs.zvh.casusoverleg": (
        "ident_contact",
        "bsn",
        "woonsituatie",
        "financieel",
        "inkomen",
        "gezondheid",
        "relaties",
        "toezicht_handhaving",
        "voorzieningen_sd",
        "hulpverlening",
        "medewerker_contact",
        "afspraken_plan",
        "betrokken_deelnemers",
    ),
    "wgs.zvh.aanmelding": (
        "ident_contact",
        "bsn",
        "woonsituatie",
        "relaties",
        "signaal_omschrijving",
        "voorzieningen_sd",
        "gezondheid",
        "hulpverlening",
    ),
    "wmo.hergebruik_sociaal_domein": ("voorzieningen_sd", "financieel", "inkomen", "gezondheid"),
    "wams.gecoordineerde_aanpak": ("ident_contact", "voorzieningen_sd", "hulpverlening", "relaties", "financieel"),
    "vitaal_belang": ("ident_contact", "woonsituatie", "gezondheid", "relaties", "hulpverlening", "medewerker_contact"),
}
OTHER_BASES = (
    "wgs.zvh.risicoscore",
    "wgs.zvh.bestaat_niet",
    "wgs.zvh",
    "WGS.ZVH.CASUSOVERLEG",
    "vitaal_belang ",
    " ",
    "",
)
WRONG = ("tekst", 7, -1, 1.5, True, False, [], {}, [[]], ["x"], {"x": 1}, "ja", "2026-13-01", "null")
BLANK = ("", " ", "\t", " \n ")


# ---- documents that grant -------------------------------------------------------------------------------------------


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


def push_or_pull(facts: Facts, requester: str, other: str) -> None:
    """The requester asks `other` (recipient is the requester), or gives to `other` (holder is the requester)."""
    own, far = organisation(requester), organisation(other)
    facts["requester"]["organisation"] = own
    pushed = facts["activity"] in ("verstrekken", "aanmelden")
    recipient, holder = (far, own) if pushed else (own, far)
    facts["recipient"] = {k: v for k, v in recipient.items() if k != "name"}
    facts["holder"] = copy.deepcopy(holder) | {"secrecy_bound": facts["holder"]["secrecy_bound"]}


def casusoverleg(rng: random.Random) -> Facts:
    activity = rng.choice(("opvragen", "opvragen", "verstrekken", "casus-sluiten"))
    facts = plain(rng, "wgs.zvh.casusoverleg", activity)
    requester = rng.choice(PUBLIC if activity == "casus-sluiten" and rng.random() < 0.9 else PUBLIC + PRIVATE)
    push_or_pull(facts, requester, rng.choice((*PUBLIC, *PRIVATE, "politie", "politie", "om")))
    facts["case"]["participants"] = [participant(kind) for kind in PUBLIC + PRIVATE]
    rng.shuffle(facts["case"]["participants"])
    facts["subject"]["relation"] = rng.choice(RELATIONS[:3])
    categories = some(rng, CATEGORIES_OF["wgs.zvh.casusoverleg"])
    special = {"politie": "politie_art8_13", "om": "justitieel_strafvorderlijk"}.get(facts["holder"]["kind"])
    if special:
        categories.append(special)
        facts["holder_statement"]["competent_authority_agreed"] = rng.choice((True, True, True, False, None))
    facts["fields"] = asked(categories, "WGS 2.25")
    if activity == "casus-sluiten" and rng.random() < 0.5:
        facts["fields"] = []
    if rng.random() < 0.3:
        bind_by_secrecy(facts, rng)
    if rng.random() < 0.2:
        extend(facts, rng)
    return facts


def aanmelding(rng: random.Random) -> Facts:
    facts = plain(rng, "wgs.zvh.aanmelding", "aanmelden")
    push_or_pull(facts, rng.choice(PUBLIC + PRIVATE), rng.choice(PUBLIC))
    facts["case"]["state"] = "aangemeld"
    facts["subject"]["relation"] = rng.choice(RELATIONS[:3])
    facts["fields"] = asked(some(rng, CATEGORIES_OF["wgs.zvh.aanmelding"]), "WGS 2.31(1)")
    if rng.random() < 0.3:
        facts["requester"]["actor"] |= {"role": "wams-coordinator", "mandates": ["wgs.zvh.aanmelding"]}
    if rng.random() < 0.2:
        bind_by_secrecy(facts, rng)
    if rng.random() < 0.15:
        extend(facts, rng)
    return facts


def hergebruik(rng: random.Random) -> Facts:
    facts = plain(rng, "wmo.hergebruik_sociaal_domein", rng.choice(("opvragen", "verstrekken")))
    push_or_pull(facts, "college", "college")
    facts["case"] |= {"track": rng.choice(TRACKS[:2]), "participants": [participant("college")]}
    facts["subject"]["relation"] = rng.choice(RELATIONS[:2])
    categories = some(rng, CATEGORIES_OF["wmo.hergebruik_sociaal_domein"])
    facts["fields"] = asked(categories, "Wmo 2.3.2")
    agree(facts, categories)
    return facts


def aanpak(rng: random.Random) -> Facts:
    facts = plain(rng, "wams.gecoordineerde_aanpak", rng.choice(("opvragen", "verstrekken")))
    facts["profile"] = rng.choice(("simulatie", "simulatie", "simulatie", "productie"))
    push_or_pull(facts, rng.choice(KINDS), rng.choice(KINDS))
    facts["case"] |= {"track": "wams", "participants": [participant(kind) for kind in KINDS]}
    facts["circumstances"] = {"samenhangende_problematiek": True, "coordinator_aangewezen": True}
    facts["subject"]["relation"] = rng.choice(RELATIONS[:2])
    categories = some(rng, CATEGORIES_OF["wams.gecoordineerde_aanpak"])
    facts["fields"] = asked(categories, "Wams")
    if facts["subject"]["relation"] == "gezinslid":
        agree(facts, categories)
    if rng.random() < 0.3:
        bind_by_secrecy(facts, rng)
    return facts


def vitaal(rng: random.Random) -> Facts:
    facts = plain(rng, "vitaal_belang", rng.choice(("opvragen", "verstrekken")))
    push_or_pull(facts, rng.choice(KINDS), rng.choice(KINDS))
    facts["subject"] |= {"can_consent": False, "relation": rng.choice(RELATIONS)}
    facts["emergency"] = {
        "threat": "bewusteloos aangetroffen",
        "person_conscious": rng.random() < 0.3,
        "refuses": False,
    }
    facts["fields"] = asked(some(rng, CATEGORIES_OF["vitaal_belang"]), "AVG 9(2)(c)")
    facts["holder"]["secrecy_bound"] = rng.random() < 0.5
    if rng.random() < 0.5:
        facts["case"] = None
    if rng.random() < 0.5:
        del facts["holder_statement"]
    return facts


START = (
    casusoverleg,
    casusoverleg,
    casusoverleg,
    aanmelding,
    aanmelding,
    hergebruik,
    hergebruik,
    aanpak,
    aanpak,
    vitaal,
)


# ---- several members at once ----------------------------------------------------------------------------------------


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


def bind_by_secrecy(facts: Facts, rng: random.Random) -> None:
    facts["holder"]["secrecy_bound"] = True
    facts["holder_statement"]["secrecy_exception"] = {
        "kind": rng.choice(EXCEPTIONS),
        "by": rng.choice(("behandelaar", "jeugdhulpverlener")),
        "reason": "op schrift",
        "given_by": givers(facts),
    }


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
    """A category of any kind, for a Wmo task and agreed to, so that nothing but the category can be the matter."""
    category = rng.choice(CATEGORIES)
    facts["fields"] += [asked([category], "Wmo 2.3.2")[0] | {"name": "veld_anders"}]
    for entry in facts["subject"]["consents"]:
        entry["categories"].append(category)


def early(facts: Facts, rng: random.Random) -> None:
    """Around the first day on which the basis is in force, or the first processing after the day itself."""
    if rng.random() < 0.3:
        facts["case"]["first_processed_at"] = day(facts, rng.choice((0, 1)))
        return
    since = {"wgs": "2025-03-01", "wmo": "2015-01-01", "vit": "2018-05-25"}.get(facts["basis"][:3], "2025-03-01")
    start = (date.fromisoformat(since) + timedelta(days=rng.choice((-1, 0, 1)))).isoformat()
    facts["at"] = f"{start}T{rng.choice(('00:00:00', '23:30:00'))}+01:00"
    facts["case"]["first_processed_at"] = day(facts, -rng.randint(0, 30))
    for entry in facts["subject"]["consents"]:
        entry["given_at"] = day(facts, -1)


# ---- one member at a time -------------------------------------------------------------------------------------------

CHOICES: dict[str, tuple[Any, ...]] = {
    "at": (
        "2026-11-21T10:00:00",
        "2026-11-21",
        "2026-02-30T10:00:00+01:00",
        "2026-11-21T10:00:00Z",
        "2026-11-21T24:00:00+01:00",
        "2026-11-21 10:00:00+01:00",
        "2026-11-21T10:00+01:00",
        "21-11-2026",
        "2026-11-21T10:00:00.123456+01:00",
        "2026-11-21T10:00:00+25:00",
        "2026-11-21T10:60:00+01:00",
        "2026-11-21T10:00:00+0100",
        "2026-11-21T10:00:00-11:30",
        " 2026-11-21T10:00:00+01:00",
    ),
    "profile": ("productie", "simulatie", "test", ""),
    "activity": (*ACTIVITIES, "rondkijken", ""),
    "basis": (*BASES, *OTHER_BASES),
    "requester.organisation.kind": ("stichting", ""),
    "requester.organisation.public": (True, False),
    "requester.organisation.name": BLANK,
    "requester.actor.role": ROLES,
    "requester.actor.designated": (False,),
    "requester.actor.screened": (False,),
    "requester.actor.mandates": ([], ["wgs.zvh.aanmelding"], ["wgs.zvh.casusoverleg"], [None], [""]),
    "recipient.public": (True, False),
    "holder.public": (True, False),
    "holder.secrecy_bound": (True, False),
    "holder.oin": BLANK,
    "case.track": (*TRACKS, "overig", ""),
    "case.state": (*STATES, "heropend", ""),
    "case.phase": (1, 2, 3, 4, 0, 5, "3"),
    "case.first_processed_at": (
        "2024-02-29",
        "2025-02-29",
        "02-03-2026",
        "2026-3-2",
        "2026-11-21T00:00:00Z",
        "9999-12-31",
    ),
    "case.closed_at": ("2026-08-20", "gisteren", ""),
    "case.extended_until": ("2031-01-01", "2026-02-30", ""),
    "case.participants": ([], [None], [{}], {}),
    "case.linked": ([], [None], [{}], {}),
    "case.intake": ({}, dict.fromkeys(GROUNDS, False), dict.fromkeys(GROUNDS[:3], True)),
    **{f"case.intake.{ground}": (False, None) for ground in GROUNDS},
    "circumstances.samenhangende_problematiek": (False, None),
    "circumstances.coordinator_aangewezen": (False, "ja"),
    "circumstances.hulpvraag": (False, "ja", None),
    "circumstances.onbekend": ("ja",),
    "subject.relation": (*RELATIONS, "buurman"),
    "subject.linked_to_registered": (False, False, None),
    "subject.age": (*AGES, -1, "34", 130),
    "subject.can_consent": (True, False),
    "subject.objection": (True,),
    "subject.consents": ([], [None], [{}], {}),
    "emergency": ({}, {"threat": "brand", "person_conscious": True, "refuses": False}),
    "emergency.threat": BLANK,
    "emergency.person_conscious": (True, False, None),
    "emergency.refuses": (True, None),
    "third_party": ({}, {"objection_by": ["x"], "rac_checked": False}, {"rac_checked": "ja"}),
    "holder_statement.conditions": (["niet doorgeven"], [""], [None], "niet doorgeven"),
    "holder_statement.secrecy_exception": ({}, {"kind": "gunst"}),
}


def parent_of(facts: Any, path: str) -> Facts | None:
    """The object that holds the last step of a dotted path, if it is there."""
    for step in path.split(".")[:-1]:
        facts = facts.get(step) if isinstance(facts, dict) else None
    return facts if isinstance(facts, dict) else None


# The paths of CHOICES that a basis looks at, so that its own boundaries are met often.
OWN = {
    "wgs": (
        "activity",
        "requester.actor.designated",
        "requester.actor.screened",
        "case.track",
        "case.state",
        "case.participants",
        "case.linked",
        "case.intake",
        "subject.relation",
        "subject.linked_to_registered",
        "subject.objection",
        "holder.secrecy_bound",
    ),
    "wmo": (
        "activity",
        "requester.actor.designated",
        "case.track",
        "case.state",
        "subject.relation",
        "subject.objection",
        "subject.age",
        "subject.can_consent",
    ),
    "wam": (
        "activity",
        "profile",
        "requester.actor.designated",
        "case.track",
        "case.state",
        "subject.relation",
        "circumstances.samenhangende_problematiek",
        "circumstances.coordinator_aangewezen",
        "subject.objection",
        "subject.age",
        "subject.can_consent",
        "case.participants",
    ),
    "vit": (
        "activity",
        "subject.can_consent",
        "emergency",
        "emergency.threat",
        "emergency.person_conscious",
        "emergency.refuses",
    ),
}


def one_value(facts: Facts, rng: random.Random) -> None:
    own = OWN.get(str(facts.get("basis"))[:3], ())
    path = rng.choice(own) if own and rng.random() < 0.5 else rng.choice(list(CHOICES))
    one_value_at(facts, rng, path)


def one_value_at(facts: Facts, rng: random.Random, path: str) -> None:
    parent, last = parent_of(facts, path), path.split(".")[-1]
    if parent is None:
        return
    if rng.random() < 0.2 and last in parent:
        parent.pop(last) if rng.random() < 0.6 else parent.update({last: None})
    else:
        parent[last] = copy.deepcopy(rng.choice(CHOICES[path]))


def role(facts: Facts, rng: random.Random) -> None:
    facts["requester"]["actor"]["role"] = rng.choice(OTHER_ROLES)


def mandate(facts: Facts, rng: random.Random) -> None:
    """Rule 8: a Wams coordinator, with a mandate for this basis, for another, or none."""
    facts["requester"]["actor"]["role"] = "wams-coordinator"
    one_value_at(facts, rng, "requester.actor.mandates")


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) of a document."""
    steps = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for step in steps:
        yield value, step
        yield from places(value[step])


def spoil(facts: Facts, rng: random.Random) -> None:
    """Any one member anywhere: gone, null, blank, of a wrong type; or an unknown member added."""
    container, key = rng.choice(list(places(facts)))
    change = rng.choice(("gone", "gone", "gone", "null", "null", "wrong", "blank", "unknown"))
    if change == "gone":
        del container[key]
    elif change == "unknown":
        target = container if isinstance(container, dict) else facts
        target["onbekend_lid"] = rng.choice(WRONG)
    else:
        container[key] = None if change == "null" else rng.choice(WRONG if change == "wrong" else BLANK)


MUTATIONS: tuple[Mutation, ...] = (
    one_value,
    one_value,
    one_value,
    one_value,
    spoil,
    spoil,
    spoil,
    consents,
    consent_edge,
    consent_edge,
    person,
    secrecy_edge,
    secrecy_edge,
    term_edge,
    term_edge,
    closed,
    another_organisation,
    parties,
    parties,
    another_category,
    another_category,
    participants,
    participants,
    linked,
    criminal_category,
    criminal_category,
    statement,
    mandate,
    role,
    no_statement,
    necessity,
    fields,
    fields,
    early,
)
HOW_MANY = (0, 1, 1, 1, 2, 2, 2, 3, 3, 4)


def mutate(facts: Facts, rng: random.Random) -> Facts:
    """One mutation; one that does not fit what earlier ones left behind leaves the document as it was."""
    changed = copy.deepcopy(facts)
    try:
        rng.choice(MUTATIONS)(changed, rng)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return facts
    return changed


def generate(seed: int | str, n: int) -> Iterator[Facts]:
    """`n` facts documents; the same ones for the same seed."""
    rng = random.Random(f"sluis {seed}")
    for _ in range(n):
        facts = rng.choice(START)(rng)
        if rng.random() < 0.03:
            facts["basis"] = rng.choice(OTHER_BASES)
        for _ in range(rng.choice(HOW_MANY)):
            facts = mutate(facts, rng)
        yield facts

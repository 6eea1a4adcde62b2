"""Who signs in to the desk of a sandbox: people who do not exist, one for each role at each tenant, one with none, and
the page on which one picks who to be.
"""

from dataclasses import dataclass
from html import escape

from gateway.desk.roles import Role
from gateway.model.codes import Tenant


@dataclass(frozen=True, slots=True)
class Somebody:
    """`sub`: as OpenID Connect calls them; `told`: what they are, in words."""

    sub: str
    name: str
    told: str
    roles: tuple[str, ...]


WORDS = {
    Role.FG: ("Fg", "functionaris gegevensbescherming"),
    Role.FG_COORDINEREND: ("Coördinator", "coördinerend FG"),
    Role.AUDITOR: ("Auditor", "auditor"),
    Role.PRIVACYFUNCTIONARIS: ("Privacy", "privacyfunctionaris"),
    Role.BEHEERDER: ("Beheer", "beheerder"),
    Role.MEDEWERKER_CONTACTPUNT: ("Contactpunt", "medewerker contactpunt"),
}
FIRST = {
    Tenant.ZVH: ("Fenna", "Cora", "Aad", "Pien", "Bea", "Mo"),
    Tenant.GEMEENTE: ("Frits", "Coen", "Anna", "Pim", "Bas", "Mia"),
}
PLACES = {Tenant.ZVH: "Zorg- en Veiligheidshuis", Tenant.GEMEENTE: "Gemeente"}
NOBODY = Somebody("niels-nergens", "Niels Nergens", "zonder rol in dit bureau", ())


def _one(tenant: Tenant, role: Role, first: str) -> Somebody:
    last, told = WORDS[role]
    sub = f"{first}-{role}-{tenant}".lower()
    return Somebody(sub, f"{first} {last}", told, (f"{role}:{tenant}",))


PEOPLE: dict[Tenant, tuple[Somebody, ...]] = {
    tenant: tuple(_one(tenant, role, first) for role, first in zip(Role, FIRST[tenant], strict=True))
    for tenant in Tenant
}
EVERYBODY = {each.sub: each for each in (*(one for people in PEOPLE.values() for one in people), NOBODY)}


STYLE = """
:root { color-scheme: light dark; font: 1.05rem/1.5 system-ui, sans-serif; }
main { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }
ul { list-style: none; padding: 0; display: grid; gap: .5rem; }
button { font: inherit; width: 100%; min-height: 2.75rem; padding: .4rem .8rem; text-align: start; cursor: pointer; }
:focus-visible { outline: 3px solid currentcolor; outline-offset: 2px; }
"""


def picking(query: str) -> str:
    """The page of an authorization request, which is in `query`."""
    rooms = [(PLACES[tenant], "".join(map(_button, people))) for tenant, people in PEOPLE.items()]
    away = '<li><button name="sub" value="">Aanmelden afbreken</button></li>'
    rooms.append(("Anders", _button(NOBODY) + away))
    lists = "".join(f"<h2>{escape(place)}</h2><ul>{buttons}</ul>" for place, buttons in rooms)
    return page(
        "Wie wilt u zijn?",
        "<p>Dit is een proefomgeving. Deze mensen bestaan niet en er is geen wachtwoord.</p>"
        f'<form method="post" action="{escape(f"/authorize?{query}")}">{lists}</form>',
    )


def page(title: str, content: str) -> str:
    return (
        '<!doctype html><html lang="nl"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title} – proefomgeving</title><link rel="icon" href="data:,">'
        f'<link rel="stylesheet" href="/style.css"></head><body><main><h1>{title}</h1>{content}</main></body></html>'
    )


def _button(one: Somebody) -> str:
    return (
        f'<li><button name="sub" value="{escape(one.sub)}"><strong>{escape(one.name)}</strong>, '
        f"{escape(one.told)}</button></li>"
    )

"""Before somebody takes data along: why they sign in again, and whether they want exactly this."""

from urllib.parse import parse_qsl, unquote, urlsplit

from gateway.desk.desk import Desk
from gateway.desk.page import Page, Seen
from gateway.desk.roles import Permission
from gateway.desk.routes import CONFIRM, HELD, PROVE_AGAIN, Route
from gateway.desk.signin.held import Held
from gateway.desk.visit import Visit

GONE = Page("stepup/gone.html.j2", "title.gone", Seen("opnieuw-aanmelden"), status=404)


async def again(desk: Desk, visit: Visit) -> Page:
    """Why, and the way to the provider: a link, since a form of this desk leads to no other host."""
    held = _held(desk, visit)
    if held is None:
        return GONE
    return Page("stepup/again.html.j2", "title.again", Seen("opnieuw-aanmelden"), {"place": _told(held)})


async def confirm(desk: Desk, visit: Visit) -> Page:
    """The same request once more, to be wanted: its form stays here and is named by a number."""
    held = _held(desk, visit)
    if held is None:
        return GONE
    context = {
        "place": _told(held),
        "target": held.place,
        "form": held.form is not None,
        "key": visit.session.kept[HELD],
    }
    return Page("stepup/confirm.html.j2", "title.confirm", Seen("bevestigen"), context)


def _held(desk: Desk, visit: Visit) -> Held | None:
    held = desk.held.find(visit.session.kept.get(HELD), visit.who, visit.now)
    return held if held is not None and held.place.split("/")[1] == visit.tenant else None


def _told(held: Held) -> str:
    """`verstrekkingen.csv (besluit=geweigerd)`: the place without its tenant, and by what it was chosen."""
    place = urlsplit(held.place)
    chosen = ", ".join(f"{name}={value}" for name, value in parse_qsl(place.query))
    return " › ".join(unquote(part) for part in place.path.split("/")[2:]) + (f" ({chosen})" if chosen else "")


ROUTES = (
    Route("GET", PROVE_AGAIN, Permission.HOME, again),
    Route("GET", CONFIRM, Permission.HOME, confirm),
)

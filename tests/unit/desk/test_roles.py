"""The table of roles, held against every route of the desk: who may get it, who may not, and what stands of it in the
audit stream. A new route without a row here fails.
"""

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from gateway.desk.pages import ROUTES
from gateway.desk.roles import COORDINATED, Role, grants
from gateway.desk.routes import Route
from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.model.look import Look
from tests.support.desk import OpenDesk, Person, main_of, opened

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALL = {"fg", "fg-coordinerend", "auditor", "privacyfunctionaris", "beheerder", "medewerker-contactpunt"}
FGS, AUDITS = {"fg", "fg-coordinerend"}, {"fg", "fg-coordinerend", "auditor"}
ROWS: dict[str, tuple[set[str], str]] = {
    "first pages and help": (
        ALL,
        """GET /, GET /woordenlijst, GET /toegankelijkheid, POST /instellingen, GET /opnieuw-aanmelden,
        GET /bevestigen""",
    ),
    "reading": (
        AUDITS,
        """GET /verstrekkingen, POST /verstrekkingen/zoeken, GET /dossiers,
        GET /dossiers/{id}, GET /steekproeven, GET /steekproeven/{id},
        GET /steekproeven/{id}/narekenen, GET /opvallend, GET /opvallend/drempels, GET /noodprocedures""",
    ),
    "single decisions": (
        AUDITS | {"privacyfunctionaris"},
        """GET /regels/{record}, GET /regels/{year}/{number}, GET /regels/{year}/{number}/ontvangstbewijs""",
    ),
    "writing": (
        FGS,
        """POST /verstrekkingen/vragen, POST /verstrekkingen/vragen/weg,
        POST /regels/{year}/{number}/notitie, POST /regels/{year}/{number}/vlag,
        POST /regels/{year}/{number}/oordeel, POST /regels/{year}/{number}/verantwoording,
        POST /regels/{year}/{number}/dossier, POST /dossiers,
        POST /dossiers/{id}/notitie, POST /dossiers/{id}/brief, POST /dossiers/{id}/vraag,
        POST /dossiers/{id}/antwoord, POST /dossiers/{id}/herinnering, POST /dossiers/{id}/uit,
        POST /dossiers/{id}/sluiten, POST /dossiers/{id}/heropenen, POST /steekproeven,
        POST /steekproeven/{id}/oordeel, POST /opvallend/terzijde, POST /opvallend/terug, POST /opvallend/drempels""",
    ),
    "taking along": (
        AUDITS,
        """GET /verstrekkingen.csv, GET /verstrekkingen.json, GET /steekproeven/bestand.{form},
        GET /steekproeven/{id}/bestand.{form}, GET /dossiers/bestand.{form}, GET /noodprocedures/bestand.{form},
        GET /cijfers/uitvoer, GET /wie-keek/bestand.{form}, GET /bewijs, POST /bewijs""",
    ),
    "verifying": (
        AUDITS,
        """GET /controle, POST /controle, GET /controle/zegel, GET /controle/zegel/afdruk, GET /controle/draaiboek""",
    ),
    "figures": (AUDITS | {"privacyfunctionaris"}, """GET /cijfers, GET /cijfers/halfjaar"""),
    "policies": (
        AUDITS | {"privacyfunctionaris"},
        """GET /beleid, GET /beleid/bestand.{form}, GET /beleid/{revision}""",
    ),
    "looks": (AUDITS, """GET /wie-keek"""),
    "requests for access": (
        AUDITS | {"medewerker-contactpunt"},
        """GET /betrokkene, GET /betrokkene/register.{form}, GET /betrokkene/{number}, GET /betrokkene/{number}/regels,
        GET /betrokkene/{number}/brief, GET /betrokkene/{number}/brief.{form}""",
    ),
    "answering them": (
        FGS | {"medewerker-contactpunt"},
        """GET /betrokkene/nieuw, POST /betrokkene/nieuw,
        POST /betrokkene/{number}/identiteit, POST /betrokkene/{number}/beoordeeld,
        POST /betrokkene/{number}/bevestigd, POST /betrokkene/{number}/teruggegeven,
        POST /betrokkene/{number}/verzonden, POST /betrokkene/{number}/verlengd, POST /betrokkene/{number}/beeindigd,
        GET /betrokkene/{number}/opzoeken, POST /betrokkene/{number}/opzoeken, POST /betrokkene/{number}/regels""",
    ),
    "health": ({"beheerder"}, """GET /beheer"""),
}
MAY_GET = {
    (method, "" if path == "/" else path): roles
    for roles, listed in ROWS.values()
    for method, path in (each.split() for each in listed.split(","))
}
UNSTEPPED = {"/regels/{year}/{number}/ontvangstbewijs", "/controle/zegel"}
"""Files of one record's place in the log, and of the FG's own seal: they tell of nobody."""
FILE = re.compile(r"\{form\}|\.csv$|\.json$|/uitvoer$")
NEEDING = {"/opnieuw-aanmelden", "/bevestigen", "/cijfers/uitvoer"}
"""What shows nothing before something was asked or chosen."""
PLACES = {"year": "2026", "number": "0", "form": "csv", "id": "geen", "record": "geen", "revision": "geen"}


def path_of(route: Route, tenant: str) -> str:
    return f"/{tenant}{route.path}".format_map(PLACES)


async def ask(person: Person, route: Route, tenant: str) -> httpx.Response:
    path = path_of(route, tenant)
    return await (person.get(path) if route.method == "GET" else person.post(path))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(morning: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OpenDesk]:
    state = tmp_path_factory.mktemp("roles") / "state"
    shutil.copytree(morning, state)
    async with opened(state) as desk:
        yield desk


def looks(desk: OpenDesk) -> list[Look]:
    return [each.look for tenant in Tenant for each in desk.desk.acts[tenant].looks()]


async def test_every_route_has_a_row() -> None:
    assert {(route.method, route.path) for route in ROUTES} == set(MAY_GET)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("tenant", Tenant)
async def test_a_role_gets_what_its_row_says_and_nothing_else(desk: OpenDesk, role: Role, tenant: Tenant) -> None:
    person = desk.sign_in({tenant: role}, who=f"{role}-{tenant}")
    seen, written = len(looks(desk)), len(desk.desk.acts[tenant].writings())
    for route in ROUTES:
        if role not in MAY_GET[route.method, route.path]:
            answer = await ask(person, route, tenant)
            assert answer.status_code == 403, (route.method, route.path)
            assert "Er zijn geen gegevens getoond" in main_of(answer.text)
            assert "een van deze rollen nodig" in main_of(answer.text)
    assert (len(looks(desk)), len(desk.desk.acts[tenant].writings())) == (seen, written), "a refusal left something"
    for route in ROUTES:
        if role not in MAY_GET[route.method, route.path]:
            continue
        answer = await ask(person, route, tenant)
        said = (route.method, route.path, answer.status_code)
        fresh = looks(desk)[seen:]
        seen += len(fresh)
        assert answer.status_code in (200, 303, 400, 404, 422), said
        if route.method == "GET" and "{" not in route.path and route.path not in NEEDING:
            assert answer.status_code == 200, said
        if answer.status_code == 200:
            assert [(each.who, each.role) for each in fresh] == [(person.session.who, role)], said
            assert fresh[0].what, said
        elif answer.status_code == 303:
            assert fresh == [], said


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("tenant", Tenant)
async def test_a_tenant_is_never_seen_from_another(desk: OpenDesk, role: Role, tenant: Tenant) -> None:
    person = desk.sign_in({tenant: role})
    [other] = [each for each in Tenant if each is not tenant]
    nowhere = main_of((await person.get("/nergens/verstrekkingen")).text)
    before = len(looks(desk))
    for route in ROUTES:
        answer = await ask(person, route, other)
        assert answer.status_code == 404, (route.method, route.path)
        assert main_of(answer.text)[:-60] == nowhere[:-60], "it is told that there is something"
    assert len(looks(desk)) == before


async def test_nothing_is_shown_that_cannot_be_recorded(desk: OpenDesk) -> None:
    class FullAudit:
        async def looked(self, tenant: Tenant, look: Look) -> object:
            raise Fault("disk-full", log="no room")

    honest, desk.desk.audit = desk.desk.audit, FullAudit()
    try:
        for role in (Role.FG, Role.BEHEERDER):
            person = desk.sign_in(dict.fromkeys(Tenant, role))
            for route in ROUTES:
                if route.method == "GET" and role in MAY_GET[route.method, route.path]:
                    answer = await ask(person, route, "zvh")
                    nothing = answer.status_code in (400, 404) and ("{" in route.path or route.path in NEEDING)
                    assert answer.status_code in (503, 303) or nothing, (route.path, answer.status_code)
                    if answer.status_code == 503:
                        assert "Er zijn geen gegevens getoond" in main_of(answer.text)
                        assert answer.headers["retry-after"]
    finally:
        desk.desk.audit = honest


async def test_whatever_is_taken_along_needs_a_fresh_proof(desk: OpenDesk) -> None:
    late = desk.sign_in(dict.fromkeys(Tenant, Role.FG), ago=10)
    for route in ROUTES:
        if route.step_up:
            answer = await ask(late, route, "zvh")
            assert (answer.status_code, answer.headers.get("location")) == (303, "/zvh/opnieuw-aanmelden"), route
        elif route.path not in UNSTEPPED:
            answer = await ask(late, route, "zvh")
            assert "content-disposition" not in answer.headers, f"{route.path} gives a file without a fresh proof"
            assert not FILE.search(route.path), f"{route.path} gives a file without a fresh proof"


async def test_somebody_with_two_roles_acts_in_the_one_that_may(desk: OpenDesk) -> None:
    both = desk.sign_in({Tenant.ZVH: (Role.AUDITOR, Role.BEHEERDER)}, who="both")
    assert (await both.get("/zvh/beheer")).status_code == 200
    assert (await both.get("/zvh/verstrekkingen")).status_code == 200
    assert (await both.post("/zvh/dossiers")).status_code == 403
    assert [each.role for each in looks(desk) if each.who == "both"] == ["beheerder", "auditor"]


async def test_a_coordinating_fg_has_the_tenants_of_its_zvh() -> None:
    assert COORDINATED[Tenant.ZVH] == (Tenant.ZVH, Tenant.GEMEENTE)
    assert grants(["fg-coordinerend:zvh"]) == dict.fromkeys(Tenant, (Role.FG_COORDINEREND,))
    assert grants(["fg-coordinerend:gemeente"]) == {Tenant.GEMEENTE: (Role.FG_COORDINEREND,)}
    assert grants(["beheerder:zvh", "fg:zvh", "fg:zvh", "auditor:gemeente"]) == {
        Tenant.ZVH: (Role.FG, Role.BEHEERDER),
        Tenant.GEMEENTE: (Role.AUDITOR,),
    }

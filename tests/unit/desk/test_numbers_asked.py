"""A number that nobody could mean, where one is asked for: it is refused like any other, and is no error of ours."""

import pytest

from tests.support.desk import OpenDesk, main_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
LONG = "9" * 5000


@pytest.mark.parametrize(
    "path",
    [
        f"/beleid?pagina={LONG}",
        f"/verstrekkingen?pagina={LONG}",
        f"/opvallend?pagina={LONG}",
        f"/opvallend?dagen={LONG}",
        f"/wie-keek?pagina={LONG}",
        f"/opvallend/drempels?regel=veel-partijen&partijen={LONG}",
        f"/cijfers/halfjaar?van={LONG}-1",
        f"/regels/{LONG}/0",
        f"/regels/2026/{LONG}",
        "/regels/2026/999999999999",
        f"/regels/{LONG}",
        f"/betrokkene/{LONG}",
    ],
)
async def test_in_an_address(one_desk: OpenDesk, path: str) -> None:
    page = await one_desk.sign_in().get(f"/zvh{path}")
    assert page.status_code in (400, 404, 422), page.status_code
    assert LONG[:50] not in main_of(page.text)


async def test_in_a_form(one_desk: OpenDesk) -> None:
    frits = one_desk.sign_in()
    drawn = await frits.post("/zvh/steekproeven", {"title": "x", "filter": "", "size": LONG})
    assert drawn.status_code == 422
    place = (await frits.post("/zvh/dossiers", {"title": "Een vraag"})).headers["location"]
    assert (await frits.post(f"{place}/antwoord", {"number": LONG})).status_code == 422
    found = await frits.post("/zvh/verstrekkingen/zoeken", {"zoek": f"2026/{LONG}"})
    assert found.headers["location"] == "/zvh/verstrekkingen"
    removed = await frits.post("/zvh/verstrekkingen/vragen/weg", {"vraag": LONG})
    assert removed.headers["location"] == "/zvh/verstrekkingen"
    rules = await frits.post(
        "/zvh/opvallend/drempels", {"regel": "veel-partijen", "partijen": LONG, "waarom": "daarom"}
    )
    assert rules.status_code == 422

"""A form that does not come from a page of this desk does nothing."""

from collections.abc import Mapping

import pytest

from gateway.desk.pages import ROUTES
from gateway.desk.roles import Permission, Role, who_may
from gateway.desk.routes import Route
from gateway.model.codes import Tenant
from tests.support.desk import URL, OpenDesk, main_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

FORMS = [route for route in ROUTES if route.method == "POST"]


def somebody(permission: Permission) -> dict[Tenant, Role]:
    return dict.fromkeys(Tenant, who_may(permission)[0])


@pytest.mark.parametrize("route", FORMS, ids=lambda route: route.path)
async def test_every_form_asks_for_the_sessions_token(one_desk: OpenDesk, route: Route) -> None:
    path = f"/zvh{route.path}".format_map(Anything())
    person = one_desk.sign_in(somebody(route.permission))
    before = len(one_desk.desk.acts[Tenant.ZVH].writings()), len(one_desk.desk.acts[Tenant.ZVH].looks())
    for form in ({}, {"csrf": ""}, {"csrf": "another"}, {"csrf": person.session.csrf[:-1]}):
        page = await person.client.post(path, data=form)
        assert page.status_code == 403, form
        assert "kwam niet van een pagina van dit bureau" in main_of(page.text)
    after = len(one_desk.desk.acts[Tenant.ZVH].writings()), len(one_desk.desk.acts[Tenant.ZVH].looks())
    assert after == before


class Anything(dict[str, str]):
    """A value for every parameter of a path."""

    def __missing__(self, name: str) -> str:
        return "1"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"origin": URL}, 303),
        ({"origin": URL, "sec-fetch-site": "same-origin"}, 303),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, 303),
        ({"origin": "https://other.example", "sec-fetch-site": "same-origin"}, 403),
        ({"origin": "https://other.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": f"{URL}.other.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"origin": URL, "sec-fetch-site": "cross-site"}, 403),
    ],
    ids=str,
)
async def test_what_the_browser_says_of_a_form_counts(
    one_desk: OpenDesk, headers: Mapping[str, str], status: int
) -> None:
    person = one_desk.sign_in()
    assert (await person.post("/afmelden", headers=headers)).status_code == status


async def test_the_token_of_another_is_nothing(one_desk: OpenDesk) -> None:
    one, other = one_desk.sign_in(who="one"), one_desk.sign_in(who="other")
    assert one.session.csrf != other.session.csrf
    assert (await one.client.post("/afmelden", data={"csrf": other.session.csrf})).status_code == 403


async def test_a_form_of_whoever_is_not_signed_in_is_told_so(one_desk: OpenDesk) -> None:
    async with one_desk.browser() as browser:
        page = await browser.post(f"/zvh{FORMS[0].path}".format_map(Anything()), data={"csrf": "x"})
    assert page.status_code == 401
    assert "Meld u aan" in main_of(page.text)

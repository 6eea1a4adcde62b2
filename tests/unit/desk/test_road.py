"""The road that every request walks."""

from gateway.desk.roles import Role
from gateway.model.codes import Tenant
from tests.support.desk import OpenDesk, main_of


async def test_whoever_is_signed_in_sees_the_first_page(open_desk: OpenDesk) -> None:
    fenna = open_desk.sign_in()
    page = await fenna.get("/zvh")
    assert page.status_code == 200
    assert "Vandaag" in main_of(page.text)
    [look] = open_desk.desk.acts[Tenant.ZVH].looks()[-1:]
    assert (look.look.who, look.look.role, look.look.what) == ("fenna", "fg", "vandaag")


async def test_a_tenant_without_a_role_does_not_exist(open_desk: OpenDesk) -> None:
    fenna = open_desk.sign_in({Tenant.ZVH: Role.FG})
    assert (await fenna.get("/gemeente")).status_code == 404
    assert (await fenna.get("/nergens")).status_code == 404


async def test_what_is_told_once_is_told_on_the_page_that_one_is_led_to(open_desk: OpenDesk) -> None:
    fenna = open_desk.sign_in()
    fenna.session.kept["said"] = ["/zvh/opvallend", "said.dismissed", {}]
    open_desk.sessions.save(fenna.session)
    assert (await fenna.get("/zvh/woordenlijst")).status_code == 200, "words of another page are looked for here"
    assert 'class="sluis-said"' in (await fenna.get("/zvh/opvallend?dagen=91")).text
    assert 'class="sluis-said"' not in (await fenna.get("/zvh/opvallend")).text

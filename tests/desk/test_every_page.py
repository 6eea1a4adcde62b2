"""Every page of the desk's own route table, empty, full and when something is wrong: wide, narrow, dark and plain."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
import pytest_asyncio

from gateway.desk.pages import ROUTES
from gateway.desk.roles import Role
from gateway.errors import Fault
from gateway.model.codes import Tenant
from tests.desk.survey import Survey, first_of, paths, survey
from tests.support.chromium import MODES, Browsing, Shown, walk
from tests.support.desk import Person

pytestmark = [pytest.mark.part("chromium"), pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(600)]
START, AT_ONCE = "/zvh", 3
OUTSIDE = ("/woordenlijst", "/toegankelijkheid", "/afgemeld")
UNLINKED = {
    "/controle/draaiboek",
    "/opnieuw-aanmelden",
    "/bevestigen",
    "/regels/{record}",
    "/betrokkene/{number}/brief.{form}",
}
"""Routes that a page links to only in an alarm, while somebody proves who they are, once a letter may go out, or (a
record by its id) as a way to another page.
"""
ANOTHER_STATE = {
    "/betrokkene/{number}/identiteit",
    "/betrokkene/{number}/bevestigd",
    "/betrokkene/{number}/teruggegeven",
    "/betrokkene/{number}/verzonden",
    "/betrokkene/{number}/beoordeeld",
    "/dossiers/{id}/heropenen",
    "/dossiers/{id}/antwoord",
    "/opvallend/drempels",
    "/regels/{year}/{number}/verantwoording",
}
"""Forms that stand on a page only after a step that the year's requests and dossiers did not take."""


@dataclass
class Swept:
    survey: Survey
    shown: list[Shown]
    walked: Mapping[str, list[str]]

    def complaints(self, mode: str) -> list[str]:
        return [f"{each.url} ({mode}): {said}" for each in self.shown if each.mode == mode for said in each.complaints]


async def sweep(browsing: Browsing, state: str) -> Swept:
    """All pages that links lead to, in every mode, and the keyboard's walk through each."""
    desk = browsing.desk
    person, keeper, late = (
        desk.sign_in(),
        desk.sign_in(dict.fromkeys(Tenant, Role.BEHEERDER), who="bea"),
        desk.sign_in(who="lars", ago=60),
    )
    found = await survey(person, START)
    known = set(found.pages)
    await survey(person, "/gemeente", found)
    elsewhere = {route: path for route, path in first_of(found).items() if route not in known}
    await survey(keeper, START, kept := Survey())
    pages = {route or "vandaag": path for route, path in first_of(found).items()}
    pages |= (
        {f"/buiten{each}": each for each in OUTSIDE}
        | elsewhere
        | {"/controle/draaiboek": f"{START}/controle/draaiboek"}
    )
    await late.get(f"{START}/verstrekkingen.csv")
    proving = {each: f"{START}{each}" for each in ("/opnieuw-aanmelden", "/bevestigen")}
    shown, walked = await visit(browsing, token_of(person), pages, state)
    for token, further in ((token_of(keeper), {"/beheer": f"{START}/beheer"}), (token_of(late), proving)):
        more, further_walked = await visit(browsing, token, further, state)
        shown, walked = shown + more, walked | further_walked
    found.pages |= {route: paths for route, paths in kept.pages.items() if route == "/beheer"}
    return Swept(found, shown, walked)


def token_of(person: Person) -> str:
    return person.client.cookies["sluis"]


async def visit(
    browsing: Browsing, token: str, pages: Mapping[str, str], state: str
) -> tuple[list[Shown], dict[str, list[str]]]:
    """`pages`: name → path."""
    work = [(mode, name, path) for mode in MODES for name, path in pages.items()][::-1]
    shown: list[Shown] = []
    walked: dict[str, list[str]] = {}

    async def worker() -> None:
        tabs = {mode: await browsing.tab(mode, token) for mode in MODES}
        while work:
            mode, name, path = work.pop()
            shown.append(await tabs[mode].look(path, name=f"{state}{name.replace('/', '-')}"))
            if mode == "wide":
                walked[path] = await walk(tabs[mode].page)
        for tab in tabs.values():
            await tab.page.context.close()

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return shown, walked


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def full(many: Browsing) -> Swept:
    return await sweep(many, "many")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def bare(empty: Browsing) -> Swept:
    return await sweep(empty, "empty")


class Unrecorded:
    """An audit stream that cannot be written."""

    async def looked(self, tenant: object, look: object) -> object:
        raise Fault("log-unavailable", log="the disk of the audit stream is gone")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def failing(many: Browsing, full: Swept) -> tuple[dict[str, tuple[int, str]], list[Shown]]:
    """What every route answers while no look can be recorded (without the number to report), and such a page shown."""
    desk = many.desk.desk
    audit, desk.audit = desk.audit, Unrecorded()
    try:
        person = many.desk.sign_in(who="wendela")
        answers: dict[str, tuple[int, str]] = {}
        keeper = many.desk.sign_in(dict.fromkeys(Tenant, Role.BEHEERDER), who="bea")
        for route, path in first_of(full.survey).items():
            answer = await (keeper if route == "/beheer" else person).get(path)
            answers[path] = answer.status_code, re.sub(r"[A-Z0-9]{4}-[A-Z0-9]{2}", "", answer.text)
        return answers, (await visit(many, token_of(person), {"": START}, "error"))[0]
    finally:
        desk.audit = audit


async def test_links_lead_to_every_page_and_every_form_stands_on_one(full: Swept) -> None:
    assert full.survey.broken == []
    assert paths(ROUTES, "GET") - full.survey.pages.keys() - full.survey.files.keys() - UNLINKED == set()
    assert paths(ROUTES, "POST") - full.survey.forms.keys() - ANOTHER_STATE == set()


async def test_no_link_of_an_empty_desk_is_broken(bare: Swept) -> None:
    assert bare.survey.broken == []


@pytest.mark.parametrize("mode", MODES)
async def test_full_pages(full: Swept, mode: str) -> None:
    assert {each.status for each in full.shown} == {200}
    assert full.complaints(mode) == []


@pytest.mark.parametrize("mode", MODES)
async def test_empty_pages(bare: Swept, mode: str) -> None:
    assert {each.status for each in bare.shown} == {200}
    assert bare.complaints(mode) == []


async def test_pages_that_cannot_be_shown_are_pages_too(
    failing: tuple[dict[str, tuple[int, str]], list[Shown]],
) -> None:
    answers, shown = failing
    assert len(set(answers.values())) == 1, "every route fails by the same page, so that one is enough to look at"
    assert [each.status for each in shown] == [503] * len(MODES)
    assert [f"{each.mode}: {said}" for each in shown for said in each.complaints] == []


@pytest.mark.parametrize("state", ["full", "bare"])
async def test_the_keyboard_reaches_and_leaves_every_control_in_sight(full: Swept, bare: Swept, state: str) -> None:
    walked = (full if state == "full" else bare).walked
    assert {path: said for path, said in walked.items() if said} == {}


async def test_every_question_mark_leads_to_its_paragraph(full: Swept) -> None:
    [glossary] = [each for each in full.shown if each.url == "/zvh/woordenlijst" and each.mode == "wide"]
    assert full.survey.anchors - glossary.ids == set()

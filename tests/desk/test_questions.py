"""The twelve questions of an FG: each answered in at most three clicks from the first page, by what really was.

What the answer has to be is reckoned from what the sandbox kept of its own year, never from what the desk reads.
"""

import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from gateway.catalogue import Catalogue
from gateway.facts import Dictionary
from gateway.model.amsterdam import AMSTERDAM
from gateway.model.codes import Tenant
from tests.desk.conftest import NOW, Year
from tests.support.chromium import keep
from tests.support.desk import URL

pytestmark = [pytest.mark.part("chromium"), pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]
MOST = 3
GIVEN, REFUSED = ("toegestaan", "gedeeltelijk"), "geweigerd"
SENSITIVE = {"gezondheid", "hulpverlening", "justitieel_strafvorderlijk", "ras_etniciteit", "religie", "seksueel"}
SENSITIVE |= {"politie_art8_13", "politie_art9_10"}
Request = Mapping[str, Any]


@dataclass
class Reader:
    """Somebody at the desk, who counts their clicks."""

    page: Page
    year: Year
    clicks: int = 0

    async def sits_down(self, tenant: str) -> None:
        await self.page.goto(f"{URL}/{tenant}")

    async def click(self, name: str, *, role: Any = "link", exact: bool = True) -> None:
        self.clicks += 1
        assert self.clicks <= MOST
        await self.page.get_by_role(role, name=name, exact=exact).first.click()
        await self.page.wait_for_load_state("load")

    async def found(self) -> int:
        """How many records the list says that it has."""
        said = re.search(r"([\d.]+) regels? gevonden", await self.main())
        assert said
        return int(said[1].replace(".", ""))

    async def main(self) -> str:
        return " ".join((await self.page.locator("main").inner_text()).split())

    async def row(self, table: str, name: str) -> list[str]:
        """The cells of a row of a table, by what its caption has in it and the row's head."""
        found = self.page.get_by_role("table", name=re.compile(table)).get_by_role("row")
        row = found.filter(has=self.page.get_by_role("rowheader", name=name, exact=True)).first
        return await row.get_by_role("cell").all_inner_texts()


@pytest_asyncio.fixture(loop_scope="session")
async def reader(year: Year, request: pytest.FixtureRequest) -> AsyncIterator[Reader]:
    desk = year.browsing.desk
    _, session = desk.sessions.start(who="fenna", name="Fenna", roles={}, authenticated_at=NOW, now=desk.clock.now())
    for tenant in Tenant:
        desk.sessions.visiting(session, tenant, NOW - timedelta(days=60))
    token = desk.sign_in().client.cookies["sluis"]
    context = await year.browsing.context("wide", token)
    page = await context.new_page()
    try:
        yield Reader(page, year)
        await keep(page, request.node.name.removeprefix("test_").replace("_", "-"))
    finally:
        await context.close()


def count(requests: list[dict[str, Any]], wanted: Callable[[Request], bool]) -> int:
    return sum(1 for each in requests if not each["dry_run"] and wanted(each))


def outside_office_hours(each: Request) -> bool:
    at = datetime.fromisoformat(each["at"]).astimezone(AMSTERDAM)
    holidays = {(2025, 12, 25), (2025, 12, 26), (2026, 1, 1), (2026, 4, 3), (2026, 4, 6), (2026, 4, 27), (2026, 5, 5)}
    holidays |= {(2026, 5, 14), (2026, 5, 25)}
    return at.weekday() > 4 or not 8 <= at.hour < 18 or (at.year, at.month, at.day) in holidays


async def test_question_1_is_the_log_complete_and_unaltered(reader: Reader) -> None:
    await reader.sits_down("zvh")
    assert "Het logboek klopt" in await reader.main()
    await reader.click("Controleer opnieuw", role="button")
    desk = reader.year.browsing.desk.desk
    outcome = await desk.checks.finished(Tenant.ZVH)
    assert outcome is not None
    await reader.page.reload()
    text = await reader.main()
    assert "Het logboek klopt" in text
    records = len(reader.year.requests("zvh", erased=True))
    assert outcome.records > records, "besides the requests the log has what was collected, and what it says of itself"
    assert f"{outcome.records} regels" in text


async def test_question_2_what_is_new_since_my_visit_before(reader: Reader) -> None:
    await reader.sits_down("zvh")
    since = NOW - timedelta(days=60)
    new = [each for each in reader.year.requests("zvh", erased=True) if datetime.fromisoformat(each["at"]) > since]
    given, refused = (
        count(new, lambda each: each["outcome"] in GIVEN),
        count(new, lambda each: each["outcome"] == REFUSED),
    )
    main = await reader.main()
    assert "27 september 2026" in main
    assert f"{given} verstrekkingen" in main
    assert f"{refused} weigeringen" in main
    await reader.click(f"{given} verstrekkingen")
    assert await reader.found() == given


async def test_question_3_what_was_refused_and_does_one_party_keep_trying(reader: Reader) -> None:
    await reader.sits_down("zvh")
    await reader.click("Wat is geweigerd, aan wie en waarom?")
    assert await reader.found() == count(
        reader.year.requests("zvh", erased=True), lambda each: each["outcome"] == REFUSED
    )
    await reader.click("Opvallend")
    again = len(reader.year.truth["marks"]["refused-again"]["zvh"])
    assert f"{again} keer schulden_totaal" in await reader.main()


async def test_question_4_on_which_basis_do_we_share_most(reader: Reader) -> None:
    await reader.sits_down("gemeente")
    await reader.click("Op welke grondslag delen wij het meest?")
    recent = [each for each in reader.year.requests("gemeente") if each["at"] >= "2026-08-31T22:00"]
    counted = Counter(each["basis"] for each in recent if not each["dry_run"] and each["outcome"] in GIVEN)
    [(basis, most)] = counted.most_common(1)
    row = await reader.row("Aantal besluiten, Per grondslag", Catalogue.load()[basis].text("nl").title)
    assert row[0].split()[0] == str(most)
    await reader.click("Opvallend")
    assert "voor het eerst de grondslag" in await reader.main()


async def test_question_5_who_received_sensitive_data(reader: Reader) -> None:
    await reader.sits_down("zvh")
    await reader.click("Wie kreeg medische of andere gevoelige gegevens?")
    fields = Dictionary.load()
    sensitive = count(
        reader.year.requests("zvh"),
        lambda each: each["outcome"] in GIVEN and any(fields.category(name) in SENSITIVE for name in each["granted"]),
    )
    assert await reader.found() == sensitive > 0
    assert "AVE-fase" in await reader.main()


async def test_question_6_what_was_disclosed_outside_office_hours(reader: Reader) -> None:
    await reader.sits_down("gemeente")
    await reader.click("Wat ging er buiten kantoortijd de deur uit?")
    late = count(
        reader.year.requests("gemeente", erased=True),
        lambda each: each["outcome"] in GIVEN and outside_office_hours(each),
    )
    assert await reader.found() == late > 0


async def test_question_7_a_whole_case_in_order_by_all_parties(reader: Reader) -> None:
    asked = [each for each in reader.year.requests("zvh") if each["case"]]
    [(case, many)] = Counter(each["case"] for each in asked).most_common(1)
    await reader.sits_down("zvh")
    await reader.page.get_by_label("Kenmerk van de casus").fill(case)
    await reader.click("Zoek de casus", role="button")
    assert await reader.found() == many
    numbers = await reader.page.locator("tbody a.sluis-nr[aria-label]").all_inner_texts()
    shown = [int(each) for each in numbers if each.isdigit()]
    assert shown == sorted(shown, reverse=True)


async def test_question_8_what_we_shared_about_somebody(reader: Reader) -> None:
    person = reader.year.busiest("zvh")
    await reader.sits_down("zvh")
    waiting = reader.page.get_by_role("listitem").filter(has_text="Inzageverzoek 2026-002")
    assert "nog 24 dagen" in await waiting.inner_text()
    reader.clicks += 1
    await waiting.get_by_role("link").click()
    await reader.click("Zoek de regels op")
    await reader.page.get_by_label("Burgerservicenummer").fill(reader.year.numbers[person])
    await reader.click("Zoek de regels op", role="button")
    assert reader.year.numbers[person] not in reader.page.url
    about = [each for each in reader.year.requests("zvh") if each["person"] == person]
    assert f"alle {len(about)} regels over deze persoon" in await reader.main()


async def test_question_9_which_policy_and_what_did_it_change(reader: Reader) -> None:
    await reader.sits_down("zvh")
    await reader.click("Welk beleid geldt, en wat veranderde het?")
    text = await reader.main()
    for each in reader.year.truth["policies"]:
        assert each["revision"][:12] in text
        assert each["reason"] in text
        assert each["signer"] in text
    assert "Nieuwe grondslag wgs.zvh.riec" in text
    newest = reader.year.truth["policies"][-1]["revision"][:12]
    await reader.click(newest, exact=False)
    assert newest in await reader.main()


async def test_question_10_a_fair_sample_of_25_and_a_verdict(reader: Reader) -> None:
    await reader.sits_down("zvh")
    await reader.click("Trek een eerlijke steekproef van 25")
    await reader.page.get_by_label("Naam", exact=True).fill("Proeve")
    assert await reader.page.get_by_label("Hoeveel regels").input_value() == "25"
    await reader.click("Steekproef trekken", role="button")
    text = await reader.main()
    assert re.search(r"\b[0-9a-f]{64}\b", text), "the seed is printed"
    assert len(await reader.page.locator("tbody tr").all()) >= 25
    await reader.page.get_by_label("rechtmatig", exact=True).check()
    await reader.click("Vastleggen en verder", role="button")
    assert "1 van 25" in await reader.main()


async def test_question_11_which_emergencies_and_were_they_accounted_for(reader: Reader) -> None:
    await reader.sits_down("gemeente")
    await reader.click("Welke noodverstrekkingen waren er, en zijn ze verantwoord?")
    emergencies = count(
        reader.year.requests("gemeente"),
        lambda each: each["basis"] == "vitaal_belang" and each["outcome"] in GIVEN,
    )
    text = await reader.main()
    assert f"Er is {emergencies} keer verstrekt" in text
    assert "te laat en nog niet binnen" in text


async def test_question_12_the_half_year_report(reader: Reader) -> None:
    await reader.sits_down("gemeente")
    await reader.click("Maak het halfjaarrapport")
    decided = count(
        reader.year.requests("gemeente"),
        lambda each: "2025-12-31T23:00" <= each["at"] < "2026-06-30T22:00" and each["outcome"] in (*GIVEN, REFUSED),
    )
    text = await reader.main()
    assert "Halfjaarrapport 2026, deel 1" in text
    assert re.search(rf"Alle besluiten {decided}\b", text)
    await expect(reader.page.get_by_role("table", name=re.compile("Per grondslag"))).to_be_visible()

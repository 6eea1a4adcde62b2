"""A request for access from receipt to letter, by two people, through the pages; and where a number never stands."""

import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import orjson
import pytest
import pytest_asyncio

from gateway.desk.roles import Role
from gateway.model.codes import Tenant
from tests.support.desk import OpenDesk, Person, main_of, opened
from tests.support.people import spellings
from tests.support.simulators import SettableClock
from tests.support.subject import BSN, FAMILY, NOBODY, Seeded, seed

JANUARY = datetime(2027, 1, 31, 9, tzinfo=UTC)
POST = {Tenant.ZVH: Role.MEDEWERKER_CONTACTPUNT}


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    return seed(tmp_path_factory.mktemp("years"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(years: Seeded) -> AsyncIterator[OpenDesk]:
    async with opened(years.state, clock=SettableClock(JANUARY), contact_zvh="Contactpunt, tel. 14 000") as desk:
        yield desk


@dataclass
class Request:
    """A request of its own, with who judges it (milan, of the contactpunt) and who looks a second time (fenna)."""

    desk: OpenDesk
    milan: Person
    fenna: Person
    place: str = ""

    @property
    def number(self) -> str:
        return self.place.rpartition("/")[2]

    async def received(self, on: str = "2027-01-31") -> None:
        answer = await self.milan.post("/zvh/betrokkene/nieuw", {"ontvangen": on, "taal": "nl"})
        assert answer.status_code == 303
        self.place = answer.headers["location"]

    async def step(self, name: str, *, by: Person | None = None, **form: str) -> httpx.Response:
        return await (by or self.milan).post(f"{self.place}/{name}", form)

    async def get(self, path: str = "", *, by: Person | None = None) -> httpx.Response:
        return await (by or self.milan).get(f"{self.place}{path}")

    async def page(self) -> str:
        return main_of((await self.get()).text)

    async def looked_up(self, number: str = BSN) -> httpx.Response:
        await self.received()
        await self.step("identiteit", hoe="balie")
        return await self.step("opzoeken", nummer=number)

    async def confirmed(self, years: Seeded) -> None:
        await self.looked_up()
        await self.step("regels", **hiding(years.records["police"]))
        assert (await self.step("beoordeeld")).status_code == 303
        assert (await self.step("bevestigd", by=self.fenna)).status_code == 303


@pytest.fixture
def asked(desk: OpenDesk) -> Request:
    return Request(desk, desk.sign_in(POST, who="milan"), desk.sign_in(who="fenna"))


def hiding(record: str, **changes: str) -> dict[str, str]:
    form = {"besluit": "niet-tonen", "reden": "opsporing", "zichtbaar": "2027-06-01", "toelichting": "onderzoek"}
    return {f"{name}-{record}": value for name, value in (form | changes).items()}


async def test_from_receipt_to_letter(asked: Request, years: Seeded) -> None:
    await asked.received()
    assert "28 februari 2027" in await asked.page()
    assert (await asked.step("identiteit", hoe="digid")).status_code == 303
    assert (await asked.step("opzoeken", nummer="9999 93 653")).status_code == 303
    page = await asked.page()
    assert "alle 8 regels over deze persoon" in page
    assert "Daarvan is 1 regel gewist" in page
    assert "Over 1 regel moet u nog beslissen" in page
    assert (await asked.step("beoordeeld")).status_code == 422
    assert (await asked.step("regels", **hiding(years.records["police"]))).status_code == 303
    assert (await asked.step("beoordeeld")).status_code == 303
    assert "Een ander moet dit bevestigen" in await asked.page()
    assert (await asked.step("bevestigd")).status_code == 422
    assert (await asked.get("/brief.json")).status_code == 404
    assert (await asked.step("bevestigd", by=asked.fenna)).status_code == 303
    assert (await asked.step("verzonden", hoe="post", op="2027-01-31")).status_code == 303
    assert "Verzonden op 31 januari 2027" in await asked.page()
    assert asked.number not in main_of((await asked.fenna.get("/zvh/betrokkene")).text)
    assert asked.number in main_of((await asked.fenna.get("/zvh/betrokkene?alles=1")).text)


async def test_an_auditor_reads_a_request_and_takes_no_step(desk: OpenDesk, asked: Request, years: Seeded) -> None:
    await asked.looked_up()
    audrey = desk.sign_in({Tenant.ZVH: Role.AUDITOR}, who="audrey")
    for path in ("", "/regels", "/brief"):
        page = (await asked.get(path, by=audrey)).text
        assert asked.number in main_of(page)
        assert not re.search(r"<button|type=.radio|/opzoeken", page.partition("<main")[2].partition("</main")[0]), path
    assert "/betrokkene/nieuw" not in (await audrey.get("/zvh/betrokkene")).text
    assert (await asked.step("regels", by=audrey, **hiding(years.records["police"]))).status_code == 403


async def test_the_letter_lists_exactly_what_was_seeded(asked: Request, years: Seeded) -> None:
    await asked.confirmed(years)
    letter = orjson.loads((await asked.get("/brief.json")).content)
    rows = {side: {row["record"] for party in letter[side] for row in party["lines"]} for side in ("given", "asked")}
    assert rows["given"] == years.of("granted", "granted-later", "pushed", "collected")
    assert rows["asked"] == years.of("tried", "dry")
    assert letter["lines"] == {"total": 8, "shown": 6, "withheld": 1, "erased": 1}
    assert [party["oin"] for party in letter["given"]] == ["00000001800000001000", "00000001800000002000"]
    assert [(seal["origin"], seal["lines"]) for seal in letter["seals"]] == [
        ("sluis.localhost/zvh/2026", 7),
        ("sluis.localhost/zvh/2027", 6),
    ]


async def test_what_is_withheld_is_counted_and_not_shown(asked: Request, years: Seeded) -> None:
    await asked.confirmed(years)
    for form in ("html", "json"):
        said = (await asked.get(f"/brief.{form}")).text
        assert "1 regel laten wij u nu niet zien" in said
        assert "olitie" not in said.replace("politiegegevens", "")
        assert "overlast" not in said
        assert years.records["police"] not in said
        assert "onderzoek" not in said.lower()


async def test_nobody_in_the_log_gets_an_answer_too(asked: Request) -> None:
    assert (await asked.looked_up(NOBODY)).status_code == 303
    assert "Ook dat is een antwoord" in await asked.page()
    assert (await asked.step("beoordeeld")).status_code == 303
    assert (await asked.step("bevestigd", by=asked.fenna)).status_code == 303
    page = await asked.get("/brief.html")
    assert "Er staan geen regels over u in" in page.text
    assert "zegel" in page.text


async def test_a_wrong_number_is_told_and_not_repeated(asked: Request) -> None:
    await asked.received()
    await asked.step("identiteit", hoe="balie")
    for typed in ("999993654", "12345", "Ruben Voorbeeldman", ""):
        answer = await asked.step("opzoeken", nummer=typed)
        assert answer.status_code == 422
        assert "Dit is geen burgerservicenummer" in answer.text
        assert typed == "" or typed not in answer.text
    assert "Identiteit vastgesteld" in main_of((await asked.milan.get("/zvh/betrokkene")).text)


async def test_nothing_is_looked_up_before_it_is_known_who_asks(asked: Request) -> None:
    await asked.received()
    answer = await asked.step("opzoeken", nummer=BSN)
    assert "stel eerst vast wie het vraagt" in answer.text
    assert BSN not in answer.text


@pytest.mark.parametrize(
    "changes", [{"reden": ""}, {"reden": "zomaar"}, {"zichtbaar": ""}, {"zichtbaar": "2027-01-31"}, {"beroep": "wie"}]
)
async def test_a_line_is_not_withheld_without_ground_and_day(
    asked: Request, years: Seeded, changes: dict[str, str]
) -> None:
    await asked.looked_up()
    answer = await asked.step("regels", **hiding(years.records["police"], **changes))
    assert answer.status_code == 422
    assert "Er is niets opgeslagen" in answer.text
    assert "moet u nog beslissen" in await asked.page()


async def test_words_that_could_name_somebody_are_not_kept(asked: Request, years: Seeded) -> None:
    await asked.looked_up()
    answer = await asked.step("regels", **hiding(years.records["police"], toelichting=f"zie ook {FAMILY}"))
    assert answer.status_code == 422
    assert "een nummer dat van een persoon kan zijn" in answer.text
    assert FAMILY not in answer.text


async def test_files_are_for_who_proved_who_they_are_just_now(desk: OpenDesk, asked: Request, years: Seeded) -> None:
    await asked.confirmed(years)
    long_ago = desk.sign_in(POST, who="noor", ago=20)
    letters = [f"{asked.place}/brief.{form}" for form in ("pdf", "html", "json")]
    for path in (*letters, "/zvh/betrokkene/register.csv"):
        assert (await long_ago.get(path)).status_code == 303
        assert (await asked.milan.get(path)).status_code == 200


async def test_the_register_goes_along_without_a_word_of_anybody(asked: Request) -> None:
    await asked.looked_up()
    text = (await asked.milan.get("/zvh/betrokkene/register.csv")).content.decode("utf-8-sig")
    assert f"{asked.number},2027-01-31,2027-02-28,opgezocht,8,1,1" in text
    rows = orjson.loads((await asked.milan.get("/zvh/betrokkene/register.json")).content)["rows"]
    assert {row["number"]: row["lines"] for row in rows}[asked.number] == 8


async def test_a_report_of_one_tenant_is_not_there_for_another(desk: OpenDesk, asked: Request) -> None:
    await asked.looked_up()
    municipal = desk.sign_in({Tenant.GEMEENTE: Role.MEDEWERKER_CONTACTPUNT}, who="noor")
    assert (await municipal.get(f"/gemeente/betrokkene/{asked.number}")).status_code == 404
    assert (await municipal.get(asked.place)).status_code == 404
    assert (await asked.milan.get("/zvh/regels/2026/0")).status_code == 403


async def test_the_number_stands_nowhere(
    desk: OpenDesk,
    asked: Request,
    years: Seeded,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """In no address, answer, title, state file, log line or opened body of the audit stream; nor does the pseudonym."""
    caplog.set_level(logging.DEBUG)
    answers: list[httpx.Response] = []
    for person in (asked.fenna, asked.milan):
        person.client.event_hooks["response"].append(_keep(answers))
    await asked.confirmed(years)
    await asked.step("opzoeken", nummer="999993654")
    for path in ("", "/regels", "/brief", "/opzoeken", *(f"/brief.{form}" for form in ("pdf", "html", "json"))):
        assert (await asked.get(path)).status_code == 200
    pseudonyms = desk.desk.subjects._lookup._pseudonyms.every(Tenant.ZVH, BSN)
    person, hidden = spellings(BSN), spellings(pseudonyms[-1].partition(".")[2])
    acts = desk.desk.acts[Tenant.ZVH]
    audited = repr([(each.who, each.about, dict(each.content)) for each in acts.writings()])
    audited += repr([(each.look.what, each.look.filter) for each in acts.looks()])
    assert asked.number in audited
    assert years.records["granted"] in audited
    places = {f"answer {n}": _whole(answer) for n, answer in enumerate(answers)}
    files = {file.name: file.read_bytes() for file in desk.state.rglob("*") if file.is_file()}
    out = capfd.readouterr()
    places |= {"audit": audited.encode(), "log": caplog.text.encode(), "out": (out.out + out.err).encode()}
    assert len(answers) > 12
    assert _telling(places | files, person) == set()
    assert _telling(places | {name: files[name] for name in files if name != "store.sqlite"}, hidden) == set()
    assert _telling(files, hidden) == {"store.sqlite"}, "the registers have it, so it would be seen"


async def test_every_view_of_a_report_is_a_look(desk: OpenDesk, asked: Request) -> None:
    await asked.looked_up()
    await asked.get("/regels")
    last = desk.desk.acts[Tenant.ZVH].looks()[-1].look
    assert (last.who, last.what, last.filter, last.count) == ("milan", "inzageverzoek: regels", asked.number, 8)


async def test_a_report_is_on_the_agenda_until_it_is_sent(desk: OpenDesk, asked: Request) -> None:
    await asked.received("2027-01-10")
    first = (await desk.desk.subjects.due(Tenant.ZVH))[0]
    assert (first.number, first.days) == (asked.number, 10)
    await asked.step("verlengd", waarom="ingewikkeld", op="2027-01-31")
    assert "10 april 2027" in await asked.page()
    await asked.step("beeindigd", waarom="ingetrokken")
    assert asked.number not in [each.number for each in await desk.desk.subjects.due(Tenant.ZVH)]


async def test_the_identifier_is_asked_for_once_and_never_remembered_by_a_browser(asked: Request) -> None:
    await asked.received()
    await asked.step("identiteit", hoe="balie")
    page = (await asked.get("/opzoeken")).text
    [field] = re.findall(r'<input[^>]*id="nummer"[^>]*>', page)
    assert 'autocomplete="off"' in field
    assert "value=" not in field
    [form] = re.findall(r"<form[^>]*opzoeken[^>]*>", page)
    assert 'method="post"' in form


def _telling(places: Mapping[str, bytes], forms: frozenset[bytes]) -> set[str]:
    return {name for name, content in places.items() if any(form in content for form in forms)}


def _keep(answers: list[httpx.Response]) -> Callable[[httpx.Response], Awaitable[None]]:
    async def keep(answer: httpx.Response) -> None:
        await answer.aread()
        answers.append(answer)

    return keep


def _whole(answer: httpx.Response) -> bytes:
    return str(answer.request.url).encode() + repr(answer.headers).encode() + answer.content

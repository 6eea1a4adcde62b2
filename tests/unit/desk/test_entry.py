"""One record, as each role may see it, and what the FG writes of it."""

import re
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from gateway.app.keys import open_keys
from gateway.app.logs import logs_at_rest
from gateway.app.trust import Trust
from gateway.crypto.pseudonym import HmacPseudonyms
from gateway.desk.roles import Role
from gateway.model.codes import Tenant
from gateway.model.writing import WritingKind
from gateway.review.filter import Filter
from gateway.verify import verify_receipt
from tests.support.desk import OpenDesk, main_of, opened, settings_of
from tests.support.questions import BSN
from tests.support.tampering import change, flip
from tests.support.world import VALUES

GRANTED, REFUSED, DRY, AGAIN = (f"/zvh/regels/2026/{number}" for number in range(4))
pytestmark = pytest.mark.asyncio(loop_scope="module")
AUDITOR, OFFICER = {Tenant.ZVH: Role.AUDITOR}, {Tenant.ZVH: Role.PRIVACYFUNCTIONARIS}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(morning: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OpenDesk]:
    """A desk over a copy, in which tests write; what one breaks it mends."""
    state = shutil.copytree(morning, tmp_path_factory.mktemp("desk") / "state")
    async with opened(state) as found:
        yield found


def in_order(text: str, *parts: str) -> bool:
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


async def test_the_verdict_comes_first_then_why_then_the_evidence_and_the_raw_line_last(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    page = await fenna.get(REFUSED)
    text = main_of(page.text)
    assert page.status_code == 200
    assert in_order(
        text,
        "Regel 1 van 2026",
        "Geweigerd",
        "Waarom: Niet betrokken bij deze casus",
        "Wijkteam Centrum vroeg bij Reclassering Oost",
        "Zo kwam het besluit tot stand",
        "Een van de partijen is niet betrokken bij deze casus. WGS 2.31(4)",
        "Gevraagd en gegeven",
        "Tijdlijn",
        "staat in het logboek Regel 1 hoort bij zegel",
        "Ruw",
    )
    assert text.count("← hier brak de ladder") == 1
    assert "in werking sinds 1 maart 2025" in text
    assert len(re.findall("<h1", page.text)) == 1
    look = desk.desk.acts[Tenant.ZVH].looks()[-1].look
    assert (look.who, look.what, look.filter, look.count) == ("fenna", "regel", "2026/1", 1)


async def test_what_was_released_is_sealed_and_the_page_says_so(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    page = (await fenna.get(GRANTED)).text
    assert "is versleuteld voor de ontvanger. Hier is het niet te zien, ook niet voor u." in main_of(page)
    pseudonym = HmacPseudonyms(open_keys(settings_of(desk.state))).of(Tenant.ZVH, BSN)
    assert [each for each in (BSN, pseudonym, *map(str, VALUES.values())) if each in page] == []
    assert "Vernietig op de genoemde dag" in page
    assert "Uiterlijk op" in page


async def test_a_refusal_says_that_nothing_was_released(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    assert "Toegestaan: 0 van 2. Er is niets verstrekt." in main_of((await fenna.get(REFUSED)).text)
    dry = main_of((await fenna.get(DRY)).text)
    assert "proef" in dry
    assert "Er is niets verstrekt." in dry


async def test_a_record_is_cited_by_number_seal_and_day(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    text = main_of((await fenna.get(REFUSED)).text)
    assert re.search(r"weigering 1 \(2026\), zegel [0-9a-f]{8}…, gecontroleerd 21 november 2026", text)
    english = re.search(r"seal [0-9a-f]{8}", text)
    assert english is None


async def test_a_record_is_found_by_its_id_and_by_its_request(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    line = desk.desk.indexes[Tenant.ZVH].line(2026, 1)
    assert line is not None
    for identifier in (line.record, line.request):
        found = await fenna.get(f"/zvh/regels/{identifier}")
        assert (found.status_code, found.headers["location"]) == (303, REFUSED)
        assert (await fenna.get(f"/gemeente/regels/{identifier}")).status_code == 404
    for wrong in ("0", "01999999-0000-7000-8000-000000000000", "2026/9", "2026/-1", "2027/0", "x/y"):
        assert (await fenna.get(f"/zvh/regels/{wrong}")).status_code == 404


async def test_the_receipt_is_one_for_anybody(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    file = await fenna.get(f"{REFUSED}/ontvangstbewijs")
    assert file.headers["content-disposition"] == 'attachment; filename="zvh-2026-1.tlog-proof"'
    settings = settings_of(desk.state)
    with closing(logs_at_rest(settings)) as logs, closing(logs.storage("zvh", 2026)) as log:
        keys = Trust(settings, open_keys(settings))("zvh", log).keys
    assert verify_receipt(file.content, keys).index == 1


async def test_an_officer_sees_the_decision_and_nothing_of_the_case(desk: OpenDesk) -> None:
    fenna, olga = desk.sign_in(), desk.sign_in(OFFICER, who="olga")
    await fenna.post(f"{REFUSED}/notitie", {"text": "De FG vindt hier iets van."})
    whole, part = (await fenna.get(REFUSED)).text, (await olga.get(REFUSED)).text
    assert "Niet betrokken bij deze casus" in main_of(part)
    assert "Uw rol ziet geen inhoud van een casus." in main_of(part)
    line = desk.desk.indexes[Tenant.ZVH].line(2026, 1)
    assert line is not None
    kept = ["ZVH-2026-0417", line.subject, "terugkeer naar de woning", "t-6", "De FG vindt hier", "<form method"]
    assert [each for each in kept if each not in whole] == []
    assert [each for each in kept[:-1] if each in part] == []
    assert f"{REFUSED}/" not in re.sub(r'href="[^"]*ontvangstbewijs"', "", part)
    assert (await olga.get(f"{REFUSED}/ontvangstbewijs")).status_code == 200


async def test_an_auditor_sees_all_of_it_and_writes_nothing(desk: OpenDesk) -> None:
    fenna, arie = desk.sign_in(), desk.sign_in(AUDITOR, who="arie")
    await fenna.post(f"{REFUSED}/notitie", {"text": "Voor de auditor."})
    before = len(await desk.desk.writings.all(Tenant.ZVH))
    page = (await arie.get(REFUSED)).text
    assert "Voor de auditor." in main_of(page)
    assert "ZVH-2026-0417" in main_of(page)
    assert f'action="{REFUSED}' not in page
    for form in ("notitie", "vlag", "oordeel", "verantwoording", "dossier"):
        assert (await arie.post(f"{REFUSED}/{form}", {"text": "x"})).status_code == 403
    assert len(await desk.desk.writings.all(Tenant.ZVH)) == before


async def test_a_note_is_corrected_by_another_and_both_stay(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    done = await fenna.post(f"{DRY}/notitie", {"text": "Dit <b>klopt</b> niet"})
    assert (done.status_code, done.headers["location"]) == (303, DRY)
    note = (await desk.desk.writings.all(Tenant.ZVH, WritingKind.NOTE))[-1]
    await fenna.post(f"{DRY}/notitie", {"text": "Dit klopt wel", "corrects": note.id})
    page = (await fenna.get(DRY)).text
    assert re.search(r'<p role="status"[^>]*>De notitie staat in het logboek van de FG.</p>', page)
    assert "Dit &lt;b&gt;klopt&lt;/b&gt; niet" in page
    text = main_of(page)
    assert in_order(text, "(verbeterd door een latere notitie)", "Deze notitie verbetert een eerdere", "Dit klopt wel")
    assert 'role="status" class' not in (await fenna.get(DRY)).text
    again = await fenna.post(f"{DRY}/notitie", {"text": "nog eens", "corrects": note.id})
    assert again.status_code == 422
    assert "Deze notitie is er niet of is al verbeterd." in main_of(again.text)


async def test_a_flag_and_a_verdict_reach_the_list_at_once(desk: OpenDesk) -> None:
    fenna, index = desk.sign_in(), desk.desk.indexes[Tenant.ZVH]
    await fenna.post(f"{AGAIN}/vlag", {"reason": "Deze partij blijft vragen."})
    assert [each.number for each in index.lines(Filter.of(vlag="ja"))] == [3]
    assert "gemarkeerd met een vlag" in main_of((await fenna.get(AGAIN)).text)
    await fenna.post(f"{AGAIN}/vlag", {"reason": "Is uitgelegd.", "lift": "1"})
    await fenna.post(f"{AGAIN}/oordeel", {"verdict": "rechtmatig"})
    assert index.count(Filter.of(vlag="ja")) == 0
    assert [each.number for each in index.lines(Filter.of(beoordeeld="ja"))] == [3]
    text = main_of((await fenna.get(AGAIN)).text)
    assert in_order(text, "Tijdlijn", "vlag gezet", "vlag weggehaald", "oordeel van de FG")
    assert "gemarkeerd met een vlag" not in text


@pytest.mark.parametrize(
    ("form", "sent", "told"),
    [
        ("notitie", {"text": " "}, "Schrijf hier iets op"),
        ("vlag", {"reason": ""}, "Schrijf een reden op"),
        ("oordeel", {"verdict": "prima"}, "Kies een van de drie oordelen."),
        ("oordeel", {"verdict": "onrechtmatig", "why": ""}, "Schrijf hier iets op"),
        ("dossier", {"dossier": "", "title": ""}, "Geef het dossier een titel"),
        ("dossier", {"dossier": "01999999-0000-7000-8000-000000000000"}, "Dit dossier is er niet of is gesloten."),
    ],
)
async def test_what_is_wrong_with_a_form_is_said_beside_it_and_nothing_is_written(
    desk: OpenDesk, form: str, sent: dict[str, str], told: str
) -> None:
    fenna, before = desk.sign_in(), await desk.desk.writings.all(Tenant.ZVH)
    page = await fenna.post(f"{REFUSED}/{form}", sent)
    assert page.status_code == 422
    assert told in main_of(page.text)
    assert await desk.desk.writings.all(Tenant.ZVH) == before
    assert "<details open>" in page.text


async def test_without_the_token_of_the_session_nothing_is_written(desk: OpenDesk) -> None:
    fenna, before = desk.sign_in(), await desk.desk.writings.all(Tenant.ZVH)
    assert (await fenna.client.post(f"{REFUSED}/notitie", data={"text": "x", "csrf": "other"})).status_code == 403
    assert await desk.desk.writings.all(Tenant.ZVH) == before


async def test_an_account_is_asked_only_of_an_emergency(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    assert "verantwoording" not in main_of((await fenna.get(REFUSED)).text).lower()


@contextmanager
def changed(state: Path, table: str, column: str, there: bytes, back: bytes) -> Iterator[None]:
    """While it lasts, something else stands in the first row of the ZVH's log."""
    log = state / "log/zvh-2026.sqlite"
    change(log, table, column, "idx = 0", lambda data: data.replace(there, back, 1))
    yield
    change(log, table, column, "idx = 0", lambda data: data.replace(back, there, 1))


async def test_a_line_that_somebody_changed_alarms_and_says_so_first(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    assert "inhoud klopt" in main_of((await fenna.get(GRANTED)).text)
    with changed(desk.state, "entries", "leaf", b"zvh", b"zwh"):
        text = main_of((await fenna.get(GRANTED)).text)
        assert in_order(text, "Deze regel is niet de regel die in het logboek is vastgelegd.", "Toegestaan")
        assert "staat zo niet in het logboek" in text
        assert "inhoud klopt" not in text
        assert (await fenna.get(f"{GRANTED}/ontvangstbewijs")).status_code == 404


async def test_a_line_that_cannot_be_read_any_more_is_no_empty_place(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    with changed(desk.state, "entries", "leaf", b'"class"', b'"klass"'):
        page = await fenna.get(GRANTED)
        assert page.status_code == 200
        assert "Op deze plaats staat geen leesbare regel" in main_of(page.text)
        assert "&#34;klass&#34;" in page.text
        assert (await fenna.get(f"{GRANTED}/ontvangstbewijs")).status_code == 404
        assert (await fenna.post(f"{GRANTED}/notitie", {"text": "x"})).status_code == 404
    assert "geen leesbare regel" not in main_of((await fenna.get(GRANTED)).text)


async def test_a_body_that_somebody_changed_shows_nothing_of_it(desk: OpenDesk) -> None:
    log, fenna = desk.state / "log/zvh-2026.sqlite", desk.sign_in()
    change(log, "bodies", "sealed", "idx = 0", flip)
    text = main_of((await fenna.get(GRANTED)).text)
    change(log, "bodies", "sealed", "idx = 0", flip)
    assert "De inhoud is niet wat er werd vastgelegd" in text
    assert "adres_huidig" not in text
    assert "Toegestaan" not in text
    assert "adres_huidig" in main_of((await fenna.get(GRANTED)).text)


async def test_every_page_of_a_record_is_there_in_english(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    fenna.session.kept["language"] = "en"
    desk.sessions.save(fenna.session)
    for path in (GRANTED, REFUSED, DRY, AGAIN, "/gemeente/regels/2026/0", "/gemeente/regels/2026/1"):
        page = await fenna.get(path)
        assert (page.status_code, "Timeline" in main_of(page.text)) == (200, True)
        assert "Tijdlijn" not in page.text

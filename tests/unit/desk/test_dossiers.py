"""Dossiers on the desk: collected, worked on by forms, closed with a verdict; and the accounts of emergencies."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from gateway.desk.roles import Role
from gateway.model.codes import Tenant
from gateway.model.writing import WritingKind
from gateway.review.filter import Filter
from tests.support.desk import CRISIS, NOT_INVOLVED, OpenDesk, Person, main_of, opened, recording
from tests.support.questions import make_ask

pytestmark = pytest.mark.asyncio(loop_scope="module")
ZVH, GEMEENTE = Tenant.ZVH, Tenant.GEMEENTE
AMBULANCE = "00000001800000010000"


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three requests at the ZVH, and emergencies at the municipality: one of four days ago, one of today."""
    state = tmp_path_factory.mktemp("nights")

    async def record() -> None:
        async with recording(state) as recorder:
            recorder.clock.move(days=-4)
            await recorder.ask(CRISIS, client="ambulance-ggz-regio")
            await recorder.ask(make_ask(), days=4)
            await recorder.ask(NOT_INVOLVED, client="wijkteam-centrum")
            await recorder.ask(make_ask())
            await recorder.ask(CRISIS, client="ambulance-ggz-regio")

    asyncio.run(record())
    return state


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(nights: Path) -> AsyncIterator[OpenDesk]:
    async with opened(nights) as found:
        yield found


async def begin(fenna: Person, title: str, tenant: Tenant = ZVH) -> str:
    """A new dossier; its path."""
    begun = await fenna.post(f"/{tenant}/dossiers", {"title": title, "question": "Waarom steeds?"})
    assert begun.status_code == 303
    return begun.headers["location"]


async def test_a_dossier_is_opened_listed_and_shown(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    path = await begin(fenna, "Wijkteam <vraagt> door")
    page = await fenna.get(path)
    assert re.search(r'role="status"[^>]*>Het dossier is geopend.', page.text)
    assert "Dossier: Wijkteam &lt;vraagt&gt; door" in page.text
    assert "<title>Dossier – Sluis</title>" in page.text
    assert "Wijkteam &lt;vraagt&gt; door" in (await fenna.get("/zvh/dossiers")).text
    assert (await fenna.get(path.replace("zvh", "gemeente"))).status_code == 404


async def test_the_list_is_taken_along(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    path = await begin(fenna, "=HYPERLINK(1)")
    rows = (await fenna.get("/zvh/dossiers/bestand.json")).json()["rows"]
    assert [(each["id"], each["title"], each["state"]) for each in rows][-1] == (
        path.rpartition("/")[2],
        "=HYPERLINK(1)",
        "open",
    )
    assert "'=HYPERLINK(1)" in (await fenna.get("/zvh/dossiers/bestand.csv")).text
    assert (await fenna.get("/zvh/dossiers/bestand.pdf")).status_code == 404


async def test_a_record_goes_in_from_its_own_page_and_out_with_a_reason(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    path = await begin(fenna, "Uit en thuis")
    dossier, record = path.rpartition("/")[2], desk.desk.indexes[ZVH].line(2026, 1)
    assert record is not None
    await fenna.post("/zvh/regels/2026/1/dossier", {"dossier": dossier})
    text = main_of((await fenna.get(path)).text)
    assert "1 regel" in text
    assert "Wijkteam Centrum bij Reclassering Oost" in text
    assert "Uit en thuis" in main_of((await fenna.get("/zvh/regels/2026/1")).text)
    page = (await fenna.get(path)).text
    assert f'href="/zvh/bewijs?dossier={dossier}"' in page
    assert f'href="/zvh/verstrekkingen?regel={record.record}"' in page
    wrong = await fenna.post(f"{path}/uit", {"record": record.record, "reason": ""})
    assert wrong.status_code == 422
    await fenna.post(f"{path}/uit", {"record": record.record, "reason": "Hoort bij een ander."})
    text = main_of((await fenna.get(path)).text)
    assert "0 regels" in text
    assert "regel eruit gehaald" in text
    assert "Hoort bij een ander." in text


async def test_a_record_can_open_a_dossier_by_itself(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    await fenna.post("/zvh/regels/2026/0/dossier", {"dossier": "", "title": "Vanuit de regel"})
    page = main_of((await fenna.get("/zvh/regels/2026/0")).text)
    assert "Vanuit de regel" in page
    assert "bijgewerkt in een dossier" in page


async def test_a_question_waits_and_a_letter_leaves_its_hash_alone(desk: OpenDesk) -> None:
    fenna, letter = desk.sign_in(), b"Geachte FG, wij vroegen dit voor Jan Janssen."
    path = await begin(fenna, "Vraag en antwoord")
    await fenna.post(f"{path}/vraag", {"party": AMBULANCE, "asked": "Waarom vroeg u dit?", "due": "2026-11-21"})
    text = main_of((await fenna.get(path)).text)
    assert "wacht op antwoord" in text
    assert "aan de beurt" in text
    form = {"csrf": fenna.session.csrf, "about": "antwoord", "day": "2026-11-20", "sender": AMBULANCE, "sha256": ""}
    sent = await fenna.client.post(f"{path}/brief", data=form, files={"file": ("brief Jan Janssen.pdf", letter)})
    assert sent.status_code == 303
    page = (await fenna.get(path)).text
    assert hashlib.sha256(letter).hexdigest() in page
    assert "Janssen" not in page
    written = await desk.desk.writings.all(ZVH, WritingKind.DOSSIER)
    assert "Janssen" not in str([each.content for each in written])
    empty = await fenna.client.post(f"{path}/brief", data=form, files={"file": ("brief.pdf", b"")})
    assert empty.status_code == 422
    assert "Dit bestand is leeg of te groot." in main_of(empty.text)
    await fenna.post(f"{path}/antwoord", {"number": "0"})
    assert "wacht op antwoord" not in main_of((await fenna.get(path)).text).split("Wat er gebeurde")[0]
    assert (await fenna.post(f"{path}/antwoord", {"number": "7"})).status_code == 422


async def test_it_closes_with_a_verdict_and_is_opened_again(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    path = await begin(fenna, "Op en dicht")
    assert (await fenna.post(f"{path}/sluiten", {"verdict": "onrechtmatig", "why": ""})).status_code == 422
    await fenna.post(f"{path}/sluiten", {"verdict": "onrechtmatig", "why": "Zonder betrokkenheid gevraagd."})
    text = main_of((await fenna.get(path)).text)
    assert "gesloten" in text
    assert "Onrechtmatig. Zonder betrokkenheid gevraagd." in text
    late = await fenna.post(f"{path}/notitie", {"text": "nog iets"})
    assert late.status_code == 422
    assert "Dit dossier is intussen gesloten of heropend." in main_of(late.text)
    assert (await fenna.post("/zvh/regels/2026/0/dossier", {"dossier": path.rpartition("/")[2]})).status_code == 422
    await fenna.post(f"{path}/heropenen", {"again": "Er kwam een brief."})
    assert (await fenna.post(f"{path}/notitie", {"text": "nog iets"})).status_code == 303
    assert (await fenna.post(f"{path}/herinnering", {"remind": "2026-12-24"})).status_code == 303
    assert "24 december 2026" in main_of((await fenna.get(path)).text)


async def test_an_auditor_reads_dossiers_and_changes_none(desk: OpenDesk) -> None:
    fenna, arie = desk.sign_in(), desk.sign_in({ZVH: Role.AUDITOR}, who="arie")
    path = await begin(fenna, "Voor de auditor")
    page = await arie.get(path)
    assert page.status_code == 200
    assert "Voor de auditor" in page.text
    assert f'action="{path}' not in page.text
    assert 'action="/zvh/dossiers"' not in (await arie.get("/zvh/dossiers")).text
    before = len(await desk.desk.writings.all(ZVH))
    for form in ("notitie", "brief", "vraag", "antwoord", "herinnering", "uit", "sluiten", "heropenen"):
        assert (await arie.post(f"{path}/{form}", {"text": "x"})).status_code == 403
    assert (await arie.post("/zvh/dossiers", {"title": "x"})).status_code == 403
    assert len(await desk.desk.writings.all(ZVH)) == before


async def test_a_wrong_title_is_said_and_opens_nothing(desk: OpenDesk) -> None:
    fenna, before = desk.sign_in(), len(await desk.desk.writings.all(ZVH))
    page = await fenna.post("/zvh/dossiers", {"title": "", "question": "Blijft dit staan?"})
    assert page.status_code == 422
    assert "Geef het dossier een titel" in main_of(page.text)
    assert "Blijft dit staan?" in page.text
    assert len(await desk.desk.writings.all(ZVH)) == before


async def test_every_emergency_is_listed_the_overdue_first_until_its_account_is_there(desk: OpenDesk) -> None:
    fenna, index = desk.sign_in(), desk.desk.indexes[GEMEENTE]
    assert index.count(Filter.of(grondslag="vitaal_belang")) == 2
    text = main_of((await fenna.get("/gemeente/noodprocedures")).text)
    rows = text.split("Uiterlijk op", 1)[1]
    assert rows.index("0 (2026)") < rows.index("1 (2026)")
    assert rows.index("te laat en nog niet binnen") < rows.index("nog niet binnen", rows.index("1 (2026)"))
    assert "Er is niets verstrekt met een noodprocedure." in main_of((await fenna.get("/zvh/noodprocedures")).text)
    record = "/gemeente/regels/2026/0"
    assert "De verantwoording is er niet en de termijn is voorbij." in main_of((await fenna.get(record)).text)
    text = main_of((await fenna.get(record)).text)
    assert "verantwoording ontbreekt" in text
    assert "de persoon is bij bewustzijn: nee" in text
    said = {"received": "2026-11-20", "sender": AMBULANCE, "sha256": "AB" * 32}
    for member, value in (("received", "2026-11-22"), ("sender", ""), ("sha256", "ab")):
        assert (await fenna.post(f"{record}/verantwoording", said | {member: value})).status_code == 422
    assert (await fenna.post(f"{record}/verantwoording", said)).status_code == 303
    text = main_of((await fenna.get(record)).text)
    assert "De verantwoording kwam op tijd." in text
    assert "Ambulance-GGZ Regio" in text
    listed = main_of((await fenna.get("/gemeente/noodprocedures")).text)
    assert "op tijd binnen" in listed
    assert "te laat en nog niet binnen" not in listed
    file = (await fenna.get("/gemeente/noodprocedures/bestand.json")).json()
    assert [(each["number"], each["account"], each["received"]) for each in file["rows"]] == [
        (1, "waiting", None),
        (0, "in-time", "2026-11-20"),
    ]

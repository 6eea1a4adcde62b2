"""What somebody wrote at the desk before anybody looks: by the desk's own forms, so that no kind of page is empty."""

from __future__ import annotations

import re

from gateway.model.codes import Tenant
from tests.support.desk import OpenDesk, Person

DEFAULT = "soort=verstrekking&soort=weigering"


async def furnish(desk: OpenDesk, bsn: str) -> None:
    """A check, a question that is kept, a sample with a verdict, a dossier, a note, a flag, a signal that is put aside,
    and two requests for access: one looked up by this number, one not yet.
    """
    fenna, milan = desk.sign_in(), desk.sign_in(who="milan")
    for tenant in Tenant:
        await _sent(fenna, f"/{tenant}/controle", {})
        await desk.desk.checks.finished(tenant)
    await _sent(fenna, "/zvh/verstrekkingen/vragen", {"naam": "Geweigerd in fase 3", "vraag": "fase=3&soort=weigering"})
    sample = await _sent(fenna, "/zvh/steekproeven", {"title": "November", "filter": DEFAULT, "size": "25"})
    record = re.search(r'name="record" value="([^"]+)"', (await fenna.get(sample)).text)
    assert record
    verdict = {"record": record[1], "verdict": "rechtmatig", "why": "Grondslag en noodzaak kloppen."}
    await _sent(fenna, f"{sample}/oordeel", verdict)
    place = await _place(fenna)
    await _sent(fenna, f"{place}/notitie", {"text": "Nagevraagd bij de aanvrager."})
    await _sent(fenna, f"{place}/vlag", {"reason": "Waarom buiten kantoortijd?"})
    await _sent(fenna, f"{place}/dossier", {"dossier": "", "title": "Vragen aan een deelnemer"})
    await _put_aside(fenna)
    first = await _requested(milan)
    await _sent(milan, f"{first}/opzoeken", {"nummer": bsn})
    await _requested(milan)


async def _requested(person: Person) -> str:
    place = await _sent(person, "/zvh/betrokkene/nieuw", {"ontvangen": "2026-11-20", "taal": "nl"})
    await _sent(person, f"{place}/identiteit", {"hoe": "balie"})
    return place


async def _place(person: Person) -> str:
    page = (await person.get("/zvh/verstrekkingen?soort=weigering")).text
    return re.findall(r'href="(/zvh/regels/\d+/\d+)"', page)[0]


async def _put_aside(person: Person) -> None:
    page = (await person.get("/zvh/opvallend")).text
    signal = re.findall(r'name="melding" value="([^"]+)"', page)[-1]
    await _sent(person, "/zvh/opvallend/terzijde", {"melding": signal, "waarom": "Besproken met de aanvrager."})


async def _sent(person: Person, path: str, form: dict[str, str]) -> str:
    """Where a form leads to."""
    answer = await person.post(path, form)
    assert answer.status_code == 303, f"{path}: {answer.status_code}"
    return answer.headers["location"]

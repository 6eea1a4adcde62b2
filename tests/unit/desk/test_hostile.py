"""What partners and people typed to harm: it is text on every page and in every file, nobody's number among it, and
none of it for who may see a decision alone.
"""

import asyncio
import io
import re
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from gateway.desk.pages import ROUTES
from gateway.desk.roles import Role
from gateway.model.codes import Tenant
from gateway.model.record import RecordClass
from gateway.model.request import AskedField, Necessity
from gateway.review.filter import Filter
from tests.support.desk import OpenDesk, Person, opened, recording
from tests.support.questions import make_ask

pytestmark = pytest.mark.asyncio(loop_scope="module")
BSN = "999993653"
EVIL = "\"><img src=x onerror=alert(1)>\u202e'{{7*7}}"
CASE, SECRET = "ZVH-2026-0417", "een-geheim-van-de-casus"
TYPED = f"{SECRET} {EVIL} {BSN}"

ALL = Filter.of(soort=tuple(RecordClass))


async def record(state: Path) -> None:
    need = Necessity(TYPED, TYPED)
    async with recording(state) as recorder:
        await recorder.ask(make_ask(fields=(AskedField("adres_huidig", need),)))
        await recorder.ask(make_ask(fields=(AskedField(f"veld{EVIL}{BSN}", need),), declaration={"reason": TYPED}))
        await recorder.ask(make_ask(basis=f"x{EVIL}{BSN}", case=f"geen{EVIL}{BSN}"))
        await recorder.ask(make_ask(declaration={f"{EVIL}{BSN}": {EVIL: TYPED, "number": int(BSN)}}))
        await recorder.ask(make_ask(actor=f"m{EVIL}{BSN}"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OpenDesk]:
    state = tmp_path_factory.mktemp("hostile")
    await asyncio.to_thread(lambda: asyncio.run(record(state)))
    async with opened(state) as desk:
        yield desk


async def everything(desk: OpenDesk, person: Person) -> dict[str, str]:
    """All that somebody is shown, by path: pages, files, and the files within an archive."""
    tenant, found = "zvh", {}
    index = desk.desk.indexes[Tenant.ZVH]
    numbers = range(index.level.sizes[2026])
    writings = await desk.desk.writings.all(Tenant.ZVH)
    dossier = next((each.id for each in writings if each.kind == "dossier"), "geen")
    sample = next((each.id for each in writings if each.kind == "sample"), "geen")
    known = {"dossiers": dossier, "steekproeven": sample}
    for route in ROUTES:
        if route.method != "GET":
            continue
        for number in numbers if "{number}" in route.path and "regels" in route.path[:7] else [0]:
            for form in ("csv", "json") if "{form}" in route.path else ("",):
                values = {"year": 2026, "number": number, "form": form, "record": "x", "revision": "x"}
                values["id"] = known.get(route.path.split("/")[1], "geen") if route.path else ""
                path = f"/{tenant}{route.path.format_map(values)}"
                answer = await person.get(path)
                assert answer.status_code < 500, (path, answer.status_code)
                if answer.status_code == 200:
                    found[path] = answer.text
    return found


async def write_everything(desk: OpenDesk, person: Person) -> None:
    """Whatever an FG can type."""
    at, typed = "/zvh/regels/2026/0", f"{SECRET} {EVIL}"
    title = typed[:80]
    for path, form in (
        (f"{at}/notitie", {"text": typed}),
        (f"{at}/vlag", {"reason": typed}),
        (f"{at}/oordeel", {"verdict": "onrechtmatig", "why": typed}),
        (f"{at}/dossier", {"title": title}),
        ("/zvh/steekproeven", {"title": title, "filter": "", "size": "2"}),
        ("/zvh/verstrekkingen/vragen", {"naam": f"vraag{EVIL}".replace("\u202e", ""), "vraag": ""}),
    ):
        assert (await person.post(path, form)).status_code == 303, path
    [dossier] = [each.id for each in await desk.desk.writings.all(Tenant.ZVH) if each.kind == "dossier"]
    for step, form in (
        ("notitie", {"text": typed}),
        ("vraag", {"party": EVIL, "asked": typed}),
        ("brief", {"day": "2026-11-01", "sender": EVIL, "sha256": "0" * 64, "about": title}),
    ):
        answer = await person.post(f"/zvh/dossiers/{dossier}/{step}", form)
        assert answer.status_code in (303, 422), step


async def test_it_is_text_wherever_it_stands(desk: OpenDesk) -> None:
    frits = desk.sign_in(dict.fromkeys(Tenant, Role.FG), who="frits")
    await write_everything(desk, frits)
    shown = await everything(desk, frits)
    assert sum(SECRET in text for text in shown.values()) > 5, "nothing of it was shown at all"
    for path, text in shown.items():
        if not path.endswith((".csv", ".json", "csv", "json")):
            assert "<img" not in text, path
            assert "\u202e" not in text, path
            assert "49'" not in text, path
        assert not re.search(rf"(?<!\d){BSN}(?!\d)", text), f"a number of a person on {path}"


async def test_of_a_decision_alone_an_officer_sees_none_of_it(desk: OpenDesk) -> None:
    paula = desk.sign_in(dict.fromkeys(Tenant, Role.PRIVACYFUNCTIONARIS), who="paula")
    shown = await everything(desk, paula)
    assert sum("/regels/" in path for path in shown) >= 5
    [alias] = {line.subject for line in desk.desk.indexes[Tenant.ZVH].lines(ALL) if line.subject}
    for path, text in shown.items():
        for secret in (SECRET, CASE, alias, BSN, "<img"):
            assert secret not in text, f"{secret} on {path}"


async def test_a_package_has_it_as_text_and_nobodys_number(desk: OpenDesk) -> None:
    frits = desk.sign_in(dict.fromkeys(Tenant, Role.FG), who=f"<img src=x>{EVIL}")
    ids = [line.record for line in desk.desk.indexes[Tenant.ZVH].lines(ALL)]
    for more in ({}, {"inhoud": "ja", "akkoord": "ja"}):
        made = await frits.post("/zvh/bewijs", {"regels": " ".join(ids), "about": TYPED, **more})
        assert made.headers["content-type"] == "application/zip"
        with zipfile.ZipFile(io.BytesIO(made.content)) as packed:
            for name in packed.namelist():
                if name.endswith(".html"):
                    assert b"<img src=x" not in packed.read(name), name


async def test_a_file_is_called_what_the_desk_calls_it(desk: OpenDesk) -> None:
    frits = desk.sign_in(who="frits")
    shown = {path: await frits.get(path) for path in ("/zvh/verstrekkingen.csv", "/zvh/regels/2026/0/ontvangstbewijs")}
    for path, answer in shown.items():
        said = answer.headers["content-disposition"]
        assert re.fullmatch(r'attachment; filename="[A-Za-z0-9._-]+"', said), path

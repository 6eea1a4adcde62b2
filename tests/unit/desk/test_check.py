"""Controle: one sentence, the FG's own seal, and a red verdict that stands on every page whatever anybody sends."""

import re
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import apsw
import pytest

from gateway.desk.roles import Role
from gateway.desk.routes import all_routes
from gateway.model.codes import Tenant
from gateway.model.writing import WritingKind
from gateway.review.checks.runbook import sections
from gateway.verify.checkpoint import Checkpoint
from tests.support.desk import OpenDesk, Person, main_of, opened
from tests.support.tampering import change, flip

LOG = "log/zvh-2026.sqlite"


@pytest.fixture
def state(morning: Path, tmp_path: Path) -> Path:
    return shutil.copytree(morning, tmp_path / "state")


@pytest.fixture
async def desk(state: Path) -> AsyncIterator[OpenDesk]:
    async with opened(state) as desk:
        yield desk


async def checked(desk: OpenDesk, fenna: Person, **form: object) -> str:
    """The page after a check that its form asked for."""
    answer = await fenna.post("/zvh/controle", form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/zvh/controle")
    await desk.desk.checks.finished(Tenant.ZVH)
    return (await fenna.get("/zvh/controle")).text


async def english(fenna: Person) -> None:
    await fenna.post("/zvh/instellingen", {"taal": "en", "verder": "/controle"})


async def test_one_sentence_with_numbers_moment_and_history(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    assert "Het logboek is nog niet gecontroleerd." in main_of((await fenna.get("/zvh/controle")).text)
    said = main_of(await checked(desk, fenna))
    assert "Het logboek klopt met zijn zegel." in said
    assert re.search(r"\d regels · gecontroleerd op \d+ november 2026", said)
    said = main_of(await checked(desk, fenna))
    assert "Het logboek klopt. Er is niets gewijzigd of verwijderd sinds de vorige controle, op" in said
    assert said.count("✔") == 3, "the verdict and two earlier checks"
    [look] = desk.desk.acts[Tenant.ZVH].looks()[-1:]
    assert look.look.what == "controle"
    [*_, writing] = await desk.desk.writings.all(Tenant.ZVH, WritingKind.CHECK)
    assert (writing.who, writing.role, writing.content["verdict"]) == ("fenna", "fg", "klopt")


async def test_the_seal_of_the_fg_goes_out_and_comes_back(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    answer = await fenna.get("/zvh/controle/zegel")
    seal = answer.text
    checkpoint = Checkpoint.of(seal)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    name = f"zegel-zvh-2026-{checkpoint.size}.txt"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    expected = f"sinds uw zegel over {checkpoint.size} regels van 2026"
    assert expected in main_of(await checked(desk, fenna, zegel=seal))
    files = {"zegel": (name, seal.encode(), "text/plain")}
    answer = await fenna.client.post("/zvh/controle", data={"csrf": fenna.session.csrf}, files=files)
    assert answer.status_code == 303
    outcome = await desk.desk.checks.finished(Tenant.ZVH)
    assert (outcome.own, outcome.since_size) == (True, checkpoint.size)
    assert (await fenna.get("/zvh/controle/zegel?jaar=1999")).status_code == 404


async def test_a_seal_to_print_with_a_code_and_no_style(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    page = (await fenna.get("/zvh/controle/zegel/afdruk?jaar=2026")).text
    [svg] = re.findall(r"<svg.*?</svg>", page, re.S)
    assert "style" not in svg
    assert "<title>QR-code van het zegel over" in svg
    [note] = re.findall(r"<pre>(.*?)</pre>", page, re.S)
    seals = main_of(await checked(desk, fenna, zegel=note.replace("&#43;", "+")))
    assert "sinds uw zegel over" in seals


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("onzin", "Dit zegel is niet leesbaar."),
        (
            "sluis.localhost/gemeente/2026\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— x AAAAAAA=\n",
            "andere org",
        ),
    ],
)
async def test_what_is_no_seal_is_told_at_the_field(desk: OpenDesk, given: str, said: str) -> None:
    fenna = desk.sign_in()
    answer = await fenna.post("/zvh/controle", {"zegel": given})
    assert answer.status_code == 422
    assert said in main_of(answer.text)
    assert 'aria-describedby="zegel-hint zegel-error" aria-invalid="true"' in answer.text
    assert desk.desk.checks.running(Tenant.ZVH) is None, "nothing begins"


async def test_how_far_it_is(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    desk.desk.checks.start(Tenant.ZVH, who="fenna", role="fg")
    page = (await fenna.get("/zvh/controle")).text
    assert page.count("<progress ") == 5
    assert 'hx-trigger="every 2s"' in page
    assert "Ververs om te zien hoe ver het is" in page
    await fenna.post("/zvh/controle", {})
    await desk.desk.checks.finished(Tenant.ZVH)
    part = await fenna.get("/zvh/controle?deel=stand", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="stand">'), "what ended is asked for no more"
    assert "<html" not in part.text


def flip_in_file(state: Path) -> None:
    """One byte of a leaf, where the file has it: no SQL, as a disk or a hand would."""
    connection = apsw.Connection(str(state / LOG))
    [(leaf,)] = connection.execute("SELECT leaf FROM entries WHERE idx = 1")
    connection.pragma("wal_checkpoint(truncate)")
    connection.close()
    data = (state / LOG).read_bytes()
    at = data.index(leaf) + 30
    (state / LOG).write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])


FLIPS: dict[str, tuple[Callable[[Path], None], str]] = {
    "leaf": (lambda state: change(state / LOG, "entries", "leaf", "idx = 1", flip), "Het gaat om logregel 1 van 2026."),
    "file": (flip_in_file, "Het gaat om logregel 1 van 2026."),
    "body": (
        lambda state: change(state / LOG, "bodies", "sealed", "idx = 1", flip),
        "Het gaat om logregel 1 van 2026.",
    ),
    "tile": (
        lambda state: change(state / LOG, "tiles", "hashes", "place = 0", lambda tile: flip(tile, 32)),
        "Het gaat om logregel 1 van 2026.",
    ),
    "head": (
        lambda state: change(state / LOG, "head", "checkpoint", "one = 1", lambda note: flip(note, len(note) - 20)),
        "Het gaat om het logboek van 2026 als geheel.",
    ),
}


async def red(desk: OpenDesk, fenna: Person, kind: str = "leaf") -> str:
    FLIPS[kind][0](desk.state)
    return await checked(desk, fenna)


def alarm_of(page: str) -> str:
    return " ".join(re.findall(r'<section class="sluis-alarm".*?</section>', page, re.S))


@pytest.mark.parametrize("kind", FLIPS)
async def test_one_byte_turns_every_page_red_and_so_it_stays_after_a_restart(kind: str, state: Path) -> None:
    async with opened(state) as desk:
        fenna = desk.sign_in()
        await checked(desk, fenna)
        assert alarm_of((await fenna.get("/zvh")).text) == ""
        said = main_of(await red(desk, fenna, kind))
        assert "Het logboek klopt niet." in said
        assert FLIPS[kind][1] in said
    async with opened(state) as desk:
        fenna = desk.sign_in()
        for path in ("", "/controle", "/verstrekkingen", "/woordenlijst", "/controle/draaiboek"):
            page = await fenna.get(f"/zvh{path}")
            assert page.status_code == 200
            assert "Het logboek klopt niet." in alarm_of(page.text), path
        assert alarm_of((await fenna.get("/gemeente")).text) == ""


async def test_red_names_the_record_and_what_to_do(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    page = await red(desk, fenna)
    said = main_of(page)
    assert "Het logboek klopt niet. Een logregel is veranderd" in said
    assert "record-changed" in said
    assert "De termijn is 72 uur (AVG artikel 33)." in said
    assert page.count('href="/zvh/regels/2026/1"') == 2, "in the alarm and on the page"
    part = await fenna.get("/zvh/controle?deel=stand", headers={"HX-Request": "true"})
    assert "Het logboek klopt niet." in part.text
    await english(fenna)
    assert "The log is not sound. A record was changed" in alarm_of((await fenna.get("/zvh")).text)


async def test_no_form_takes_red_away(desk: OpenDesk) -> None:
    """Every form of every page, sent as empty as can be and with what it might call a dismissal."""
    fenna = desk.sign_in()
    await red(desk, fenna)
    sent = 0
    for route in all_routes():
        if route.method == "POST":
            path = route.path.replace("{year}", "2026").replace("{number}", "0")
            path = re.sub(r"\{[a-z_]+\}", "x", path)
            for form in ({}, {"reden": "niet nodig", "weg": "1", "dismiss": "alarm", "actie": "sluiten"}):
                await fenna.post(f"/zvh{path}", form)
                await desk.desk.checks.finished(Tenant.ZVH)
                sent += 1
    assert sent > 2
    assert desk.desk.checks.standing(Tenant.ZVH) is not None
    assert "Het logboek klopt niet." in (await fenna.get("/zvh")).text


async def test_red_goes_when_a_later_check_finds_all_good(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    await red(desk, fenna)
    change(desk.state / LOG, "entries", "leaf", "idx = 1", flip)
    page = await checked(desk, fenna)
    assert alarm_of(page) == ""
    assert main_of(page).count("Het logboek klopt niet.") == 1, "the history shows it"


async def test_no_new_seal_while_it_is_red(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    page = await red(desk, fenna)
    assert "/controle/zegel" not in page
    for path in ("/zvh/controle/zegel", "/zvh/controle/zegel/afdruk"):
        answer = await fenna.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/zvh/controle")
    assert "geeft dit bureau geen nieuw zegel" in main_of((await fenna.get("/zvh/controle")).text)


async def test_what_a_seal_shows_is_gone_is_told_in_words(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    kept = (await fenna.get("/zvh/controle/zegel")).text
    size = Checkpoint.of(kept).size
    connection = apsw.Connection(str(desk.state / LOG))
    connection.execute("DELETE FROM head")
    connection.close()
    said = main_of(await checked(desk, fenna, zegel=kept))
    assert "Het logboek klopt niet." in said
    assert size == 4


async def test_the_runbook_is_served(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    await red(desk, fenna)
    said = main_of((await fenna.get("/zvh/controle/draaiboek")).text)
    assert "When the desk of the FG is red" in said
    assert "Change nothing" in said
    assert [title for title, _ in sections("log-forked")] == [
        "When the desk of the FG is red",
        "log-rolled-back: which of the three",
    ]
    assert all(text for _, text in sections("log-forked"))
    assert sections("record-changed", Path("/nonexistent")) == []
    [(_, red_text), (_, histories)] = sections("log-rolled-back")
    assert [line[:2] for line in red_text.splitlines() if line[:1].isdigit()] == [f"{n}." for n in range(1, 7)]
    assert "\n   " not in red_text, "an item is one line"
    assert "```sh\nyear=$(" in histories, "what is typed stays as it is"


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.FG, Role.FG_COORDINEREND, Role.AUDITOR)])
async def test_who_may_not_check_sees_the_sentence_alone(desk: OpenDesk, role: Role) -> None:
    await red(desk, desk.sign_in())
    other = desk.sign_in({Tenant.ZVH: role}, who="ander")
    assert (await other.get("/zvh/controle")).status_code == 403
    assert (await other.post("/zvh/controle")).status_code == 403
    page = (await other.get("/zvh")).text
    assert "Het logboek klopt niet." in page
    assert "/zvh/controle" not in page
    assert "/zvh/regels/" not in page

"""Opvallend as it is shown and written: who may put a signal aside, and what stands of it afterwards."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from urllib.parse import parse_qs

import pytest

from gateway.desk.locale import Locale
from gateway.desk.notable import normal, told
from gateway.desk.roles import Role
from gateway.model.amsterdam import day_of
from gateway.model.codes import Tenant
from gateway.model.writing import WritingKind
from gateway.review.filter import Filter
from gateway.review.index import Index
from gateway.review.signals.rules import RULES
from gateway.review.signals.signals import Signals, watches_of
from gateway.review.signals.watch import Normal
from tests.support.decisions import COLLEGE, GGZ, NEW, OM, REFUSED, Log
from tests.support.desk import OpenDesk, main_of, opened
from tests.support.simulators import SettableClock

G = Tenant.GEMEENTE
TODAY = day_of(SettableClock().now())


def busy() -> Log:
    """A log in which every rule finds something."""
    log, old = Log(), TODAY - timedelta(200)
    for week in range(20):
        for each in range(12):
            log.add(old + timedelta(7 * week), requester=GGZ, hour=9 + each / 20)
    log.add(TODAY - timedelta(100), case="WMO-1")
    log.add(TODAY - timedelta(101), case="WMO-2")
    log.add(TODAY - timedelta(102), case="WMO-3")
    for each in range(25):
        log.add(TODAY - timedelta(25), requester=COLLEGE, hour=9 + each / 20)
    for each in range(6):
        log.add(TODAY - timedelta(20 - each), REFUSED, requester=OM, holder=GGZ, hour=11, revision=NEW)
    for each in range(45):
        log.add(TODAY - timedelta(9), REFUSED, requester=GGZ, hour=9 + each / 20, revision=NEW)
    for each in range(5):
        log.add(TODAY - timedelta(8), requester=OM, hour=22 + each / 20, recipient=COLLEGE, revision=NEW)
        log.add(TODAY - timedelta(7), requester=f"0000000180000{each:04d}000", person="anna", revision=NEW)
    log.add(TODAY - timedelta(6), requester=GGZ, basis="vitaal_belang", revision=NEW)
    day = (TODAY + timedelta(5)).isoformat()
    log.add(TODAY - timedelta(5), requester=COLLEGE, destroy_on=day, revision=NEW)
    return log


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a short search can take long."""
    monkeypatch.setattr("gateway.review.signals.signals.LONGER", 30)
    monkeypatch.setattr("gateway.review.signals.watch.LONG", 30)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return busy().index(tmp_path_factory.mktemp("busy"))


@pytest.fixture
async def desk(morning: Path, tmp_path: Path, index: Index) -> AsyncIterator[OpenDesk]:
    state = copytree(morning, tmp_path / "state")
    async with opened(state) as found:
        found.desk.signals = Signals(watches_of(dict.fromkeys(Tenant, index), term=3), found.desk.writings)
        yield found


def ids(page: str) -> list[str]:
    return re.findall(r'<li id="([0-9a-f]{16})"', page)


async def test_every_signal_has_a_sentence_how_often_it_is_normal_and_its_list(desk: OpenDesk, index: Index) -> None:
    found = await desk.desk.signals.all(G, desk.clock.now())
    assert {each.rule.name for each in found.signals} == RULES.keys()
    page = await desk.sign_in().get("/gemeente/opvallend")
    text = main_of(page.text)
    for language in ("nl", "en"):
        for each in found.signals:
            said = told(desk.desk, language, each)
            assert "{" not in said.sentence + said.normal
            assert str(each.hit.count) in said.sentence or each.rule.name in ("noodprocedure", "sprong-na-beleid")
            assert index.count(Filter.read(parse_qs(said.link.partition("?")[2]))) > 0
            if language == "nl":
                assert said.sentence in text
                assert said.normal in text
    assert len(ids(page.text)) == len(set(ids(page.text))) == len(found.signals)
    look = desk.desk.acts[G].looks()[-1].look
    assert (look.what, look.filter, look.count) == ("opvallend", "dagen=35", len(found.signals))


async def test_no_name_or_pseudonym_of_a_person_stands_on_the_page(desk: OpenDesk) -> None:
    text = (await desk.sign_in().get("/gemeente/opvallend")).text
    assert "anna" not in text


async def test_a_quiet_log_says_so(desk: OpenDesk, tmp_path: Path) -> None:
    quiet = dict.fromkeys(Tenant, Log().index(tmp_path))
    desk.desk.signals = Signals(watches_of(quiet, term=3), desk.desk.writings)
    page = await desk.sign_in().get("/gemeente/opvallend")
    assert "Niets dat uw aandacht vraagt" in main_of(page.text)
    assert "<h2" in page.text
    assert ids(page.text) == []


async def test_many_signals_come_in_pages(desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.desk.pages.signals.AT_ONCE", 4)
    fenna, every = desk.sign_in(), (await desk.desk.signals.all(G, desk.clock.now())).signals
    last, seen = -(-len(every) // 4), []
    for page in range(1, last + 1):
        text = (await fenna.get(f"/gemeente/opvallend?pagina={page}")).text
        assert f"Pagina {page} van {last}" in main_of(text)
        assert (f"pagina={page + 1}" in text) is (page < last)
        seen += ids(text)
    assert seen == [each.id for each in every]
    assert desk.desk.acts[G].looks()[-1].look.filter == f"dagen=35&pagina={last}"
    assert ids((await fenna.get("/gemeente/opvallend?pagina=99")).text) == seen[(last - 1) * 4 :]
    for wrong in ("0", "-1", "x", "1234567"):
        assert (await fenna.get(f"/gemeente/opvallend?pagina={wrong}")).status_code == 400


async def test_a_signal_is_put_aside_with_a_reason_and_taken_back(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    first, *others = ids((await fenna.get("/gemeente/opvallend")).text)
    answer = await fenna.post("/gemeente/opvallend/terzijde", {"melding": first, "waarom": "Besproken op 2 maart."})
    assert (answer.status_code, answer.headers["location"]) == (303, "/gemeente/opvallend")
    page = (await fenna.get("/gemeente/opvallend")).text
    assert ids(page) == others
    assert "Besproken op 2 maart." in main_of(page)
    [writing] = desk.desk.acts[G].writings(WritingKind.DISMISSAL)
    assert (writing.who, writing.role, writing.content["signal"]) == ("fenna", "fg", first)
    assert desk.desk.acts[Tenant.ZVH].writings(WritingKind.DISMISSAL) == []
    await fenna.post("/gemeente/opvallend/terug", {"terzijde": writing.id})
    assert ids((await fenna.get("/gemeente/opvallend")).text) == [first, *others]
    assert len(desk.desk.acts[G].writings(WritingKind.DISMISSAL)) == 2


async def test_without_a_reason_the_form_comes_back_with_what_is_wrong(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    first, *_ = ids((await fenna.get("/gemeente/opvallend")).text)
    answer = await fenna.post("/gemeente/opvallend/terzijde", {"melding": first, "waarom": "x"})
    assert answer.status_code == 422
    assert "Schrijf op waarom." in main_of(answer.text)
    assert f'aria-describedby="hint-{first} wrong-{first}"' in answer.text
    assert desk.desk.acts[G].writings(WritingKind.DISMISSAL) == []


async def test_what_is_gone_meanwhile_is_told_and_nothing_is_written(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    for path, form in (("terzijde", {"melding": "0" * 16, "waarom": "Bekend."}), ("terug", {"terzijde": "weg"})):
        assert (await fenna.post(f"/gemeente/opvallend/{path}", form)).status_code == 303
        assert "Er is niets vastgelegd." in main_of((await fenna.get("/gemeente/opvallend")).text)
    assert desk.desk.acts[G].writings(WritingKind.DISMISSAL) == []


async def test_an_auditor_sees_and_writes_nothing(desk: OpenDesk) -> None:
    auditor = desk.sign_in({G: Role.AUDITOR})
    page = (await auditor.get("/gemeente/opvallend")).text
    assert ids(page)
    assert "/opvallend/terzijde" not in page
    for path in ("/opvallend/terzijde", "/opvallend/terug", "/opvallend/drempels"):
        assert (await auditor.post(f"/gemeente{path}")).status_code == 403
    assert (await desk.sign_in({G: Role.PRIVACYFUNCTIONARIS}).get("/gemeente/opvallend")).status_code == 403


async def test_a_threshold_is_tried_and_then_set_with_a_reason(desk: OpenDesk) -> None:
    fenna, path = desk.sign_in(), "/gemeente/opvallend/drempels"
    assert "Niemand heeft een drempel veranderd." in main_of((await fenna.get(path)).text)
    tried = (await fenna.get(f"{path}?regel=herhaald-geweigerd&keer=100&dagen=30")).text
    assert "Dit geeft 0 meldingen over de afgelopen 5 weken. Met de drempel van nu zijn het er 2." in main_of(tried)
    form = {"regel": "herhaald-geweigerd", "keer": "100", "dagen": "30"}
    assert (await fenna.post(path, form | {"waarom": ""})).status_code == 422
    assert (await fenna.post(path, form | {"waarom": "Te veel ruis."})).status_code == 303
    [writing] = desk.desk.acts[G].writings(WritingKind.THRESHOLD)
    assert writing.content["values"] == {"keer": 100, "dagen": 30}
    page = main_of((await fenna.get(path)).text)
    assert "Te veel ruis." in page
    assert "Nu: 100. Kies een geheel getal van 2 tot en met 500." in page
    assert "Steeds dezelfde weigering" not in main_of((await fenna.get("/gemeente/opvallend")).text)


async def test_a_threshold_out_of_bounds_is_told_beside_its_field(desk: OpenDesk) -> None:
    fenna, path = desk.sign_in(), "/gemeente/opvallend/drempels"
    for answer in (
        await fenna.get(f"{path}?regel=herhaald-geweigerd&keer=1"),
        await fenna.post(path, {"regel": "herhaald-geweigerd", "keer": "veel", "waarom": "Proberen."}),
    ):
        assert answer.status_code == 422
        assert "Typ een geheel getal van 2 tot en met 500." in main_of(answer.text)
        assert 'aria-describedby="herhaald-geweigerd-keer-hint herhaald-geweigerd-keer-wrong"' in answer.text
    assert (await fenna.get(f"{path}?regel=verzonnen")).status_code == 400
    assert (await fenna.post(path, {"regel": "verzonnen", "waarom": "Proberen."})).status_code == 422
    assert (await fenna.get("/gemeente/opvallend?dagen=7")).status_code == 400
    assert desk.desk.acts[G].writings(WritingKind.THRESHOLD) == []


async def test_how_often_is_said_as_people_say_it(desk: OpenDesk) -> None:
    def said(times: int, days: int, *, fleeting: bool = False) -> str:
        return normal(desk.desk, "nl", Normal(times, days), fleeting=fleeting)

    assert said(5, 365) == "Dit kwam in het jaar vóór de afgelopen 5 weken gemiddeld 0,4 keer per maand voor."
    assert said(0, 365) == "Dit kwam in het jaar vóór de afgelopen 5 weken niet voor."
    assert said(3, 91) == "Dit kwam in de 3 maanden vóór de afgelopen 5 weken gemiddeld 1,0 keer per maand voor."
    assert "nog niet te zeggen: het logboek heeft maar 59 dagen" in said(3, 59)
    assert "is niet te zeggen" in said(0, 0, fleeting=True)


def test_every_rule_and_threshold_has_its_words() -> None:
    words = Locale.load()
    for language in ("nl", "en"):
        for name, rule in RULES.items():
            assert words.text("signals", language, f"rule.{name}")
            assert words.text("signals", language, f"rule.{name}.what")
            for each in rule.thresholds:
                assert words.text("signals", language, f"threshold.{name}.{each.name}")

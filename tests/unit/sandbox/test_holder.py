"""The sandbox holder as it is: a process of its own, asked by the gateway's own client."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.errors import Fault
from gateway.model.disclosure import Question
from gateway.sandbox.holder import SystemClock
from gateway.sandbox.region import NO_OBJECTION
from tests.support.questions import BSN, make_ask, make_question
from tests.support.sandbox import Side
from tests.support.simulators import CountedIds

RECLASSERING = "00000001800000002000"
COLLEGE = "00000001800000001000"
GGZ = "00000001800000005000"


class Town:
    def __init__(self, side: Side, url: str, state: Path) -> None:
        self.side = side
        self.url = url
        self.state = state

    def question(self, bsn: str = BSN, oin: str = RECLASSERING, source: str = "toezicht") -> Question:
        return make_question(self.side.source(oin, source, self.url), make_ask(bsn=bsn, holder=oin, source=source))

    def client(self, **changes: Any):
        return self.side.client(SystemClock(), **changes)


def start(keys: Path, port: int = 0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "gateway.sandbox.holder", "--port", str(port), "--keys", str(keys)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    state = tmp_path_factory.mktemp("state")
    side = Side(state / "sandbox")
    process = start(state / "sandbox")
    line = process.stdout.readline()
    assert line.startswith("sandbox holder on http://127.0.0.1:"), process.stderr.read()
    yield Town(side, line.split()[-1], state)
    process.terminate()
    out, err = process.communicate(timeout=10)
    assert (out, err) == ("", "")


async def test_says_what_it_recorded_and_gives_what_was_asked(town):
    client = town.client()
    assert (await client.statement(town.question(), ("adres_huidig",))).document == NO_OBJECTION
    found = await client.fields(town.question(), ("adres_huidig", "toezicht_voorwaarden", "medicatie"))
    assert found.values.keys() == {"adres_huidig", "toezicht_voorwaarden"}
    await client.close()


async def test_says_no_and_not_yet(town):
    client = town.client()
    veto = await client.statement(town.question("999995790"), ("adres_huidig",))
    assert veto.document["serious_reasons"] is True
    assert await client.statement(town.question("999996617"), ("adres_huidig",)) is None
    condition = await client.statement(town.question("999990019"), ("adres_huidig",))
    assert condition.document["conditions"] == ["alleen voor het overleg van deze casus"]
    await client.close()


async def test_tells_nobody_whether_it_knows_a_person(town):
    client = town.client()
    unknown = await client.statement(town.question("999994979"), ("adres_huidig",))
    known = await client.statement(town.question(BSN), ("adres_huidig",))
    assert unknown.document == known.document
    assert (await client.fields(town.question("999994979"), ("adres_huidig",))).values == {}
    await client.close()


async def test_two_sources_of_one_organisation_are_two(town):
    client = town.client()
    names = ("maandinkomen", "voorzieningen")
    work = await client.fields(town.question("999990846", COLLEGE, "participatiewet"), names)
    care = await client.fields(town.question("999990846", COLLEGE, "wmo"), names)
    assert (work.values["maandinkomen"], "maandinkomen" in care.values) == (1312, False)
    assert (work.values["voorzieningen"], care.values["voorzieningen"]) == (
        ["bijzondere bijstand"],
        ["huishoudelijke hulp"],
    )
    await client.close()


async def test_counts_for_which_requests_values_were_asked(town):
    client, question = town.client(), town.question("999990846", COLLEGE, "wmo")
    await client.statement(question, ("voorzieningen",))
    async with httpx.AsyncClient(trust_env=False) as http:
        place = f"{town.url}/{COLLEGE}/wmo/counts"
        before = (await http.get(place)).json()
        for _ in range(2):
            await client.fields(question, ("voorzieningen",))
        after = (await http.get(place)).json()
        assert (await http.get(f"{town.url}/{COLLEGE}/nergens/counts")).status_code == 404
    await client.close()
    assert set(after["requests"]) - {question.id} == set(before["requests"]) - {question.id}
    assert after["requests"].count(question.id) == 1
    assert {name: after[name] for name in ("version", "role", "oin", "source")} == {
        "version": 1,
        "role": "holder",
        "oin": COLLEGE,
        "source": "wmo",
    }


async def test_does_not_answer_in_time_about_one_person(town):
    client = town.client(timeout=0.3)
    with pytest.raises(Fault) as told:
        await client.statement(town.question("999997440"), ("adres_huidig",))
    assert told.value.code == "holder-timeout"
    await client.close()


async def test_answers_only_the_gateway_that_it_trusts_and_only_once(town, tmp_path):
    stranger = Side(tmp_path / "other").client(SystemClock())
    with pytest.raises(Fault) as told:
        await stranger.fields(town.question(), ("adres_huidig",))
    assert told.value.code == "holder-invalid"
    await stranger.close()

    class Repeated(CountedIds):
        def new(self) -> str:
            return "0193a000-0000-7000-8000-000000000009"

    repeating = town.client(identifiers=Repeated())
    await repeating.fields(town.question(), ("adres_huidig",))
    with pytest.raises(Fault):
        await repeating.fields(town.question(), ("adres_huidig",))
    await repeating.close()


async def test_has_no_other_source_and_no_control(town):
    client = town.client()
    elsewhere = make_question(town.side.source(RECLASSERING, "lie", town.url))
    with pytest.raises(Fault):
        await client.fields(elsewhere, ("adres_huidig",))
    await client.close()


async def test_writes_nothing(town):
    before = {place for place in town.state.rglob("*") if place.is_file()}
    client = town.client()
    await client.fields(town.question(bsn="999998262", oin=GGZ, source="dossier"), ("medicatie",))
    await client.close()
    assert {place for place in town.state.rglob("*") if place.is_file()} == before


def test_tells_in_a_sentence_why_it_cannot_start(town, tmp_path):
    port = int(town.url.rpartition(":")[2])
    for keys, wanted in ((town.state / "sandbox", f"port {port} is in use"), (tmp_path, "which gateway to trust")):
        process = start(keys, port)
        out, err = process.communicate(timeout=20)
        assert (process.returncode, out) == (1, "")
        assert wanted in err
        assert "Traceback" not in err

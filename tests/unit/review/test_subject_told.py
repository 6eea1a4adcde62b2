"""What is told of a record, and what of it nobody sees unless somebody decides so."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from gateway.model.codes import Tenant
from gateway.model.record import Leaf, RecordClass
from gateway.review.line import Line
from gateway.review.subject.lists import Ground
from gateway.review.subject.told import Told, told_of

LINE = Line(
    tenant=Tenant.ZVH,
    year=2026,
    number=0,
    record="r",
    request="q",
    at=datetime(2026, 11, 21, 9, tzinfo=UTC),
    kind=RecordClass.VERSTREKKING,
    simulation=False,
    revision="a",
    readable=True,
    requester="1",
    requester_kind="college",
    holder="2",
    holder_kind="reclassering",
    recipient="1",
    categories=("woonsituatie",),
    fields=("adres_huidig",),
    granted=("adres_huidig",),
)
ORDINARY = Told(LINE, "college", "betrokkene", third=False)


def test_an_ordinary_line_is_shown() -> None:
    assert ORDINARY.proposed is None


@pytest.mark.parametrize("kind", ["politie", "om"])
@pytest.mark.parametrize("party", ["requester_kind", "holder_kind"])
def test_a_line_of_police_or_prosecutor_waits_for_a_decision(kind: str, party: str) -> None:
    assert replace(ORDINARY, line=LINE._replace(**{party: kind})).proposed is Ground.INVESTIGATION
    assert replace(ORDINARY, recipient_kind=kind).proposed is Ground.INVESTIGATION


@pytest.mark.parametrize("category", ["politie_art8_13", "politie_art9_10", "justitieel_strafvorderlijk"])
def test_so_does_a_line_about_their_data_whoever_has_them(category: str) -> None:
    told = replace(ORDINARY, line=LINE._replace(holder_kind="zvh", categories=("woonsituatie", category)))
    assert told.proposed is Ground.INVESTIGATION


@pytest.mark.parametrize("relation", ["gezinslid", "directe-kring", "derde"])
def test_a_line_of_somebody_elses_case_waits_for_a_decision(relation: str) -> None:
    assert replace(ORDINARY, relation=relation).proposed is Ground.OTHERS
    assert replace(ORDINARY, third=True).proposed is Ground.OTHERS


@pytest.mark.parametrize(
    ("reason", "ground"),
    [
        ("pga-overgedragen", Ground.INVESTIGATION),
        ("geen-overeenstemming-bevoegd-gezag", Ground.INVESTIGATION),
        ("zwaarwegende-redenen", Ground.SAFETY),
        ("geen-deelnemer", None),
    ],
)
def test_a_reason_that_says_more_than_a_refusal_waits_for_a_decision(reason: str, ground: Ground | None) -> None:
    assert replace(ORDINARY, line=LINE._replace(reasons=("niet-noodzakelijk", reason))).proposed is ground


def test_data_that_wait_for_their_recipient_are_given_and_not_fetched() -> None:
    pushed = replace(ORDINARY, line=LINE._replace(recipient="3"))
    assert (ORDINARY.given, ORDINARY.fetched) == (True, True)
    assert (pushed.given, pushed.fetched) == (True, False)
    assert replace(pushed, collected_at=LINE.at).fetched


@pytest.mark.parametrize("kind", [RecordClass.WEIGERING, RecordClass.PROEF, RecordClass.STORING])
def test_an_attempt_gives_nothing(kind: RecordClass) -> None:
    told = replace(ORDINARY, line=LINE._replace(kind=kind))
    assert (told.given, told.fetched) == (False, False)


def body(*tasks: str) -> dict[str, Any]:
    facts = {
        "activity": "opvragen",
        "basis": "wgs.zvh.casusoverleg",
        "requester": {"organisation": {"oin": "1", "kind": "college"}},
        "recipient": {"oin": "1", "kind": "college"},
        "holder": {"oin": "2", "kind": "reclassering"},
        "case": None,
        "subject": {"ref": "v1.pseudonym", "relation": "betrokkene"},
        "fields": [{"name": f"f{n}", "category": "bsn", "necessity": {"task": task}} for n, task in enumerate(tasks)],
    }
    return {
        "facts": orjson.dumps(facts).decode(),
        "narrowed": None,
        "decision": None,
        "source": "toezicht",
        "fault": "x",
    }


LEAF = Leaf("r", "2026-11-21T09:00:00.000Z", "zvh", RecordClass.STORING, False, "q", "a", "c", "b", None)


@pytest.mark.parametrize("task", ["Wmo 2.3.2", "WGS 2.31(5)", "Jw 7.3.11", "Wpg 8", "PW 7", "PGA-wet 5(1)"])
def test_a_task_that_is_an_article_is_told(task: str) -> None:
    about, told = told_of(LEAF, 2026, 0, body(task, task))
    assert (about, told.tasks) == ("v1.pseudonym", (task,))


@pytest.mark.parametrize(
    "task",
    [
        "acute zorg",
        "Ruben 999993653",
        "Jansen 12",
        "Wmo 2.3.2 voor mevrouw Jansen",
        "",
        "Bel 06",
        "Wmo 99.99.93.65.3",
        "Wmo 999993653",
    ],
)
def test_what_a_caller_wrote_otherwise_is_not(task: str) -> None:
    assert told_of(LEAF, 2026, 0, body(task))[1].tasks == ()

"""What is said of a check: each kind of outcome in its sentence, in both languages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.catalogue import Catalogue
from gateway.desk.locale import Locale
from gateway.desk.render import Renderer
from gateway.desk.verdict import Told, told
from gateway.model.codes import Tenant
from gateway.review.checks.outcome import JudgedLog, Outcome, Verdict, Wrong
from gateway.verify.archive import errors
from gateway.verify.errors import VerificationError

AT = datetime(2026, 11, 21, 8, tzinfo=UTC)
RENDERER = Renderer(Catalogue.load(), Locale.load(), lambda oin: oin, lambda name: name)
ZVH, HOLDS, BROKEN, UNJUDGED = Tenant.ZVH, Verdict.HOLDS, Verdict.BROKEN, Verdict.UNJUDGED


def outcome(verdict: Verdict = HOLDS, wrong: Wrong | None = None, **members: Any) -> Outcome:
    return Outcome(verdict, "fenna", "fg", AT, AT, **{"records": 48213, "wrong": wrong} | members)


def say(of: Outcome | None, language: str = "nl", tenant: Tenant = ZVH) -> Told:
    return told(RENDERER, language, tenant, of)


def all_errors(of: type[VerificationError] = VerificationError) -> Iterator[type[VerificationError]]:
    for each in of.__subclasses__():
        yield each
        yield from all_errors(each)


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({}, "Het logboek klopt met zijn zegel. Er was nog geen eerder zegel om mee te vergelijken."),
        ({"since": AT}, "sinds de vorige controle, op 21 november 2026, 09:00."),
        ({"since": AT, "own": True}, "sinds uw zegel van 21 november 2026, 09:00."),
        ({"own": True, "since_size": 48000, "since_year": 2026}, "sinds uw zegel over 48.000 regels van 2026."),
        ({"records": 0}, "Er staat nog niets in dit logboek."),
    ],
)
def test_what_holds(members: dict, sentence: str) -> None:
    found = say(outcome(**members))
    assert found.kind == "ok"
    assert found.sentence.endswith(sentence)


def test_numbers_moment_and_witnesses_stand_beside() -> None:
    logs = (JudgedLog("zvh", 2026, 48213, "9f", 48213, {"region": AT, "other": AT}, True),)
    found = say(outcome(logs=logs))
    assert found.beside == (
        "48.213 regels · gecontroleerd op 21 november 2026, 09:00 · 2 getuigen tekenden mee: region, other"
    )
    assert found.warning == ""
    assert "te weinig getuigen" in say(outcome(logs=(JudgedLog("zvh", 2026, 1, "9f", 1, {}, False),))).warning
    assert say(outcome(logs=logs), "en").beside.startswith("48,213 records · checked at 21 November 2026, 09:00")


def test_never_checked() -> None:
    assert say(None) == Told("part", "Het logboek is nog niet gecontroleerd.")


def test_a_record_is_named_where_people_may_read_it() -> None:
    found = say(outcome(BROKEN, Wrong("record-changed", "zvh", 2026, 48213, "tile/entries/188", "x")))
    assert (found.kind, found.record) == ("bad", (2026, 48213))
    assert found.sentence.startswith("Het logboek klopt niet. Een logregel is veranderd")
    assert found.where == ("Het gaat om logregel 48.213 van 2026.",)
    assert found.codes == "record-changed · zvh · 2026 · 48213 · tile/entries/188 · x"
    looks = say(outcome(BROKEN, Wrong("record-changed", "audit-zvh", 2026, 3)))
    assert looks.record is None
    assert looks.where == ("Het gaat om het logboek van wie er keek.", "Het gaat om logregel 3 van 2026.")


def test_since_when_a_seal_does_not_fit() -> None:
    wrong = Wrong("log-rolled-back", "zvh", 2026, 21, "", "", 15, 22, AT)
    found = say(outcome(BROKEN, wrong))
    assert found.record is None
    assert found.where == (
        "Een eerder zegel van 21 november 2026, 09:00 ging over 22 regels van 2026. "
        "Nu zijn er 21: wat daarna kwam is weg.",
        "Een ouder zegel over 15 regels past nog wel: het verschil zit daarna.",
    )
    forked = say(outcome(BROKEN, Wrong("log-forked", "zvh", 2026, None, "", "", 0, 22)))
    assert forked.where == ("De eerste 22 regels van 2026 zijn niet meer de regels van een eerder zegel.",)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (Wrong("log-unavailable", "zvh", 2026), "De opslag was niet te lezen."),
        (Wrong("archive-unreadable", "zvh", 2026, detail="x"), "De opslag was niet te lezen."),
        (Wrong("signer-unknown", "zvh", 2026, None, "seal"), "Het zegel dat u gaf is niet ondertekend"),
        (Wrong("check-broke", detail="ValueError"), "De controle kon niet worden afgemaakt."),
    ],
)
def test_what_could_not_be_judged_is_not_good(wrong: Wrong, said: str) -> None:
    found = say(outcome(UNJUDGED, wrong))
    assert found.kind == "part"
    assert found.sentence.startswith(f"Het logboek is niet gecontroleerd. {said}")
    assert found.record is None


@pytest.mark.parametrize("error", [*all_errors()], ids=lambda error: error.code)
def test_every_error_of_the_verifier_is_told_in_words(error: type[VerificationError]) -> None:
    assert errors
    for language in ("nl", "en"):
        found = say(outcome(BROKEN, Wrong(error.code, "zvh", 2026, 3, seal=9)), language)
        assert getattr(error, language) in found.sentence
        assert found.where


def test_an_outcome_is_kept_as_it_is() -> None:
    logs = (JudgedLog("zvh", 2026, 3, "9f", 2, {"region": AT}, False),)
    wrong = Wrong("log-forked", "zvh", 2026, None, "", "", 1, 2, AT)
    for each in (outcome(logs=logs, since=AT, own=True), outcome(BROKEN, wrong, against=("a note",))):
        assert Outcome.of(each.to_json()) == each

"""Dossiers: records collected under a question, and what was done about it. Each is what its writings add up to.

Rules:
- A dossier is opened by one writing and changed by others that name it; nothing is taken away, so that its history is
  all of it.
- A record that is taken out stays in the history. A closed dossier has a verdict, and is opened again by a writing of
  its own.
- Of correspondence the SHA-256 alone is kept, with whose letter it is: the letter stays with the FG.
- A writing that means nothing to a dossier of that state (a second opening, an unknown step) changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from gateway.model.writing import WritingKind
from gateway.review.acts import Writing
from gateway.review.judged import Finding, Unwritable, day, hashed, organisation, words

TITLE, QUESTION = 120, 2000
MOST_RECORDS = 1000


class Step(StrEnum):
    """What a writing does to a dossier."""

    OPEN = "open"
    ADD = "add"
    TAKE = "take"
    NOTE = "note"
    LETTER = "letter"
    ASK = "ask"
    REMIND = "remind"
    ANSWERED = "answered"
    CLOSE = "close"
    REOPEN = "reopen"


class State(StrEnum):
    OPEN = "open"
    WAITING = "wacht-op-antwoord"
    CLOSED = "gesloten"


@dataclass(frozen=True, slots=True)
class Letter:
    """`sender`: OIN, empty where the FG sent it; `sha256`: of the file, in hexadecimal."""

    at: datetime
    day: date
    sender: str
    sha256: str
    about: str


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked of a party. `due`: the day until which an answer is waited for, None where none was set."""

    at: datetime
    party: str
    text: str
    due: date | None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Dossier:
    """`id`: of the writing that opened it; `remind`: a day to look at it again; `history`: every writing, oldest
    first.
    """

    id: str
    at: datetime
    who: str
    title: str
    question: str
    state: State = State.OPEN
    records: tuple[str, ...] = ()
    notes: tuple[Writing, ...] = field(default=(), repr=False)
    letters: tuple[Letter, ...] = ()
    questions: tuple[Question, ...] = ()
    remind: date | None = None
    finding: Finding | None = None
    closing: str = ""
    history: tuple[Writing, ...] = field(default=(), repr=False)

    @property
    def waiting(self) -> tuple[Question, ...]:
        return tuple(each for each in self.questions if not each.answered)

    @property
    def due(self) -> date | None:
        """The first day on which somebody has to look at it; None where none was set, or where it is closed."""
        days = [self.remind, *(each.due for each in self.waiting)]
        return None if self.state is State.CLOSED else min((each for each in days if each), default=None)


def fold(writings: Iterable[Writing]) -> list[Dossier]:
    """The dossiers that these writings make, oldest first. `writings`: oldest first."""
    found: dict[str, Dossier] = {}
    for each in writings:
        if each.kind is not WritingKind.DOSSIER:
            continue
        step = each.content.get("step")
        if step == Step.OPEN:
            said = each.content
            found[each.id] = Dossier(
                each.id,
                each.at,
                each.who,
                said["title"],
                said["question"],
                records=tuple(said["records"]),
                history=(each,),
            )
        elif each.about and (dossier := found.get(each.about[0])) is not None:
            found[dossier.id] = replace(_after(dossier, each), history=(*dossier.history, each))
    return list(found.values())


def due(dossiers: Iterable[Dossier], today: date) -> list[Dossier]:
    """Those that somebody should look at by now, the longest overdue first."""
    late = [(each.due, each) for each in dossiers if each.due is not None and each.due <= today]
    return [each for _, each in sorted(late, key=lambda pair: pair[0])]


def opening(title: str, question: str, records: Iterable[str] = ()) -> dict[str, Any]:
    """What opens one. Raises `Unwritable`, as all that follow do."""
    return {
        "step": Step.OPEN,
        "title": words("title", title, longest=TITLE),
        "question": words("question", question, needed=False, longest=QUESTION),
        "records": list(records),
    }


def add(dossier: Dossier, *records: str) -> dict[str, Any]:
    if len({*dossier.records, *records}) > MOST_RECORDS:
        raise Unwritable("records")
    return {"step": Step.ADD, "records": list(records)}


def take(record: str, reason: str) -> dict[str, Any]:
    return {"step": Step.TAKE, "records": [record], "text": words("reason", reason)}


def remark(text: str) -> dict[str, Any]:
    return {"step": Step.NOTE, "text": words("text", text)}


def letter(on: str, sender: str, sha256: str, about: str) -> dict[str, Any]:
    said = words("about", about, longest=TITLE)
    return {
        "step": Step.LETTER,
        "day": day("day", on).isoformat(),
        "sender": organisation("sender", sender) if sender else "",
        "sha256": hashed("sha256", sha256),
        "about": said,
    }


def ask(party: str, text: str, until: str = "") -> dict[str, Any]:
    """`until`: ISO 8601, or empty."""
    return {
        "step": Step.ASK,
        "party": organisation("party", party),
        "text": words("text", text, longest=QUESTION),
        "due": day("due", until).isoformat() if until else "",
    }


def answered(number: int) -> dict[str, Any]:
    """`number`: of the question, from 0."""
    return {"step": Step.ANSWERED, "question": number}


def remind(on: str) -> dict[str, Any]:
    """`on`: ISO 8601, or empty for no reminder any more."""
    return {"step": Step.REMIND, "day": day("remind", on).isoformat() if on else ""}


def close(finding: str, text: str) -> dict[str, Any]:
    if finding not in set(Finding):
        raise Unwritable("verdict")
    return {"step": Step.CLOSE, "verdict": finding, "text": words("text", text)}


def reopen(reason: str) -> dict[str, Any]:
    return {"step": Step.REOPEN, "text": words("reason", reason)}


def _after(dossier: Dossier, writing: Writing) -> Dossier:
    said = writing.content
    match said.get("step"):
        case Step.ADD:
            return replace(dossier, records=tuple(dict.fromkeys((*dossier.records, *said["records"]))))
        case Step.TAKE:
            return replace(dossier, records=tuple(each for each in dossier.records if each not in said["records"]))
        case Step.NOTE:
            return replace(dossier, notes=(*dossier.notes, writing))
        case Step.LETTER:
            letter = Letter(writing.at, date.fromisoformat(said["day"]), said["sender"], said["sha256"], said["about"])
            return replace(dossier, letters=(*dossier.letters, letter))
        case Step.ASK:
            asked = Question(writing.at, said["party"], said["text"], _day(said["due"]))
            state = dossier.state if dossier.state is State.CLOSED else State.WAITING
            return replace(dossier, questions=(*dossier.questions, asked), state=state)
        case Step.ANSWERED:
            return _answered(dossier, said["question"])
        case Step.REMIND:
            return replace(dossier, remind=_day(said["day"]))
        case Step.CLOSE:
            return replace(
                dossier, state=State.CLOSED, finding=Finding(said["verdict"]), closing=said["text"], remind=None
            )
        case Step.REOPEN:
            return replace(dossier, state=State.WAITING if dossier.waiting else State.OPEN, finding=None, closing="")
    return dossier


def _answered(dossier: Dossier, number: int) -> Dossier:
    questions = tuple(
        replace(each, answered=each.answered or place == number) for place, each in enumerate(dossier.questions)
    )
    found = replace(dossier, questions=questions)
    closed = dossier.state is State.CLOSED
    return found if closed else replace(found, state=State.WAITING if found.waiting else State.OPEN)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None

"""What the FG said of a record, and what counts of it now: every word stays, the latest flag and verdict count.

Rules:
- Nothing is changed or taken away. A note that corrects another names it, and both stay to be read; a flag is lifted
  by a writing of its own, with a reason; a second verdict stands after the first.
- A text is kept as it was typed, without the characters that could harm a screen, and within `LONGEST`.
- A letter is kept as the SHA-256 of its file alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from gateway.model.bsn import names_somebody
from gateway.model.writing import WritingKind
from gateway.review.acts import Writing

LONGEST = 4000
_OIN = re.compile(r"[0-9]{20}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_HARMFUL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


class Finding(StrEnum):
    """What a review comes to."""

    RECHTMATIG = "rechtmatig"
    ONRECHTMATIG = "onrechtmatig"
    VERBETERING = "verbetering-nodig"


class Unwritable(ValueError):
    """`member`: the name of what is wrong with it, one of ours."""

    def __init__(self, member: str) -> None:
        super().__init__(f"a writing with a wrong {member}")
        self.member = member


@dataclass(frozen=True, slots=True)
class Judged:
    """`flag` and `verdict`: those that count now, None where there is none; `all`: everything, oldest first."""

    flag: Writing | None
    verdict: Writing | None
    all: tuple[Writing, ...]

    def of(self, kind: WritingKind) -> list[Writing]:
        return [each for each in self.all if each.kind is kind]

    @property
    def corrected(self) -> frozenset[str]:
        """The ids of the notes that a later one corrects."""
        return frozenset(each.content["corrects"] for each in self.of(WritingKind.NOTE) if each.content.get("corrects"))


def judged(writings: Iterable[Writing]) -> Judged:
    """What was said of one record. `writings`: those about it, oldest first."""
    flag = verdict = None
    said = tuple(writings)
    for each in said:
        if each.kind in (WritingKind.FLAG, WritingKind.UNFLAG):
            flag = each if each.kind is WritingKind.FLAG else None
        elif each.kind is WritingKind.VERDICT:
            verdict = each
    return Judged(flag, verdict, said)


def by_record(writings: Iterable[Writing]) -> dict[str, Judged]:
    """The same for every record, by its id."""
    of: dict[str, list[Writing]] = {}
    for each in writings:
        for record in each.about:
            of.setdefault(record, []).append(each)
    return {record: judged(said) for record, said in of.items()}


def note(text: str, corrects: str = "") -> dict[str, Any]:
    """`corrects`: the id of the note in whose place this one is read."""
    return {"text": words("text", text), "corrects": corrects}


def flag(reason: str) -> dict[str, Any]:
    """Of a flag, and of lifting one."""
    return {"reason": words("reason", reason)}


def verdict(finding: str, text: str, sample: str = "") -> dict[str, Any]:
    """`sample`: the id of the sample in which it was given. A verdict other than `rechtmatig` says why."""
    if finding not in set(Finding):
        raise Unwritable("verdict")
    said = words("text", text, needed=finding != Finding.RECHTMATIG)
    return {"verdict": finding, "text": said, "sample": sample}


def justification(received: str, sender: str, digest: str) -> dict[str, Any]:
    """The account that came afterwards. `received`: the day, ISO 8601; `sender`: the OIN of whose it is; `digest`: the
    SHA-256 of the letter, in hexadecimal.
    """
    return {
        "received": day("received", received).isoformat(),
        "sender": organisation("sender", sender),
        "sha256": hashed("sha256", digest),
    }


def words(member: str, text: str, *, needed: bool = True, longest: int = LONGEST) -> str:
    """A text as it is kept. Raises `Unwritable` for one that is empty or too long, or that could name somebody."""
    said = _HARMFUL.sub("�", text.replace("\r\n", "\n")).strip()
    if len(said) > longest or (needed and not said) or names_somebody(said):
        raise Unwritable(member)
    return said


def day(member: str, text: str) -> date:
    """A day of a form. Raises `Unwritable`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unwritable(member) from None


def organisation(member: str, text: str) -> str:
    """An organisation, by its OIN. Raises `Unwritable`."""
    if _OIN.fullmatch(text) is None:
        raise Unwritable(member)
    return text


def hashed(member: str, text: str) -> str:
    """A SHA-256 as somebody pasted it. Raises `Unwritable`."""
    said = re.sub(r"\s", "", text).lower()
    if _SHA256.fullmatch(said) is None:
        raise Unwritable(member)
    return said

"""The catalogue: a code is stable, its words may improve.

Rules: every code stands once, in the file of its kind; it speaks Dutch and English; a problem and a fault have an HTTP
status; what the law names has its article. A catalogue that breaks a rule does not load. `codes/*.yaml` holds the data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal, Self

import yaml

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, Language] = ("nl", "en")


class Kind(StrEnum):
    """What a code is of. `narrowing`: a partner refuses what the law allows; `member` is a wrong member
    of a request; `event` a class of record in the log; `erasure` why one was erased.
    """

    BASIS = "basis"
    OUTCOME = "outcome"
    RUNG = "rung"
    REASON = "reason"
    NARROWING = "narrowing"
    OBLIGATION = "obligation"
    HINT = "hint"
    PROBLEM = "problem"
    MEMBER = "member"
    FAULT = "fault"
    EVENT = "event"
    ERASURE = "erasure"


FILES: Mapping[str, Kind] = {
    "bases.yaml": Kind.BASIS,
    "outcomes.yaml": Kind.OUTCOME,
    "rungs.yaml": Kind.RUNG,
    "reasons.yaml": Kind.REASON,
    "narrowings.yaml": Kind.NARROWING,
    "obligations.yaml": Kind.OBLIGATION,
    "hints.yaml": Kind.HINT,
    "problems.yaml": Kind.PROBLEM,
    "members.yaml": Kind.MEMBER,
    "faults.yaml": Kind.FAULT,
    "events.yaml": Kind.EVENT,
    "erasures.yaml": Kind.ERASURE,
}
BRIEF = frozenset({Kind.OUTCOME, Kind.RUNG, Kind.EVENT, Kind.ERASURE})
"""Kinds that need no cause and no next step."""
FAULT_STATUS = 503
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class UnknownCode(KeyError):
    """No such code: a mistake in the gateway, never the caller's."""


@dataclass(frozen=True, slots=True)
class Text:
    """A code in one language: a title and sentences. `cause` and `next` may be empty (`BRIEF`)."""

    title: str
    sentence: str
    cause: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """`status`: of problems and faults alone. `articles`: where the law itself has the rule behind this code."""

    code: str
    kind: Kind
    nl: Text
    en: Text
    articles: tuple[str, ...] = ()
    status: int | None = None

    def text(self, language: Language) -> Text:
        return self.nl if language == "nl" else self.en

    @classmethod
    def read(cls, code: str, kind: Kind, entry: Mapping[str, Any]) -> Self:
        """One entry of a file. `ValueError` where it is not complete or says more than it may."""
        if unknown := entry.keys() - {"nl", "en", "articles", "status"}:
            raise ValueError(f"{code}: unknown members {sorted(unknown)}")
        try:
            nl, en = (Text(**entry[language]) for language in LANGUAGES)
        except (KeyError, TypeError) as error:
            raise ValueError(f"{code}: words are lacking or misspelt") from error
        if kind not in BRIEF and not all((nl.cause, nl.next, en.cause, en.next)):
            raise ValueError(f"{code}: a {kind} needs a cause and a next step in both languages")
        status = entry.get("status", FAULT_STATUS if kind is Kind.FAULT else None)
        if (status is not None) is not (kind in (Kind.PROBLEM, Kind.FAULT)):
            raise ValueError(f"{code}: problems and faults have a status, and nothing else has")
        return cls(code, kind, nl, en, tuple(entry.get("articles", ())), status)


class Catalogue(Mapping[str, Code]):
    """Code → words, in the order of `Kind` and then of the files."""

    def __init__(self, codes: Mapping[str, Code]) -> None:
        self._codes = codes

    @classmethod
    def load(cls, folder: Traversable | None = None) -> Self:
        """The catalogue that comes with the gateway, or another folder of the same files."""
        return cls._own() if folder is None else cls._read(folder)

    @classmethod
    @cache
    def _own(cls) -> Self:
        return cls._read(files("gateway.catalogue") / "codes")

    @classmethod
    def _read(cls, source: Traversable) -> Self:
        codes: dict[str, Code] = {}
        for name, kind in FILES.items():
            for code, entry in yaml.load((source / name).read_text("utf-8"), LOADER).items():
                if code in codes:
                    raise ValueError(f"{code} stands twice")
                codes[code] = Code.read(code, kind, entry)
        return cls(codes)

    def __getitem__(self, code: str) -> Code:
        try:
            return self._codes[code]
        except KeyError as error:
            raise UnknownCode(code) from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._codes)

    def __len__(self) -> int:
        return len(self._codes)

    def of(self, kind: Kind) -> tuple[Code, ...]:
        """All codes of a kind, in the order of their file."""
        return tuple(code for code in self._codes.values() if code.kind is kind)

"""What a check of a tenant's logs came to, as it is kept, recorded and told.

Rules:
- Three verdicts, and nothing between them: it holds, it does not, or nothing is known. What could not be read to its
  end is never one that holds.
- What is wrong has a code of the verifier, by which its sentence is found, and a place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from gateway.verify.archive import errors as _whole_logs
from gateway.verify.errors import VerificationError

__all__ = ["BROKE", "SEAL", "JudgedLog", "Outcome", "Verdict", "Wrong", "sentence"]
assert _whole_logs  # whose errors are told too

BROKE = "check-broke"
"""The code of a check that could not be finished for a reason that is this program's."""
SEAL = "seal"
"""What stands for a file where a seal that somebody gave is not signed by the log."""


class Verdict(StrEnum):
    HOLDS = "klopt"
    BROKEN = "klopt-niet"
    UNJUDGED = "niet-gecontroleerd"


@dataclass(frozen=True, slots=True)
class Wrong:
    """What does not hold, or kept it from being judged. `code`: of a `VerificationError`, or of a fault; `record`: the
    first record at fault, or under what is, None where it is not one; `fits`: how many records an earlier seal shows
    to be as they were, `seal`: over how many the one was that does not fit, `sealed_at`: from when that is. `detail` is
    for an engineer.
    """

    code: str
    stream: str = ""
    year: int | None = None
    record: int | None = None
    file: str = ""
    detail: str = ""
    fits: int | None = None
    seal: int | None = None
    sealed_at: datetime | None = None

    def sentence(self, language: str) -> str:
        return sentence(self.code, language)


@dataclass(frozen=True, slots=True)
class JudgedLog:
    """A log that holds. `root`: hexadecimal; `cosigned`: the witnesses under what was published last, with the moment
    of each; `quorum`: whether these are enough, None where nobody is asked to be; `unknown`: who else signed it, by a
    key that nobody here knows: name and key's id.
    """

    stream: str
    year: int
    size: int
    root: str
    published: int = 0
    cosigned: Mapping[str, datetime] = field(default_factory=dict)
    quorum: bool | None = None
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """`who` asked for it, in what `role`; `records`: of the tenant's own log, all years; `compared`: how many seals it
    was held against that were kept before, by people or by this desk. `own`: whether the oldest seal of a person is
    told in `since` (its moment, None where it bears none) and `since_size`, records of `since_year`; else `since` is
    when this desk found all good before, None where it never did. `against`: seals that did not fit, which every later
    check is held against too.
    """

    verdict: Verdict
    who: str
    role: str
    started: datetime
    finished: datetime
    records: int = 0
    logs: tuple[JudgedLog, ...] = ()
    compared: int = 0
    own: bool = False
    since: datetime | None = None
    since_size: int = 0
    since_year: int = 0
    wrong: Wrong | None = None
    against: tuple[str, ...] = ()

    @property
    def witnesses(self) -> tuple[str, ...]:
        """Who cosigned what was published last of the tenant's newest log."""
        own = [log for log in self.logs if log.stream == self.logs[0].stream]
        return tuple(own[-1].cosigned) if own else ()

    @property
    def unwitnessed(self) -> bool:
        """Whether too few witnesses have seen one of the logs."""
        return any(log.quorum is False for log in self.logs)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Who signed one of the logs by a key that nobody here knows, each once."""
        return tuple(dict.fromkeys(each for log in self.logs for each in log.unknown))

    def to_json(self) -> dict[str, Any]:
        """What `of` takes: JSON without moments of any other type than text."""
        return _plain(asdict(self))

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Raises `KeyError`, `TypeError`, `ValueError` for what is none."""
        wrong = document["wrong"]
        return cls(
            **{
                **document,
                "verdict": Verdict(document["verdict"]),
                "started": datetime.fromisoformat(document["started"]),
                "finished": datetime.fromisoformat(document["finished"]),
                "logs": tuple(_log(each) for each in document["logs"]),
                "since": _moment(document["since"]),
                "wrong": None if wrong is None else Wrong(**{**wrong, "sealed_at": _moment(wrong["sealed_at"])}),
                "against": tuple(document["against"]),
            }
        )


def sentence(code: str, language: str) -> str:
    """What a code of the verifier says, empty for another."""
    found = next((each for each in _errors(VerificationError) if each.code == code), None)
    return "" if found is None else str(getattr(found, language))


def _errors(of: type[VerificationError]) -> Iterator[type[VerificationError]]:
    for each in of.__subclasses__():
        yield each
        yield from _errors(each)


def _log(document: Mapping[str, Any]) -> JudgedLog:
    cosigned = {name: datetime.fromisoformat(at) for name, at in document["cosigned"].items()}
    return JudgedLog(**{**document, "cosigned": cosigned, "unknown": tuple(document.get("unknown", ()))})


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value

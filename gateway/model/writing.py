"""What a person writes about what the log holds: a note, a flag, a verdict. It only ever appends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class WritingKind(StrEnum):
    NOTE = "note"
    FLAG = "flag"
    UNFLAG = "unflag"
    VERDICT = "verdict"
    DISMISSAL = "dismissal"
    THRESHOLD = "threshold"
    DOSSIER = "dossier"
    SAMPLE = "sample"
    SUBJECT_REPORT = "subject-report"
    JUSTIFICATION = "justification"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class NewWriting:
    """`who` wrote, in what `role`; `about`: ids of records or of earlier writings; `content`: JSON, of the kind."""

    who: str = field(repr=False)
    role: str
    kind: WritingKind
    about: tuple[str, ...] = ()
    content: Mapping[str, Any] = field(default_factory=dict, repr=False)

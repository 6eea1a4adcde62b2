"""Which revision was put into force when, by whose signature and why: one line of canonical JSON each, only added to.

Rules: a line is durable before what it says happens. A last line that is cut short tells of something that did not
happen: it is passed over, and the next entry takes its place.

Whom it trusts: whoever can write the file can rewrite it. Which revision made a decision stands in that decision's
record, which is in the log.
"""

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from gateway.crypto.durable import sync_folder
from gateway.errors import Fault
from gateway.model.canonical import canonical


class Step(StrEnum):
    PUBLISH = "publish"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True)
class Entry:
    """`at`: RFC 3339 in UTC. `signer`: the `kid` of who signed the revision; `former`: the one before it, if any."""

    at: str
    step: Step
    revision: str
    signer: str
    reason: str
    former: str | None

    @classmethod
    def of(cls, line: bytes) -> "Entry":
        document: dict[str, Any] = json.loads(line)
        return cls(**{**document, "step": Step(document["step"])})


class History:
    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self) -> list[Entry]:
        """Every entry, oldest first; a `Fault` where the file holds something else."""
        try:
            *lines, _cut_short = self._file.read_bytes().split(b"\n")
            return [Entry.of(line) for line in lines if line]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise Fault("revision-unavailable", log=f"{self._file} is damaged: {type(error).__name__}") from None

    def add(self, entry: Entry) -> None:
        """Add one entry, durably."""
        new = not self._file.exists()
        descriptor = os.open(self._file, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            os.ftruncate(descriptor, file.read().rfind(b"\n") + 1)
            file.write(canonical(asdict(entry)) + b"\n")
            os.fsync(descriptor)
        if new:
            sync_folder(self._file.parent)


def stamp(at: datetime) -> str:
    """A time as an entry has it, in whole seconds."""
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"

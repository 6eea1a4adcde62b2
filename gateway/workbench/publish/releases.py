"""Putting a revision into force, and going back to one: by one file, which is replaced in one step.

Rules:
- What is put into force is verified by the signers who are known now, kept in the archive, and written in the history;
  then the file that the gateway and OPA follow is replaced. Any of them can take it up to a second later.
- Going back names a revision that was in force here, by default the one before; its reason is required.
- One at a time, whoever does it: the others wait.

Whom it trusts: the file of signers. Whoever can write the file that is followed can put an older signed bundle back.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gateway.crypto.durable import write_whole
from gateway.errors import Fault
from gateway.model.parties import PublicKey
from gateway.pdp.archive import UNAVAILABLE, Archive
from gateway.pdp.history import Entry, History, Step, stamp
from gateway.pdp.signed import SignedBundle

FOLLOWED = "active.tar.gz"
READABLE = 0o640
"""The followed file can be read by the group: OPA is another user. Policies are no secret."""


@dataclass(frozen=True, slots=True)
class Releases:
    """`folder`: archive and history, in the gateway's state. `place`: the file that is followed."""

    folder: Path
    place: Path
    signers: Sequence[PublicKey]

    @property
    def archive(self) -> Archive:
        return Archive(self.folder)

    @property
    def _history(self) -> History:
        return History(self.folder / "history.jsonl")

    def history(self) -> list[Entry]:
        """What was put into force, oldest first."""
        return self._history.read()

    def active(self) -> SignedBundle | None:
        """The bundle in the followed file, verified now; None where there is no such file."""
        try:
            return SignedBundle.verify(self.place.read_bytes(), self.signers)
        except FileNotFoundError:
            return None

    def publish(self, packed: bytes, reason: str, at: datetime) -> Entry:
        """Put a signed bundle into force; `BrokenBundle` where it is not accepted, and nothing changes."""
        signed = SignedBundle.verify(packed, self.signers)
        with self._alone():
            return self._enforce(Step.PUBLISH, signed, reason, at)

    def rollback(self, revision: str | None, reason: str, at: datetime) -> Entry:
        """Go back to a revision that was in force here; to the one before where none is named."""
        with self._alone():
            history = self.history()
            revision = revision or _before(history)
            if revision not in {entry.revision for entry in history}:
                raise Fault(UNAVAILABLE, log=f"{revision} was never in force here")
            self.archive.get(revision)
            signed = SignedBundle.verify(self.archive.packed(revision), self.signers)
            return self._enforce(Step.ROLLBACK, signed, reason, at)

    def _enforce(self, step: Step, signed: SignedBundle, reason: str, at: datetime) -> Entry:
        revision, history = signed.bundle.revision, self.history()
        self.archive.keep(signed.bundle, signed.packed)
        entry = Entry(stamp(at), step, revision, signed.signer, reason, history[-1].revision if history else None)
        self._history.add(entry)
        write_whole(self.place, signed.packed, mode=READABLE)
        return entry

    @contextmanager
    def _alone(self) -> Iterator[None]:
        for folder in (self.folder.parent, self.folder):
            folder.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _before(history: Sequence[Entry]) -> str:
    """The revision that was in force before the one that is."""
    others = [entry.revision for entry in history if entry.revision != history[-1].revision]
    if not others:
        raise Fault(UNAVAILABLE, log="there is no revision to go back to")
    return others[-1]

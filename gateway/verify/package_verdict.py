"""The judge of an evidence package.

Rules:
- The signature of the manifest first, as each log that it speaks of; then every file against its sum, none missing and
  none to spare; then the proofs of each log, by the judge of evidence files. The first thing that is wrong ends it.
- The records that the manifest names are those that are proved, no more and no fewer.
- A checkpoint that the reader kept is held against the log that it is of; where the package has none of that log, that
  is told.
- That the words of a record's file, of LEESMIJ.html and of the policies are those of the gateway is what the signature
  says; that the records stand in the log is what the proofs show, whoever signed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .archive.errors import FileChanged, MalformedPackage, StrayFile, Unreadable
from .archive.links import SPEAKING
from .checkpoint import Checkpoint
from .errors import NotIncluded, OtherAnswer, UnknownSigner, VerificationError
from .evidence_verdict import VerifiedEvidence, verify_evidence
from .keys import ED25519, VerifierKey
from .note import verify_note
from .package import MANIFEST, NOTE, Manifest, PackedLog, note_text
from .trust import Reader


@dataclass(frozen=True, slots=True)
class VerifiedPackage:
    """What a package proves. `signed`: the reader's keys that signed the manifest; `unseen`: the reader kept a
    checkpoint of a log that is not among these.
    """

    manifest: Manifest
    signed: tuple[VerifierKey, ...]
    logs: tuple[VerifiedEvidence, ...]
    answers: int = 0
    unseen: bool = False

    @property
    def records(self) -> int:
        return sum(len(each.records) for each in self.logs)


def verify_package(
    files: Mapping[str, bytes], reader: Reader, *, released: bytes | None = None, now: datetime | None = None
) -> VerifiedPackage:
    """Judge a package's files. `released`: an answer that one of its records must be of. Raises the
    `VerificationError` of the first thing that is wrong, which says where.
    """
    for name in (MANIFEST, NOTE):
        if name not in files:
            raise Unreadable("it is missing").at(file=name)
    manifest = Manifest.parse(files[MANIFEST])
    signed = _signed(files, manifest.logs, reader)
    _require_files(files, manifest.files)
    seen = None if reader.seen is None else _origin_seen(reader.seen)
    logs, answers = [], 0
    for log in manifest.logs:
        own = reader if log.origin == seen else replace(reader, seen=None)
        verified = _log(files, log, own, now)
        answers += _answers(verified, released)
        logs.append(verified)
    if released is not None and not answers:
        raise OtherAnswer("no record here is of this answer")
    unseen = seen is not None and seen not in [log.origin for log in manifest.logs]
    return VerifiedPackage(manifest, signed, tuple(logs), answers, unseen)


def _signed(files: Mapping[str, bytes], logs: Sequence[PackedLog], reader: Reader) -> tuple[VerifierKey, ...]:
    try:
        note, signed = verify_note(_decoded(files[NOTE]), [key for key in reader.keys if key.kind == ED25519])
        if note.text != note_text(files[MANIFEST]):
            raise FileChanged("it is not the manifest that was signed").at(file=MANIFEST)
        silent = {log.origin for log in logs} - {key.name for key in signed}
        if silent or not logs:
            raise UnknownSigner(f"not signed as {', '.join(sorted(silent)) or 'any log'}")
        if len(note.signatures) != len(signed) or len(signed) != len(logs):
            raise MalformedPackage("it is signed by others than its logs")
        return signed
    except VerificationError as error:
        raise error.at(file=NOTE) from None


def _require_files(files: Mapping[str, bytes], sums: Mapping[str, str]) -> None:
    for name in sorted(set(sums) - set(files)):
        raise Unreadable("it is missing").at(file=name)
    for name in sorted(set(files) - set(sums) - {MANIFEST, NOTE}):
        raise StrayFile("the manifest does not name it").at(file=name)
    for name, digest in sums.items():
        if hashlib.sha256(files[name]).hexdigest() != digest:
            raise FileChanged("it is not the file that the manifest names").at(file=name)


def _log(files: Mapping[str, bytes], log: PackedLog, reader: Reader, now: datetime | None) -> VerifiedEvidence:
    for name in (log.file, *(each.file for each in log.records)):
        if name not in files:
            raise Unreadable("it is missing").at(file=name)
    try:
        verified = verify_evidence(files[log.file], replace(reader, origin=reader.origin or log.origin), now=now)
    except VerificationError as error:
        raise error.at(file=log.file) from None
    proved = [(each.index, each.leaf.id) for each in verified.records]
    if proved != [(each.number, each.id) for each in log.records] or verified.checkpoint.origin != log.origin:
        raise NotIncluded("the manifest names other records than are proved").at(file=log.file)
    return verified


def _answers(verified: VerifiedEvidence, released: bytes | None) -> int:
    if released is None:
        return 0
    digest = hashlib.sha256(released).hexdigest()
    return sum(each.leaf.released_sha256 == digest and each.leaf.kind not in SPEAKING for each in verified.records)


def _origin_seen(note: str) -> str:
    try:
        return Checkpoint.of(note).origin
    except VerificationError as error:
        raise error.at(file="seen") from None


def _decoded(note: bytes) -> str:
    return note.decode("utf-8", "replace")

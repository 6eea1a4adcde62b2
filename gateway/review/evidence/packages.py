"""Making an evidence package: of records of one tenant, of any of its years.

Specification: the format is `gateway.verify.package`, that of the proofs `gateway.verify.evidence`.

Rules:
- Without being asked for, no body is opened: then nothing in the package is about a person. What was decided is told
  in words.
- The policies go along as they were, by the revision that decided; one that is not kept is named as missing.
- The program that checks goes along whole. Keys go along to be compared with those that a reader has from elsewhere.
- The same records, moment and log give the same bytes.

Trust: the log's own key signs the package, by which this desk says that the words are its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import groupby
from typing import Any

import orjson

from gateway.catalogue.catalogue import LANGUAGES
from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.pdp.archive import Archive
from gateway.review.checks.seals import Trust
from gateway.review.evidence.explained import Explainer
from gateway.review.evidence.leaving import Leaving, leaving
from gateway.review.evidence.readme import Readme
from gateway.review.records.entry import NoLine
from gateway.review.records.reading import Read, Reading
from gateway.tlog.at_rest import LogsAtRest
from gateway.tlog.evidence import gather
from gateway.verify.evidence import Evidence
from gateway.verify.note import Signer, sign_note
from gateway.verify.package import MANIFEST, NOTE, Manifest, PackedLog, PackedRecord, note_text
from gateway.verify.policy import evaluate
from gateway.verify.zipped import pack

MOST = 500
"""Records in one package."""
Place = tuple[int, int]
"""The year of a record's log, and its number there."""


@dataclass(frozen=True, slots=True)
class Order:
    """Who asks for a package, and of what. `who`: as it stands in the package; `about`: in what words it was chosen."""

    tenant: Tenant
    places: Sequence[Place]
    who: str = field(repr=False)
    at: datetime
    about: str = field(default="", repr=False)
    bodies: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """What a package would hold. `missing`: policies that are not kept any more."""

    reads: tuple[Read, ...] = field(repr=False)
    revisions: tuple[str, ...]
    missing: tuple[str, ...]
    leaving: Leaving


class Packages:
    """`signer`: who signs a stream's log under an origin; `witnesses`: the policy of witnesses, as it is written, None
    where nobody vouches. All may be called by any thread; all may raise the faults of the logs.
    """

    def __init__(
        self,
        logs: LogsAtRest,
        reading: Reading,
        archive: Archive,
        trust: Trust,
        signer: Callable[[str, str], Signer],
        explainer: Explainer,
        witnesses: Callable[[], bytes | None],
    ) -> None:
        self._logs, self._reading, self._archive, self._trust = logs, reading, archive, trust
        self._signer, self._explainer, self._witnesses = signer, explainer, witnesses
        self._readme = Readme()

    def contents(self, tenant: Tenant, places: Sequence[Place]) -> Contents:
        """`LookupError` where one of the places has no record, or what stands there is none any more."""
        reads = []
        for year, number in sorted(set(places)):
            try:
                read = self._reading.at(tenant, year, number, content=False)
            except NoLine as error:
                raise LookupError(f"what stands at {number} of {year} is no record") from error
            if read is None:
                raise LookupError(f"no record {number} of {year}")
            reads.append(read)
        wanted = sorted({read.decided.revision for read in reads if read.decided is not None})
        there = set(self._archive.known())
        return Contents(
            tuple(reads),
            tuple(each for each in wanted if each in there),
            tuple(each for each in wanted if each not in there),
            leaving(read.entry.body for read in reads),
        )

    def make(self, order: Order) -> bytes:
        """The package. Raises `LookupError` as `contents` does, `VerificationError` or `TreeDamaged` where the log does
        not prove what stands in it, and `Fault`.
        """
        contents = self.contents(order.tenant, order.places)
        logs, packed = [], dict(self._policies(contents.revisions)) | dict(_verifier()) | self._keys(order.tenant)
        for year, group in groupby(contents.reads, key=lambda read: read.entry.year):
            reads = list(group)
            evidence, cosigned = self._evidence(order, year, [read.entry.number for read in reads])
            log = self._log(order.tenant, year, evidence, reads)
            packed[log.file] = evidence.to_bytes()
            packed |= {
                record.file: self._record(read, log.origin) for record, read in zip(log.records, reads, strict=True)
            }
            logs.append((log, evidence, cosigned))
        explained = {language: [self._told(read, language) for read in contents.reads] for language in LANGUAGES}
        packed["LEESMIJ.html"] = self._readme.page(order, contents, logs, explained, sorted(packed))
        manifest = Manifest(
            made=order.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            tenant=order.tenant,
            bodies=any(record.opened is not None for _, evidence, _ in logs for record in evidence.records),
            logs=[log for log, _, _ in logs],
            files={name: hashlib.sha256(content).hexdigest() for name, content in packed.items()},
        ).to_bytes()
        signers = [self._signer(order.tenant, log.origin) for log, _, _ in logs]
        return pack(packed | {MANIFEST: manifest, NOTE: sign_note(note_text(manifest), signers).encode()})

    def _evidence(self, order: Order, year: int, numbers: list[int]) -> tuple[Evidence, Mapping[str, datetime]]:
        """With the witnesses under its checkpoint, and the moment of each."""
        with closing(self._logs.storage(order.tenant, year)) as log:
            reader = self._trust(order.tenant, log)
            peers = [peer.key for peer in reader.policy.witnesses.values()] if reader.policy else []
            keys = [str(key) for key in (*reader.keys, *peers)]
            if order.bodies:
                with closing(self._logs.keys(order.tenant)) as bodies:
                    evidence = gather(log, numbers, keys=keys, bodies=bodies)
            else:
                evidence = gather(log, numbers, keys=keys)
        quorum = evaluate(evidence.checkpoint, reader.policy, now=order.at) if reader.policy else None
        return evidence, quorum.cosigned if quorum else {}

    def _log(self, tenant: Tenant, year: int, evidence: Evidence, reads: Sequence[Read]) -> PackedLog:
        records = [
            PackedRecord(read.entry.number, read.entry.leaf.id, f"regels/{tenant}-{year}-{read.entry.number}.json")
            for read in reads
        ]
        origin = evidence.checkpoint.partition("\n")[0]
        return PackedLog(origin, f"bewijs/{tenant}-{year}.evidence.json", records)

    def _told(self, read: Read, language: Any) -> dict[str, Any]:
        entry = read.entry
        return {"year": entry.year, "number": entry.number, "at": entry.at, **self._explainer.explain(read, language)}

    def _record(self, read: Read, origin: str) -> bytes:
        document = {
            "leaf": read.entry.raw.decode(),
            "log": origin,
            "number": read.entry.number,
            **{language: self._explainer.explain(read, language) for language in LANGUAGES},
        }
        return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"

    def _policies(self, revisions: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        for revision in revisions:
            self._archive.get(revision)  # hashed again: a revision goes along whole, or not
            yield f"beleid/{revision}.tar.gz", self._archive.packed(revision)

    def _keys(self, tenant: Tenant) -> dict[str, bytes]:
        """The keys of every year of the log: who checks with a later one has it too."""
        lines = []
        for year in self._logs.years(tenant):
            with closing(self._logs.storage(tenant, year)) as log:
                lines += [f"{key}\n" for key in self._trust(tenant, log).keys]
        found = {"sleutels/log.vkeys": "".join(lines).encode()}
        witnesses = self._witnesses()
        return found if witnesses is None else found | {"sleutels/getuigen.policy": witnesses}


def witnesses_of(read: Callable[[], bytes]) -> bytes:
    """The policy of witnesses as it is written. `Fault` vouchers-unusable."""
    try:
        return read()
    except OSError as error:
        raise Fault("vouchers-unusable", log=f"the policy of witnesses: {error.strerror}") from error


def _verifier() -> Iterator[tuple[str, bytes]]:
    """Every file of the program that checks."""
    waiting: list[tuple[str, Traversable]] = [("verify", files("gateway.verify"))]
    while waiting:
        name, folder = waiting.pop()
        for each in folder.iterdir():
            path = f"{name}/{each.name}"
            if each.is_dir() and each.name != "__pycache__":
                waiting.append((path, each))
            elif each.name.endswith(".py"):
                yield path, each.read_bytes()

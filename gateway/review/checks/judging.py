"""Judging all logs of a tenant, of every year, and those of who looked: what a thread does while people wait.

Rules:
- Everything is computed anew from what is stored; no flag, index or earlier result is believed.
- The first thing that is wrong ends it. Then nothing is said of what comes after.
- A log that cannot be read for a reason that may pass (no access, a database that is away) leaves it unjudged; one that
  is there and cannot be read is damaged.
- A year that was here before, or that a seal or the next year speaks of, is missed: a log is taken away as a whole too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.model.log import LogState
from gateway.review.checks.keeping import SealToKeep, seals_to_keep
from gateway.review.checks.outcome import SEAL, JudgedLog, Verdict, Wrong
from gateway.review.checks.seals import Seal, Trust, moment_of, open_seal
from gateway.review.checks.steps import Steps
from gateway.tlog.at_rest import LogsAtRest
from gateway.tlog.audit import audit_stream
from gateway.tlog.in_place import LogInPlace
from gateway.verify.archive.errors import RolledBack, RootDiffers, TileChanged, Unreadable, WrongLink
from gateway.verify.archive.judge import VerifiedLog, require_grown, verify_log
from gateway.verify.archive.pool import ALONE_BELOW
from gateway.verify.archive.tree import Tree
from gateway.verify.checkpoint import Checkpoint
from gateway.verify.errors import VerificationError, WrongOrigin
from gateway.verify.keys import VerifierKey
from gateway.verify.merkle import EMPTY_ROOT, node_hash
from gateway.verify.policy import evaluate
from gateway.verify.trust import Reader, open_signed

IN_THREAD, SOME = 5_000, 2
Name = tuple[str, int]


class Found(Exception):
    """What ended it."""

    def __init__(self, verdict: Verdict, wrong: Wrong, against: tuple[str, ...] = ()) -> None:
        super().__init__(wrong.code)
        self.verdict, self.wrong, self.against = verdict, wrong, against


@dataclass(slots=True)
class Judgement:
    """What was judged so far. `notes`: the signed head of each log; `since`: moment, size and year of the
    oldest seal of a person that fits.
    """

    records: int = 0
    logs: list[JudgedLog] = field(default_factory=list)
    notes: dict[Name, str] = field(default_factory=dict)
    compared: int = 0
    since: tuple[datetime | None, int, int] | None = None


class Judge:
    """`alone`: reads in this process only, as from a database. `seals`: what was kept, by people and by this desk."""

    def __init__(self, logs: LogsAtRest, trust: Trust, *, alone: bool, now: Callable[[], datetime]) -> None:
        self._logs, self._trust, self._alone, self._now = logs, trust, alone, now

    def judge(self, tenant: Tenant, seals: Sequence[Seal], steps: Steps, into: Judgement) -> None:
        """Judge everything, filling `into` on the way. Raises `Found`; `steps.Stopped` where it was asked to stop."""
        streams = (str(tenant), audit_stream(tenant))
        sizes = self._sizes(streams)
        steps.expect(sizes, len(seals))
        _require_years(sizes, seals, self)
        for stream in streams:
            before: VerifiedLog | None = None
            for year in sorted(year for owner, year in sizes if owner == stream):
                if sizes[stream, year]:
                    before = self._log((stream, year), before, seals, steps, into)
                    into.records += before.checkpoint.size if stream == tenant else 0

    def seals(self, tenant: Tenant) -> list[SealToKeep]:
        """Raises as `seals_to_keep` does."""
        return seals_to_keep(self._logs, tenant, self._trust)

    def keys(self, stream: str) -> Sequence[VerifierKey]:
        """Of whoever signs a stream's logs, under the name of one of them."""
        for year in self._logs.years(stream):
            with _told(stream, year), closing(self._logs.storage(stream, year)) as log:
                if keys := self._trust(stream, log).keys:
                    return keys
        return ()

    def _sizes(self, streams: Sequence[str]) -> dict[Name, int]:
        sizes: dict[Name, int] = {}
        for stream in streams:
            with _told(stream, None):
                years = self._logs.years(stream)
            for year in years:
                with _told(stream, year), closing(self._logs.storage(stream, year)) as log:
                    head = log.state()
                    if head is None and log.entries(0, 1):
                        raise Unreadable("there are records and no seal").at(record=0)
                    sizes[stream, year] = head.size if head else 0
        return sizes

    def _log(
        self, name: Name, before: VerifiedLog | None, seals: Sequence[Seal], steps: Steps, into: Judgement
    ) -> VerifiedLog:
        with _told(*name):
            with closing(self._logs.storage(*name)) as log:
                reader, published = self._trust(name[0], log), log.published()
                _require_head(log.state())
            peers = [peer.key for peer in reader.policy.witnesses.values()] if reader.policy else []
            own = Reader([*reader.keys, *(before.signed if before else ())], previous=before and before.note)
            with closing(LogInPlace(self._logs, *name, named=[*reader.keys, *peers])) as place:
                processes = 1 if self._alone else _processes(steps.size(name))
                verified = verify_log(place, own, now=self._now(), progress=steps.of(name), processes=processes)
            _require_name(verified, before, name)
        tree = verified.tree
        assert tree is not None
        steps.sealed(name)
        self._seals(name, tree, [each for each in seals if (each.stream, each.year) == name], reader, steps, into)
        judged = JudgedLog(*name, tree.size, verified.checkpoint.root.hex())
        if published is not None:
            with _told(*name):
                judged = self._published(judged, tree, published.checkpoint, reader, verified.checkpoint.origin)
        steps.witnessed()
        into.logs.append(judged)
        into.notes[name] = verified.note
        return verified

    def _seals(
        self, name: Name, tree: Tree, seals: Sequence[Seal], reader: Reader, steps: Steps, into: Judgement
    ) -> None:
        fits = 0
        for seal in sorted(seals, key=lambda each: each.checkpoint.size):
            kept, moment = _opened(seal, reader.keys), moment_of(seal.note, reader)
            try:
                require_grown(tree, kept)
            except VerificationError as error:
                record = tree.size if isinstance(error, RolledBack) else None
                wrong = Wrong(error.code, *name, record, "", str(error), fits, kept.size, moment)
                raise Found(Verdict.BROKEN, wrong, (seal.note,)) from None
            fits = max(fits, kept.size)
            into.compared += 1
            if seal.own and into.since is None:
                into.since = (moment, kept.size, seal.year)
            steps.seen()

    def _published(self, judged: JudgedLog, tree: Tree, note: str, reader: Reader, origin: str) -> JudgedLog:
        """What was published last is of this log, and who of the witnesses cosigned it."""
        try:
            signed = open_signed(note, None, reader, origin)
            head = signed.checkpoint
            require_grown(tree, head)
        except VerificationError as error:
            raise error.at(file="published") from None
        quorum = evaluate(note, reader.policy, now=self._now()) if reader.policy else None
        cosigned, reached = (quorum.cosigned, quorum.reached) if quorum else ({}, None)
        unknown = signed.unknown if quorum else ()
        return replace(judged, published=head.size, cosigned=cosigned, quorum=reached, unknown=unknown)


class _told:
    """Turn what is wrong with a log into what ended the check."""

    def __init__(self, stream: str, year: int | None) -> None:
        self._place = stream, year

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, VerificationError):
            passing = isinstance(error, Unreadable) and _may_pass(error.__cause__)
            record = error.below if isinstance(error, TileChanged) else error.record
            wrong = Wrong(error.code, *self._place, record, error.file or "", str(error))
            raise Found(Verdict.UNJUDGED if passing else Verdict.BROKEN, wrong) from error
        if isinstance(error, Fault | OSError):
            passing = _may_pass(error)
            code = error.code if passing and isinstance(error, Fault) else Unreadable.code
            wrong = Wrong(code, *self._place, detail=str(error))
            raise Found(Verdict.UNJUDGED if passing else Verdict.BROKEN, wrong) from error


def _may_pass(cause: BaseException | None) -> bool:
    """Whether what cannot be read now may be read later: nothing is known to be wrong with it."""
    return cause is not None and not (isinstance(cause, Fault) and cause.code == "log-damaged")


def _require_years(sizes: Mapping[Name, int], seals: Sequence[Seal], judge: Judge) -> None:
    """Raises `Found` for a year of which a seal was kept and that is not here."""
    for seal in seals:
        name = (seal.stream, seal.year)
        if sizes.get(name) or not seal.checkpoint.size:
            continue
        kept = _opened(seal, judge.keys(seal.stream))
        wrong = Wrong(RolledBack.code, *name, 0, "", "the log of this year is gone", 0, kept.size)
        raise Found(Verdict.BROKEN, wrong, (seal.note,))


def _require_head(head: LogState | None) -> None:
    """What the log would go on from is what was signed: else the next record would not fit what stands here."""
    if head is None:
        return
    signed, root = Checkpoint.of(head.checkpoint), EMPTY_ROOT
    for number, node in enumerate(reversed(head.compact)):
        root = node_hash(node, root) if number else node
    if (head.size, root) != (signed.size, signed.root):
        raise RootDiffers("what the log goes on from is not what was signed").at(file="head")


def _require_name(verified: VerifiedLog, before: VerifiedLog | None, name: Name) -> None:
    """A log is of its own stream and year, and begins where the year before ended."""
    stream, year = name
    origin = verified.checkpoint.origin
    if origin.split("/")[-2:] != [stream, str(year)]:
        raise WrongOrigin(f"{origin} in the place of {stream}/{year}").at(file="checkpoint")
    if before is None and verified.opened is not None:
        raise WrongLink(f"{verified.opened.origin}, which went before, is not here").at(record=0)


def _opened(seal: Seal, keys: Sequence[VerifierKey]) -> Checkpoint:
    """What this desk kept itself was signed when it did."""
    try:
        return open_seal(seal, keys) if seal.own else seal.checkpoint
    except VerificationError as error:
        wrong = Wrong(error.code, seal.stream, seal.year, None, SEAL, str(error), None, seal.checkpoint.size)
        raise Found(Verdict.UNJUDGED, wrong) from None


def _processes(size: int) -> int | None:
    """How many read, so that pages stay quick: in this thread where it is done at once, else elsewhere."""
    return 1 if size < IN_THREAD else SOME if size < ALONE_BELOW else None

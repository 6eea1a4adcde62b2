"""Checks of a tenant's logs, one at a time, beside the pages: asked for by a person, and by this desk every day.

Rules:
- One check a tenant runs at a time. Whoever asks for another meanwhile gets the one that runs; seals that they brought
  are held against the log right after it.
- A red verdict stands until a later check has found everything good, that check being held against whatever seal did
  not fit as well. Nothing else takes it away: it is kept before it is recorded, and read back at the next start, from
  the audit stream where what was kept is gone.
- Every check is recorded in the audit stream, one that found nothing wrong too.
- What this desk remembers is a convenience: whoever can change the log can change that as well. What a person keeps
  elsewhere they cannot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

import structlog

from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.model.writing import WritingKind
from gateway.review.checks.judging import Found, Judge, Judgement
from gateway.review.checks.keeping import SealToKeep
from gateway.review.checks.memory import Memory, held, outcome_of, read, written
from gateway.review.checks.outcome import BROKE, Outcome, Verdict, Wrong
from gateway.review.checks.seals import Seal
from gateway.review.checks.steps import Steps, Stopped
from gateway.review.writings import Writings
from gateway.verify.errors import VerificationError

DESK, BY_ITSELF = "bureau", "automatisch"
EVERY = 24 * 3600.0


class Kept(Protocol):
    """What the desk remembers of checks, durably. May raise `Fault`."""

    def load(self, tenant: Tenant) -> bytes | None: ...

    def save(self, tenant: Tenant, document: bytes) -> None:
        """Durable when it returns."""


@dataclass(slots=True)
class Job:
    """A check that runs, or ran. `waiting`: what is to be looked at after it."""

    tenant: Tenant
    who: str = field(repr=False)
    role: str
    started: datetime
    seals: list[Seal] = field(default_factory=list)
    steps: Steps = field(default_factory=Steps)
    waiting: list[Seal] = field(default_factory=list)
    ended: bool = False


class Checks:
    """`now`: the clock; `freeze`: stops the releases of a tenant, for a reason (a code). Used from one event loop; only
    the judging is done elsewhere.
    """

    def __init__(
        self,
        judge: Judge,
        kept: Kept,
        writings: Writings,
        now: Callable[[], datetime],
        freeze: Callable[[str, str], None] | None = None,
    ) -> None:
        self._judge, self._kept, self._writings, self._now, self._freeze = judge, kept, writings, now, freeze
        self._memory: dict[Tenant, Memory] = {}
        self._jobs: dict[Tenant, tuple[Job, asyncio.Task[None]]] = {}
        self._log = structlog.get_logger("gateway.desk")

    async def open(self) -> None:
        """Read back what was found before. Raises the faults of the desk's state."""
        for tenant in Tenant:
            document = await asyncio.to_thread(self._kept.load, tenant)
            self._memory[tenant] = (read(document) if document else None) or await self._recorded(tenant)

    async def close(self) -> None:
        """Stop what runs."""
        for job, task in list(self._jobs.values()):
            job.steps.stop = True
            await task

    def start(self, tenant: Tenant, *, who: str, role: str, seals: Sequence[Seal] = ()) -> Job:
        """Check a tenant's logs, also against these seals; the check that runs already where one does."""
        if (running := self.running(tenant)) is not None:
            running.waiting += seals
            return running
        job = Job(tenant, who, role, self._now(), list(seals))
        self._jobs[tenant] = job, asyncio.create_task(self._run(job))
        return job

    def running(self, tenant: Tenant) -> Job | None:
        found = self._jobs.get(tenant)
        return None if found is None or found[0].ended else found[0]

    async def finished(self, tenant: Tenant) -> Outcome | None:
        """What the check that runs comes to, or the last one came to."""
        while self.running(tenant) is not None:
            await asyncio.shield(self._jobs[tenant][1])
        return self.last(tenant)

    def last(self, tenant: Tenant) -> Outcome | None:
        return self._memory[tenant].last

    def standing(self, tenant: Tenant) -> Outcome | None:
        """The red verdict that no later check has lifted."""
        return self._memory[tenant].alarm

    async def history(self, tenant: Tenant) -> list[Outcome]:
        """Every check that is recorded, newest first."""
        found = [outcome_of(each.content) for each in await self._writings.all(tenant, WritingKind.CHECK)]
        return [each for each in reversed(found) if each is not None]

    async def seals(self, tenant: Tenant) -> list[SealToKeep]:
        """What somebody may take along, the newest year first; none where it cannot be read."""
        try:
            return await asyncio.to_thread(self._judge.seals, tenant)
        except (Fault, VerificationError):
            return []

    async def every_day(self) -> None:
        """Check everything now, and each day."""
        while True:
            for tenant in Tenant:
                self.start(tenant, who=DESK, role=BY_ITSELF)
                await self.finished(tenant)
            await asyncio.sleep(EVERY)

    async def _run(self, job: Job) -> None:
        memory = self._memory[job.tenant]
        try:
            outcome, heads = await asyncio.to_thread(self._judged, job, memory)
            await self._keep(job.tenant, memory, outcome, heads)
        except Stopped:
            return
        finally:
            job.ended = True
        if job.waiting:
            self.start(job.tenant, who=job.who, role=job.role, seals=job.waiting)

    def _judged(self, job: Job, memory: Memory) -> tuple[Outcome, dict[str, str]]:
        """In a thread: what the logs are, and the signed head of each."""
        seals, into, wrong = [*job.seals, *held(job.tenant, memory)], Judgement(), None
        verdict, against = Verdict.HOLDS, ()
        notes = {seal.note: seal for seal in reversed(seals)}
        try:
            self._judge.judge(job.tenant, list(notes.values()), job.steps, into)
        except Found as found:
            verdict, wrong, against = found.verdict, found.wrong, found.against
        except Stopped:
            raise
        except Exception as error:
            verdict, wrong = Verdict.UNJUDGED, Wrong(BROKE, detail=type(error).__name__)
            self._log.error(BROKE, why=type(error).__name__)
        moment, size, year = into.since or (memory.held_at, 0, 0)
        outcome = Outcome(
            verdict=verdict,
            who=job.who,
            role=job.role,
            started=job.started,
            finished=self._now(),
            records=into.records,
            logs=tuple(into.logs),
            compared=into.compared,
            own=into.since is not None,
            since=moment,
            since_size=size,
            since_year=year,
            wrong=wrong,
            against=against,
        )
        return outcome, {f"{stream}/{year}": note for (stream, year), note in into.notes.items()}

    async def _keep(self, tenant: Tenant, memory: Memory, outcome: Outcome, heads: dict[str, str]) -> None:
        if outcome.verdict is Verdict.HOLDS:
            memory.alarm, memory.held, memory.held_at = None, heads, outcome.finished
        elif outcome.verdict is Verdict.BROKEN:
            before = memory.alarm.against if memory.alarm else ()
            outcome = memory.alarm = replace(outcome, against=tuple(dict.fromkeys((*before, *outcome.against))))
        memory.last = outcome
        try:
            if outcome.verdict is Verdict.BROKEN and outcome.wrong is not None and self._freeze is not None:
                await asyncio.to_thread(self._freeze, str(tenant), outcome.wrong.code)
            await asyncio.to_thread(self._kept.save, tenant, written(memory))
        except Fault as fault:
            self._log.error(fault.code, why="what a check found is not kept")
        try:
            kind, content = WritingKind.CHECK, outcome.to_json()
            await self._writings.write(tenant, who=outcome.who, role=outcome.role, kind=kind, content=content)
        except Fault as fault:
            self._log.error(fault.code, why="what a check found is not recorded")

    async def _recorded(self, tenant: Tenant) -> Memory:
        """What the audit stream says of checks, where nothing else does."""
        memory = Memory()
        for outcome in reversed(await self.history(tenant)):
            memory.last = outcome
            if outcome.verdict is not Verdict.UNJUDGED:
                memory.alarm = outcome if outcome.verdict is Verdict.BROKEN else None
        return memory

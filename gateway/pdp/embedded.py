"""The embedded engine: regorus in worker processes, with a deadline that is kept by killing.

Rules:
- regorus holds the interpreter and has no time limit, so it never runs in the gateway's own process.
- A worker whose answer came too late, or that nobody waits for any more, is killed: what it is doing is unknown.
  Another takes its place.
- Policies are loaded by a new crew of workers. Only when all of them have accepted does it take over; the old crew
  answers what it was asked.
- Waiting for a free worker counts within the deadline.
- Where there is an examination, regorus passes it before a new crew takes over: by itself, in a process that is ended
  afterwards, and by the new policies.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

from gateway.errors import Fault
from gateway.pdp.bundle import Bundle
from gateway.pdp.conformance import Examination
from gateway.pdp.port import Failure, Outcome
from gateway.pdp.process import LOAD_TIMEOUT, OF_THE_LAW, Bounds, Worker, read_outcome, read_outcomes
from gateway.pdp.turns import Turns
from gateway.pdp.visitors import Visitors

PING_TIMEOUT = 1.0
EXAM_TIMEOUT = 2.0
PATIENCE = 10
FIRST_PAUSE, LAST_PAUSE = 0.05, 5.0


class Crew:
    """Workers that hold one bundle. A worker that ends is replaced until the crew is dismissed."""

    def __init__(self, bundle: Bundle, size: int, bounds: Bounds = OF_THE_LAW) -> None:
        self.bundle = bundle
        self.size = size
        self._bounds = bounds
        self._workers: set[Worker] = set()
        self._idle: Turns[Worker] = Turns()
        self._healing: set[asyncio.Task[None]] = set()
        self._one_healer = asyncio.Lock()
        self._visitors = Visitors()
        self._dismissed = False

    async def assemble(self) -> None:
        """Start every worker; a fault, and none is left, where one does not accept the bundle."""
        try:
            hired = await asyncio.gather(*(self._hire() for _ in range(self.size)), return_exceptions=True)
            for failure in hired:
                if failure is not None:
                    raise failure
        except BaseException:
            await self.dismiss()
            raise

    async def ask(self, kind: bytes, payload: bytes, timeout: float) -> tuple[bytes, bytes]:
        """One frame to whoever is free, and the answer.

        The deadline of `timeout` seconds begins when a worker is free, so that a queue kills no worker that is well;
        the wait for one
        has a bound of its own, `PATIENCE` deadlines.
        """
        with self._visitors.visit():
            try:
                async with asyncio.timeout(PATIENCE * timeout):
                    worker = await self._free()
            except TimeoutError:
                raise Fault(Failure.UNAVAILABLE, retry_after=1, log="no worker was free in time") from None
            try:
                async with asyncio.timeout(timeout):
                    answer = await worker.ask(kind, payload, timeout)
            except TimeoutError:
                raise Fault(Failure.TIMEOUT, log="no answer in time") from None
            self._idle.give(worker)
            return answer

    async def decide(self, facts: bytes, timeout: float) -> Outcome:
        return read_outcome(*await self.ask(b"F", facts, timeout), self.bundle.revision)

    async def dismiss(self) -> None:
        """Wait until what was asked is answered, then end every worker and see it gone."""
        await self._visitors.gone()
        self._dismissed = True
        for task in self._healing:
            task.cancel()
        await asyncio.gather(*self._healing, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in self._workers))
        self._workers.clear()

    async def _free(self) -> Worker:
        while (worker := await self._idle.take()).gone:
            pass
        return worker

    async def _hire(self) -> None:
        try:
            async with asyncio.timeout(LOAD_TIMEOUT):
                worker = await Worker.start(self._lost, self._bounds)
                self._workers.add(worker)
                await worker.load(self.bundle)
        except TimeoutError:
            raise Fault(Failure.TIMEOUT, log="loading policies took too long") from None
        except OSError as error:
            raise Fault(Failure.UNAVAILABLE, log=f"no worker can be started: {error.strerror}") from error
        self._idle.give(worker)

    def _lost(self, worker: Worker) -> None:
        if worker in self._workers and not self._dismissed:
            task = asyncio.get_running_loop().create_task(self._heal(worker))
            self._healing.add(task)
            task.add_done_callback(self._healing.discard)

    async def _heal(self, lost: Worker) -> None:
        await lost.end()
        self._workers.discard(lost)
        pause = FIRST_PAUSE
        async with self._one_healer:
            while len(self._workers) < self.size:
                try:
                    await self._hire()
                except Fault:
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LAST_PAUSE)


class EmbeddedEngine:
    """regorus, by `workers` processes. Answers after `load`."""

    name = "embedded"

    def __init__(self, *, workers: int = 2, examination: Examination | None = None) -> None:
        self._workers = workers
        self._examination = examination
        self._crew: Crew | None = None
        self._changing = asyncio.Lock()

    async def load(self, bundle: Bundle) -> str:
        async with self.prepared(bundle) as take_over:
            await take_over()
        return bundle.revision

    @asynccontextmanager
    async def prepared(self, bundle: Bundle) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        """A crew that holds a bundle and takes over in no time when what is given is called; gone where it never is."""
        async with self._changing:
            await self._examine_engine()
            crew = Crew(bundle, self._workers)
            await crew.assemble()
            await self._examine_policies(crew)
            try:
                yield partial(self._take_over, crew)
            finally:
                if self._crew is not crew:
                    await crew.dismiss()

    async def decide(self, facts: bytes, *, timeout: float) -> Outcome:
        if self._crew is None:
            raise Fault(Failure.UNAVAILABLE, log="no policies are loaded")
        return await self._crew.decide(facts, timeout)

    async def decide_many(self, facts: Sequence[bytes], *, timeout: float) -> list[Outcome | Fault]:
        """As `decide`, of many facts by one worker; each is one line, as canonical JSON is. `timeout`: of them all."""
        if self._crew is None:
            raise Fault(Failure.UNAVAILABLE, log="no policies are loaded")
        crew = self._crew
        _, frames = await crew.ask(b"M", b"\n".join(facts), timeout)
        return list(read_outcomes(frames, crew.bundle.revision))

    async def ready(self) -> bool:
        """Whether a worker answers within a second, waiting for its turn included."""
        if self._crew is None:
            return False
        try:
            await self._crew.ask(b"?", b"", PING_TIMEOUT)
        except Fault:
            return False
        return True

    async def aclose(self) -> None:
        async with self._changing:
            await self._take_over(None)

    async def _examine_engine(self) -> None:
        if self._examination is None:
            return
        alone = Crew(self._examination.bundle, 1)
        try:
            await alone.assemble()
        except Fault as fault:
            raise Fault(Failure.UNPROVED, log=f"the examination does not load: {fault.log}") from fault
        try:
            await self._examination.engine(lambda facts: alone.decide(facts, EXAM_TIMEOUT))
        finally:
            await alone.dismiss()

    async def _examine_policies(self, crew: Crew) -> None:
        if self._examination is None:
            return
        try:
            await self._examination.policies(lambda facts: crew.decide(facts, EXAM_TIMEOUT))
        except BaseException:
            await crew.dismiss()
            raise

    async def _take_over(self, crew: Crew | None) -> None:
        former, self._crew = self._crew, crew
        if former is not None:
            await former.dismiss()

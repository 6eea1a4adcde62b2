"""Taking new policies while requests go on: looked for, verified, kept, loaded; or refused, and the old ones stay.

Rules:
- What is new is verified before it is kept, kept before it is loaded, and loaded whole: an engine answers by the old
  ones until it holds the new ones, and what it was asked it answers by those that it was asked under.
- Whatever goes wrong is one alert in the service log, `policies-refused`, at error level with what is wrong and the
  revision that goes on deciding. It names places in policies alone, which hold no personal data.
- What is broken is looked at again when it is replaced. What failed for another reason is tried again after `RETRY`.
- Any number of processes may follow one place: each looks for itself, every `PAUSE` and when it is told to.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from gateway.errors import Fault
from gateway.pdp.archive import Archive
from gateway.pdp.bundle import POLICIES_REJECTED, BrokenBundle, Bundle
from gateway.pdp.source import Policies, Source

PAUSE = 0.5
RETRY = 10.0


class Follower:
    """`load` takes policies whole or raises a `Fault`, as `DecisionPoint.load` does. `pause`: seconds between looks;
    `taken`: told of each revision that decides from now on, with the `kid` of who signed it, if anybody did.
    """

    def __init__(
        self,
        source: Source,
        archive: Archive,
        load: Callable[[Bundle], Awaitable[str]],
        *,
        pause: float = PAUSE,
        taken: Callable[[str, str | None], None] = lambda *_: None,
    ) -> None:
        self._source, self._archive, self._load, self._pause = source, archive, load, pause
        self._taken = taken
        self._log = structlog.get_logger("gateway.policies")
        self._told = asyncio.Event()
        self._one = asyncio.Lock()
        self._seen: object = None
        self._again: float | None = None
        self._alerted = ""
        self.revision: str | None = None
        self.signer: str | None = None

    async def start(self) -> str:
        """Take the policies that are there; the `Fault` of whatever is wrong with them."""
        self._seen = self._source.mark()
        return await self._take(await asyncio.to_thread(self._source.read))

    def hurry(self) -> None:
        """Look now, whether something seems new or not."""
        self._told.set()

    async def follow(self) -> None:
        """Look for as long as this is not cancelled."""
        while True:
            told = await self._wait()
            await self.look(whatever=told)

    async def look(self, *, whatever: bool = False) -> bool:
        """Take what is new, if something is (or `whatever` is there); whether it was taken."""
        async with self._one:
            now, mark = asyncio.get_running_loop().time(), self._source.mark()
            due = self._again is not None and now >= self._again
            if not (whatever or due or mark != self._seen):
                return False
            self._seen, self._again = mark, None
            try:
                policies = await asyncio.to_thread(self._source.read)
                if policies.bundle.revision == self.revision and not whatever:
                    self.signer, self._alerted = policies.signer, ""
                    return False
                await self._take(policies)
            except Fault as fault:
                self._refuse(fault, now)
                return False
            except Exception as error:  # whatever it is, it must not end the looking
                self._refuse(Fault(POLICIES_REJECTED, log=type(error).__name__), now)
                return False
            return True

    async def _wait(self) -> bool:
        try:
            async with asyncio.timeout(self._pause):
                await self._told.wait()
        except TimeoutError:
            return False
        self._told.clear()
        return True

    async def _take(self, policies: Policies) -> str:
        former = self.revision
        await asyncio.to_thread(self._archive.keep, policies.bundle, policies.packed)
        self.revision, self.signer = await self._load(policies.bundle), policies.signer
        self._alerted = ""
        self._log.info("policies-taken", revision=self.revision, signer=self.signer, former=former)
        self._taken(self.revision, self.signer)
        return self.revision

    def _refuse(self, fault: Fault, now: float) -> None:
        if not isinstance(fault, BrokenBundle):
            self._again = now + RETRY
        if str(fault) != self._alerted:
            self._alerted = str(fault)
            self._log.error("policies-refused", code=fault.code, why=fault.log, revision=self.revision)

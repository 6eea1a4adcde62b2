"""The partners' own policies: who has one, from a folder that is read again when it changes.

Rules:
- `<oin>.tar.gz` is an overlay as OPA's signed bundle, by a key of that partner; `<oin>/` holds bare files and counts in
  development alone. Names that begin with a dot are passed over; any other name is a mistake of the operator: at the
  start nothing serves, later it is told and the rest is read.
- Whoever once had an entry has an overlay, also when the entry is gone: then it is missing, and everything that
  concerns this partner is refused. `<oin>.withdrawn`, an empty file, ends that. It is remembered over a restart.
- Each runs by itself (`overlay`). What is wrong with one refuses what concerns its partner, is told with its OIN, and
  holds up nobody else. One that could not be started is tried again.

Whom it trusts: each partner for its own fields. Whoever can write the folder can withdraw an overlay, and cannot pass
one for another's.
"""

import asyncio
import math
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

import structlog

from gateway.crypto.durable import write_whole
from gateway.crypto.errors import CryptoError
from gateway.errors import Fault
from gateway.model.overlay import OverlayAnswer, OverlayFailure
from gateway.model.parties import PublicKey
from gateway.pdp.archive import Archive
from gateway.pdp.bundle import POLICIES_REJECTED, BrokenBundle, Bundle
from gateway.pdp.overlay import Overlay, look_into
from gateway.pdp.overlay_folder import Entry, Misnamed, read_entries
from gateway.pdp.port import Failure
from gateway.pdp.signed import SignedBundle

LOOK = 2.0
RETRY, RETRY_ITS_OWN = 30.0, 600.0
_ITS_OWN = (Failure.POLICIES, Failure.TIMEOUT)
"""What is most likely wrong with an overlay itself, so that trying again costs time and little else."""
AT_ONCE = 4
Keys = Callable[[str], Awaitable[Iterable[PublicKey]]]


class Overlays:
    """`keys`: the keys with which a partner (by OIN) signs; `timeout`: seconds an answer may take; `kept`: a folder of
    the gateway's own, for who has one and for every revision that ran.
    """

    def __init__(
        self,
        folder: Path,
        kept: Path,
        *,
        keys: Keys,
        development: bool,
        timeout: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._memory, self._archive = kept / "registered", Archive(kept / "revisions")
        self._keys = keys
        self._development = development
        self._timeout = timeout
        self._clock = clock
        self._log = structlog.get_logger("gateway.overlays")
        self._running: dict[str, Overlay] = {}
        self._failed: dict[str, OverlayFailure] = {}
        self._again: dict[str, float] = {}
        self._few = asyncio.Semaphore(AT_ONCE)
        self._seen: Mapping[str, Entry] = {}
        self._told = ""

    def holds(self, oin: str) -> bool:
        return oin in self._running or oin in self._failed

    async def ask(self, oin: str, question: bytes, fields: tuple[str, ...], *, provisional: bool) -> OverlayAnswer:
        overlay = self._running.get(oin)
        if overlay is None:
            failure = self._failed.get(oin, OverlayFailure.MISSING)
            answer, why = OverlayAnswer(oin, None, provisional, failure=failure), "it is not running"
        else:
            answer, why = await overlay.ask(question, fields, provisional=provisional)
        if why:
            self._log.error("overlay-failed", oin=oin, failure=answer.failure or OverlayFailure.MALFORMED, why=why)
        return answer

    async def start(self) -> None:
        """Read the folder; a `Fault` where it cannot be read or holds a name that means nothing."""
        try:
            entries = await asyncio.to_thread(read_entries, self._folder)
        except Misnamed as error:
            raise Fault(POLICIES_REJECTED, log=f"the folder of overlays: {error}") from None
        await self._take(entries)

    async def look(self) -> None:
        """Read what changed, and try again what could not be started. What cannot be read stays as it was."""
        try:
            entries = await asyncio.to_thread(read_entries, self._folder)
        except Misnamed as error:
            self._tell(str(error))
            entries = error.rest
        else:
            self._told = ""
        if entries is not None:
            await self._take(entries)

    async def aclose(self) -> None:
        while self._running:
            await self._running.popitem()[1].aclose()

    async def __aenter__(self) -> Self:
        """Started, and reading the folder again whenever it changes."""
        await self.start()
        self._watching = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._watching.cancel()
        with suppress(asyncio.CancelledError):
            await self._watching
        await self.aclose()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            await self.look()

    async def _take(self, entries: Mapping[str, Entry]) -> None:
        withdrawn = {oin for oin, entry in entries.items() if entry.withdrawn}
        recalled = set(self._recalled())
        remembered = (recalled | entries.keys() | self._running.keys() | self._failed.keys()) - withdrawn
        if remembered != recalled:
            self._remember(remembered)
        new = [oin for oin in sorted(remembered) if self._is_new(oin, entries.get(oin))]
        await asyncio.gather(*(self._replace(oin, entries.get(oin)) for oin in new))
        for oin in (self._running.keys() | self._failed.keys()) - remembered:
            self._log.warning("overlay-withdrawn", oin=oin)
            await self._put(oin, None, None)
        self._seen = entries

    def _is_new(self, oin: str, entry: Entry | None) -> bool:
        return not self.holds(oin) or entry != self._seen.get(oin) or self._clock() >= self._again.get(oin, math.inf)

    async def _replace(self, oin: str, entry: Entry | None) -> None:
        """Run what the entry holds in the place of what ran; what cannot run refuses from now on."""
        async with self._few:
            await self._load(oin, entry)

    async def _load(self, oin: str, entry: Entry | None) -> None:
        if entry is None:
            self._log.error("overlay-failed", oin=oin, failure=OverlayFailure.MISSING, why="its file is gone")
            await self._put(oin, None, OverlayFailure.MISSING)
            return
        try:
            bundle, packed = await self._bundle(oin, entry)
            examined = await look_into(bundle)
            await asyncio.to_thread(self._archive.keep, bundle, packed)
            overlay = await Overlay.start(oin, examined, timeout=self._timeout, clock=self._clock)
        except (Fault, CryptoError, OSError) as error:
            why = getattr(error, "log", "") or str(error)
            self._log.error("overlay-failed", oin=oin, failure=OverlayFailure.REJECTED, why=why)
            await self._put(oin, None, OverlayFailure.REJECTED)
            its_own = getattr(error, "code", None) in _ITS_OWN
            self._again[oin] = self._clock() + (RETRY_ITS_OWN if its_own else RETRY)
            return
        self._log.info("overlay-loaded", oin=oin, revision=bundle.revision)
        await self._put(oin, overlay, None)

    async def _put(self, oin: str, overlay: Overlay | None, failure: OverlayFailure | None) -> None:
        former = self._running.pop(oin, None)
        self._failed.pop(oin, None)
        self._again.pop(oin, None)
        if overlay is not None:
            self._running[oin] = overlay
        elif failure is not None:
            self._failed[oin] = failure
        if former is not None:
            await former.aclose()

    async def _bundle(self, oin: str, entry: Entry) -> tuple[Bundle, bytes | None]:
        """What an entry holds, verified, and the file as it came."""
        if entry.twice:
            raise BrokenBundle(oin, "both a file and a folder")
        if entry.packed is not None:
            packed = await asyncio.to_thread(entry.packed.read_bytes)
            keys = tuple(await self._keys(oin))
            return (await asyncio.to_thread(SignedBundle.verify, packed, keys)).bundle, packed
        if entry.bare is None or not self._development:
            raise BrokenBundle(oin, "it is not signed, which counts in development alone")
        return await asyncio.to_thread(Bundle.read, entry.bare), None

    def _remember(self, oins: Iterable[str]) -> None:
        try:
            write_whole(self._memory, "".join(f"{oin}\n" for oin in sorted(oins)).encode())
        except OSError as error:
            self._tell(f"who has an overlay cannot be remembered: {error.strerror}")

    def _recalled(self) -> list[str]:
        try:
            return re.findall(r"^\d{20}$", self._memory.read_text(), re.MULTILINE)
        except FileNotFoundError:
            return []

    def _tell(self, what: str) -> None:
        """Once, and not every two seconds."""
        if what != self._told:
            self._log.error("overlays-misnamed", why=what)
        self._told = what

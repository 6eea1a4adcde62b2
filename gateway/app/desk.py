"""The desk, opened part by part beside a gateway that may be serving: it reads the logs where they stand, and writes to
the audit streams alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from gateway.app.background import cancel, mend
from gateway.app.clock import SystemClock, Uuid7
from gateway.app.keys import open_keys
from gateway.app.logs import logs_at_rest, open_looked
from gateway.app.stores import open_register_reader
from gateway.catalogue import Catalogue
from gateway.desk.desk import Clock, Desk
from gateway.desk.locale import Locale
from gateway.desk.render import Renderer
from gateway.desk.static import Static
from gateway.desk.visit import Sessions
from gateway.errors import Fault
from gateway.model.codes import Profile, Tenant
from gateway.review.acts import Acts
from gateway.review.writings import Writings
from gateway.settings import Settings
from gateway.store.registers.reader import RegisterReader
from gateway.tlog.audit import AuditLog

OFTEN = 60.0
"""Seconds between two readings of what organisations are called."""


@asynccontextmanager
async def open_desk(settings: Settings, sessions: Sessions, *, clock: Clock | None = None) -> AsyncIterator[Desk]:
    """What the pages show, of a state folder or a database. `Fault` where something is missing or damaged."""
    clock = clock or SystemClock()
    async with AsyncExitStack() as opened:
        keys = open_keys(settings)
        at_rest = logs_at_rest(settings)
        opened.callback(at_rest.close)
        looked = open_looked(settings, keys)
        opened.callback(looked.close)
        await looked.start()
        opened.push_async_callback(cancel, asyncio.create_task(mend(looked)))
        simulation = settings.profile is Profile.SIMULATIE
        audit = AuditLog(looked, clock=clock, identifiers=Uuid7(), simulation=simulation)
        acts = {tenant: Acts(at_rest, tenant) for tenant in Tenant}
        catalogue = Catalogue.load()
        names = Names(await opened.enter_async_context(open_register_reader(settings)))
        await names.read()
        opened.push_async_callback(cancel, asyncio.create_task(names.follow()))
        yield Desk(
            clock=clock,
            catalogue=catalogue,
            renderer=Renderer(catalogue, Locale.load(), names.of, Static().url),
            sessions=sessions,
            audit=audit,
            acts=acts,
            writings=Writings(audit, acts),
            organisations=names.of,
        )


class Names:
    """What organisations are called: an OIN stands for itself where the registers have no name."""

    def __init__(self, registers: RegisterReader) -> None:
        self._registers, self._names = registers, dict[str, str]()

    def of(self, oin: str) -> str:
        return self._names.get(oin, oin)

    async def read(self) -> None:
        self._names = await self._registers.names()

    async def follow(self) -> None:
        """Read them anew now and then; what cannot be read now stays as it was."""
        while True:
            await asyncio.sleep(OFTEN)
            with suppress(Fault):
                await self.read()

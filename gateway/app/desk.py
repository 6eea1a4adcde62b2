"""The desk, opened part by part beside a gateway that may be serving: it reads the logs where they stand, and writes to
the audit streams alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from datetime import timedelta
from shutil import disk_usage

from gateway.app.background import cancel, mend
from gateway.app.clock import SystemClock, Uuid7
from gateway.app.indexes import open_indexes
from gateway.app.keys import open_keys
from gateway.app.logs import logs_at_rest, open_looked
from gateway.app.packages import make_packages
from gateway.app.stores import open_register_reader
from gateway.app.trust import Trust
from gateway.catalogue import Catalogue
from gateway.crypto.pseudonym import HmacPseudonyms
from gateway.desk.desk import Clock, Desk
from gateway.desk.letters.text import Words
from gateway.desk.lists.questions import KeptQuestions
from gateway.desk.locale import Locale
from gateway.desk.render import Renderer
from gateway.desk.signin.sessions import KeptSessions
from gateway.desk.static import Static
from gateway.errors import Fault
from gateway.model.codes import Profile, Tenant
from gateway.pdp.archive import Archive
from gateway.pdp.history import History
from gateway.review.acts import Acts
from gateway.review.checks.checks import Checks
from gateway.review.checks.judging import Judge
from gateway.review.health import Examiner
from gateway.review.policies.policies import Policies
from gateway.review.records.entry import Entries
from gateway.review.records.reading import Reading
from gateway.review.signals.signals import Signals, watches_of
from gateway.review.subject.lookup import Lookup
from gateway.review.subject.reports import SubjectReports
from gateway.review.writings import Writings
from gateway.settings import Settings
from gateway.store.frozen import FrozenFiles
from gateway.store.registers.reader import RegisterReader
from gateway.store.review.checks import CheckFiles
from gateway.store.review.questions import QuestionFile
from gateway.tlog.audit import AuditLog

OFTEN = 60.0
"""Seconds between two readings of what organisations are called."""


@asynccontextmanager
async def open_desk(settings: Settings, sessions: KeptSessions, *, clock: Clock | None = None) -> AsyncIterator[Desk]:
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
        indexes = opened.enter_context(open_indexes(settings, at_rest))
        questions = opened.enter_context(closing(QuestionFile(settings.state / "desk-questions.sqlite")))
        writings = Writings(audit, acts, indexes.of)
        for tenant in Tenant:
            await asyncio.to_thread(writings.mark, tenant)
        signals = Signals(watches_of(indexes.of, term=settings.desk_justification_days), writings)
        opened.push_async_callback(signals.close)
        trust = Trust(settings, keys)
        judge = Judge(at_rest, trust, alone=settings.database is not None, now=clock.now)
        freeze = FrozenFiles(settings.state / "frozen").freeze if settings.desk_freeze else None
        checks = Checks(judge, CheckFiles(settings.state / "desk-checks"), writings, clock.now, freeze)
        await checks.open()
        opened.push_async_callback(checks.close)
        catalogue, locale, static = Catalogue.load(), Locale.load(), static_of(settings)
        names = Names(await opened.enter_async_context(open_register_reader(settings)))
        await names.read()
        opened.push_async_callback(cancel, asyncio.create_task(names.follow()))
        reading = Reading(
            Entries(at_rest, trust, clock.now),
            Archive(settings.state / "policies"),
            lambda tenant, pseudonym: indexes.of[tenant].alias(pseudonym),
        )
        yield Desk(
            clock=clock,
            catalogue=catalogue,
            renderer=Renderer(catalogue, locale, names.of, static.url),
            static=static,
            sessions=sessions,
            audit=audit,
            acts=acts,
            writings=writings,
            checks=checks,
            reading=reading,
            packages=make_packages(settings, keys, at_rest, reading, trust, catalogue, names.of),
            policies=Policies(
                Archive(settings.state / "policies"), History(settings.state / "policies" / "history.jsonl"), at_rest
            ),
            justification_days=settings.desk_justification_days,
            subjects=SubjectReports(writings, Lookup(at_rest, HmacPseudonyms(keys), indexes.of), clock),
            letters=Words(locale, catalogue, names.of, contacts_of(settings)),
            indexes=indexes.of,
            questions=KeptQuestions(questions),
            follower=indexes.follower,
            examiner=Examiner(
                at_rest,
                keys.describe,
                trust.policy,
                lambda tenant: indexes.of[tenant].level,
                lambda: disk_usage(settings.state).free,
                settings.min_free_disk << 20,
                timedelta(seconds=settings.witness_max_age),
            ),
            signals=signals,
            organisations=names.of,
            contact=settings.desk_contact,
        )


def static_of(settings: Settings) -> Static:
    """The desk's files, with the theme that is set. `Fault` where that cannot be read."""
    try:
        return Static(settings.desk_theme)
    except OSError as error:
        raise Fault("desk-state-unavailable", log=f"the desk's theme: {type(error).__name__}") from None


def contacts_of(settings: Settings) -> dict[Tenant, str]:
    """Where people can turn to with what a letter tells them, by tenant; empty where no setting says."""
    return {Tenant.ZVH: settings.contact_zvh, Tenant.GEMEENTE: settings.contact_gemeente}


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

"""Recording a look at the log before it is shown, from a command that runs beside a gateway that may be serving.

Rules:
- What opened bodies shows nothing before its look is recorded; where the keys of the audit log cannot be read, or it
  cannot be written, nothing is shown (exit status 3).
- Who looks is who signed in to this machine, as the system has it; where nobody did, the user that runs the command.
- Nothing is made for it: neither keys nor a passphrase.
"""

import asyncio
import os
import pwd
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.model.codes import Tenant
    from gateway.settings import Settings
    from gateway.tlog.ports import Shelf

ROLE = "operator"


def in_files(state: Path) -> "Settings":
    """The settings for the logs of a state folder that somebody named, whatever else is configured."""
    from gateway.settings import Settings

    return Settings(development=True, state=state, database=None, bodykeys_database=None)


def record_look(settings: "Settings", what: str, filter: str, opened: "Mapping[Tenant, int]") -> None:
    """Record that this many bodies of each tenant were opened, and are about to be shown; nothing where none were.

    `settings`: of the logs that were opened. Raises `Fault` where it cannot be recorded.
    """
    from gateway.model.look import Look

    looks = {tenant: Look(who(), ROLE, what, filter, count) for tenant, count in opened.items() if count}
    if looks:
        asyncio.run(_record(settings, looks))


def who() -> str:
    """Whoever signed in, however it became another user since."""
    try:
        return os.getlogin()
    except OSError:
        pass
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


async def _record(settings: "Settings", looks: "Mapping[Tenant, object]") -> None:
    from functools import partial

    from gateway.app import SystemClock, Uuid7, log_keys, log_purpose
    from gateway.cli._log._logs import open_keys
    from gateway.model.codes import Profile
    from gateway.tlog.audit import STREAMS, AuditLog
    from gateway.tlog.logs import Logs

    keys = open_keys(settings)
    clock, identifiers, simulation = SystemClock(), Uuid7(), settings.profile is Profile.SIMULATIE
    logs = Logs(
        shelf=_shelf(settings),
        host=settings.log_host,
        signer=lambda stream, origin: keys.note_signer(log_purpose(stream), origin),
        clock=clock,
        identifiers=identifiers,
        randomness=os.urandom,
        queue=settings.log_queue,
        former=partial(log_keys, keys),
        streams=STREAMS,
    )
    try:
        audit = AuditLog(logs, clock=clock, identifiers=identifiers, simulation=simulation)
        for tenant, look in looks.items():
            await audit.looked(tenant, look)
    finally:
        logs.close()


def _shelf(settings: "Settings") -> "Shelf":
    """Where the audit logs stand, for whoever writes beside a gateway."""
    if settings.database is None:
        from gateway.store.sqlite.shelf import SharedShelf

        return SharedShelf(settings.state)
    from gateway.app import databases
    from gateway.store.postgres.shelf import PostgresShelf

    return PostgresShelf(*databases(settings))

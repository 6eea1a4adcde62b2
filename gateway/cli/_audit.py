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
    from gateway.app import SystemClock, Uuid7
    from gateway.app.logs import open_looked
    from gateway.cli._log._logs import open_keys
    from gateway.model.codes import Profile
    from gateway.tlog.audit import AuditLog

    logs = open_looked(settings, open_keys(settings))
    try:
        simulation = settings.profile is Profile.SIMULATIE
        audit = AuditLog(logs, clock=SystemClock(), identifiers=Uuid7(), simulation=simulation)
        for tenant, look in looks.items():
            await audit.looked(tenant, look)
    finally:
        logs.close()

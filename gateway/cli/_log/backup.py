"""`gateway log backup DIR`: a consistent copy of the logs and all that goes with them, beside a gateway that serves.

DIR becomes a new folder: logs without the answers of the last day, registers, counters, policies, and the private keys
as they are sealed; the passphrase is not in it. The keys that open bodies go elsewhere, with `--keys-to`, and only for
as long as `--keep-keys` says: a copy that outlives an erasure undoes it. Who copies them can open every body, so that
is recorded first, as a look is (`gateway log looks`), for which the passphrase must be readable. `--expire` deletes
those whose days are over; let it run every day. With PostgreSQL its own `pg_dump` makes the copy: see
deploy/RUNBOOK.md.

Exit status: 0 done, 2 wrong usage, or a folder that is not empty, 3 the log or a folder cannot be used, or the copying
of keys cannot be recorded.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.cli._audit import record_look
from gateway.cli._log._logs import FAULT, WRONG_USAGE, open_logs, read_settings, records

if TYPE_CHECKING:
    from gateway.model.codes import Tenant
    from gateway.settings import Settings

DAYS = 30


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("backup", help="copy the logs, and the keys of erasure apart", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", metavar="DIR", help="a new folder for the logs")
    parser.add_argument("--keys-to", type=Path, metavar="DIR", help="a new folder, elsewhere, for the keys of erasure")
    parser.add_argument(
        "--keep-keys", type=int, choices=range(1, 91), default=DAYS, metavar="DAYS", help=f"1 to 90, default {DAYS}"
    )
    parser.add_argument(
        "--expire", type=Path, nargs="+", metavar="DIR", default=[], help="copies of keys: delete those past their day"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime, timedelta

    from gateway.store.backup.backup import Broken, CannotBackUp, Manifest, back_up, expire
    from gateway.store.backup.copies import Unreadable

    if arguments.folder is None and not arguments.expire:
        print("gateway log backup: noem een map voor de kopie, of --expire.", file=sys.stderr)
        return WRONG_USAGE
    settings, now = read_settings(), datetime.now(UTC)
    try:
        for gone in expire(arguments.expire, now.date()):
            print(f"Verwijderd, want over de datum: {gone}")
        if arguments.folder is None:
            return 0
        if settings.database is not None:
            print("Het log staat in PostgreSQL. Maak de kopie met pg_dump: zie deploy/RUNBOOK.md.", file=sys.stderr)
            return WRONG_USAGE
        until = now.date() + timedelta(days=arguments.keep_keys)
        if arguments.keys_to is not None:
            record_look(settings, "log backup", f"sleutels, tot en met {until}", _recorded(settings))
        made: list[Manifest] = back_up(settings.state, arguments.folder, arguments.keys_to, now, until)
    except (CannotBackUp, Broken) as error:
        print(f"gateway log backup: {error}", file=sys.stderr)
        return WRONG_USAGE
    except Unreadable as error:
        print(f"Niet te lezen: {error}. Er is geen kopie gemaakt.", file=sys.stderr)
        return FAULT
    except OSError as error:
        print(f"{error.filename or arguments.folder} kan niet worden gebruikt: {error.strerror}.", file=sys.stderr)
        return FAULT
    for name, size in made[0].logs.items():
        print(f"{name.removesuffix('.sqlite')}: {records(size)}")
    print(f"Kopie: {arguments.folder} ({len(made[0].files)} bestanden)")
    print(f"Bewaar elders, om de kopie aan te herkennen: {made[0].digest}")
    if arguments.keys_to is None:
        print("De sleutels van de inhoud zijn niet gekopieerd; zonder die is na herstel geen inhoud te openen.")
    else:
        print(f"Sleutels van de inhoud: {arguments.keys_to}, tot en met {made[1].expires}; daarna: --expire.")
    return 0


def _recorded(settings: "Settings") -> "dict[Tenant, int]":
    """How many records each tenant has, whose bodies the copied keys open."""
    from gateway.model.codes import Tenant

    found = dict.fromkeys(Tenant, 0)
    with open_logs(settings) as logs:
        for tenant in Tenant:
            for year in logs.years(tenant):
                log = logs.storage(tenant, year)
                try:
                    head = log.state()
                finally:
                    log.close()
                found[tenant] += 0 if head is None else head.size
    return found

"""`gateway log reconcile`: hold the log against what was counted outside it, here and at holders and recipients.

FILE is what a party counted itself, as JSON: {"version":1,"role":"holder","oin":…,"source":…,"requests":[…]} or
{"version":1,"role":"recipient","oin":…,"requests":[…]}; `days` instead of `requests` gives counts by day. Ask for it
before you run this. It runs beside a gateway; bodies are opened, so who looked is recorded first.

Exit status: 0 nothing passed the log by (differences that can be explained are told), 1 an alarm, 2 wrong usage, 3 the
log or the counters cannot be used.
"""

import argparse
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.cli._audit import record_look
from gateway.cli._log._logs import WRONG_USAGE, open_logs, read_settings

if TYPE_CHECKING:
    from gateway.settings import Settings
    from gateway.store.sqlite.counters import Tally


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("reconcile", help="hold the log against what was counted", description=__doc__)
    parser.add_argument("--day", type=date.fromisoformat, metavar="D", help="one day, YYYY-MM-DD (default: all)")
    parser.add_argument(
        "--holder", type=Path, action="append", default=[], metavar="FILE", help="what a holder counted"
    )
    parser.add_argument(
        "--recipient", type=Path, action="append", default=[], metavar="FILE", help="counted by a recipient"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from gateway.workbench.reconcile.compare import compare
    from gateway.workbench.reconcile.logged import read_ledger
    from gateway.workbench.reconcile.parties import PartyCounts, Role, WrongFile
    from gateway.workbench.reconcile.text import as_text

    named = [(path, Role.HOLDER) for path in arguments.holder] + [
        (path, Role.RECIPIENT) for path in arguments.recipient
    ]
    try:
        parties = [PartyCounts.read(path, role).of_day(arguments.day) for path, role in named]
    except WrongFile as error:
        print(f"gateway log reconcile: {error}", file=sys.stderr)
        return WRONG_USAGE
    except OSError as error:
        print(f"gateway log reconcile: {error.filename} is niet te lezen: {error.strerror}.", file=sys.stderr)
        return WRONG_USAGE
    settings = read_settings()
    tally = _tally(settings, arguments.day)
    with open_logs(settings) as logs:
        ledger = read_ledger(logs, arguments.day)
    differences = compare(ledger, tally, parties, datetime.now(UTC))
    record_look(settings, "log reconcile", str(arguments.day or "alle dagen"), ledger.opened)
    print(*as_text(ledger, tally, differences, arguments.day), sep="\n")
    return 1 if any(each.kind.alarm for each in differences) else 0


def _tally(settings: "Settings", day: date | None) -> "Tally":
    from gateway.store.sqlite.counters import read_counters

    if settings.database is None:
        return read_counters(settings.state, day)
    from gateway.app import databases
    from gateway.store.postgres.counters import read_shared_counters

    return read_shared_counters(databases(settings)[0], day)

"""`gateway log retention`: what is recorded and may be kept no longer. A gateway erases it by itself, every night.

With --dry-run it tells what is due by a day, in counts by log, class and day, and changes nothing. Without it, what is
due today is erased now, beside a gateway or without one. A body is due on the day that was set when it was recorded.

Exit status: 0 told, or erased; 2 wrong usage, 3 the log or the keys cannot be used, 4 begun: whoever serves the log
finishes it.
"""

import argparse
import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from gateway.cli._log._erasing import BEGUN, carry_out, counted
from gateway.cli._log._logs import WRONG_USAGE, all_logs, open_logs, read_settings

if TYPE_CHECKING:
    from gateway.settings import Settings
    from gateway.tlog.erasing.retention import Report


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("retention", help="tell or erase what is kept no longer", description=__doc__)
    parser.add_argument("--dry-run", action="store_true", help="tell what is due, and change nothing")
    parser.add_argument("--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="what will be due by then")
    parser.add_argument("--json", action="store_true", help="print a JSON object a line")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from gateway.model.amsterdam import day_of
    from gateway.store.reports import Reports
    from gateway.tlog.erasing.retention import plan

    if arguments.day is not None and not arguments.dry_run:
        print("--day hoort bij --dry-run: gewist wordt alleen wat vandaag zo ver is.")
        return WRONG_USAGE
    settings, now = read_settings(), datetime.now(UTC)
    day, waits = arguments.day or day_of(now), False
    with open_logs(settings) as logs:
        reports = [plan(logs, stream, day) for stream in dict.fromkeys(stream for stream, _ in all_logs(logs))]
    for report in reports:
        if not arguments.dry_run and report.keys:
            waits |= _erase(settings, report)
            Reports(settings.state).add(report.document(now))
        print(json.dumps(report.document(now)) if arguments.json else "\n".join(_lines(report)))
    return BEGUN if waits else 0


def _erase(settings: "Settings", report: "Report") -> bool:
    """Erase what is due, batch by batch; whether some of it waits for whoever serves the log."""
    from gateway.app import SystemClock, Uuid7
    from gateway.model.erasure import RETENTION_PLAN, ErasureReason
    from gateway.tlog.erasing.erasure import MOST_KEYS, retire

    def begin(keys):
        due = keys.due(report.day, MOST_KEYS)
        return retire(keys, due, ErasureReason.TERM_OVER, RETENTION_PLAN, SystemClock(), Uuid7())

    while True:
        begun, tombstones = carry_out(settings, report.stream, begin)
        report.tombstones += tombstones
        report.outcome = "erased"
        if len(tombstones) < len(begun):
            report.outcome = "begun"
            return True
        if not begun:
            return False


def _lines(report: "Report") -> list[str]:
    said = {"due": "zou vervallen", "erased": "gewist", "begun": "begonnen"}.get(report.outcome)
    if said is None:
        return [f"{report.stream}: niets waarvan de termijn op {report.day} voorbij is."]
    lines = [
        f"{report.stream}: {report.records.total()} regels, {report.keys} sleutels {said} (tot en met {report.day})."
    ]
    return [*lines, *counted(report.records), *(f"  logregel {each}" for each in report.tombstones)]

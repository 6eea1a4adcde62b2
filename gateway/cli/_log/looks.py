"""`gateway log looks`: who looked at what the log keeps, when, by what and at how much. This look is recorded first.

Exit status: 0 told, 2 wrong usage, 3 the audit log cannot be read, or this look cannot be recorded.
"""

import argparse
from datetime import date

from gateway.cli._audit import record_look
from gateway.cli._log._logs import open_logs, read_settings


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("looks", help="who looked at the log", description=__doc__)
    parser.add_argument("--day", type=date.fromisoformat, metavar="D", help="one day, YYYY-MM-DD (default: all)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from gateway.model.amsterdam import AMSTERDAM
    from gateway.review.looks import Looks
    from gateway.tlog.sealed import DAMAGED, ERASED
    from gateway.workbench.screen import safe

    settings = read_settings()
    with open_logs(settings) as logs:
        looks = Looks(logs)
        found = looks.all(arguments.day)
    record_look(settings, "log looks", str(arguments.day or "alle dagen"), looks.opened)
    for each in found:
        look, at = each.look, each.at.astimezone(AMSTERDAM)
        print(
            f"{at:%Y-%m-%d %H:%M:%S}  {each.tenant:<9} {safe(look.who)} ({safe(look.role)})  {safe(look.what)}: "
            f"{look.count} ({safe(look.filter)})"
        )
    if not found:
        print("Niemand keek in het logboek.")
    for kind, sentence in ((ERASED, "gewist"), (DAMAGED, "niet te lezen")):
        if looks.skipped[kind]:
            print(f"{looks.skipped[kind]} regels van wie keek zijn {sentence}.")
    return 0

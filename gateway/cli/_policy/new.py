"""`gateway policy new BASIS`: begin a basis, in a folder that passes the check and refuses everything.

Exit status: 0 made, 2 nothing was made: the name is none or is taken, or the folder cannot be written.
"""

import argparse
import sys
from datetime import date

from gateway.cli._workbench import WRONG_USAGE, add_policies, mending, policies_folder


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("new", help="begin a basis, which refuses everything yet", description=__doc__)
    parser.add_argument("basis", metavar="BASIS", help="its id, e.g. wmo.onderzoek")
    parser.add_argument(
        "--date",
        type=date.fromisoformat,
        metavar="D",
        help="the first day on which this text is the one to read, YYYY-MM-DD (default: today)",
    )
    add_policies(parser)
    parser.set_defaults(run=mending(run))


def run(arguments: argparse.Namespace) -> int:
    from gateway.workbench.drafts import CannotMake, make_draft
    from gateway.workbench.folders import WorkingCopy

    copy = WorkingCopy.at(policies_folder(arguments))
    today = date.today()  # noqa: DTZ011 (the day on the wall of whoever writes a law text)
    try:
        print(make_draft(copy, arguments.basis, arguments.date or today, today=today))
    except CannotMake as error:
        print(f"gateway policy new: {error}", file=sys.stderr)
        return WRONG_USAGE
    except OSError as error:
        print(f"gateway policy new: {error.filename}: {error.strerror}", file=sys.stderr)
        return WRONG_USAGE
    return 0

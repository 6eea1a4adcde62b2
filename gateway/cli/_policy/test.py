"""`gateway policy test`: decide every case and say, of those that came out otherwise, what was expected and what came.

Exit status: 0 all as expected, 1 some not, 2 a case file cannot be used or no case is meant, 3 the policies are broken.
"""

import argparse
import asyncio
import sys
import time

from gateway.cli._workbench import WRONG_USAGE, add_engine, add_policies, mending, policies_folder


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("test", help="decide every case and compare", description=__doc__)
    add_policies(parser)
    parser.add_argument("-k", dest="text", metavar="TEXT", default="", help="only cases with this in their name")
    add_engine(parser)
    parser.set_defaults(run=mending(run))


def run(arguments: argparse.Namespace) -> int:
    from gateway.workbench.cases import CaseBook
    from gateway.workbench.folders import WorkingCopy
    from gateway.workbench.trial import try_cases

    begun = time.monotonic()
    copy = WorkingCopy.at(policies_folder(arguments))
    cases = [case for case in CaseBook.read(copy.cases).cases() if arguments.text.lower() in case.id.lower()]
    if not cases:
        print(f"Geen geval in {copy.cases} heeft {arguments.text!r} in zijn naam.", file=sys.stderr)
        return WRONG_USAGE
    failed = asyncio.run(try_cases(copy.rules, cases, arguments.engine))
    for lines in failed:
        print(*lines, "", sep="\n")
    seconds = f"{time.monotonic() - begun:.1f}".replace(".", ",")
    tried = f"{len(cases)} {'geval' if len(cases) == 1 else 'gevallen'}"
    print(f"{tried}: {len(cases) - len(failed)} goed, {len(failed)} fout ({seconds} s).")
    return 1 if failed else 0

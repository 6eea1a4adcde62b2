"""`gateway policy reference`: the pages about every basis, reason and obligation, made from the policies themselves.

Exit status: 0 written, or the same as what is there; 1 (`--check`) the folder differs; 2 wrong usage; 3 the policies
cannot be read.
"""

import argparse
import sys
from pathlib import Path

from gateway.cli._workbench import WRONG_USAGE, add_policies, mending, policies_folder

DIFFERS = 1
MOST_TOLD = 20


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "reference", help="write the reference pages, or check that they are up to date", description=__doc__
    )
    add_policies(parser)
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder of the pages (default: reference/ beside rules/)"
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 and name what differs")
    parser.set_defaults(run=mending(run))


def run(arguments: argparse.Namespace) -> int:
    from gateway.workbench.folders import WorkingCopy
    from gateway.workbench.reference import Sources, differences, make, write

    copy = WorkingCopy.at(policies_folder(arguments))
    made = make(Sources.read(copy))
    out = arguments.out or copy.rules.resolve().parent / "reference"
    if not arguments.check:
        try:
            changed = write(made, out)
        except OSError as error:
            print(f"{out} kan niet worden geschreven: {error.strerror}.", file=sys.stderr)
            return WRONG_USAGE
        print(f"{len(made)} bladzijden in {out}, {len(changed)} veranderd.")
        return 0
    changed = differences(made, out)
    for path in changed[:MOST_TOLD]:
        print(f"verschilt: {path}")
    if len(changed) > MOST_TOLD:
        print(f"… en nog {len(changed) - MOST_TOLD}")
    if changed:
        print("De naslag loopt achter. Maak haar opnieuw met: gateway policy reference")
        return DIFFERS
    print(f"De naslag is bij: {len(made)} bladzijden.")
    return 0

"""What the commands of `gateway policy` have in common: which folder and engine, and how what is broken is told.

Rule: a file that the privacy officer has to mend is told in Dutch, with its place; what the gateway itself lacks passes
on to the command line's own words.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.errors import Fault

WRONG_USAGE, FAULT = 2, 3


class NoFolder(Exception):
    """There is nothing where it was said to be; a sentence in Dutch."""


def add_policies(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--policies", type=Path, metavar="DIR", help="folder of rules, or the one that has rules/ (default: configured)"
    )


def policies_folder(arguments: argparse.Namespace) -> Path:
    """The folder that `--policies` names, or the configured one; `NoFolder` where there is none."""
    from gateway.settings import Settings

    folder = arguments.policies or Settings(development=True).policies
    there(folder)
    return folder


def there(folder: Path | None) -> Path | None:
    """A folder that somebody named, or None; `NoFolder` where it is not there: nothing in it would pass for nothing."""
    if folder is not None and not folder.is_dir():
        raise NoFolder(f"Er is geen map {folder}.")
    return folder


def add_engine(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--engine", choices=["embedded", "opa"], default="embedded", help="which engine decides (default: embedded)"
    )


def mending(command: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """`command`, with the mistakes of a working copy told as sentences instead of raised."""

    def run(arguments: argparse.Namespace) -> int:
        from gateway.errors import Fault
        from gateway.pdp.port import Failure
        from gateway.pdp.rungs import Unplaced
        from gateway.workbench.cases import BrokenCase

        try:
            return command(arguments)
        except NoFolder as error:
            print(error, file=sys.stderr)
            return WRONG_USAGE
        except BrokenCase as error:
            print(f"Een geval is niet te gebruiken.\n  {error}", file=sys.stderr)
            return WRONG_USAGE
        except Unplaced as error:
            print(f"METADATA is niet te gebruiken.\n  {error}", file=sys.stderr)
            return FAULT
        except Fault as fault:
            if fault.code != Failure.POLICIES:
                raise
            print("Dit beleid laadt niet.", *_mended(fault), sep="\n  ", file=sys.stderr)
            return FAULT

    return run


def _mended(fault: "Fault") -> list[str]:
    from gateway.pdp.bundle import BrokenBundle
    from gateway.workbench.unread import told

    if not isinstance(fault, BrokenBundle):
        return fault.log.splitlines()
    path, line, wrong, remedy = told(fault.log)
    return [f"{path}:{line}: {wrong}", f"Doe dit: {remedy}"]

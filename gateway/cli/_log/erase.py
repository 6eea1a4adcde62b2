"""`gateway log erase`: erase what is recorded of a person, a case or a request. It runs beside a gateway.

The keys of the bodies go. A record that stays, a tombstone, says which, why and on whose word; never whose they were.
Receipts and proofs of before still hold. A BSN is typed, or comes on standard input: it never stands in a command, and
becomes the tenant's pseudonym at once. What is recorded of the same person later is kept again. What cannot be taken
back: copies of the keys in a backup, until that expires.

`gateway log evidence ID -o FILE` with the id that is printed proves the erasure to anybody.

Exit status: 0 erased, 1 nothing is kept of it, 2 wrong usage, 3 the log or the keys cannot be used, 4 begun: whoever
serves the log finishes it.
"""

import argparse
import getpass
import sys
from typing import TYPE_CHECKING

from gateway.cli._log._erasing import BEGUN, carry_out, counted
from gateway.cli._log._logs import REFUSED, WRONG_USAGE, open_keys, open_logs, read_settings

if TYPE_CHECKING:
    from gateway.settings import Settings


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    from gateway.model.codes import Tenant
    from gateway.model.erasure import ErasureReason

    parser = commands.add_parser("erase", help="erase what is recorded of a person or a case", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--subject-from-stdin", action="store_true", help="the BSN is typed or read, and not shown")
    what.add_argument("--case", metavar="ID", help="everything that was recorded under a case")
    what.add_argument("--request", metavar="ID", help="a request that named no case of the registers")
    parser.add_argument("--tenant", required=True, choices=sorted(Tenant), help="whose log")
    parser.add_argument("--reason", choices=[str(each) for each in ErasureReason], help="why; it is recorded")
    parser.add_argument("--by", metavar="ACTOR", help="id of who decided; it is recorded, so no name and no number")
    parser.add_argument("--dry-run", action="store_true", help="tell what would go, and change nothing")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from gateway.app import SystemClock, Uuid7
    from gateway.model.erasure import Erasure, ErasureReason
    from gateway.tlog.erasing.erasure import retire

    if not arguments.dry_run and not (arguments.reason and arguments.by):
        print("Geef --reason en --by; zij worden vastgelegd.", file=sys.stderr)
        return WRONG_USAGE
    settings, clock = read_settings(), SystemClock()
    try:
        if not arguments.dry_run:
            reason = ErasureReason(arguments.reason)
            Erasure("", reason, arguments.by, clock.now())
        kind, name = _owner(arguments, settings)
    except ValueError as error:
        print(f"gateway log erase: {error}", file=sys.stderr)
        return WRONG_USAGE
    if arguments.dry_run:
        return _tell(settings, arguments.tenant, kind, name)
    begun, tombstones = carry_out(
        settings,
        arguments.tenant,
        lambda keys: retire(keys, keys.owned(kind, name), reason, arguments.by, clock, Uuid7()),
    )
    if not begun:
        print("Hiervan wordt niets bewaard.", file=sys.stderr)
        return REFUSED
    for tombstone in tombstones:
        print(f"Gewist. Vastgelegd in logregel {tombstone}.")
    if len(tombstones) < len(begun):
        print("Begonnen. De gateway maakt het af; gewist wordt pas na vastlegging.", file=sys.stderr)
        return BEGUN
    return 0


def _owner(arguments: argparse.Namespace, settings: "Settings") -> tuple[str, str]:
    """Kind and name of whose keys go. `ValueError` where no BSN came: a slip is not "nothing is kept"."""
    from gateway.crypto.pseudonym import HmacPseudonyms
    from gateway.model.bsn import is_bsn
    from gateway.model.codes import Tenant

    if arguments.case is not None:
        return "case", arguments.case
    if arguments.request is not None:
        return "request", arguments.request
    typed = getpass.getpass("BSN: ") if sys.stdin.isatty() else sys.stdin.readline()
    if not is_bsn(typed.strip()):
        raise ValueError("dit is geen BSN: negen cijfers die de elfproef doorstaan")
    return "subject", HmacPseudonyms(open_keys(settings)).of(Tenant(arguments.tenant), typed.strip())


def _tell(settings: "Settings", stream: str, kind: str, name: str) -> int:
    from contextlib import closing

    from gateway.tlog.erasing.retention import count

    with open_logs(settings) as logs:
        if not logs.years(stream):
            print("Er is geen log.", file=sys.stderr)
            return REFUSED
        with closing(logs.keys(stream)) as keys:
            owned = keys.owned(kind, name)
        counts = count(logs, stream, owned) if kind != "subject" else {}
    print(f"{len(owned)} sleutels zouden vervallen. Er is niets veranderd.")
    for line in counted(counts):
        print(line)
    return 0 if owned else REFUSED

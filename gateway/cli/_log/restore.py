"""`gateway log restore DIR`: put a backup in place of a state folder that is gone, verified before it is in place.

Each log is checked as `gateway log verify` does: every record, tile, statement and signature. Keys of erasure come from
`--keys`; what tombstones say was erased since is erased again, and so is what the `statements` of a later export say
(`--erased`). Start the gateway after it: before it releases anything it compares its logs with the witnesses.

With PostgreSQL, `pg_restore` puts the data back; without DIR this then checks every log and erases again.

Exit status: 0 restored, 1 the backup does not hold, or its digest is another, 2 wrong usage, or the state folder is not
empty, 3 a folder cannot be used, or the passphrase opens no keys.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.cli._log._logs import FAULT, REFUSED, WRONG_USAGE, open_keys, open_logs, read_settings

if TYPE_CHECKING:
    from gateway.settings import Settings


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("restore", help="put a backup in an empty place, verified", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", metavar="DIR", help="a backup of the logs")
    parser.add_argument("--keys", type=Path, metavar="DIR", help="a backup of the keys of erasure")
    parser.add_argument("--digest", metavar="HEX", help="what `backup` said of this copy")
    parser.add_argument(
        "--erased", type=Path, nargs="+", metavar="FILE", default=[], help="`statements` of exports made after the copy"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from gateway.store.backup.backup import Broken
    from gateway.store.backup.copies import Unreadable
    from gateway.store.backup.restore import NotEmpty
    from gateway.verify.errors import VerificationError

    settings = read_settings()
    if (settings.database is None) is (arguments.folder is None):
        print(
            "gateway log restore: noem de map van de kopie."
            if arguments.folder is None
            else "Het log staat in PostgreSQL: eerst pg_restore, dan dit zonder map. Zie deploy/RUNBOOK.md.",
            file=sys.stderr,
        )
        return WRONG_USAGE
    try:
        if arguments.folder is None:
            _judge_database(arguments, settings)
        else:
            _put_back(arguments, settings)
    except NotEmpty as error:
        print(f"gateway log restore: {error}", file=sys.stderr)
        return WRONG_USAGE
    except (Broken, Unreadable, VerificationError) as error:
        print(f"Geweigerd. {getattr(error, 'nl', error)}", file=sys.stderr)
        if isinstance(error, VerificationError):
            print(f"  {error} ({error.code})", file=sys.stderr)
        return REFUSED
    except OSError as error:
        print(f"{error.filename or settings.state} kan niet worden gebruikt: {error.strerror}.", file=sys.stderr)
        return FAULT
    print("Start de gateway. Voor hij iets vrijgeeft, vergelijkt hij zijn logs met de getuigen.")
    print("Kennen die meer regels dan deze kopie, dan weigert hij (log-rolled-back): zie deploy/RUNBOOK.md.")
    return 0


def _put_back(arguments: argparse.Namespace, settings: "Settings") -> None:
    from gateway.store.backup.restore import discard, put_in_place, unfinished

    if unfinished(settings.state):
        print("Een eerder herstel was afgebroken nadat alles was gecontroleerd; het wordt nu afgemaakt.")
    else:
        try:
            _lay_ready(arguments, settings)
        except BaseException:
            discard(settings.state)
            raise
    put_in_place(settings.state)
    print(f"Teruggezet in {settings.state}.")


def _lay_ready(arguments: argparse.Namespace, settings: "Settings") -> None:
    from datetime import UTC, datetime

    from gateway.cli._log._judging import judge
    from gateway.store.backup.backup import Broken
    from gateway.store.backup.restore import lay_ready
    from gateway.store.sqlite.log_folder import LogFolder
    from gateway.store.sqlite.shelf import SharedShelf

    ready, manifest, keys = lay_ready(arguments.folder, arguments.keys, settings.state, datetime.now(UTC))
    if arguments.digest is not None and arguments.digest != manifest.digest:
        raise Broken(f"{arguments.folder} is niet de kopie die u bedoelt.")
    print(f"Kopie van {manifest.made:%Y-%m-%d %H:%M} UTC")
    own = open_keys(settings, ready / "keys")
    judge(LogFolder(ready), own, None if keys is None else SharedShelf(ready), arguments.erased)
    if keys is None:
        print("Let op: zonder --keys is van geen enkele regel de inhoud nog te openen.")


def _judge_database(arguments: argparse.Namespace, settings: "Settings") -> None:
    from gateway.cli._log._judging import judge

    with open_logs(settings) as logs:
        judge(logs, open_keys(settings), logs, arguments.erased)

"""`gateway log verify`: the judge of exports, on the log where it stands, beside a gateway that may be serving.

Every record, tile, statement and stamp is hashed and compared, every body of which the keys are there is opened and
held against its record, and each one that cannot be opened must be in a tombstone. Without --key or --keys the keys of
this gateway count, which says that the log is what it signed, not that it is what others saw: --seen and --policy do.
With --policy what was published last is judged, with its witnesses.

Exit status: 0 all of it holds, 1 it does not, 2 nothing could be judged, 3 the log cannot be used.
"""

import argparse
import sys
from typing import TYPE_CHECKING

from gateway.cli._log._logs import add_log, chosen, open_keys, open_logs, read_settings, verifiers, witness_keys

if TYPE_CHECKING:
    from gateway.settings import Settings
    from gateway.tlog.at_rest import LogsAtRest


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    from gateway.verify.command import add_trust

    parser = commands.add_parser("verify", help="check all of a log, bodies too", description=__doc__)
    add_log(parser)
    add_trust(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from gateway.tlog.in_place import LogInPlace
    from gateway.verify.command import run_on
    from gateway.verify.keys import VerifierKey

    settings = read_settings()
    with open_logs(settings) as logs:
        stream, year = chosen(arguments, logs)
        own = _own_keys(settings, logs, stream, year)
        named = None if own is None else [VerifierKey.parse(key) for key in own + witness_keys(settings)]
        if own is not None and not (arguments.key or arguments.keys):
            arguments.key = own
        judged = LogInPlace(logs, stream, year, published=arguments.policy is not None, named=named)
        try:
            return run_on(judged, arguments, alone=settings.database is not None)
        finally:
            judged.close()


def _own_keys(settings: "Settings", logs: "LogsAtRest", stream: str, year: int) -> list[str] | None:
    """The keys of this gateway that sign the log, None and a warning where they cannot be read."""
    from gateway.errors import Fault

    log = logs.storage(stream, year)
    try:
        return verifiers(open_keys(settings), stream, log)
    except Fault as fault:
        print(f"Let op: de sleutels van deze gateway zijn niet te lezen ({fault}).", file=sys.stderr)
        return None
    finally:
        log.close()

"""`gateway log verify`: the judge of exports, on the log where it stands, beside a gateway that may be serving.

Every record, tile, statement and stamp is hashed and compared, every body of which the keys are there is opened and
held against its record, and each one that cannot be opened must be in a tombstone. Without --key or --keys the keys of
this gateway count, which says that the log is what it signed, not that it is what others saw: --seen and --policy do.
With --policy what was published last is judged, with its witnesses.

Exit status: 0 all of it holds, 1 it does not, 2 nothing could be judged, 3 the log cannot be used.
"""

import argparse

from gateway.cli._log._logs import add_log, chosen, open_keys, open_logs, read_settings, verifiers


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    from gateway.verify.command import add_trust

    parser = commands.add_parser("verify", help="check all of a log, bodies too", description=__doc__)
    add_log(parser)
    add_trust(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from gateway.tlog.in_place import LogInPlace
    from gateway.verify.command import run_on

    settings = read_settings()
    with open_logs(settings) as logs:
        stream, year = chosen(arguments, logs)
        if not arguments.key and arguments.keys is None:
            log = logs.storage(stream, year)
            try:
                arguments.key = verifiers(open_keys(settings), stream, log)
            finally:
                log.close()
        judged = LogInPlace(logs, stream, year, published=arguments.policy is not None)
        try:
            return run_on(judged, arguments, alone=settings.database is not None)
        finally:
            judged.close()

"""`gateway log export DIR`: one log as a folder of static files (C2SP tlog-tiles), which any web server can serve.

It runs beside a gateway. Exporting again into the same folder only adds what is new. Leaves hold no personal data;
`--bodies` adds the sealed bodies, for as long as the folder exists, and never the keys that open them. What is exported
is what the newest published checkpoint covers. `gateway verify DIR` checks all of it, and so does Tessera's fsck.

Exit status: 0 exported, 1 the folder holds another log, or a log that is larger than this one, 2 wrong usage, 3 the log
or the folder cannot be used.
"""

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.cli._log._logs import (
    FAULT,
    REFUSED,
    WRONG_USAGE,
    add_log,
    chosen,
    open_keys,
    open_logs,
    read_settings,
    verifiers,
)

if TYPE_CHECKING:
    from gateway.settings import Settings
    from gateway.tlog.export_files import ReadableLog
    from gateway.verify.policy import Policy


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("export", help="write a log as static tiles", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new folder, or one that was exported to before")
    add_log(parser)
    parser.add_argument("--bodies", action="store_true", help="the sealed bodies too")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from gateway.app.vouching import read_policy
    from gateway.tlog.export import OtherLog, export
    from gateway.tlog.export_folder import CannotExport

    settings, begun = read_settings(), time.monotonic()
    policy = read_policy(settings)
    text = settings.witnesses.read_text("utf-8") if isinstance(settings.witnesses, Path) else None
    with open_logs(settings) as logs:
        stream, year = chosen(arguments, logs)
        log = logs.storage(stream, year)
        try:
            keys = _keys(settings, stream, log, policy)
            told = export(log, arguments.folder, bodies=arguments.bodies, keys=keys, policy=text)
        except OtherLog as error:
            print(f"Geweigerd. {error}", file=sys.stderr)
            return REFUSED
        except CannotExport as error:
            print(f"gateway log export: {error}", file=sys.stderr)
            return WRONG_USAGE
        except OSError as error:
            print(f"{error.filename or arguments.folder} kan niet worden gebruikt: {error.strerror}.", file=sys.stderr)
            return FAULT
        finally:
            log.close()
    seconds = f"{time.monotonic() - begun:.1f}".replace(".", ",")
    print(f"Log: {told.origin}")
    print(f"Regels: {told.size}, waarvan nieuw: {told.size - told.before}")
    print(f"Geschreven in {arguments.folder}: {told.files} bestanden, {told.bytes / 1e6:.0f} MB ({seconds} s)")
    if told.waiting:
        print(f"Nog niet gepubliceerd: {told.waiting} regels. Die komen met een volgende export.")
    return 0


def _keys(settings: "Settings", stream: str, log: "ReadableLog", policy: "Policy | None") -> list[str]:
    """The verifier keys of all that signs and signed this log, its witnesses too; none, and a warning, where the log's
    own cannot be read.
    """
    from gateway.errors import Fault

    try:
        witnesses = [] if policy is None else [str(peer.key) for peer in policy.witnesses.values()]
        return verifiers(open_keys(settings), stream, log) + witnesses
    except Fault as fault:
        print(f"Let op: de sleutels zijn niet te lezen ({fault}); `keys` ontbreekt in de export.", file=sys.stderr)
        return []

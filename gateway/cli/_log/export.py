"""`gateway log export DIR`: one log as a folder of static files (C2SP tlog-tiles), which any web server can serve.

It runs beside a gateway. Exporting again into the same folder only adds what is new. Leaves hold no personal data;
`--bodies` adds the sealed bodies, for as long as the folder exists, and never the keys that open them. What is exported
is what the newest published checkpoint covers. `gateway verify DIR` checks all of it, and Tessera's fsck its tree, by
the key that is printed (`--storage_url=file://DIR/ --public_key=FILE --ui=false`).

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
    records,
    verifiers,
)

if TYPE_CHECKING:
    from gateway.settings import Settings
    from gateway.tlog.at_rest import ReadableLog
    from gateway.verify.policy import Policy


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("export", help="write a log as static tiles", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new folder, or one that was exported to before")
    add_log(parser)
    parser.add_argument("--bodies", action="store_true", help="the sealed bodies too")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from gateway.app.vouching import read_policy
    from gateway.tlog.export.export import OtherLog, export
    from gateway.tlog.export.folder import CannotExport

    settings, begun = read_settings(), time.monotonic()
    policy = read_policy(settings)
    text = settings.witnesses.read_text("utf-8") if isinstance(settings.witnesses, Path) else None
    with open_logs(settings) as logs:
        stream, year = chosen(arguments, logs)
        log = logs.storage(stream, year)
        try:
            keys = _keys(settings, stream, log, policy)
            told = export(log, arguments.folder, bodies=arguments.bodies, keys=keys, policy=text)
            signed_by = _signed_by(log, keys)
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
    print(f"Omvang: {records(told.size)}, waarvan nieuw: {told.size - told.before}")
    print(f"Geschreven in {arguments.folder}: {told.files} bestanden, {told.bytes / 1e6:.0f} MB ({seconds} s)")
    if signed_by:
        print(f"Sleutel: {signed_by}")
    if told.waiting:
        print(f"Nog niet gepubliceerd: {records(told.waiting)}. Een volgende export neemt dat mee.")
    return 0


def _keys(settings: "Settings", stream: str, log: "ReadableLog", policy: "Policy | None") -> list[str]:
    """The verifier keys of all that sign and signed here, witnesses too; none, and a warning, where not all are known:
    a reader holds every signature to this list.
    """
    from gateway.errors import Fault
    from gateway.verify.keys import VerifierKey
    from gateway.verify.note import parse_note

    try:
        named = [VerifierKey.parse(key) for key in verifiers(open_keys(settings), stream, log)]
    except Fault as fault:
        print(f"Let op: de sleutels zijn niet te lezen ({fault}); `keys` ontbreekt in de export.", file=sys.stderr)
        return []
    named += [] if policy is None else [peer.key for peer in policy.witnesses.values()]
    signed = log.published() or log.state()
    signatures = () if signed is None else parse_note(signed.checkpoint).signatures
    known = {(key.name, key.id) for key in named}
    if strangers := {each.name for each in signatures if (each.name, each.key_id) not in known}:
        print(
            f"Let op: onbekend is de sleutel van {', '.join(strangers)}; `keys` ontbreekt in de export.",
            file=sys.stderr,
        )
        return []
    return [str(key) for key in named]


def _signed_by(log: "ReadableLog", keys: list[str]) -> str | None:
    """The one of these keys by which everybody's tools check the exported checkpoint: Ed25519, of the log itself."""
    from gateway.verify.keys import ED25519, VerifierKey
    from gateway.verify.note import parse_note

    head = log.published() or log.state()
    signed = {(each.name, each.key_id) for each in parse_note(head.checkpoint).signatures} if head else set()
    named = (VerifierKey.parse(key) for key in keys)
    return next((str(key) for key in named if key.kind == ED25519 and (key.name, key.id) in signed), None)

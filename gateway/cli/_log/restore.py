"""`gateway log restore DIR`: put a backup in place of a state folder that is gone, verified before it is in place.

Each log is checked as `gateway log verify` does: every record, tile, statement and signature. Keys of erasure come from
`--keys`; what tombstones say was erased since is erased again, and so is what the `statements` of a later export say
(`--erased`). Start the gateway after it: before it releases anything it compares its logs with the witnesses.

Exit status: 0 restored, 1 the backup does not hold, or its digest is another, 2 wrong usage, or the state folder is not
empty, 3 a folder cannot be used, or the passphrase opens no keys.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.cli._log._logs import FAULT, REFUSED, WRONG_USAGE, all_logs, read_settings, verifiers

if TYPE_CHECKING:
    from gateway.settings import Settings


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("restore", help="put a backup in an empty place, verified", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="a backup of the logs")
    parser.add_argument("--keys", type=Path, metavar="DIR", help="a backup of the keys of erasure")
    parser.add_argument("--digest", metavar="HEX", help="what `backup` said of this copy")
    parser.add_argument(
        "--erased", type=Path, nargs="+", metavar="FILE", default=[], help="`statements` of exports made after the copy"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from gateway.store.backup import Broken
    from gateway.store.copies import Unreadable
    from gateway.store.restore import NotEmpty, discard, put_in_place, unfinished
    from gateway.verify.errors import VerificationError

    settings = read_settings()
    if settings.database is not None:
        print("Het log staat in PostgreSQL. Zet het terug met pg_restore: zie deploy/RUNBOOK.md.", file=sys.stderr)
        return WRONG_USAGE
    state = settings.state
    try:
        if unfinished(state):
            print(f"Een herstel in {state} was afgebroken nadat alles was gecontroleerd; het wordt nu afgemaakt.")
        else:
            _lay_ready(arguments, settings)
        put_in_place(state)
    except NotEmpty as error:
        print(f"gateway log restore: {error}", file=sys.stderr)
        return WRONG_USAGE
    except (Broken, Unreadable, VerificationError) as error:
        discard(state)
        print(f"Geweigerd. {getattr(error, 'nl', error)} Er is niets teruggezet.", file=sys.stderr)
        if isinstance(error, VerificationError):
            print(f"  {error} ({error.code})", file=sys.stderr)
        return REFUSED
    except OSError as error:
        print(f"{error.filename or state} kan niet worden gebruikt: {error.strerror}.", file=sys.stderr)
        return FAULT
    print(
        f"Teruggezet in {state}. Start de gateway. Voor hij iets vrijgeeft, vergelijkt hij zijn logs met de getuigen."
    )
    print("Kennen die meer regels dan deze kopie, dan weigert hij (log-rolled-back): zie deploy/RUNBOOK.md.")
    return 0


def _lay_ready(arguments: argparse.Namespace, settings: "Settings") -> None:
    from datetime import UTC, datetime

    from gateway.store.backup import Broken
    from gateway.store.restore import discard, lay_ready

    ready, manifest, keys = lay_ready(arguments.folder, arguments.keys, settings.state, datetime.now(UTC))
    try:
        if arguments.digest is not None and arguments.digest != manifest.digest:
            raise Broken(f"{arguments.folder} is niet de kopie die u bedoelt.")
        print(f"Kopie van {manifest.made:%Y-%m-%d %H:%M} UTC")
        _verify(arguments, settings, ready)
        if keys is None:
            print("Let op: zonder --keys is van geen enkele regel de inhoud nog te openen.")
    except BaseException:
        discard(settings.state)
        raise


def _verify(arguments: argparse.Namespace, settings: "Settings", ready: Path) -> None:
    """Judge each log as it lies ready, and destroy again what was erased."""
    from gateway.crypto.keystore import KeyStore
    from gateway.crypto.passphrase import DEVELOPMENT_FILE, read_passphrase
    from gateway.model.codes import Profile
    from gateway.store.log_folder import LogFolder
    from gateway.store.restore import destroy
    from gateway.tlog.erased import SealedLog, lost
    from gateway.tlog.tombstones import erased_keys
    from gateway.verify.archive import verify_log
    from gateway.verify.keys import VerifierKey
    from gateway.verify.trust import Reader

    beside = (settings.state / DEVELOPMENT_FILE).exists()
    passphrase = read_passphrase(settings.passphrase_file, state=settings.state, development=beside)
    own = KeyStore.open(ready / "keys", passphrase, simulation=settings.profile is Profile.SIMULATIE)
    logs, erased = LogFolder(ready), _erased_elsewhere(arguments.erased)
    judged = []
    for stream, year in all_logs(logs):
        log = logs.storage(stream, year)
        if log.state() is not None:
            keys = [VerifierKey.parse(key) for key in verifiers(own, stream, log)]
            verified = verify_log(SealedLog(logs, stream, year), Reader(keys))
            erased |= erased_keys(log)
            judged.append((stream, year))
            print(f"{stream}/{year}: {verified.checkpoint.size} regels, in orde")
        log.close()
    again = sum(destroy(ready, stream, erased) for stream in {stream for stream, _ in judged})
    if again:
        print(f"Sleutels die na de kopie waren gewist, en nu opnieuw zijn gewist: {again}")
    for stream, year in judged if arguments.keys else []:
        log, keys = logs.storage(stream, year), logs.keys(stream)
        if missing := lost(log, keys, erased):
            print(f"Let op: {stream}/{year}: van {missing} regels ontbreekt een sleutel, en geen regel zegt waarom.")
        log.close()
        keys.close()


def _erased_elsewhere(files: list[Path]) -> set[bytes]:
    """The keys that the `statements` of later exports say were erased."""
    import json

    from gateway.store.backup import Broken
    from gateway.tlog.tombstones import keys_in

    erased: set[bytes] = set()
    for file in files:
        try:
            for line in file.read_text("utf-8").splitlines():
                erased.update(keys_in(json.loads(line)["statement"]))
        except (ValueError, KeyError, TypeError):
            raise Broken(f"{file} is geen `statements` van een export.") from None
    return erased

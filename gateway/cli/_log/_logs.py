"""What the commands of `gateway log` share: which logs there are, which one is meant, and the keys that sign it.

Rule: nothing here writes, or waits for a gateway that may be serving.
"""

import argparse
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.crypto.keystore import KeyStore
    from gateway.settings import Settings
    from gateway.tlog.at_rest import LogsAtRest, ReadableLog

REFUSED, WRONG_USAGE, FAULT = 1, 2, 3
_LOG = re.compile(r"([a-z][a-z0-9-]*)/([1-9][0-9]{3})")


def add_log(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--log", type=_name, metavar="STREAM/YEAR", help="which log, e.g. gemeente/2026 (default: the only one)"
    )


def read_settings() -> "Settings":
    """The settings; these commands listen to nobody, so the rule on `public_url` has no object. In a sandbox, whose
    gateway was told of its witness by `gateway run` alone, that witness is known here too. Raises `Fault` where the
    state folder is somebody else's.
    """
    from gateway.settings import Settings

    settings = Settings(development=True)
    _require_access(settings.state)
    sandbox = settings.state / "sandbox"
    if settings.witnesses is None and sandbox.is_dir():
        from gateway.sandbox.witness import SandboxWitness

        if (policy := SandboxWitness(sandbox).policy).is_file():
            return settings.model_copy(update={"witnesses": policy})
    return settings


@contextmanager
def open_logs(settings: "Settings") -> "Iterator[LogsAtRest]":
    """The logs of the settings, to be read. Raises `Fault` where they cannot be."""
    from gateway.store.sqlite.log_folder import LogFolder

    if settings.database is None or settings.bodykeys_database is None:
        yield LogFolder(settings.state)
        return
    from gateway.store.postgres.database import read_both
    from gateway.store.postgres.shelf import PostgresShelf

    shelf = PostgresShelf(*read_both(settings.database, settings.bodykeys_database, development=settings.development))
    try:
        yield shelf
    finally:
        shelf.close()


def all_logs(logs: "LogsAtRest") -> list[tuple[str, int]]:
    """Every log by stream and year."""
    from gateway.model.codes import Tenant
    from gateway.tlog.audit import STREAMS

    return [(stream, year) for stream in (*sorted(Tenant), *STREAMS) for year in logs.years(stream)]


def chosen(arguments: argparse.Namespace, logs: "LogsAtRest") -> tuple[str, int]:
    """The log that is meant; a sentence and the end where none is, or several could be."""
    there = all_logs(logs)
    if arguments.log is None and len(there) == 1:
        return there[0]
    if arguments.log not in there:
        names = ", ".join(f"{stream}/{year}" for stream, year in there) or "geen"
        asked = "Kies een log met --log" if arguments.log is None else "Zo'n log is er niet"
        print(f"{asked}. Er zijn: {names}.", file=sys.stderr)
        raise SystemExit(WRONG_USAGE)
    return arguments.log


def open_keys(settings: "Settings", folder: Path | None = None) -> "KeyStore":
    """The private keys, to be read; `folder`: another place than the state folder's own. Nothing is made: neither keys
    nor a passphrase. Raises `Fault`.
    """
    from gateway.crypto.keystore import KeyStore
    from gateway.crypto.passphrase import DEVELOPMENT_FILE, read_passphrase
    from gateway.model.codes import Profile

    beside = (settings.state / DEVELOPMENT_FILE).exists()
    passphrase = read_passphrase(settings.passphrase_file, state=settings.state, development=beside)
    return KeyStore.open(
        folder or settings.state / "keys", passphrase, simulation=settings.profile is Profile.SIMULATIE
    )


def verifiers(keys: "KeyStore", stream: str, log: "ReadableLog") -> list[str]:
    """The verifier keys of all that signs this log and signed it before, under its origin."""
    from gateway.app.trust import signers

    return [str(key) for key in signers(keys, stream, log)]


def witness_keys(settings: "Settings") -> list[str]:
    """The verifier keys of the witnesses of the settings."""
    from gateway.app.vouching import read_policy

    policy = read_policy(settings)
    return [] if policy is None else [str(peer.key) for peer in policy.witnesses.values()]


def records(count: int) -> str:
    """So many records, in Dutch."""
    return f"{count} {'regel' if count == 1 else 'regels'}"


def _require_access(state: Path) -> None:
    """Without it, nothing that is said of the logs would be true: what cannot be entered looks empty."""
    from gateway.errors import Fault

    try:
        os.listdir(state)
    except FileNotFoundError:
        return
    except OSError as error:
        why = f"{state}: {error.strerror}; run this as the gateway's own account"
        raise Fault("log-unavailable", log=why) from None


def _name(text: str) -> tuple[str, int]:
    match = _LOG.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no log, such as gemeente/2026")
    return match[1], int(match[2])

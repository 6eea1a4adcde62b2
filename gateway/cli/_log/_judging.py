"""Judging logs that were put back, before anybody is served from them, and erasing again what was erased."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.cli._log._logs import all_logs, records, verifiers

if TYPE_CHECKING:
    from gateway.crypto.keystore import KeyStore
    from gateway.tlog.at_rest import LogsAtRest


def judge(logs: "LogsAtRest", own: "KeyStore", shelf: Any, statements: list[Path]) -> None:
    """Judge every log by the keys `own`, and say of each how it came out.

    `shelf` opens the keys of bodies, None where there are none: those that tombstones name are destroyed, and those
    in `statements` of exports. Raises `VerificationError`, `backup.Broken` and the faults of the store.
    """
    from gateway.tlog.erased import SealedLog, destroy, lost
    from gateway.tlog.erasing.tombstones import erased_keys
    from gateway.verify.archive.judge import verify_log
    from gateway.verify.keys import VerifierKey
    from gateway.verify.trust import Reader

    erased, judged = _erased_elsewhere(statements), []
    for stream, year in all_logs(logs):
        log = logs.storage(stream, year)
        try:
            if log.state() is None:
                continue
            keys = [VerifierKey.parse(key) for key in verifiers(own, stream, log)]
            verified = verify_log(SealedLog(logs, stream, year), Reader(keys))
            erased |= erased_keys(log)
        finally:
            log.close()
        judged.append((stream, year))
        print(f"{stream}/{year}: {records(verified.checkpoint.size)}, in orde")
    if shelf is None:
        return
    again, missing = 0, {}
    for stream in sorted({stream for stream, _ in judged}):
        bodykeys = shelf.keys(stream)
        try:
            again += destroy(bodykeys, erased)
            for year in (year for owner, year in judged if owner == stream):
                log = logs.storage(stream, year)
                missing[f"{stream}/{year}"] = lost(log, bodykeys, erased)
                log.close()
        finally:
            bodykeys.close()
    if again:
        print(f"Opnieuw gewist, want gewist na de kopie: {again} {'sleutel' if again == 1 else 'sleutels'}")
    for name, count in missing.items():
        if count:
            print(f"Let op: {name}: van {records(count)} ontbreekt een sleutel, en niets zegt waarom.")


def _erased_elsewhere(files: list[Path]) -> set[bytes]:
    """The keys that the `statements` of later exports say were erased."""
    from gateway.store.backup.backup import Broken
    from gateway.tlog.erasing.tombstones import keys_in

    erased: set[bytes] = set()
    for file in files:
        try:
            for line in file.read_text("utf-8").splitlines():
                erased.update(keys_in(json.loads(line)["statement"]))
        except (ValueError, KeyError, TypeError):
            raise Broken(f"{file} is geen `statements` van een export.") from None
    return erased

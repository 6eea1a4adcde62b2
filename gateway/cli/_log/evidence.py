"""`gateway log evidence ID… -o FILE`: records of one log with all that proves them, in one file for anybody.

An ID is that of a record or of a request. The file holds no personal data, unless `--bodies` opens what is recorded:
then who looked is recorded first. `gateway verify FILE` checks it, anywhere. It runs beside a gateway.

Exit status: 0 written, 1 no log has such a record, 2 wrong usage, 3 the log or the file cannot be used.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.cli._audit import record_look
from gateway.cli._log._logs import (
    FAULT,
    REFUSED,
    WRONG_USAGE,
    add_log,
    all_logs,
    open_keys,
    open_logs,
    read_settings,
    verifiers,
    witness_keys,
)

if TYPE_CHECKING:
    from gateway.settings import Settings


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("evidence", help="prove records to anybody, in one file", description=__doc__)
    parser.add_argument("ids", nargs="+", metavar="ID", help="of a record or of a request")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="where it is written")
    parser.add_argument("--bodies", action="store_true", help="open what is recorded, where that is not erased")
    add_log(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    settings = read_settings()
    with open_logs(settings) as logs:
        found = {name: indexes for name in _asked(arguments, logs) if (indexes := _find(logs, name, arguments.ids))}
        if not found:
            print("Geen log heeft zo'n regel.", file=sys.stderr)
            return REFUSED
        if len(found) > 1:
            names = ", ".join(f"{stream}/{year}" for stream, year in found)
            print(f"Deze regels staan in meer dan een log ({names}): kies er een met --log.", file=sys.stderr)
            return WRONG_USAGE
        [((stream, year), indexes)] = found.items()
        evidence = _gather(settings, logs, stream, year, indexes, bodies=arguments.bodies)
    if arguments.bodies:
        from gateway.model.codes import Tenant

        opened = sum(record.opened is not None for record in evidence.records)
        tenant = Tenant(stream.removeprefix("audit-"))
        record_look(settings, "log evidence", " ".join(arguments.ids), {tenant: opened})
    try:
        arguments.output.write_bytes(evidence.to_bytes())
    except OSError as error:
        print(f"{arguments.output} kan niet worden geschreven: {error.strerror}.", file=sys.stderr)
        return FAULT
    print(f"Bewijs van {len(evidence.records)} regels van {stream}/{year}: {arguments.output}")
    return 0


def _asked(arguments: argparse.Namespace, logs: Any) -> list[tuple[str, int]]:
    there = all_logs(logs)
    return there if arguments.log is None else [name for name in there if name == arguments.log]


def _find(logs: Any, name: tuple[str, int], ids: list[str]) -> set[int]:
    log, found = logs.storage(*name), set()
    try:
        for each in ids:
            index = log.index_of(each)
            found |= set(log.indexes_of_request(each)) if index is None else {index}
    finally:
        log.close()
    return found


def _gather(settings: "Settings", logs: Any, stream: str, year: int, indexes: set[int], *, bodies: bool) -> Any:
    from gateway.tlog.evidence import gather

    log, keys = logs.storage(stream, year), logs.keys(stream) if bodies else None
    try:
        signers = verifiers(open_keys(settings), stream, log) + witness_keys(settings)
        return gather(log, indexes, keys=signers, bodies=keys)
    finally:
        log.close()
        if keys is not None:
            keys.close()

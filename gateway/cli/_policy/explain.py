"""`gateway policy explain`: a decision as a ladder in Dutch, from facts, from a case, or as it was recorded.

FILE holds one facts document as JSON; `-` or nothing reads standard input. A case is meant by its file and title, its
basis and title, or a part of them that no other case has. What was recorded is told as it was decided then; everything
else is decided now. Policies are a folder, or a signed bundle as a gateway follows it. No value of a fact is shown.
Before a record is told, it is recorded who looked at it; the gateway's own settings and passphrase are needed for that.

Exit status: 0 told, 2 wrong usage, 3 the policies, the engine or the log cannot be used.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from gateway.cli._audit import in_files, record_look
from gateway.cli._log._logs import open_logs
from gateway.cli._workbench import WRONG_USAGE, add_engine, add_policies, mending, policies_folder, there


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("explain", help="tell a decision as a ladder", description=__doc__)
    source = parser.add_mutually_exclusive_group()
    source.add_argument("file", type=Path, nargs="?", metavar="FILE", help="facts as JSON (default: standard input)")
    source.add_argument("--case", metavar="NAME", help='a case, e.g. "wgs.zvh.casusoverleg: Gesloten casus"')
    source.add_argument("--record", metavar="ID", help="the id of a request or of a record in the log")
    add_policies(parser)
    parser.add_argument("--state", type=Path, metavar="DIR", help="state folder of the gateway (default: configured)")
    add_engine(parser)
    parser.set_defaults(run=mending(run))


def run(arguments: argparse.Namespace) -> int:
    from gateway.catalogue import Catalogue
    from gateway.pdp.archive import policies_of
    from gateway.pdp.bundle import Bundle
    from gateway.settings import Settings
    from gateway.workbench.cases import SHIPPED
    from gateway.workbench.explain import explain
    from gateway.workbench.explained import NotFound, decided, facts_of_case, recorded
    from gateway.workbench.folders import WorkingCopy
    from gateway.workbench.records import Records
    from gateway.workbench.screen import wrapped

    settings = Settings(development=True)
    place, notes = arguments.policies or settings.policies, []
    if place.is_file():
        bundle, cases = policies_of(place.read_bytes()), SHIPPED
    else:
        copy = WorkingCopy.at(policies_folder(arguments))
        bundle, cases = Bundle.read(copy.rules), copy.cases
    there(arguments.state)
    try:
        if arguments.record:
            at = settings if arguments.state is None else in_files(arguments.state)
            with open_logs(at) as logs:
                records = Records(logs)
                decision, notes = recorded(records, arguments.record, bundle.revision)
            record_look(at, "policy explain", arguments.record, records.opened)
        else:
            facts = facts_of_case(cases, arguments.case) if arguments.case else _read(arguments.file)
            decision = asyncio.run(decided(bundle, facts, arguments.engine))
    except OSError as error:
        print(f"gateway policy explain: {error.filename} is niet te lezen: {error.strerror}.", file=sys.stderr)
        return WRONG_USAGE
    except NotFound as error:
        print(f"gateway policy explain: {error}", file=sys.stderr)
        return WRONG_USAGE
    for note in notes:
        print(*wrapped(note), sep="\n")
    print(*explain(decision, bundle, Catalogue.load()), sep="\n")
    return 0


def _read(file: Path | None) -> bytes:
    return sys.stdin.buffer.read() if file is None or str(file) == "-" else file.read_bytes()

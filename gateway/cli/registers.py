"""`gateway registers import FILE`: take organisations, cases and people into the registers, all of the file or nothing.

The file is YAML or JSON (`store/registers/file.schema.json`). A BSN in it becomes a pseudonym on the way in; the file
is not copied, and removing it afterwards is yours to do.
"""

import argparse
import sys
from pathlib import Path


def add(subparsers: argparse._SubParsersAction) -> None:
    parser = subparsers.add_parser("registers", help="bring the registers up to date", description=__doc__)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    importing = actions.add_parser("import", help="take in a file", description=__doc__)
    importing.add_argument("file", type=Path, metavar="FILE", help="YAML or JSON; - reads standard input")
    importing.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from pydantic import ValidationError

    from gateway.app import open_keys, open_registers
    from gateway.crypto.pseudonym import HmacPseudonyms
    from gateway.settings import Settings
    from gateway.store.registers.file import InvalidRegisters, enter_document, parse
    from gateway.store.statements import UnknownReference

    try:
        settings = Settings()
    except ValidationError as error:
        names = sorted("_".join(map(str, each["loc"])).upper() or "*" for each in error.errors())
        print(f"registers: a setting is wrong: {', '.join(f'SLUIS_{name}' for name in names)}", file=sys.stderr)
        return 2
    try:
        text = sys.stdin.read() if arguments.file == Path("-") else arguments.file.read_text("utf-8")
        document = parse(text)
    except (OSError, ValueError) as error:
        print(f"registers: {arguments.file} cannot be read: {type(error).__name__}", file=sys.stderr)
        return 2
    pseudonyms = HmacPseudonyms(open_keys(settings))
    registers = open_registers(settings)
    try:
        organisations, people, cases = enter_document(registers, document, pseudonyms.of)
    except InvalidRegisters as error:
        print("registers: nothing was taken in:", *error.places, sep="\n  ", file=sys.stderr)
        return 1
    except UnknownReference as error:
        print(f"registers: nothing was taken in: {error}", file=sys.stderr)
        return 1
    finally:
        registers.close()
    print(f"registers: {organisations} organisations, {cases} cases, {people} people taken in")
    return 0

"""`gateway verify`: check what the log gave away, offline: a receipt, an evidence file, an export.

All of it is `gateway.verify.command`, which also runs alone. A log in place: `gateway log verify`.
"""

import argparse
from typing import Any


def add(subparsers: Any) -> None:
    from gateway.verify import command

    parser: argparse.ArgumentParser = subparsers.add_parser(
        "verify",
        help="controleer een ontvangstbewijs, een bewijsbestand of een export",
        description="Controleert een ontvangstbewijs, een bewijsbestand of een export van een log, zonder netwerk, met "
        "alleen de sleutels die u zelf geeft.",
    )
    command.add_arguments(parser)
    parser.set_defaults(run=command.run)

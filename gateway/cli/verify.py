"""`gateway verify`: check a receipt offline. All of it is `gateway.verify.command`, which also runs alone."""

import argparse
from typing import Any


def add(subparsers: Any) -> None:
    from gateway.verify import command

    parser: argparse.ArgumentParser = subparsers.add_parser(
        "verify",
        help="controleer een ontvangstbewijs",
        description="Controleert een ontvangstbewijs, zonder netwerk, met alleen de sleutels die u zelf geeft.",
    )
    command.add_arguments(parser)
    parser.set_defaults(run=command.run)

"""`gateway policy`: for the privacy officer, who writes policies and must know what they do before they decide."""

import argparse
import importlib
import pkgutil

from gateway.cli import _policy


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("policy", help="check, try, compare, explain and sign policies")
    parts = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in sorted(pkgutil.iter_modules(_policy.__path__), key=lambda each: each.name):
        importlib.import_module(f"{_policy.__name__}.{module.name}").add(parts)

"""`gateway log`: for whoever keeps the log: to look after it, copy it, take it elsewhere and erase from it."""

import argparse
import importlib
import pkgutil

from gateway.cli import _log


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("log", help="look after the log: status, export, backup, erasure")
    parts = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in sorted(pkgutil.iter_modules(_log.__path__), key=lambda each: each.name):
        if not module.name.startswith("_"):
            importlib.import_module(f"{_log.__name__}.{module.name}").add(parts)

"""The command line: one module a command, found by name, so that a command costs its own imports alone.

Rules: a module in this package that does not begin with `_` is a command and has `add(subparsers)`, which sets `run`
(arguments → exit status) as a default of its parser. At its top it imports the standard library alone; what it needs
beyond that, `run` imports. Exit status: 0 done, 1 the answer is no, 2 wrong usage, 3 a fault (nothing was released),
130 interrupted.
"""

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence

from gateway.errors import SluisError

USAGE, FAULT = 2, 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    argv = sys.argv[1:] if argv is None else argv
    parser = argparse.ArgumentParser(
        prog="gateway", description="Sluis: a partner asks, the law decides, and anyone can check it."
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    known = [module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")]
    for name in argv[:1] if argv and argv[0] in known else known:
        importlib.import_module(f"{__name__}.{name}").add(commands)
    arguments = parser.parse_args(argv)
    try:
        return arguments.run(arguments)
    except SluisError as error:
        print(f"gateway: {error}", file=sys.stderr)
        return FAULT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAULT
    except ValueError as error:
        for sentence in _wrong_settings(error):
            print(f"gateway: {sentence}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return 130


def _wrong_settings(error: ValueError) -> list[str]:
    """What is wrong with each setting; any other error is raised again."""
    from pydantic import ValidationError

    if not isinstance(error, ValidationError) or error.title != "Settings":
        raise error
    return [
        f"SLUIS_{'_'.join(map(str, each['loc'])).upper() or '…'}: {each['msg'].removeprefix('Value error, ')}"
        for each in error.errors()
    ]

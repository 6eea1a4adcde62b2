"""`gateway demo`: a granted, a partial and a refused request against the sandbox that `gateway run` started.

Exit status 0 only if every outcome, every sealed answer and every receipt held.
"""

import argparse
import sys
import time

AGAIN = 10.0


def add(subparsers: argparse._SubParsersAction) -> None:
    parser = subparsers.add_parser("demo", help="do the main job before your eyes", description=__doc__)
    parser.add_argument("--once", action="store_true", help="once; without it, every ten seconds until Ctrl-C")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from rich.console import Console

    from gateway.client import GatewayError
    from gateway.sandbox.demo import perform
    from gateway.sandbox.town import sandbox_settings

    settings = sandbox_settings()
    sandbox = settings.state / "sandbox"
    if not (sandbox / "log.vkeys").exists():
        print(
            f"demo: there is no sandbox in {settings.state}; start one with 'make run' (or: gateway run)",
            file=sys.stderr,
        )
        return 2
    while True:
        try:
            held = perform(Console(), settings.public_url, sandbox)
        except GatewayError as error:
            print(f"demo: {settings.public_url}: {error}. Is it running ('make run')?", file=sys.stderr)
            return 1
        if arguments.once or not held:
            return 0 if held else 1
        time.sleep(AGAIN)

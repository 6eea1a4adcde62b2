"""`gateway run`: everything on embedded defaults, with people who do not exist: a sandbox holder, the gateway, three
requests, and the desk of the FG over a year of requests.

It shows the main job done, keeps serving, says what to try next and who to be at the desk, and Ctrl-C stops all of it.
"""

import argparse
import signal
import sys


def add(subparsers: argparse._SubParsersAction) -> None:
    parser = subparsers.add_parser("run", help="start everything in a sandbox and show it", description=__doc__)
    parser.add_argument("--no-year", action="store_true", help="begin with empty logs, not with a year of requests")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from rich.console import Console

    from gateway.client import GatewayError
    from gateway.sandbox.demo import perform
    from gateway.sandbox.next_steps import next_steps
    from gateway.sandbox.state import CannotStart
    from gateway.sandbox.town import Town, sandbox_settings

    for each in (signal.SIGINT, signal.SIGTERM):  # also where a shell started it in the background, deaf to Ctrl-C
        signal.signal(each, signal.default_int_handler)
    console = Console()
    settings = sandbox_settings()
    try:
        with Town(settings, year=not arguments.no_year, say=console.print) as town:
            console.print(f"[bold]Sluis[/] on {settings.public_url}, with a holder of people who do not exist.\n")
            if not perform(console, settings.public_url, settings.state / "sandbox"):
                print("run: the demonstration did not come out as it should; nothing is served", file=sys.stderr)
                return 1
            console.print(next_steps(settings, town.await_desk()), highlight=False, soft_wrap=True)
            print(f"run: {town.wait()} ended by itself; see {town.log}", file=sys.stderr)
            return 1
    except CannotStart as error:
        print(f"run: {error}", file=sys.stderr)
        return 2
    except GatewayError as error:
        print(f"run: the demonstration failed: {error}; see {settings.state / 'gateway.log'}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        console.print("\nStopped.")
        return 0

"""`gateway policy publish FILE`: verify a signed bundle, keep it, and put it into force.

A running gateway takes it within a second, or at once when it is told to (SIGHUP). Run this as the gateway's own user.
"""

import argparse
from pathlib import Path

from gateway.cli._releases import now, open_releases, read_bundle, read_settings, refusing, tell


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("publish", help="put a signed bundle into force", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE", help="the bundle; - for standard input")
    parser.add_argument("--reason", metavar="TEXT", default="", help="why, for the history; no personal data")
    parser.set_defaults(run=refusing(run))


def run(arguments: argparse.Namespace) -> int:
    settings = read_settings()
    releases = open_releases(settings)
    tell(releases.publish(read_bundle(arguments.file), arguments.reason, now()), settings, releases)
    return 0

"""`gateway policy rollback [REVISION]`: go back to a revision that was in force here, by default the one before.

It is verified again by the signers who are known now. `gateway policy status` lists what there is to go back to.
"""

import argparse

from gateway.cli._releases import now, open_releases, read_settings, refusing, tell


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("rollback", help="go back to an earlier revision", description=__doc__)
    parser.add_argument("revision", nargs="?", metavar="REVISION", help="64 hexadecimal digits")
    parser.add_argument("--reason", metavar="TEXT", required=True, help="why, for the history; no personal data")
    parser.set_defaults(run=refusing(run))


def run(arguments: argparse.Namespace) -> int:
    settings = read_settings()
    releases = open_releases(settings)
    tell(releases.rollback(arguments.revision, arguments.reason, now()), settings, releases)
    return 0

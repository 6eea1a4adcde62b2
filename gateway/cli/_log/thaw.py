"""`gateway log thaw --tenant TENANT --because WHY`: let a tenant's releases go on that a red verdict of the desk froze.

Say what was found and what was done about it: that is recorded, with who did it, before anything goes on. The red
verdict stays on the desk until a check finds everything good.

Exit status: 0 they go on, 1 they did not stand still, 3 it cannot be recorded or changed.
"""

import argparse
import sys

from gateway.cli._audit import record_look
from gateway.cli._log._logs import FAULT, REFUSED, read_settings
from gateway.model.codes import Tenant

FROZEN = "frozen"


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("thaw", help="let frozen releases go on", description=__doc__)
    parser.add_argument("--tenant", type=Tenant, choices=tuple(Tenant), required=True, help="whose releases")
    parser.add_argument(
        "--because", required=True, metavar="WHY", help="what was found and done, without personal data"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from gateway.store.frozen import FrozenFiles

    settings = read_settings()
    files = FrozenFiles(settings.state / FROZEN)
    if not files.frozen(arguments.tenant):
        print(f"De verstrekkingen van {arguments.tenant} stonden niet stil.", file=sys.stderr)
        return REFUSED
    record_look(settings, "log thaw", arguments.because, {arguments.tenant: 1})
    try:
        why = files.thaw(arguments.tenant)
    except OSError as error:
        print(f"De verstrekkingen van {arguments.tenant} staan nog stil: {error.strerror}.", file=sys.stderr)
        return FAULT
    print(f"De verstrekkingen van {arguments.tenant} gaan weer door. Zij stonden stil door: {why}")
    return 0

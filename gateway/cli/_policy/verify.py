"""`gateway policy verify FILE`: whether a bundle would be accepted: by whom it was signed, and what it holds."""

import argparse
from pathlib import Path

from gateway.cli._releases import read_bundle, read_settings, refusing


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("verify", help="verify a signed bundle", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE", help="the bundle; - for standard input")
    parser.set_defaults(run=refusing(run))


def run(arguments: argparse.Namespace) -> int:
    from gateway.pdp.signed import SignedBundle, read_signers

    signed = SignedBundle.verify(read_bundle(arguments.file), read_signers(read_settings().policy_signers))
    print(f"In orde: {arguments.file}")
    print(f"Beleidsversie: {signed.bundle.revision}")
    print(f"Getekend door: {signed.signer}")
    return 0

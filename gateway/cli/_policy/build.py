"""`gateway policy build DIR -o FILE --key FILE`: sign a folder of policies as a bundle that both engines verify.

Signing needs the private key of a signer, and no gateway: do it where the key is kept.
"""

import argparse
import sys
from pathlib import Path

from gateway.cli._releases import WRONG_USAGE, refusing


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("build", help="sign a folder of policies as a bundle", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="the folder of rules, or the one that has rules/")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", required=True, help="where the bundle comes")
    parser.add_argument("--key", type=Path, metavar="FILE", required=True, help="private JWK of the signer")
    parser.set_defaults(run=refusing(run))


def run(arguments: argparse.Namespace) -> int:
    from gateway.crypto.durable import write_whole
    from gateway.pdp.bundle import Bundle
    from gateway.workbench.folders import WorkingCopy
    from gateway.workbench.publish.build import build
    from gateway.workbench.publish.signer import read_signer

    if not arguments.folder.is_dir():
        print(f"{arguments.folder} is geen map.", file=sys.stderr)
        return WRONG_USAGE
    folder = arguments.folder
    if not any(folder.glob("*.rego")):
        folder = WorkingCopy.at(folder).rules
    signed = build(Bundle.read(folder), read_signer(arguments.key))
    try:
        write_whole(arguments.output, signed.packed, mode=0o644)
    except OSError as error:
        print(f"{arguments.output} kan niet worden geschreven: {error.strerror}.", file=sys.stderr)
        return WRONG_USAGE
    print(f"Beleidsversie: {signed.bundle.revision}")
    print(f"Getekend door: {signed.signer}")
    print(f"Bundel: {arguments.output} ({len(signed.packed)} bytes, {len(signed.bundle.files)} bestanden)")
    return 0

"""`gateway policy keys`: make the key of a signer of policies, and tell OPA whom it may believe."""

import argparse
import json
import sys
from pathlib import Path

from gateway.cli._releases import WRONG_USAGE, read_settings


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("keys", help="make a signer's key, tell OPA of them", description=__doc__)
    parts = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    new = parts.add_parser("new", help="make a key: the private JWK to a file, the public one to standard output")
    new.add_argument("-o", "--output", type=Path, metavar="FILE", required=True, help="a new file, outside the clone")
    new.add_argument("--algorithm", choices=["ES256", "EdDSA"], default="ES256", help="OPA takes ES256 alone")
    new.set_defaults(run=_new)
    opa = parts.add_parser("opa", help="print OPA's configuration with the known signers in it")
    opa.add_argument("config", type=Path, metavar="FILE", help="deploy/opa/opa.yaml")
    opa.set_defaults(run=_opa)


def _new(arguments: argparse.Namespace) -> int:
    from gateway.crypto.errors import CryptoError
    from gateway.settings import ROOT
    from gateway.workbench.publish.signer import new_signer, public_signer, write_signer

    place = arguments.output.absolute()
    if place.resolve().is_relative_to(ROOT) and not place.resolve().is_relative_to(read_settings().state.resolve()):
        print("Een geheime sleutel hoort niet in de broncode: kies een map daarbuiten.", file=sys.stderr)
        return WRONG_USAGE
    key = new_signer(arguments.algorithm)
    try:
        write_signer(key, place)
    except OSError as error:
        print(f"{arguments.output} kan niet worden gemaakt: {error.strerror}.", file=sys.stderr)
        return WRONG_USAGE
    except CryptoError:
        print(f"{place.parent} is ook voor anderen open.", file=sys.stderr)
        print("Noem een map die er nog niet is, of die alleen van u is (chmod 700).", file=sys.stderr)
        return WRONG_USAGE
    print(json.dumps(public_signer(key), indent=2))
    print(f"Geheime sleutel: {arguments.output}. Bewaar die waar de gateway niet is.", file=sys.stderr)
    print("De openbare sleutel staat hierboven.", file=sys.stderr)
    print("  Voor het beleid van de gateway: in keys/policy-signers.jwks.json, met vier ogen.", file=sys.stderr)
    print("  Voor een overlay van een partner: in de sleutels van die partner, en nooit daar.", file=sys.stderr)
    return 0


def _opa(arguments: argparse.Namespace) -> int:
    from gateway.pdp.signed import read_signers
    from gateway.workbench.publish.opa import KNOWN_TO_OPA, with_signers

    signers = read_signers(read_settings().policy_signers)
    try:
        print(with_signers(arguments.config.read_text("utf-8"), signers), end="")
    except OSError as error:
        print(f"{arguments.config} is niet te lezen: {error.strerror}.", file=sys.stderr)
        return WRONG_USAGE
    for key in signers:
        if key.jwk["kty"] != KNOWN_TO_OPA:
            print(f"OPA kent geen EdDSA: {key.jwk['kid']} staat er niet in.", file=sys.stderr)
    return 0

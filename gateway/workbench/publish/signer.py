"""The keys of those who sign policies.

Rules:
- One key a signer: P-256 (ES256) or Ed25519 (EdDSA). Its `kid` is its RFC 7638 thumbprint. ES256 is the usual one: a
  running OPA (1.22) knows no EdDSA in the keys of its configuration.
- The private key is a JWK in a file that is its owner's alone (0600, in a folder that is), outside the repository; the
  public one goes into the file of signers, `keys/policy-signers.jwks.json`, by a change that two people make.

Whom it trusts: whoever has the private file can sign policies. Keep it where the gateway is not.
"""

import json
import os
from pathlib import Path
from typing import Any

from gateway.crypto import keyfile
from gateway.crypto.compact import json_object
from gateway.crypto.errors import CryptoError
from gateway.crypto.keys import PrivateKey
from gateway.errors import Fault
from gateway.pdp.signed import ALGORITHMS

KINDS = {"EdDSA": "Ed25519", "ES256": "ES256"}
"""The algorithm of a signature, and what a key for it is called where keys are made."""


def new_signer(algorithm: str = "ES256") -> PrivateKey:
    """A fresh key for `ES256` or `EdDSA`."""
    return PrivateKey.from_jwk({**PrivateKey.generate(KINDS[algorithm]).to_jwk(), "alg": algorithm})


def write_signer(key: PrivateKey, file: Path) -> None:
    """Put the private JWK in a file that was not there; its folder is made, where there is none, for its owner.
    `CryptoError` for a folder of others too: `read_signer` would not take the key from there.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    keyfile.owned(file.parent)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        json.dump(key.to_jwk(), opened, indent=2)
        opened.write("\n")


def read_signer(file: Path) -> PrivateKey:
    """Read a private JWK; a `Fault` for one that others can read, that names itself by no `kid`, or that cannot sign
    policies.
    """
    try:
        jwk = json_object(keyfile.read(file))
        key = PrivateKey.from_jwk(jwk)
    except OSError as error:
        raise Fault("key-missing", log=f"{file}: {error.strerror}") from None
    except CryptoError as error:
        raise Fault("key-missing", log=f"{file}: {error}") from None
    if not jwk.get("kid") or key.algorithm != ALGORITHMS.get(jwk["kty"]):
        raise Fault("key-missing", log=f"{file} is no key with a kid for EdDSA or ES256")
    return key


def public_signer(key: PrivateKey) -> dict[str, Any]:
    """The public JWK, as it stands in the file of signers."""
    return {"use": "sig", **key.public.jwk}

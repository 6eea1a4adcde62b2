"""OPA's own configuration with the public keys of the signers in it, so that OPA verifies what it loads by itself.

Rules: each key stands under its `kid`, which is what a bundle's signature names, with the one algorithm that it has.
OPA's configuration (1.22) takes no key for EdDSA, so those stay out: what they sign, a running OPA refuses.
"""

from collections.abc import Iterable

import yaml

from gateway.crypto.keys import pem
from gateway.model.parties import PublicKey
from gateway.pdp.signed import ALGORITHMS

KNOWN_TO_OPA = "EC"


def with_signers(config: str, signers: Iterable[PublicKey]) -> str:
    """YAML of `config` with the keys of those signers whom OPA can know, and no other keys."""
    document = yaml.safe_load(config)
    known = (key for key in signers if key.jwk["kty"] == KNOWN_TO_OPA)
    document["keys"] = {key.jwk["kid"]: {"algorithm": ALGORITHMS[KNOWN_TO_OPA], "key": pem(key)} for key in known}
    return yaml.safe_dump(document, sort_keys=False)

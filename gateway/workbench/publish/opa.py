"""OPA's own configuration with the public keys of the signers in it, so that OPA verifies what it loads by itself.

Rules: each key stands under its `kid`, which is what a bundle's signature names, with the one algorithm that it has.
"""

from collections.abc import Iterable

import yaml

from gateway.crypto.keys import pem
from gateway.model.parties import PublicKey
from gateway.pdp.signed import ALGORITHMS


def with_signers(config: str, signers: Iterable[PublicKey]) -> str:
    """YAML of `config` with the keys of signers, and no other keys."""
    document = yaml.safe_load(config)
    document["keys"] = {key.jwk["kid"]: {"algorithm": ALGORITHMS[key.jwk["kty"]], "key": pem(key)} for key in signers}
    return yaml.safe_dump(document, sort_keys=False, default_style=None)

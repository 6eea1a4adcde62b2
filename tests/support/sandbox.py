"""A gateway's side of the sandbox in a test: its request key, the sandbox's keys, a client of the holder protocol."""

import ssl
from pathlib import Path
from typing import Any

from gateway.crypto.keys import PrivateKey, public_key
from gateway.crypto.signing import JwsSigner
from gateway.facts import Dictionary
from gateway.holders import HolderClient
from gateway.model.parties import Source
from gateway.sandbox.keys import SandboxKeys
from tests.support.simulators import CountedIds

ISSUER = "http://127.0.0.1:8400"
DICTIONARY = Dictionary.load()


class Side:
    """`signing`: the gateway's request key, which the sandbox was told to trust."""

    def __init__(self, folder: Path) -> None:
        self.signing = PrivateKey.generate("ES256")
        self.keys = SandboxKeys(folder)
        self._identifiers = CountedIds()
        self.keys.trust(ISSUER, {"keys": [dict(self.signing.public.jwk)]})

    def source(self, oin: str, name: str, base: str, **changes: Any) -> Source:
        pair = self.keys.holder(oin, name)
        ordinary = {
            "oin": oin,
            "name": name,
            "label": name,
            "url": f"{base}/{oin}/{name}",
            "secrecy_bound": False,
            "keys": (public_key(pair.signing),),
            "encryption": public_key(pair.decryption),
        }
        return Source(**{**ordinary, **changes})

    def client(self, clock: Any, **changes: Any) -> HolderClient:
        """A client on the system's loopback; close it after use."""
        ordinary = {
            "issuer": ISSUER,
            "clock": clock,
            "identifiers": self._identifiers,
            "timeout": 2.0,
            "development": True,
            "tls": ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        }
        return HolderClient(JwsSigner(self.signing), DICTIONARY, **{**ordinary, **changes})

"""Development keys of partners and holders who do not exist, made at first use and kept under the gateway's state.

Rules: the folder is 0700, a file 0600 and whole; a key is made once and then only read; the sandbox knows the
gateway by the public keys that were given to `trust`. Never for real partners: whoever reads this folder can ask,
and read, as any of them.

`partners/<client>.json` is what `gateway.client.Partner.load` reads.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.crypto.durable import write_whole
from gateway.crypto.keyfile import read
from gateway.crypto.keys import ENCRYPTION, PrivateKey, public_key
from gateway.model.parties import PublicKey


@dataclass(frozen=True, slots=True)
class PublicPair:
    """Public JWKs: one that verifies, one to seal to."""

    signing: Mapping[str, Any]
    decryption: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pair:
    signing: PrivateKey = field(repr=False)
    decryption: PrivateKey = field(repr=False)

    @property
    def public(self) -> PublicPair:
        return PublicPair(dict(self.signing.public.jwk), dict(self.decryption.public.jwk))


@dataclass(frozen=True, slots=True)
class Trusted:
    """The gateway as a holder knows it. `issuer`: its public URL; `keys`: those that sign its requests."""

    issuer: str
    keys: tuple[PublicKey, ...]


class SandboxKeys:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def partner(self, client: str, oin: str) -> PublicPair:
        """The keys of a partner's system, made at first use."""
        return self._pair(self.partner_file(client), {"client_id": client, "oin": oin}).public

    def partner_file(self, client: str) -> Path:
        """Where that system's private keys are."""
        return self._folder / "partners" / f"{client}.json"

    def holder(self, oin: str, source: str) -> PublicPair:
        """The keys of a source, made at first use."""
        return self.holder_pair(oin, source).public

    def holder_pair(self, oin: str, source: str) -> Pair:
        return self._pair(self._folder / "holders" / f"{oin}.{source}.json", {"oin": oin, "source": source})

    def trust(self, issuer: str, jwks: Mapping[str, Any]) -> None:
        """Tell the sandbox who the gateway is: its public URL and the JWK set that verifies its requests to holders."""
        _make(self._folder)
        write_whole(self._folder / "gateway.json", json.dumps({"issuer": issuer, "keys": list(jwks["keys"])}).encode())

    def trusted(self) -> Trusted:
        """Who was told last. `FileNotFoundError` before anybody was."""
        document = json.loads(read(self._folder / "gateway.json"))
        return Trusted(document["issuer"], tuple(public_key(jwk) for jwk in document["keys"]))

    def _pair(self, path: Path, about: Mapping[str, str]) -> Pair:
        if not path.exists():
            _make(path.parent)
            signing, decryption = PrivateKey.generate("ES256"), PrivateKey.generate(ENCRYPTION)
            document = {**about, "signing": signing.to_jwk(), "decryption": decryption.to_jwk()}
            write_whole(path, json.dumps(document).encode())
        document = json.loads(read(path))
        return Pair(PrivateKey.from_jwk(document["signing"]), PrivateKey.from_jwk(document["decryption"]))


def _make(folder: Path) -> None:
    for one in (*reversed(folder.parents), folder):
        one.mkdir(mode=0o700, exist_ok=True)

"""Signing bundles in every wrong way: the parts of one, each of which a test can alter."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.crypto.compact import encode
from gateway.crypto.keys import PrivateKey
from gateway.crypto.signing import JwsSigner
from gateway.pdp.bundle import Bundle
from gateway.pdp.digest import ALGORITHM, digest
from gateway.pdp.signed import manifest_of
from gateway.pdp.tarball import pack
from gateway.workbench.publish.signer import new_signer

KEYS = {"EdDSA": new_signer("EdDSA"), "ES256": new_signer("ES256"), "other": new_signer("EdDSA")}
FILES = {
    "main.rego": b'package sluis.main\n\nimport rego.v1\n\ndecision := {"hint": data.bases["a.b"].hint}\n',
    "bases/a.b/data.yaml": 'hint: "een <b>\u2028zin</b> & é"  # why\nlist: [1, -2, true, null, "no"]\n'.encode(),
    "words/data.json": b'{ "z": {"b": "\\u0001\\"", "a": []} }\n',
}


@dataclass
class Parts:
    """What goes into a bundle. `files` are listed as they stand when `listed` is made; change them after to tamper."""

    key: PrivateKey = KEYS["EdDSA"]
    files: dict[str, bytes] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    wrapper: dict[str, Any] = field(default_factory=dict)
    token: Callable[["Parts"], str] | None = None

    @classmethod
    def of(cls, files: Mapping[str, bytes] = FILES, *, manifest: bytes | None = None, **more: Any) -> "Parts":
        made = manifest_of(Bundle.of(files)) if manifest is None else manifest
        parts = cls(files={".manifest": made, **files}, **more)
        parts.claims = {"files": parts.listed(), "keyid": parts.key.kid}
        return parts

    def listed(self) -> list[dict[str, str]]:
        return [{"name": path, "hash": digest(path, each), "algorithm": ALGORITHM} for path, each in self.files.items()]

    def signed(self) -> str:
        if self.token is not None:
            return self.token(self)
        return JwsSigner(self.key).sign(self.claims, typ=self.header.pop("typ", "JWT"), header=self.header)

    def packed(self) -> bytes:
        document = {"signatures": [self.signed()], **self.wrapper}
        return pack({**self.files, ".signatures.json": json.dumps(document).encode()})


def unsigned(parts: Parts, header: Mapping[str, Any], sign: Callable[[bytes], bytes] = lambda _: b"") -> str:
    """A JWS of any header, signed by any means."""
    text = ".".join(encode(json.dumps(each).encode()) for each in (header, parts.claims))
    return f"{text}.{encode(sign(text.encode()))}"

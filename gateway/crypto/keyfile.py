"""How a private key lies on disk: encrypted under one key-encryption key, its metadata authenticated, renamed into
place.

Rules:
- The key-encryption key is Argon2id (RFC 9106; 64 MiB, 3 passes, 4 lanes) of passphrase and salt, derived once a
  store.
- A file is AES-256-GCM over the key with its metadata as associated data: whoever edits a state, a purpose or a
  public key makes the file unreadable. A destroyed key keeps its metadata over nothing, so that old signatures can
  still be told.
- The folder is 0700 and files 0600; otherwise they are not read.

Trust: whoever can write the folder can put an older file back, or take one away; nobody without the passphrase can
make one.
"""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from gateway.crypto.compact import decode, encode, json_object
from gateway.crypto.errors import CryptoError

KDF = {"name": "argon2id", "memory_kib": 64 * 1024, "iterations": 3, "lanes": 4}


@dataclass(frozen=True, slots=True)
class Metadata:
    """What anyone may know of a key. `state`: pending, active, retiring, destroyed; `created` and `since` (of the
    state): UTC; `public`: a JWK, or None for a secret.
    """

    purpose: str
    kid: str
    algorithm: str
    state: str
    created: str
    since: str
    public: Mapping[str, Any] | None

    @property
    def file(self) -> str:
        return f"{self.purpose}.{self.kid}.json"


def derive(passphrase: bytes, salt: bytes) -> bytes:
    """32 bytes; about 0.2 s and 64 MiB."""
    kdf = Argon2id(
        salt=salt, length=32, iterations=KDF["iterations"], lanes=KDF["lanes"], memory_cost=KDF["memory_kib"]
    )
    return kdf.derive(passphrase)


def seal(kek: bytes, document: Mapping[str, Any], secret: bytes) -> bytes:
    """The bytes of a file: `document` in the open and authenticated, `secret` encrypted."""
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(kek).encrypt(nonce, secret, _canonical(document))
    return (
        orjson.dumps({**document, "nonce": encode(nonce), "sealed": encode(sealed)}, option=orjson.OPT_INDENT_2) + b"\n"
    )


def unseal(kek: bytes, data: bytes) -> tuple[dict[str, Any], bytes]:
    """What `seal` was given; `CryptoError` when the passphrase is another or anything was changed."""
    document = json_object(data)
    try:
        nonce, sealed = decode(document.pop("nonce")), decode(document.pop("sealed"))
        return document, AESGCM(kek).decrypt(nonce, sealed, _canonical(document))
    except (InvalidTag, KeyError, TypeError, AttributeError, ValueError) as error:
        raise CryptoError(f"a key file does not open: {type(error).__name__}") from None


def read(path: Path) -> bytes:
    """A file's bytes, if it and its folder are its owner's alone; `CryptoError` otherwise."""
    for place in (path, path.parent):
        owned(place)
    return path.read_bytes()


def owned(place: Path) -> None:
    """`CryptoError` where a file or a folder is not its owner's alone."""
    if place.stat().st_mode & 0o077:
        raise CryptoError(f"{place} can be read or written by others: take that away with chmod")


def describe(metadata: Metadata) -> dict[str, Any]:
    return {"version": 1, **asdict(metadata)}


def understand(document: Mapping[str, Any]) -> Metadata:
    if document.get("version") != 1:
        raise CryptoError("a key file of another version")
    return Metadata(**{name: value for name, value in document.items() if name != "version"})


def _canonical(document: Mapping[str, Any]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)

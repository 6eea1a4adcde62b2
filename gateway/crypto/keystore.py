"""Our own private keys: one purpose each, and a life that others can follow.

Rules:
- Purposes are kept apart: what signs a token never signs a disclosure, a request to a holder or a log; each tenant
  has its own keys for its log, for what is published of it and for its audit log, and its own key of pseudonyms.
- Life: pending (published, so that others learn it) → active → retiring (still published; verifies, no longer signs)
  → destroyed (the private part is gone). The steps: `life.py`.
- A purpose without an active key is a fault (`key-missing`) for what needs it, not for the rest. A purpose that came
  after a store was made has none there until its key is made (`first`).
- A simulation has keys of its own, whose `kid` begins with `simulatie-`; a store of one profile does not open in the
  other.
- Keys are read when the store is opened: a step in a key's life counts from the next start.

Whom it trusts: whoever has the folder and the passphrase can sign as this gateway.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from gateway.crypto import durable, keyfile
from gateway.crypto.errors import CryptoError
from gateway.crypto.keyfile import Metadata
from gateway.crypto.keys import PrivateKey
from gateway.crypto.notes import Cosigner, NoteSigner, system_clock
from gateway.crypto.postquantum import ML_DSA_44
from gateway.crypto.signing import JwsSigner
from gateway.errors import Fault
from gateway.model.parties import PublicKey

SECRET = "HS256"
PURPOSES = {
    "token": "ES256",
    "release": "ES256",
    "request": "ES256",
    "log-zvh": "Ed25519",
    "log-gemeente": "Ed25519",
    "audit-zvh": "Ed25519",
    "audit-gemeente": "Ed25519",
    "published-zvh": ML_DSA_44,
    "published-gemeente": ML_DSA_44,
    "pseudonym-zvh": SECRET,
    "pseudonym-gemeente": SECRET,
    "digest": SECRET,
}
PUBLISHED = ("pending", "active", "retiring")
MIN_PASSPHRASE = 16
_STORE = "store.json"


@dataclass(frozen=True, slots=True)
class Held:
    """A key as the store has it; `material`: a private key, 32 secret bytes, or None once destroyed."""

    metadata: Metadata
    material: PrivateKey | bytes | None = field(repr=False)


class KeyStore:
    """The keys of one owner: the gateway, whose purposes are `PURPOSES`, or another with purposes of its own."""

    def __init__(
        self, folder: Path, kek: bytes, *, simulation: bool, held: list[Held], purposes: Mapping[str, str] = PURPOSES
    ) -> None:
        self._folder, self._kek, self._simulation, self._purposes = folder, kek, simulation, purposes
        self._keys = {(each.metadata.purpose, each.metadata.kid): each for each in held}

    @classmethod
    def create(
        cls,
        folder: Path,
        passphrase: bytes,
        *,
        now: datetime,
        simulation: bool = False,
        purposes: Mapping[str, str] = PURPOSES,
    ) -> Self:
        """Make a store with one active key for each purpose. It comes into place whole, or not at all."""
        if len(passphrase) < MIN_PASSPHRASE:
            raise Fault("keys-unreadable", log=f"the passphrase has fewer than {MIN_PASSPHRASE} bytes")
        if folder.exists():
            raise Fault("keys-unreadable", log=f"{folder} is there already: nothing was made")
        durable.make_folder(folder.parent)
        making = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
        making.mkdir(mode=0o700)
        salt = secrets.token_bytes(16)
        store = cls(making, keyfile.derive(passphrase, salt), simulation=simulation, held=[], purposes=purposes)
        for purpose in purposes:
            store.fresh(purpose, "active", now=now)
        document = {"version": 1, "kdf": keyfile.KDF, "salt": keyfile.encode(salt), "simulation": simulation}
        durable.write_whole(making / _STORE, keyfile.seal(store._kek, document, b""))
        durable.rename(making, folder)
        store._folder = folder
        return store

    @classmethod
    def open(
        cls, folder: Path, passphrase: bytes, *, simulation: bool = False, purposes: Mapping[str, str] = PURPOSES
    ) -> Self:
        """Read a store; `Fault` keys-unreadable for another passphrase, another profile, or a file that was changed."""
        try:
            data = keyfile.read(folder / _STORE)
            document = keyfile.json_object(data)
            if document.get("version") != 1 or document.get("kdf") != keyfile.KDF:
                raise CryptoError("a store of another version")
            kek = keyfile.derive(passphrase, keyfile.decode(document["salt"]))
            keyfile.unseal(kek, data)
            if document["simulation"] is not simulation:
                raise CryptoError("the keys of another profile")
            held = [_load(kek, path, purposes) for path in sorted(folder.glob("*.json")) if path.name != _STORE]
        except FileNotFoundError:
            raise Fault("key-missing", log=f"there is no key store in {folder}: gateway keys init") from None
        except (ValueError, OSError, KeyError, TypeError) as error:
            raise Fault("keys-unreadable", log=str(error)) from None
        return cls(folder, kek, simulation=simulation, held=held, purposes=purposes)

    def missing(self) -> tuple[str, ...]:
        """The purposes without an active key."""
        return tuple(purpose for purpose in self._purposes if not self.held(purpose, "active"))

    def key(self, purpose: str) -> PrivateKey:
        """The active key of a signing purpose."""
        material = self._active(purpose).material
        if not isinstance(material, PrivateKey):
            raise Fault("key-missing", log=f"{purpose} is no key that signs")
        return material

    def secret(self, purpose: str) -> tuple[str, bytes]:
        """The active secret of a purpose and its version, e.g. `v1`."""
        held = self._active(purpose)
        if not isinstance(held.material, bytes):
            raise Fault("key-missing", log=f"{purpose} is no secret")
        return held.metadata.kid, held.material

    def signer(self, purpose: str) -> JwsSigner:
        return JwsSigner(self.key(purpose))

    def note_signer(self, purpose: str, origin: str) -> NoteSigner:
        """The signer of a log's every checkpoint, Ed25519; `origin` is the name under which it signs."""
        return NoteSigner(origin, self.key(purpose))

    def cosigner(self, purpose: str, name: str, *, clock: Callable[[], datetime] = system_clock) -> Cosigner:
        """Who signs a checkpoint together with the moment, under `name`: a witness under its own, and a log what it
        publishes under its origin (`published-…`, ML-DSA-44).
        """
        return Cosigner(name, self.key(purpose), clock)

    def published(self, purpose: str) -> tuple[PublicKey, ...]:
        """The public keys of a purpose that others should know now: pending, active and retiring, oldest first."""
        return _public(self.held(purpose, *PUBLISHED))

    def verifying(self, purpose: str) -> tuple[PublicKey, ...]:
        """The public keys whose signatures count now: active and retiring."""
        return _public(self.held(purpose, "active", "retiring"))

    def jwks(self, *purposes: str) -> dict[str, list[dict]]:
        """A key set (RFC 7517 section 5) of the published keys of these purposes."""
        return {"keys": [dict(key.jwk) for purpose in purposes for key in self.published(purpose)]}

    def describe(self) -> tuple[Metadata, ...]:
        """What anyone may know of every key, by purpose and age."""
        return tuple(
            sorted(
                (each.metadata for each in self._keys.values()),
                key=lambda m: (list(self._purposes).index(m.purpose), m.created),
            )
        )

    def held(self, purpose: str, *states: str) -> list[Held]:
        """The keys of a purpose in these states, oldest first."""
        found = (
            each for each in self._keys.values() if each.metadata.purpose == purpose and each.metadata.state in states
        )
        return sorted(found, key=lambda each: (each.metadata.created, each.metadata.since))

    def fresh(self, purpose: str, state: str, *, now: datetime) -> Metadata:
        """Make and keep a new key."""
        algorithm, moment = self._purposes[purpose], stamp(now)
        if algorithm == SECRET:
            return self._save(
                Held(Metadata(purpose, "v1", algorithm, state, moment, moment, None), secrets.token_bytes(32))
            )
        key = PrivateKey.generate(algorithm, prefix="simulatie-" if self._simulation else "")
        return self._save(Held(Metadata(purpose, key.kid, algorithm, state, moment, moment, dict(key.public.jwk)), key))

    def change(self, held: Held, state: str, *, now: datetime) -> Metadata:
        """Move a key to another state; of a destroyed one only the public part stays."""
        metadata = replace(held.metadata, state=state, since=stamp(now))
        return self._save(Held(metadata, None if state == "destroyed" else held.material))

    def _active(self, purpose: str) -> Held:
        found = self.held(purpose, "active")
        if not found:
            raise Fault("key-missing", log=f"no active key for {purpose}")
        return found[-1]

    def _save(self, held: Held) -> Metadata:
        material = held.material.to_pkcs8() if isinstance(held.material, PrivateKey) else held.material or b""
        durable.write_whole(
            self._folder / held.metadata.file, keyfile.seal(self._kek, keyfile.describe(held.metadata), material)
        )
        self._keys[held.metadata.purpose, held.metadata.kid] = held
        return held.metadata


def _public(held: list[Held]) -> tuple[PublicKey, ...]:
    return tuple(each.material.public for each in held if isinstance(each.material, PrivateKey))


def _load(kek: bytes, path: Path, purposes: Mapping[str, str]) -> Held:
    document, secret = keyfile.unseal(kek, keyfile.read(path))
    metadata = keyfile.understand(document)
    if (
        metadata.purpose not in purposes
        or metadata.file != path.name
        or metadata.algorithm != purposes[metadata.purpose]
    ):
        raise CryptoError(f"{path.name} is not what its name says")
    if not secret:
        return Held(metadata, None)
    if metadata.public is None:
        return Held(metadata, secret)
    return Held(metadata, PrivateKey.from_pkcs8(secret, algorithm=metadata.algorithm, kid=metadata.kid))


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC, whole seconds: such texts sort as the moments do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

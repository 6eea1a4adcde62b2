"""Signed notes: text that keys have signed, with Ed25519.

Specification: C2SP signed-note (https://c2sp.org/signed-note@v1.0.0).

Rules:
- A signature of an unknown key is ignored; a wrong signature of a known key spoils the note; a note without a good
  signature of a known key is nothing.
- A key is known by its name and its id together, never by one of them.
- Only signature type 0x01 is understood: a verifier key of any other type is refused, not skipped.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .encoding import decode_base64
from .errors import BadSignature, MalformedKey, MalformedNote, UnknownSigner

ED25519 = 0x01
MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 100
_DASH = "— "
_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\ud800-\udfff]")


class Signer(Protocol):
    """What signs a note: `public` is the 32 bytes of an Ed25519 key (RFC 8032), `name` the key's name in the note."""

    @property
    def name(self) -> str: ...

    @property
    def public(self) -> bytes: ...

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of an Ed25519 signature over `message`."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A key that is trusted to sign notes under `name`; its text form is `<name>+<8 hex>+<base64>`."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not self.name or "+" in self.name or any(each.isspace() or not each.isprintable() for each in self.name):
            raise MalformedKey("a key's name has no spaces and no plus")
        if len(self.public) != 32:
            raise MalformedKey("an Ed25519 key has 32 bytes")

    @property
    def id(self) -> bytes:
        """The key's id: SHA-256(name, newline, type, key), its first four bytes."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([ED25519]) + self.public).digest()[:4]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a verifier key. Raises `MalformedKey`."""
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise MalformedKey("a verifier key reads name+id+key")
        name, key_id, encoded = parts
        try:
            material = decode_base64(encoded)
        except ValueError as error:
            raise MalformedKey("the key is not base64") from error
        if material[:1] != bytes([ED25519]):
            raise MalformedKey("only Ed25519 keys (type 0x01) are understood")
        key = cls(name, material[1:])
        if key.id.hex() != key_id:
            raise MalformedKey("the id does not belong to this name and key")
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([ED25519]) + self.public).decode()}"

    def verify(self, signature: bytes, text: bytes) -> None:
        """Raises `BadSignature` unless `signature` (64 bytes) is this key's over `text`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError) as error:
            raise BadSignature(f"the signature of {self.name} is wrong") from error


@dataclass(frozen=True, slots=True)
class Signature:
    name: str
    key_id: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken apart: nothing of it may be trusted before `verify_note` returned it."""

    text: str
    signatures: tuple[Signature, ...]


def parse_note(note: str) -> Note:
    """Take a note apart without trusting it. `text` keeps its final newline. Raises `MalformedNote`."""
    if len(note) > MAX_NOTE_BYTES:
        raise MalformedNote("the note is too large")
    if _FORBIDDEN.search(note):
        raise MalformedNote("a control character, or not Unicode")
    text, gap, rest = note.rpartition("\n\n")
    if not gap or not rest.endswith("\n"):
        raise MalformedNote("no signatures, or the last line does not end")
    lines = rest[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise MalformedNote("too many signatures")
    return Note(text + "\n", tuple(_parse_signature(line) for line in lines))


def verify_note(note: str, keys: Iterable[VerifierKey]) -> tuple[Note, tuple[VerifierKey, ...]]:
    """Take a note apart and say which of `keys` signed it.

    Raises `MalformedNote`, `BadSignature` for a wrong signature of a known key, `UnknownSigner` when none is known.
    """
    parsed = parse_note(note)
    known = {(key.name, key.id): key for key in keys}
    signed: list[VerifierKey] = []
    for signature in parsed.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is not None:
            key.verify(signature.value, parsed.text.encode())
            signed.append(key)
    if not signed:
        raise UnknownSigner(f"signed by {', '.join(each.name for each in parsed.signatures)}")
    return parsed, tuple(signed)


def sign_note(text: str, signers: Sequence[Signer]) -> str:
    """Sign `text`, which ends in a newline, with each of `signers`. Raises `MalformedNote`."""
    if not text.endswith("\n") or _FORBIDDEN.search(text):
        raise MalformedNote("a note's text ends in a newline and holds no control characters")
    lines = [text, "\n"]
    for signer in signers:
        key = VerifierKey(signer.name, signer.public)
        signature = base64.b64encode(key.id + signer.sign(text.encode())).decode()
        lines.append(f"{_DASH}{signer.name} {signature}\n")
    return "".join(lines)


def _parse_signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not name or "+" in name or any(each.isspace() for each in name):
        raise MalformedNote("a signature line does not read '— name base64'")
    try:
        value = decode_base64(encoded)
    except ValueError as error:
        raise MalformedNote("a signature is not base64") from error
    if len(value) < 5:
        raise MalformedNote("a signature is too short")
    return Signature(name, value[:4], value[4:])

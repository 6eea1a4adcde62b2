"""Signed notes: text that keys have signed.

Specification: C2SP signed-note (https://c2sp.org/signed-note@v1.0.0).

Rules:
- A signature of an unknown key is ignored; a wrong signature of a known key spoils the note; a note without a good
  signature of a known key is nothing.
- A key is known by its name and its id together, never by one of them.
- The kinds of keys, and what each signs: keys.py.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from .encoding import decode_base64
from .errors import MalformedNote, UnknownSigner
from .keys import VerifierKey

MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 100
_DASH = "— "
_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\ud800-\udfff]")


class Signer(Protocol):
    """What signs a note: the key's `name` in the note, its `public` bytes and its `kind`, as in `VerifierKey`."""

    @property
    def name(self) -> str: ...

    @property
    def public(self) -> bytes: ...

    @property
    def kind(self) -> int: ...

    def sign(self, message: bytes) -> bytes:
        """The value of a signature line, what stands after the key id, for a note whose text is `message`: 64 bytes of
        Ed25519, or of a cosignature the moment and then 64 (Ed25519) or 2420 (ML-DSA-44) bytes.
        """


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
    if not gap:
        raise MalformedNote("no signatures")
    return Note(text + "\n", parse_signatures(rest))


def parse_signatures(lines: str) -> tuple[Signature, ...]:
    """Take signature lines apart, each ended by a newline, at least one. Raises `MalformedNote`."""
    if len(lines) > MAX_NOTE_BYTES or not lines.endswith("\n"):
        raise MalformedNote("no signatures, or the last line does not end")
    split = lines[:-1].split("\n")
    if len(split) > MAX_SIGNATURES:
        raise MalformedNote("too many signatures")
    return tuple(_parse_signature(line) for line in split)


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
    return f"{text}\n{signature_lines(text, signers)}"


def signature_lines(text: str, signers: Sequence[Signer]) -> str:
    """The signature lines of `signers` under `text`, which ends in a newline. Raises `MalformedNote`."""
    if not text.endswith("\n") or _FORBIDDEN.search(text):
        raise MalformedNote("a note's text ends in a newline and holds no control characters")
    message, lines = text.encode(), []
    for signer in signers:
        key = VerifierKey(signer.name, signer.public, signer.kind)
        lines.append(f"{_DASH}{signer.name} {base64.b64encode(key.id + signer.sign(message)).decode()}\n")
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

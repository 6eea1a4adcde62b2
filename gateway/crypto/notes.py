"""Signing notes: as a log, with Ed25519 over the text; as a cosigner, with a moment, with Ed25519 or ML-DSA-44.

Specification: C2SP signed-note and tlog-cosignature; what is signed: gateway/verify/cosignature.py. A log signs what it
publishes as a cosigner of its own name too (C2SP tlog-checkpoint: logs should sign with ML-DSA-44 cosignatures).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from gateway.crypto.keys import PrivateKey
from gateway.crypto.postquantum import ML_DSA_44
from gateway.verify.cosignature import (
    ED25519_COSIGNATURE,
    MLDSA44_COSIGNATURE,
    cosigned_message,
    join_timestamp,
)
from gateway.verify.keys import ED25519, VerifierKey


def system_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """Signs a note's text. `name`: the log's origin; `key`: Ed25519."""

    name: str
    key: PrivateKey
    kind: ClassVar[int] = ED25519

    @property
    def public(self) -> bytes:
        """32 bytes."""
        return self.key.raw_public

    def sign(self, message: bytes) -> bytes:
        """64 bytes, RFC 8032."""
        return self.key.native.private_key.sign(message)


@dataclass(frozen=True, slots=True)
class Cosigner:
    """Signs a checkpoint together with the moment of `clock`. `key`: Ed25519 or ML-DSA-44, which fixes the kind."""

    name: str
    key: PrivateKey
    clock: Callable[[], datetime] = system_clock

    @property
    def kind(self) -> int:
        return MLDSA44_COSIGNATURE if self.key.algorithm == ML_DSA_44 else ED25519_COSIGNATURE

    @property
    def public(self) -> bytes:
        """32 bytes of Ed25519 or 1312 of ML-DSA-44."""
        return self.key.raw_public

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self.public, self.kind)

    def at(self, moment: datetime) -> "Cosigner":
        """The same cosigner, at that moment."""
        return Cosigner(self.name, self.key, lambda: moment)

    def sign(self, message: bytes) -> bytes:
        """The moment in whole seconds, 8 bytes, and 64 or 2420 bytes; `ValueError` where `message` is no checkpoint."""
        timestamp = int(self.clock().timestamp())
        signed = cosigned_message(self.kind, self.name, timestamp, message)
        return join_timestamp(timestamp, self.key.native.private_key.sign(signed))

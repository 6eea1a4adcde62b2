"""Checks anything of the log offline, with the standard library and `cryptography` alone.

Rules:
- This folder can be copied and run elsewhere (`python -m verify FILE|FOLDER --key VKEY`): it reads no settings, no
  store and no network, and imports nothing of the gateway.
- Whatever does not fit exactly is refused: one text has one reading.
- Every refusal is a `VerificationError` whose class says what is wrong.
- Here stand receipts and what they need. A whole log: `archive.verify_log`; an evidence file:
  `evidence_verdict.verify_evidence`; whom a reader trusts: `trust.Reader`.
"""

from .body import open_body
from .checkpoint import Checkpoint, open_checkpoint
from .errors import VerificationError
from .leaf import LoggedLeaf, parse_leaf
from .note import VerifierKey
from .receipt import Receipt, VerifiedReceipt, verify_receipt

__all__ = [
    "Checkpoint",
    "LoggedLeaf",
    "Receipt",
    "VerificationError",
    "VerifiedReceipt",
    "VerifierKey",
    "open_body",
    "open_checkpoint",
    "parse_leaf",
    "verify_receipt",
]

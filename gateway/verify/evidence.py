"""Evidence: one file with records of one log, and all that proves them: for a complaint, an audit, a court.

    {
      "checkpoint": the signed note under which the records stand,
      "keys": [verifier keys of whoever signed anything here, or none: held to, not trusted],
      "later": null, or {"checkpoint": a later note of the same log, "proof": [consistency, from the first to it]},
      "records": [{"index", "leaf", "proof": [inclusion], "statement": null or its text,
                   "body": null or {"opened", "salt"}}],
      "stamps": [{"checkpoint": a stamped note of the log, "proof": [consistency between it and the checkpoint],
                  "token": RFC 3161 response}],
      "type": "sluis-evidence", "version": 1
    }

Rules:
- JSON with one spelling: members sorted, two spaces a step, UTF-8, a newline at the end. Bytes are in base64.
- Every record is hashed anew and led to the root; what is opened of a body is held against the record's commitment, and
  a statement against its hash. Nothing in the file is believed because it stands there.
- Its media type is `application/vnd.sluis.evidence+json`, its name ends in `.evidence.json`.

Specification: RFC 9162 sections 2.1.3 and 2.1.4 (proofs), RFC 3161 (stamps).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from .archive.errors import MalformedEvidence
from .encoding import decode_base64

TYPE, VERSION = "sluis-evidence", 1
MEDIA_TYPE = "application/vnd.sluis.evidence+json"
MAX_EVIDENCE_BYTES = 64_000_000
Proof = Sequence[bytes]


@dataclass(frozen=True, slots=True)
class EvidenceRecord:
    """A record with its path to the root. `statement`: of an act or a tombstone; `opened` and `salt`: of its body."""

    index: int
    leaf: bytes
    proof: Proof
    statement: bytes | None = None
    opened: bytes | None = None
    salt: bytes | None = None


@dataclass(frozen=True, slots=True)
class OtherHead:
    """Another checkpoint of the log, with the consistency proof between it and that of the evidence; `token`: the stamp
    over it, where it was stamped.
    """

    checkpoint: str
    proof: Proof
    token: bytes | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """An evidence file, nothing of it verified."""

    checkpoint: str
    records: Sequence[EvidenceRecord]
    keys: Sequence[str] = ()
    later: OtherHead | None = None
    stamps: Sequence[OtherHead] = ()

    def to_bytes(self) -> bytes:
        """The file."""
        document = {
            "checkpoint": self.checkpoint,
            "keys": list(self.keys),
            "later": self.later and {"checkpoint": self.later.checkpoint, "proof": _texts(self.later.proof)},
            "records": [_record_members(each) for each in self.records],
            "stamps": [
                {"checkpoint": each.checkpoint, "proof": _texts(each.proof), "token": _text(each.token or b"")}
                for each in self.stamps
            ],
            "type": TYPE,
            "version": VERSION,
        }
        return (json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Take a file apart. Raises `MalformedEvidence` for anything that `to_bytes` does not make."""
        try:
            document = json.loads(data.decode("utf-8"))
            if document["type"] != TYPE or document["version"] != VERSION:
                raise ValueError("not evidence of this version")
            later = document["later"]
            evidence = cls(
                checkpoint=_string(document["checkpoint"]),
                records=[_record(each) for each in document["records"]],
                keys=[_string(each) for each in document["keys"]],
                later=None if later is None else OtherHead(_string(later["checkpoint"]), _hashes(later["proof"])),
                stamps=[
                    OtherHead(_string(each["checkpoint"]), _hashes(each["proof"]), decode_base64(each["token"]))
                    for each in document["stamps"]
                ],
            )
            if evidence.to_bytes() != data:
                raise ValueError("not the one spelling")
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise MalformedEvidence(str(error) or type(error).__name__) from error
        return evidence


def _record_members(record: EvidenceRecord) -> dict[str, Any]:
    body = None
    if record.opened is not None:
        body = {"opened": _text(record.opened), "salt": _text(record.salt or b"")}
    return {
        "body": body,
        "index": record.index,
        "leaf": _text(record.leaf),
        "proof": _texts(record.proof),
        "statement": None if record.statement is None else record.statement.decode(),
    }


def _record(members: dict[str, Any]) -> EvidenceRecord:
    body, index, statement = members["body"], members["index"], members["statement"]
    if type(index) is not int or index < 0:
        raise ValueError("an index is a number")
    return EvidenceRecord(
        index=index,
        leaf=decode_base64(members["leaf"]),
        proof=_hashes(members["proof"]),
        statement=None if statement is None else _string(statement).encode(),
        opened=None if body is None else decode_base64(body["opened"]),
        salt=None if body is None else decode_base64(body["salt"]),
    )


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _hashes(values: list[str]) -> list[bytes]:
    return [decode_base64(each) for each in values]


def _texts(hashes: Proof) -> list[str]:
    return [_text(each) for each in hashes]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()

"""What the disclosure log keeps: the leaf that is frozen for ever, what is handed over to be recorded, and the receipt.

Rules:
- A leaf is bytes, hashed as stored (RFC 6962 section 2.1) and never re-serialised: canonical JSON, sorted members, no
  whitespace, no floats. `LEAF_VERSION` changes when any member does.
- A leaf holds no personal data: a salted commitment to the body and the SHA-256 of the body's ciphertext stand for it.
- A `CommittedReceipt` proves that a record is durable, so only the log can make one (`claim_mint`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal, NoReturn, Self

import orjson

LEAF_VERSION = 1
BODY_VERSION = 1
"""Stands in every body."""
NO_REVISION = "none"
"""The revision of a record on which no policy decided."""


class RecordClass(StrEnum):
    """Kinds of record. `storing` (a fault) may be lost, since nothing was released; the others may not. `act`: what the
    gateway or a person did with the log itself, such as closing it at a year's end.
    """

    VERSTREKKING = "verstrekking"
    WEIGERING = "weigering"
    PROEF = "proef"
    STORING = "storing"
    OUTCOME = "outcome"
    TOMBSTONE = "tombstone"
    ACT = "act"


class MalformedLeaf(ValueError):
    """These bytes are not a leaf of this version."""


_UUID7 = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_SHA256 = "[0-9a-f]{64}"
_FORM = re.compile(
    rf'{{"body_sha256":"(?P<body_sha256>{_SHA256})"'
    rf',"class":"(?P<kind>{"|".join(RecordClass)})"'
    rf',"commitment":"(?P<commitment>{_SHA256})"'
    rf',"id":"(?P<id>{_UUID7})"'
    rf',"released_sha256":(?:null|"(?P<released_sha256>{_SHA256})")'
    rf',"request_id":"(?P<request_id>{_UUID7})"'
    r',"revision":"(?P<revision>[!#-\[\]-~]{1,128})"'
    r',"simulation":(?P<simulation>true|false)'
    r',"tenant":"(?P<tenant>[a-z][a-z0-9-]{0,31})"'
    r',"time":"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"'
    rf',"version":{LEAF_VERSION}}}'.encode(),
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One line of the log, as anyone may read it.

    `id` and `request_id` are UUIDv7; `time` is UTC, RFC 3339 with milliseconds; `commitment` is SHA-256(salt || body);
    the three digests are 64 lowercase hexadecimal digits.
    """

    id: str
    time: str
    tenant: str
    kind: RecordClass
    simulation: bool
    request_id: str
    revision: str
    commitment: str
    body_sha256: str
    released_sha256: str | None

    def to_bytes(self) -> bytes:
        """The bytes that the log hashes. `MalformedLeaf` where a member would not read back."""
        data = orjson.dumps(
            {
                "body_sha256": self.body_sha256,
                "class": self.kind,
                "commitment": self.commitment,
                "id": self.id,
                "released_sha256": self.released_sha256,
                "request_id": self.request_id,
                "revision": self.revision,
                "simulation": self.simulation,
                "tenant": self.tenant,
                "time": self.time,
                "version": LEAF_VERSION,
            }
        )
        if _FORM.fullmatch(data) is None:
            raise MalformedLeaf("a member of the leaf has a wrong form")
        return data

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a leaf, accepting exactly the bytes that `to_bytes` makes."""
        form = _FORM.fullmatch(data)
        if form is None:
            raise MalformedLeaf("not a leaf in canonical form")
        text: dict[str, Any] = {name: part and part.decode() for name, part in form.groupdict().items()}
        try:
            datetime.fromisoformat(text["time"])
        except ValueError as error:
            raise MalformedLeaf("the time of the leaf does not exist") from error
        return cls(**text | {"kind": RecordClass(text["kind"]), "simulation": text["simulation"] == "true"})


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An answer that is kept until `expires_at`, written with its record, so that asking again cures a lost answer.

    `idempotency_hash` is scoped to `client`; `body_hmac` tells a repeated request from another one under the same key;
    `requester` and `recipient` are OINs; `answer` is opaque here.
    """

    client: str
    idempotency_hash: str
    body_hmac: str
    requester: str
    recipient: str
    answer: bytes = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewRecord:
    """What the pipeline hands over to be recorded.

    `body` is canonical JSON without any released value; `released` the exact bytes that will leave (a compact JWE) or
    None; `subject` a pseudonym; `case` the reference under which the body can be erased, where there is one;
    `retain_until` the day from which the body is no longer kept.

    `statement`: what an act or a tombstone says to everybody, as canonical JSON without personal data. It is kept in
    the clear and takes the place of `released` in the leaf, so that anyone can hold the two against each other.
    `place`: the only place in its log where this record may stand.
    """

    kind: RecordClass
    request_id: str
    revision: str
    simulation: bool
    body: bytes = field(repr=False)
    released: bytes | None = field(default=None, repr=False)
    subject: str | None = field(default=None, repr=False)
    case: str | None = None
    outbox: OutboxRow | None = None
    retain_until: date | None = None
    statement: bytes | None = None
    place: Literal["first", "last"] | None = None

    @property
    def gone_out(self) -> bytes | None:
        """The bytes whose hash stands in the leaf: what is released, or what is stated."""
        return self.released if self.statement is None else self.statement


@dataclass(frozen=True, slots=True, init=False, eq=False)
class CommittedReceipt:
    """Proof that a record stands durably in the log at `index`: the only thing for which anything is released.

    `text` is a C2SP tlog-proof. It cannot be constructed, copied, pickled or derived from; only the log has the mint.
    """

    index: int
    leaf: Leaf
    text: str = field(repr=False)

    def __new__(cls, *_: object, **__: object) -> NoReturn:
        raise TypeError("a CommittedReceipt is made by the log alone")

    def __init_subclass__(cls, **_: object) -> NoReturn:
        raise TypeError("a CommittedReceipt has no subclasses")

    def __reduce_ex__(self, _: object) -> NoReturn:
        raise TypeError("a CommittedReceipt is neither copied nor pickled")

    @property
    def record_id(self) -> str:
        return self.leaf.id

    @property
    def released_sha256(self) -> str | None:
        return self.leaf.released_sha256


Mint = Callable[[int, Leaf, str], CommittedReceipt]
_mint_claims: list[None] = [None]


def claim_mint() -> Mint:
    """Hand out the one way to make a `CommittedReceipt`; a second claim in a process is an error.

    `gateway.tlog` claims it when it is imported. Python cannot forbid more than that; a test keeps others from trying.
    """
    if not _mint_claims:
        raise RuntimeError("the mint of receipts was claimed already")
    _mint_claims.clear()

    def mint(index: int, leaf: Leaf, text: str) -> CommittedReceipt:
        receipt = object.__new__(CommittedReceipt)
        for name, value in (("index", index), ("leaf", leaf), ("text", text)):
            object.__setattr__(receipt, name, value)
        return receipt

    return mint


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer that was recorded earlier and is still kept, with the receipt of its record."""

    row: OutboxRow
    receipt: CommittedReceipt

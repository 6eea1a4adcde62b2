"""Reading a log: its entries, tiles, proofs, receipts and bodies, from any thread.

Specification: C2SP tlog-tiles, tlog-proof; RFC 6962 sections 2.1.1 and 2.1.2.
"""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import datetime

from gateway.crypto.errors import CryptoError
from gateway.crypto.kept import open_answer
from gateway.errors import Fault
from gateway.model.log import LogState, Published, Stamp, StoredRow
from gateway.model.record import CommittedReceipt, Leaf, StoredAnswer
from gateway.tlog.at_rest import keys_of
from gateway.tlog.extension import mint
from gateway.tlog.growth import TILE_HEIGHT, TILE_WIDTH
from gateway.tlog.ports import BodyKeys, LogStorage
from gateway.tlog.tiles import TiledTree
from gateway.verify.body import body_key, open_body
from gateway.verify.leaf import parse_leaf
from gateway.verify.receipt import format_receipt


class LogReader:
    """What can be read of one log. What is read was committed."""

    _storage: LogStorage
    _keys: BodyKeys

    @property
    def head(self) -> LogState:
        """What is committed."""
        raise NotImplementedError

    @property
    def size(self) -> int:
        return self.head.size

    @property
    def checkpoint(self) -> str:
        """The signed checkpoint of what is committed."""
        return self.head.checkpoint

    @property
    def closed(self) -> bool:
        """Whether its year was closed: then it takes nothing any more."""
        return self.head.closed

    def entry(self, index: int) -> bytes | None:
        """The bytes of the leaf at `index`, None beyond the head."""
        return next(iter(self._storage.entries(index, 1)), None) if 0 <= index < self.size else None

    def tile(self, level: int, index: int, width: int = TILE_WIDTH) -> bytes | None:
        """`width` hashes of 32 bytes (tlog-tiles), None where the tile is not that wide yet."""
        if not 1 <= width <= TILE_WIDTH or index * TILE_WIDTH + width > self.size >> TILE_HEIGHT * level:
            return None
        return (self._storage.tile(level, index) or b"")[: 32 * width]

    def entry_bundle(self, index: int, width: int = TILE_WIDTH) -> bytes | None:
        """`width` leaves, each after its length as a big-endian uint16, None where there are not that many yet."""
        if not 1 <= width <= TILE_WIDTH or index * TILE_WIDTH + width > self.size:
            return None
        leaves = self._storage.entries(index * TILE_WIDTH, width)
        return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The inclusion proof of the leaf at `index` in the tree of `size`. `ValueError` where there is none."""
        self._require(size)
        return TiledTree(self._storage.tile).inclusion(index, size)

    def consistency(self, old: int, size: int) -> list[bytes]:
        """The proof that the tree of `size` only added to that of `old`. `ValueError` where there is none."""
        self._require(size)
        return TiledTree(self._storage.tile).consistency(old, size)

    def receipt(self, index: int) -> CommittedReceipt | None:
        """A receipt of the record at `index` under the newest checkpoint."""
        head = self.head
        if not 0 <= index < head.size:
            return None
        text = self._prove(index, head.size, head.checkpoint)
        return mint(index, Leaf.from_bytes(self._storage.entries(index, 1)[0]), text)

    def published_receipt(self, index: int) -> str | None:
        """A receipt of the record at `index` under the newest published checkpoint, with the cosignatures that it has;
        None while that does not cover the record.
        """
        published = self.published()
        if published is None or not 0 <= index < published.size:
            return None
        return self._prove(index, published.size, published.checkpoint)

    def body(self, index: int) -> bytes | None:
        """The body of the record at `index`, None when a key of it was destroyed. Raises `verify.errors.WrongBody`."""
        row = self._storage.body(index)
        if row is None:
            return None
        sealed, *ids = row
        keys = keys_of(self._keys, *ids)
        if keys is None:
            return None
        [data] = self._storage.entries(index, 1)
        leaf = parse_leaf(data)
        return open_body(body_key(*keys, leaf.id), leaf, sealed)

    def index_of(self, record_id: str) -> int | None:
        return self._storage.index_of(record_id)

    def indexes_of_request(self, request_id: str) -> list[int]:
        return self._storage.indexes_of_request(request_id)

    def answered(self, client: str, idempotency_hash: str, now: datetime) -> StoredAnswer | None:
        """The answer that is kept under this client's key, None when it expired by `now`."""
        return self._kept(self._storage.answer(client, idempotency_hash), now)

    def disclosure(self, request_id: str, now: datetime) -> StoredAnswer | None:
        """The answer of a request that is still kept."""
        return self._kept(self._storage.answer_of_request(request_id), now)

    def published(self) -> Published | None:
        """The newest published checkpoint, None before the first."""
        return self._storage.published()

    def stamps(self) -> list[Stamp]:
        """The time stamps over published checkpoints, oldest first."""
        return self._storage.stamps()

    def _kept(self, row: StoredRow | None, now: datetime) -> StoredAnswer | None:
        """What was kept, None where it expired or was erased. `Fault` record-mismatch where it is not what it was."""
        body = None if row is None or row.outbox.expires_at <= now else self._storage.body(row.index)
        if row is None or body is None or (keys := keys_of(self._keys, *body[1:])) is None:
            return None
        leaf = Leaf.from_bytes(row.leaf)
        try:
            answer = open_answer(*keys, leaf.id, row.outbox.answer)
        except CryptoError as error:
            raise Fault("record-mismatch", log=str(error)) from error
        return StoredAnswer(replace(row.outbox, answer=answer), mint(row.index, leaf, row.receipt))

    def _require(self, size: int) -> None:
        if size > self.size:
            raise ValueError("the log is not that large")

    def _prove(self, index: int, size: int, checkpoint: str) -> str:
        [leaf] = self._storage.entries(index, 1)
        proof = TiledTree(self._storage.tile).inclusion(index, size)
        return format_receipt(leaf, index, [base64.b64encode(each).decode() for each in proof], checkpoint)

"""Receipts anew of what stands in an open log, made when they are asked for: as a tlog-proof, and in COSE.

Rules:
- A tlog-proof comes under the newest published checkpoint, with the cosignatures of its witnesses; under the newest
  committed one while none that was published covers the record.
- In COSE the root that is signed is the committed head's, so that it never says more than a checkpoint does.
"""

from collections.abc import Callable

from gateway.crypto.cose import inclusion_receipt
from gateway.model.record import CommittedReceipt
from gateway.tlog.log import Log
from gateway.tlog.logs import Logs
from gateway.tlog.tiles import root_of
from gateway.verify.note import Signer


class Receipts:
    """`signer`: a stream's signer under an origin's name, as the log itself has it. None: the log is not open here."""

    def __init__(self, logs: Logs, signer: Callable[[str, str], Signer]) -> None:
        self._logs, self._signer = logs, signer

    def proof(self, receipt: CommittedReceipt) -> bytes | None:
        """A C2SP tlog-proof of the same record."""
        found = self._find(receipt)
        if found is None:
            return None
        _, log = found
        published = log.published_receipt(receipt.index)
        if published is not None:
            return published.encode()
        newest = log.receipt(receipt.index)
        return newest and newest.text.encode()

    def cose(self, receipt: CommittedReceipt) -> bytes | None:
        """A COSE receipt (RFC 9942) of the same record."""
        found = self._find(receipt)
        if found is None:
            return None
        stream, log = found
        head, index = log.head, receipt.index
        path, root = log.inclusion(index, head.size), root_of(head.compact)
        return inclusion_receipt(
            self._signer(stream, log.origin), receipt.leaf.to_bytes(), index, head.size, path, root
        )

    def _find(self, receipt: CommittedReceipt) -> tuple[str, Log] | None:
        leaf = receipt.leaf
        return next(
            (
                (stream, log)
                for (stream, _), log in self._logs.opened.items()
                if stream == leaf.tenant and log.index_of(leaf.id) == receipt.index
            ),
            None,
        )

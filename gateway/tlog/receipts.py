"""Receipts in COSE of what stands in an open log (`crypto/cose.py`), made when they are asked for.

Rule: the root that is signed is the committed head's, so that it never says more than the checkpoint does.
"""

from collections.abc import Callable

from gateway.crypto.cose import inclusion_receipt
from gateway.model.record import CommittedReceipt
from gateway.tlog.logs import Logs
from gateway.tlog.tiles import root_of
from gateway.verify.note import Signer


class CoseReceipts:
    """`signer`: a stream's signer under an origin's name, as the log itself has it."""

    def __init__(self, logs: Logs, signer: Callable[[str, str], Signer]) -> None:
        self._logs, self._signer = logs, signer

    def of(self, receipt: CommittedReceipt) -> bytes | None:
        """A receipt of the same record under the newest root; None where its log is not open here."""
        leaf = receipt.leaf
        for (stream, _), log in self._logs.opened.items():
            if stream != leaf.tenant or log.index_of(leaf.id) != receipt.index:
                continue
            head = log.head
            path = log.inclusion(receipt.index, head.size)
            signer = self._signer(stream, log.origin)
            return inclusion_receipt(signer, leaf.to_bytes(), receipt.index, head.size, path, root_of(head.compact))
        return None

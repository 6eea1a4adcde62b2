"""A receipt that others than the log vouch for: the record of a disclosure under a checkpoint that witnesses cosigned.

Who counts as a witness, and how many must have seen it, is the partner's own policy (C2SP tlog-policy), got from the
witnesses and not from the gateway.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.client.errors import Untrustworthy
from gateway.verify import VerificationError, VerifiedReceipt, verify_receipt
from gateway.verify.policy import Policy, Quorum, evaluate
from gateway.verify.receipt import Receipt


@dataclass(frozen=True, slots=True)
class Witnessed:
    """`receipt`: the file to keep; `proof`: what it proves; `quorum`: which witnesses had seen it, and when."""

    receipt: str = field(repr=False)
    proof: VerifiedReceipt
    quorum: Quorum


def read_witnessed(receipt: object, *, id: str, log_keys: Sequence[str], policy: Policy, now: datetime) -> Witnessed:
    """Verify a receipt of disclosure `id`; `Untrustworthy` when it does not prove its record. Whether enough witnesses
    saw it is told by `quorum.reached`.
    """
    if not isinstance(receipt, str):
        raise Untrustworthy("no receipt came")
    try:
        proof = verify_receipt(receipt, log_keys)
        quorum = evaluate(Receipt.parse(receipt).checkpoint, policy, now=now)
    except VerificationError as error:
        raise Untrustworthy(f"the receipt does not hold: {error}") from error
    if proof.leaf.request_id != id:
        raise Untrustworthy("the receipt is of another answer")
    return Witnessed(receipt, proof, quorum)

"""An answer, believed only after its receipt was verified.

The receipt must be in a log whose verifier key the partner trusts, of the very bytes that were sealed, of the very
disclosure that was asked for,
and of the class that the outcome says. An answer without that is refused, whatever it grants.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from gateway.client.errors import Untrustworthy
from gateway.client.partner import Partner
from gateway.crypto.envelope import open_sealed
from gateway.crypto.errors import CryptoError
from gateway.model.codes import Outcome
from gateway.verify import VerificationError, VerifiedReceipt, verify_receipt


@dataclass(frozen=True, slots=True)
class Answer:
    """`document`: the gateway's answer or its refusal (a problem document); `receipt`: the file to keep; `proof`: what
    it proves.
    """

    document: Mapping[str, Any] = field(repr=False)
    receipt: str = field(repr=False)
    proof: VerifiedReceipt
    _partner: Partner = field(repr=False)
    _release_keys: Sequence[Mapping[str, Any]] = field(repr=False)
    _issuer: str = field(repr=False)

    @property
    def id(self) -> str:
        return self.document["id"]

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.document["outcome"])

    @property
    def granted(self) -> tuple[str, ...]:
        """The names of the granted fields."""
        return tuple(f["name"] for f in self.document["fields"] if f["granted"])

    @property
    def reasons(self) -> tuple[str, ...]:
        """The codes that hold for the request as a whole."""
        return tuple(r["code"] for r in self.document["reasons"])

    @property
    def dry_run(self) -> bool:
        return self.document["dry_run"]

    def open(self) -> Mapping[str, Any]:
        """The values, decrypted here and nowhere else: field name → value, as far as the holder had them."""
        sealed = self.document.get("sealed")
        if sealed is None:
            raise Untrustworthy("nothing is sealed to this partner in this answer")
        try:
            disclosure = open_sealed(
                sealed,
                self._partner.decryption.as_dict(private=True),
                self._release_keys,
                issuer=self._issuer,
                audience=self._partner.oin,
                disclosure_id=self.id,
                now=datetime.now(UTC),
            )
        except CryptoError as error:
            raise Untrustworthy(f"the seal does not hold: {error}") from error
        return disclosure["fields"]


def read_answer(
    document: Mapping[str, Any],
    *,
    partner: Partner,
    log_keys: Sequence[str],
    release_keys: Sequence[Mapping[str, Any]],
    issuer: str,
) -> Answer:
    """Verify an answer's receipt; `Untrustworthy` when it does not prove this answer."""
    receipt, sealed = document.get("receipt"), document.get("sealed")
    if not isinstance(receipt, str):
        raise Untrustworthy("the answer has no receipt")
    try:
        proof = verify_receipt(receipt, log_keys, released=sealed.encode() if sealed else None)
    except VerificationError as error:
        raise Untrustworthy(f"the receipt does not hold: {error}") from error
    if proof.leaf.request_id != document.get("id"):
        raise Untrustworthy("the receipt is of another answer")
    if proof.leaf.kind != _kind(document):
        raise Untrustworthy("the receipt is of a record of another class")
    if sealed is None and proof.leaf.released_sha256 is not None and not document["collected_by_recipient"]:
        raise Untrustworthy("the record says that data were released, and the answer holds none")
    return Answer(document, receipt, proof, partner, release_keys, issuer)


def _kind(document: Mapping[str, Any]) -> str:
    if document["dry_run"]:
        return "proef"
    return "weigering" if document["outcome"] == Outcome.GEWEIGERD else "verstrekking"

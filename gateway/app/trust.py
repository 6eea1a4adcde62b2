"""Whom a reader of this deployment's own logs trusts: the keys of its own that signed them, and its witnesses."""

from gateway.app.keys import log_keys, published_purpose
from gateway.app.vouching import read_policy
from gateway.crypto.compact import decode
from gateway.crypto.keystore import KeyStore
from gateway.settings import Settings
from gateway.tlog.at_rest import ReadableLog
from gateway.verify.cosignature import MLDSA44_COSIGNATURE
from gateway.verify.keys import VerifierKey
from gateway.verify.trust import Reader


class Trust:
    """`policy`: of the witnesses, None where the settings name none. May be called by any thread."""

    def __init__(self, settings: Settings, keys: KeyStore) -> None:
        self._keys, self.policy = keys, read_policy(settings)

    def __call__(self, stream: str, log: ReadableLog) -> Reader:
        """Who signs this log, under its origin. The audit streams are witnessed by the same."""
        return Reader(signers(self._keys, stream, log), policy=self.policy)


def signers(keys: KeyStore, stream: str, log: ReadableLog) -> list[VerifierKey]:
    """The verifier keys of all that signs this log and signed it before, under its origin; none of a log that is
    empty.
    """
    head = log.state()
    if head is None:
        return []
    origin = head.checkpoint.partition("\n")[0]
    purpose = published_purpose(stream)
    published = (each for each in keys.describe() if each.purpose == purpose and each.state != "pending")
    found = [VerifierKey(origin, public) for public in log_keys(keys, stream)]
    return found + [
        VerifierKey(origin, decode(each.public["pub"]), MLDSA44_COSIGNATURE) for each in published if each.public
    ]

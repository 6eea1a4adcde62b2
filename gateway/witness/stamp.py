"""Time stamps of another's clock over what the log published.

Specification: RFC 3161, over HTTP as its section 3.4 says. The stamp is over SHA-256 of the published note, as it is
served.

Rules: a fresh nonce each time; nothing is kept that was not verified against the roots that the operator trusts (chain
at the time of the stamp, purpose of the certificate, nonce, digest); a stamp whose time is not about now is none.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from gateway.tlog.publication.doors import Silent
from gateway.witness.http import SmallPosts

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
CLOCKS_MAY_DIFFER = timedelta(minutes=10)


class StampAuthority:
    """Satisfies `tlog.publication.doors.StampAuthority`. `roots`: certificates (`cryptography.x509`), at least one."""

    def __init__(self, url: str, roots: Sequence[Any], posts: SmallPosts, now: Callable[[], datetime]) -> None:
        self._url, self._roots, self._posts, self._now = url, list(roots), posts, now

    async def stamp(self, note: bytes) -> bytes:
        """The authority's answer (TimeStampResp, DER) over `note`, verified. Raises `Silent`."""
        request = TimestampRequestBuilder(data=note, hash_algorithm=HashAlgorithm.SHA256).build()
        status, content_type, answer = await self._posts.post(self._url, request.as_bytes(), QUERY)
        if status != 200 or content_type != REPLY:
            raise Silent(f"status {status} of kind {content_type}")
        try:
            response = decode_timestamp_response(answer)
            if response.status != PKIStatus.GRANTED:
                raise Silent(f"it grants no stamp: status {response.status}")
            verifier = VerifierBuilder(nonce=request.nonce, roots=list(self._roots)).build()
            verifier.verify_message(response, note)
            made = response.tst_info.gen_time
        except (VerificationError, ValueError) as error:
            raise Silent(f"a stamp that does not hold: {error}") from error
        if abs(made - self._now()) > CLOCKS_MAY_DIFFER:
            raise Silent("a stamp of another time")
        return answer

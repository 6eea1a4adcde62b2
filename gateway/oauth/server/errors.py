"""What the token endpoint answers when it gives no token (RFC 6749 section 5.2, RFC 9449 section 5).

Rules: each answer has the `error` of the RFC, our own stable `code`, and a fixed English sentence: nothing that was
sent comes back. Who has not proved who it is hears `client-unproved` and no more, whether the client exists or not;
what is wrong with the claims is told to the holder of the key alone.
"""

from typing import Any

from authlib.oauth2 import OAuth2Error

from gateway.errors import Unauthenticated

DESCRIPTIONS = {
    "token-request-invalid": ("invalid_request", "A parameter is missing, stands twice, or does not belong here."),
    "grant-unsupported": ("unsupported_grant_type", "Only client_credentials is granted here."),
    "scope-unsupported": ("invalid_scope", "There are no scopes here: the law decides on each request."),
    "client-unproved": ("invalid_client", "The client assertion is not by a key that is registered for a client."),
    "assertion-invalid": ("invalid_client", "A claim of the client assertion is missing or wrong."),
    "assertion-audience": ("invalid_client", "The audience must be the issuer of this server, as a single string."),
    "assertion-clock": ("invalid_client", "The client assertion is not of this time: see skew, in seconds."),
    "assertion-lifetime": ("invalid_client", "The client assertion may live 300 seconds at most."),
    "assertion-replayed": ("invalid_client", "This client assertion was used before."),
    "assertion-before-start": (
        "invalid_client",
        "The client assertion was made before this server started: make a new one.",
    ),
    "dpop-missing": ("invalid_dpop_proof", "A DPoP proof is required."),
    "dpop-invalid": ("invalid_dpop_proof", "The DPoP proof is malformed, badly signed, or for another request."),
    "dpop-clock": ("invalid_dpop_proof", "The DPoP proof is not of this time: see skew, in seconds."),
    "dpop-replayed": ("invalid_dpop_proof", "This DPoP proof was used before."),
    "dpop-before-start": ("invalid_dpop_proof", "The DPoP proof was made before this server started: make a new one."),
}


class TokenRefused(OAuth2Error):
    """`skew`: seconds by which the caller's clock is ahead of ours, where that is why. `reason`: for the log."""

    def __init__(self, code: str, *, skew: int | None = None, reason: str = "") -> None:
        error, description = DESCRIPTIONS[code]
        super().__init__(error=error, description=description)
        self.code, self.skew, self.reason = code, skew, reason

    @classmethod
    def of(cls, error: OAuth2Error | Unauthenticated) -> "TokenRefused":
        """Our own words for what Authlib or the check of a proof refused."""
        if isinstance(error, cls):
            return error
        if isinstance(error, Unauthenticated):
            return cls(error.code, skew=error.skew, reason=error.log)
        known = {
            "unsupported_grant_type": "grant-unsupported",
            "invalid_scope": "scope-unsupported",
            "invalid_client": "client-unproved",
        }
        return cls(known.get(error.error, "token-request-invalid"))

    def get_body(self) -> list[tuple[str, Any]]:
        skew = [] if self.skew is None else [("skew", self.skew)]
        return [*super().get_body(), ("code", self.code), *skew]

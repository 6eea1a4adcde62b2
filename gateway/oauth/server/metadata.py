"""What the authorization server says of itself (RFC 8414, RFC 9449 section 5.1).

Rules: everything hangs on the issuer of the settings; algorithms are those that the code pins.
`response_types_supported` is required and empty: there is no authorization endpoint.
"""

from typing import Any

from gateway.crypto.signing import ALGORITHMS

TOKEN_PATH = "/oauth/token"
JWKS_PATH = "/oauth/jwks"
METADATA_PATH = "/.well-known/oauth-authorization-server"


def metadata(issuer: str) -> dict[str, Any]:
    """The document at `METADATA_PATH`."""
    return {
        "issuer": issuer,
        "token_endpoint": issuer + TOKEN_PATH,
        "jwks_uri": issuer + JWKS_PATH,
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "dpop_signing_alg_values_supported": list(ALGORITHMS),
    }

"""The metadata says what the code does, and Authlib's own validator of RFC 8414 finds nothing wrong."""

from authlib.oauth2.rfc8414 import AuthorizationServerMetadata

from gateway.crypto.signing import ALGORITHMS
from gateway.oauth.server.metadata import JWKS_PATH, metadata


def test_authlib_accepts_it_save_for_the_response_types_that_we_have_not() -> None:
    document = metadata("https://sluis.example")
    checked = AuthorizationServerMetadata(document)
    for name in AuthorizationServerMetadata.REGISTRY_KEYS:
        if name != "response_types_supported":
            getattr(checked, f"validate_{name}")()
    assert document["response_types_supported"] == []


def test_it_says_what_is_pinned() -> None:
    document = metadata("https://sluis.example")
    assert document["jwks_uri"] == "https://sluis.example" + JWKS_PATH
    assert document["dpop_signing_alg_values_supported"] == list(ALGORITHMS)
    assert document["token_endpoint_auth_signing_alg_values_supported"] == list(ALGORITHMS)
    assert document["grant_types_supported"] == ["client_credentials"]

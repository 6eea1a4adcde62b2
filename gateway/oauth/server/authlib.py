"""Authlib's authorization server and grant, without a web framework and with what it gets wrong for us taken over.

Taken over: client authentication (`assertion.py`), the token (`mint`: Authlib's lives 10 days with `aud` = client id,
and its generator never sees the request, so that it could not bind one), error texts (Authlib's repeat the parameter
that was sent), its debug line with the token in it, and its habit of letting any scope pass where none is known.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    ClientAuthentication,
    ClientMixin,
    InvalidScopeError,
    OAuth2Error,
    OAuth2Payload,
    OAuth2Request,
)
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant

from gateway.model.parties import Client
from gateway.oauth.ports import Shown
from gateway.oauth.server.errors import TokenRefused

METHOD = "private_key_jwt"
Response = tuple[int, Mapping[str, Any], Sequence[tuple[str, str]]]


class Registered(ClientMixin):
    """A client of the register in Authlib's words: one method of authentication, one grant, no scopes."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get_client_id(self) -> str:
        return self.client.id

    def get_allowed_scope(self, scope: str) -> str:
        return ""

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == METHOD and endpoint == "token"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "client_credentials"


class FormPayload(OAuth2Payload):
    def __init__(self, form: Mapping[str, str]) -> None:
        self._form = form

    @property
    def data(self) -> Mapping[str, str]:
        return self._form

    @property
    def datalist(self) -> Mapping[str, list[str]]:
        return {name: [value] for name, value in self._form.items()}


class TokenRequest(OAuth2Request):
    """One request at the token endpoint. `url` is the canonical one; `found`: the client that the assertion names;
    `dpop`: the proof as sent; `shown`: what of it counts once, as far as it was proved, in that order.
    """

    def __init__(self, url: str, form: Mapping[str, str], *, found: Client | None, dpop: str | None) -> None:
        super().__init__("POST", url)
        self.payload = FormPayload(form)
        self.found, self.dpop = found, dpop
        self.shown: list[Shown] = []

    @property
    def form(self) -> Mapping[str, str]:
        return self.payload.data


class BoundTokenGrant(ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = (METHOD,)
    server: "PartnerServer"

    def create_token_response(self) -> Response:
        thumbprint = self.server.bind(self.request)
        return 200, self.server.mint(self.request.client.client, thumbprint), self.TOKEN_RESPONSE_HEADER


class PartnerServer(AuthorizationServer):
    """`authenticate`: proves a client or raises `TokenRefused`; `bind`: the thumbprint of the request's proof;
    `mint`: the token response.
    """

    def __init__(
        self,
        *,
        authenticate: Callable[[TokenRequest], Client],
        bind: Callable[[TokenRequest], str],
        mint: Callable[[Client, str], dict[str, Any]],
    ) -> None:
        super().__init__()
        self.bind, self.mint = bind, mint
        self._client_auth = ClientAuthentication(self.query_client)
        self.register_client_auth_method(METHOD, lambda _, request: Registered(authenticate(request)))
        self.register_grant(BoundTokenGrant)

    def query_client(self, client_id: str) -> None:
        """Clients are looked up before Authlib is asked, because the register is asynchronous and Authlib is not."""

    def create_oauth2_request(self, request: TokenRequest) -> TokenRequest:
        return request

    def validate_requested_scope(self, scope: str | None) -> None:
        if scope is not None:
            raise InvalidScopeError()

    def handle_response(self, status: int, body: Mapping[str, Any], headers: Sequence[tuple[str, str]]) -> Response:
        return status, body, headers

    def handle_error_response(self, request: TokenRequest, error: OAuth2Error) -> Response:
        return self.handle_response(*TokenRefused.of(error)())

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

"""The token endpoint: a client proves itself and its key, and gets a token bound to that key (RFC 6749 section 4.4,
RFC 9068, RFC 9449).

Rules: POST, parameters in the body and each once; no second way of authentication beside the assertion; the URL is
the canonical one of the settings, whatever the request says; what counts once is burnt as soon as it is proved, also
where no token comes of it, and no token leaves before; tokens are signed ES256 with the `token` key, live 10
minutes, name the client and bind its key; no refresh token.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import orjson

from gateway.errors import Unauthenticated
from gateway.model.parties import Client
from gateway.oauth.claims import TOKEN_LIFETIME, TOKEN_TYPE
from gateway.oauth.dpop import Proofs, first
from gateway.oauth.ports import Clients, Clock, Identifiers, Replay, TokenKeys
from gateway.oauth.server.assertion import ASSERTION_TYPE, Assertions, claimed_client
from gateway.oauth.server.authlib import PartnerServer, TokenRequest
from gateway.oauth.server.errors import TokenRefused
from gateway.oauth.server.metadata import TOKEN_PATH

Pairs = Sequence[tuple[str, str]]


class TokenEndpoint:
    """`issuer`: the gateway's public URL, which is also the audience of its tokens."""

    def __init__(
        self, issuer: str, *, keys: TokenKeys, clients: Clients, replay: Replay, clock: Clock, identifiers: Identifiers
    ) -> None:
        self._issuer, self._url = issuer, issuer + TOKEN_PATH
        self._keys, self._clients, self._clock, self._identifiers = keys, clients, clock, identifiers
        self._proofs = Proofs(replay, clock)
        self._replay, self._assertions = replay, Assertions(issuer, replay, clock)
        self._server = PartnerServer(authenticate=self._authenticate, bind=self._bind, mint=self._mint)

    async def respond(self, method: str, url: str, headers: Pairs, form: Pairs) -> tuple[int, Pairs, bytes]:
        """Answer a request: `url` as it arrived (only its query matters), headers and form as they came, repeated
        ones repeated.

        Returns status, headers and JSON. What is refused is an answer too; only a `Fault` is raised.
        """
        try:
            request = await self._read(method, url, headers, form)
            status, body, added = self._server.create_token_response(request)
            for shown in request.shown:
                if not await first(self._replay, shown):
                    raise TokenRefused("assertion-replayed" if shown.kind == "assertion" else "dpop-replayed")
        except TokenRefused as error:
            status, body, added = error()
        return status, tuple(added), orjson.dumps(body)

    async def _read(self, method: str, url: str, headers: Pairs, form: Pairs) -> TokenRequest:
        names = [name.lower() for name, _ in headers]
        repeated = any(count > 1 for count in Counter(name for name, _ in form).values())
        if method != "POST" or urlsplit(url).query or repeated or "authorization" in names:
            raise TokenRefused("token-request-invalid")
        values = dict(form)
        assertion = values.get("client_assertion")
        if assertion is None or values.get("client_assertion_type") != ASSERTION_TYPE or "client_secret" in values:
            raise TokenRefused("client-unproved", reason="no client assertion")
        if values.get("resource", self._issuer) != self._issuer:
            raise TokenRefused("token-request-invalid", reason="another resource")
        claimed, kid = claimed_client(assertion)
        if values.get("client_id", claimed) != claimed:
            raise TokenRefused("client-unproved", reason="client_id is not the assertion's")
        found = await self._clients.client(claimed, kid=kid) if claimed is not None else None
        proofs = [value for name, value in headers if name.lower() == "dpop"]
        return TokenRequest(self._url, values, found=found, dpop=", ".join(proofs) if proofs else None)

    def _authenticate(self, request: TokenRequest) -> Client:
        client, shown = self._assertions.read(request.form["client_assertion"], request.found)
        request.shown.append(shown)
        return client

    def _bind(self, request: TokenRequest) -> str:
        try:
            shown = self._proofs.read(request.dpop, method="POST", url=self._url)
        except Unauthenticated as error:
            raise TokenRefused.of(error) from None
        request.shown.append(shown)
        return shown.issuer

    def _mint(self, client: Client, thumbprint: str) -> dict[str, Any]:
        now = int(self._clock.now().timestamp())
        claims = {
            "iss": self._issuer,
            "sub": client.id,
            "client_id": client.id,
            "aud": self._issuer,
            "iat": now,
            "exp": now + TOKEN_LIFETIME,
            "jti": self._identifiers.new(),
            "cnf": {"jkt": thumbprint},
        }
        token = self._keys.signer("token").sign(claims, typ=TOKEN_TYPE)
        return {"access_token": token, "token_type": "DPoP", "expires_in": TOKEN_LIFETIME}

"""The one provider of OpenID Connect that says who somebody is: what it is asked and what of its answer counts.

Rules:
- Authorization code with PKCE S256, state and nonce (OpenID Connect Core 1.0, RFC 7636, RFC 9700); `iss` of the answer
  is checked where it stands and demanded where the provider promises it (RFC 9207).
- The algorithms of an id_token are pinned here, whatever the metadata lists; a provider that offers `none` is not used
  at all. RS256 is among them: many providers of municipalities can do nothing else.
- Issuer, audience, nonce, lifetime and `sub` are checked; `auth_time` is asked for always, and never believed to lie
  ahead. What the provider does not say counts as not said.
- Of its metadata only the members named here reach the library.

Trust: whoever answers at the issuer's URL can sign in as anybody, in any role.
"""

from __future__ import annotations

import ssl
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.deprecate import AuthlibDeprecationWarning
from starlette.requests import Request
from starlette.responses import RedirectResponse

from gateway.settings import LOOPBACK

warnings.filterwarnings("ignore", message="The httpx module is deprecated", category=AuthlibDeprecationWarning)

from authlib.integrations.base_client import OAuthError  # noqa: E402
from authlib.integrations.starlette_client import StarletteIntegration, StarletteOAuth2App  # noqa: E402
from authlib.oidc.core import CodeIDToken  # noqa: E402

ALGORITHMS = ("ES256", "PS256", "EdDSA", "Ed25519", "RS256")
SANDBOX = "sluis_sandbox"
"""The member by which the sandbox's provider says what it is."""
LEEWAY = 60
"""Seconds that the provider's clock may differ from ours."""
NEWEST = 3600.0
"""Seconds after which metadata are read anew."""
PATIENCE = 5.0
"""Seconds in which it must answer."""
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint")


class NotProved(Exception):
    """Who somebody is was not proved. `why`: a key of locale/signin.yaml; `log`: for the service log, never a value
    that was sent.
    """

    def __init__(self, why: str, log: str = "") -> None:
        super().__init__(f"{why}: {log}")
        self.why, self.log = why, log


@dataclass(frozen=True, slots=True)
class Proved:
    """Who somebody is, as the provider says. `authenticated_at`: None where it does not say when."""

    who: str = field(repr=False)
    name: str = field(repr=False)
    roles: Any = field(repr=False)
    authenticated_at: datetime | None


class _Claims(CodeIDToken):
    ESSENTIAL_CLAIMS = ("iss", "sub", "aud", "exp", "iat", "nonce")

    def validate(self, now: int | None = None, leeway: int = 0) -> None:
        if str(self.header.get("typ", "JWT")).lower() != "jwt":
            raise ValueError("another kind of token")
        super().validate(now, leeway)


class Provider:
    """`back`: the URL to which it sends people back. `roles_claim`: the claim with their roles."""

    def __init__(
        self, issuer: str, *, client_id: str, client_secret: str, back: str, roles_claim: str, development: bool
    ) -> None:
        self.issuer, self.roles_claim = issuer, roles_claim
        self._client_id, self._secret, self._back, self._development = client_id, client_secret, back, development
        self._app: StarletteOAuth2App | None = None
        self._promises_iss, self._read_at = False, 0.0
        # certificates by the system's roots; no proxy and no redirect that nobody set
        roots = ssl.create_default_context()
        self._connection = {"verify": roots, "trust_env": False, "follow_redirects": False, "timeout": PATIENCE}

    async def send(self, request: Request, *, max_age: timedelta, again: bool) -> tuple[RedirectResponse, dict]:
        """The way to the provider, and what must be kept for `received`. `again`: even who is signed in there has to
        prove it anew. Raises `NotProved`.
        """
        asked: dict[str, Any] = {"max_age": int(max_age.total_seconds())} | ({"prompt": "login"} if again else {})
        app, kept = await self._ready(), {}
        request.scope["session"] = kept
        return await app.authorize_redirect(request, self._back, **asked), kept

    async def received(self, request: Request, kept: dict[str, Any], now: datetime) -> Proved:
        """Who came back, with what `send` kept. Raises `NotProved`."""
        app, said = await self._ready(), request.query_params
        issuer = said.get("iss")
        if issuer != self.issuer and (issuer is not None or self._promises_iss):
            raise NotProved("answer", "another issuer, or none")
        if "error" in said:
            raise NotProved("denied" if said["error"] == "access_denied" else "answer", "an error of the provider")
        request.scope["session"] = kept
        options = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self._client_id},
        }
        try:
            token = await app.authorize_access_token(request, claims_cls=_Claims, claims_options=options, leeway=LEEWAY)
            return self._proved(token["userinfo"], now)
        except httpx.HTTPError as error:
            raise NotProved("provider", type(error).__name__) from None
        except OAuthError as error:
            raise NotProved("answer", type(error).__name__) from None
        except NotProved:
            raise
        except Exception as error:  # whatever a library makes of a token that is none: it proves nothing
            raise NotProved("answer", type(error).__name__) from None

    async def leave(self, back: str) -> str | None:
        """Where somebody signs out at the provider too and returns to `back` (OpenID Connect RP-Initiated Logout 1.0),
        None where it has no such place. Without an id_token: that would stand in the browser's history.
        """
        try:
            place = (await self._ready()).server_metadata.get("end_session_endpoint")
        except NotProved:
            return None
        return place and f"{place}?{urlencode({'client_id': self._client_id, 'post_logout_redirect_uri': back})}"

    def _proved(self, claims: Mapping[str, Any], now: datetime) -> Proved:
        who, name, at = claims["sub"], claims.get("name"), claims.get("auth_time")
        if not isinstance(who, str) or not 0 < len(who) <= 255 or not who.isprintable():
            raise NotProved("answer", "no sub")
        moment = None
        if at is not None:
            if type(at) is not int or not 0 <= at <= now.timestamp() + LEEWAY:
                raise NotProved("answer", "an auth_time that cannot be")
            moment = datetime.fromtimestamp(at, UTC)
        shown = name[:100] if isinstance(name, str) and name.isprintable() else ""
        return Proved(who, shown, claims.get(self.roles_claim), moment)

    async def _ready(self) -> StarletteOAuth2App:
        if self._app is None or time.monotonic() - self._read_at > NEWEST:
            metadata = self._checked(await self._metadata())
            self._promises_iss = metadata.pop("promises_iss")
            basic = metadata.pop("basic")
            self._app = StarletteOAuth2App(
                StarletteIntegration("desk"),
                name="desk",
                client_id=self._client_id,
                client_secret=self._secret,
                client_kwargs={
                    "scope": "openid profile",
                    "code_challenge_method": "S256",
                    "token_endpoint_auth_method": "client_secret_basic" if basic else "client_secret_post",
                    **self._connection,
                },
                **metadata,
            )
            self._read_at = time.monotonic()
        return self._app

    async def _metadata(self) -> Mapping[str, Any]:
        """OpenID Connect Discovery 1.0 section 4."""
        try:
            async with httpx.AsyncClient(**self._connection) as client:
                answer = await client.get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            document = answer.json() if answer.status_code == 200 else None
        except (httpx.HTTPError, ValueError) as error:
            raise NotProved("provider", type(error).__name__) from None
        if not isinstance(document, Mapping):
            raise NotProved("provider", "no metadata")
        return document

    def _checked(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """What of the metadata counts. `NotProved` for a provider that is not used."""
        listed = document.get("id_token_signing_alg_values_supported")
        algorithms = listed if isinstance(listed, list) else ["RS256"]
        methods = document.get("code_challenge_methods_supported", ["S256"])
        ways = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        pinned = [each for each in algorithms if each in ALGORITHMS]
        places = {name: document[name] for name in _ENDPOINTS if name in document}
        for wrong, why in (
            (document.get("issuer") != self.issuer, "another issuer"),
            (SANDBOX in document and not self._development, "the sandbox's provider"),
            ("none" in algorithms, "it offers unsigned tokens"),
            (not pinned, "no algorithm that is accepted here"),
            ("S256" not in methods, "no PKCE"),
            (not {*_ENDPOINTS[:3]} <= places.keys(), "an endpoint is missing"),
            (not all(self._reachable(each) for each in places.values()), "an endpoint is not https"),
        ):
            if wrong:
                raise NotProved("provider", why)
        return places | {
            "issuer": self.issuer,
            "id_token_signing_alg_values_supported": pinned,
            "promises_iss": document.get("authorization_response_iss_parameter_supported") is True,
            "basic": "client_secret_basic" in ways,
        }

    def _reachable(self, place: object) -> bool:
        url = urlsplit(place) if isinstance(place, str) else urlsplit("")
        local = self._development and url.scheme == "http" and url.hostname in LOOPBACK
        return bool(url.hostname) and (url.scheme == "https" or local)

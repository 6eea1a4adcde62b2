"""The sandbox's sign-in: an OpenID Connect provider of people who do not exist, at whose door one picks who to be.

`python -m gateway.sandbox.provider --port 8404 --desk http://127.0.0.1:8403 --folder .sluis/sandbox`

Rules: it listens on loopback alone, and its metadata say what it is, so that a production desk refuses it twice. It
remembers nobody: every visit is a new proof, with its own `auth_time`. A code counts once, for a minute, for the
challenge (PKCE S256) and the place that it was asked for (OpenID Connect Core 1.0, RFC 7636, RFC 9207).
"""

import argparse
import hashlib
import hmac
import secrets
import sys
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from gateway.crypto.durable import write_whole
from gateway.crypto.keys import PrivateKey
from gateway.crypto.signing import JwsSigner
from gateway.desk.signin.provider import SANDBOX
from gateway.sandbox.people import EVERYBODY, STYLE, Somebody, page, picking

CLIENT, CLAIM = "sluis-bureau", "sluis_roles"
HOST = "127.0.0.1"
CODE_LIVES, TOKEN_LIVES = 60, 300
WRONG = page("Dit verzoek klopt niet", "<p>Ga terug naar het bureau en meld u opnieuw aan.</p>")


@dataclass(frozen=True, slots=True)
class Issued:
    """What a code was given for."""

    somebody: Somebody
    nonce: str
    challenge: str
    at: int


class SandboxProvider:
    """In `folder`: `desk.secret`, the desk's secret here."""

    def __init__(self, folder: Path) -> None:
        self._secret = folder / "desk.secret"

    @property
    def prepared(self) -> bool:
        return self._secret.exists()

    def prepare(self) -> None:
        """Make the secret, if it is not there."""
        if not self.prepared:
            write_whole(self._secret, secrets.token_urlsafe(32).encode() + b"\n")

    def command(self, port: int, desk_url: str) -> list[str]:
        """What runs it: a module and its arguments."""
        arguments = ["--port", str(port), "--desk", desk_url, "--folder", str(self._secret.parent)]
        return ["gateway.sandbox.provider", *arguments]

    def environment(self, port: int, desk_url: str) -> dict[str, str]:
        """What the desk has to know of it."""
        return {
            "SLUIS_DESK_URL": desk_url,
            "SLUIS_DESK_ISSUER": f"http://{HOST}:{port}",
            "SLUIS_DESK_CLIENT_ID": CLIENT,
            "SLUIS_DESK_CLIENT_SECRET_FILE": str(self._secret),
            "SLUIS_DESK_ROLES_CLAIM": CLAIM,
        }


class Door:
    """The provider itself, for one desk."""

    def __init__(self, issuer: str, desk_url: str, secret: str) -> None:
        self.issuer, self._desk, self._client_secret = issuer, desk_url, secret
        self.key = PrivateKey.generate("ES256", prefix="sandbox-")
        self._codes: dict[str, Issued] = {}

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.metadata),
                Route("/jwks", self.jwks),
                Route("/style.css", self.style),
                Route("/authorize", self.ask, methods=["GET"]),
                Route("/authorize", self.pick, methods=["POST"]),
                Route("/token", self.token, methods=["POST"]),
                Route("/end-session", self.end, methods=["GET"]),
            ]
        )

    async def metadata(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                SANDBOX: True,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "end_session_endpoint": f"{self.issuer}/end-session",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    async def jwks(self, _: Request) -> Response:
        return JSONResponse({"keys": [dict(self.key.public.jwk)]})

    async def style(self, _: Request) -> Response:
        return Response(STYLE, media_type="text/css")

    async def ask(self, request: Request) -> Response:
        """The page on which one picks who to be."""
        asked_well = self._asks_well(request.query_params)
        return self._page(picking(request.url.query), 200) if asked_well else self._page(WRONG, 400)

    async def pick(self, request: Request) -> Response:
        said, sub = request.query_params, (await request.form()).get("sub")
        if not self._asks_well(said) or (sub and sub not in EVERYBODY):
            return self._page(WRONG, 400)
        answer = {"state": said.get("state", ""), "iss": self.issuer}
        if not sub:
            return self._back(answer | {"error": "access_denied"})
        code, now = secrets.token_urlsafe(32), int(time.time())
        self._codes = {key: each for key, each in self._codes.items() if now - each.at < CODE_LIVES}
        self._codes[code] = Issued(EVERYBODY[str(sub)], said.get("nonce", ""), said["code_challenge"], now)
        return self._back(answer | {"code": code})

    async def token(self, request: Request) -> Response:
        form = await request.form()
        if not self._is_desk(request.headers.get("authorization", "")):
            return JSONResponse({"error": "invalid_client"}, 401, {"WWW-Authenticate": "Basic"})
        issued, now = self._codes.pop(str(form.get("code")), None), int(time.time())
        digest = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
        proved = issued and hmac.compare_digest(urlsafe_b64encode(digest).rstrip(b"=").decode(), issued.challenge)
        if not issued or not proved or now - issued.at >= CODE_LIVES or form.get("redirect_uri") != self._place:
            return JSONResponse({"error": "invalid_grant"}, 400)
        body = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": TOKEN_LIVES}
        body["id_token"] = self.signed(self.claims(issued, now))
        return JSONResponse(body, headers={"Cache-Control": "no-store"})

    def claims(self, issued: Issued, now: int) -> dict[str, Any]:
        """What an id_token says."""
        return {
            "iss": self.issuer,
            "sub": issued.somebody.sub,
            "aud": CLIENT,
            "iat": now,
            "exp": now + TOKEN_LIVES,
            "auth_time": issued.at,
            "nonce": issued.nonce,
            "name": issued.somebody.name,
            CLAIM: list(issued.somebody.roles),
        }

    def signed(self, claims: Mapping[str, Any]) -> str:
        return JwsSigner(self.key).sign(claims, typ="JWT")

    async def end(self, request: Request) -> Response:
        """Nobody is signed in here, so there is nothing to end."""
        place = request.query_params.get("post_logout_redirect_uri", "")
        return RedirectResponse(place if place == f"{self._desk}/afgemeld" else f"{self._desk}/", 303)

    @property
    def _place(self) -> str:
        return f"{self._desk}/aanmelden/terug"

    def _asks_well(self, said: Mapping[str, str]) -> bool:
        expected = {"client_id": CLIENT, "redirect_uri": self._place, "response_type": "code"}
        expected |= {"code_challenge_method": "S256"}
        asked = all(said.get(name) == value for name, value in expected.items())
        return asked and "openid" in said.get("scope", "").split() and bool(said.get("code_challenge"))

    def _back(self, answer: Mapping[str, str]) -> Response:
        return RedirectResponse(f"{self._place}?{urlencode(answer)}", 303)

    def _is_desk(self, authorization: str) -> bool:
        """RFC 6749 section 2.3.1; the secret has no sign that would need encoding."""
        try:
            name, _, secret = b64decode(authorization.removeprefix("Basic "), validate=True).decode().partition(":")
        except ValueError:
            return False
        return name == CLIENT and hmac.compare_digest(secret.encode(), self._client_secret.encode())

    def _page(self, content: str, status: int) -> Response:
        policy = f"default-src 'none'; style-src 'self'; img-src data:; form-action 'self' {self._desk}"
        headers = {"Content-Security-Policy": f"{policy}; frame-ancestors 'none'; base-uri 'none'"}
        return HTMLResponse(content, status, headers | {"Cache-Control": "no-store"})


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="gateway.sandbox.provider", description=__doc__.partition("\n")[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--desk", required=True, help="URL of the desk")
    parser.add_argument("--folder", type=Path, required=True, help="folder with the desk's secret")
    given = parser.parse_args(arguments)
    door = Door(f"http://{HOST}:{given.port}", given.desk, (given.folder / "desk.secret").read_text().strip())
    uvicorn.run(door.app(), host=HOST, port=given.port, log_level="warning", access_log=False, lifespan="off")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

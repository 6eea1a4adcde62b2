"""A partner's system that can be made to do wrong, and what a fault and a rejection must look like to it."""

import hashlib
import json
import re
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import httpx
from joserfc import jws
from joserfc.jwk import ECKey

from gateway.client import Partner
from gateway.client.partner import ASSERTION_TYPE
from tests.faults.town import FragileTown
from tests.support.people import people_in

NOTHING = {"nl": "Er is niets verstrekt.", "en": "Nothing was released."}
MEMBERS = {"type", "title", "status", "detail", "code", "cause", "remedy", "trace_id"}
INNARDS = ("Traceback", 'File "', "Exception", "Error", ".py", "line ", "sqlite")
"""What no answer shows of our insides."""


def sign(claims: Mapping[str, Any], key: ECKey, **header: Any) -> str:
    return jws.serialize_compact({"alg": "ES256", **header}, json.dumps(claims).encode(), key, algorithms=["ES256"])


class Caller:
    """One client system over HTTP, step by step. `behind`: seconds by which its clock is behind (or ahead, below 0)."""

    def __init__(self, town: FragileTown, name: str = "voorbeeldstad", *, partner: Partner | None = None) -> None:
        self.url, self.partner = town.url, partner or town.partner(name)
        self.behind = 0
        self.http = httpx.AsyncClient(trust_env=False, timeout=60)
        self._token = ""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    def assertion(self, **changes: Any) -> str:
        now = int(time.time()) - self.behind
        client = self.partner.client_id
        claims = {"iss": client, "sub": client, "aud": self.url, "iat": now, "exp": now + 60, "jti": str(uuid.uuid4())}
        return sign(claims | changes, self.partner.signing, kid=self.partner.signing.thumbprint())

    def proof(self, method: str, path: str, token: str | None = None, **changes: Any) -> str:
        now = int(time.time()) - self.behind
        claims = {"jti": str(uuid.uuid4()), "htm": method, "htu": self.url + path, "iat": now}
        if token is not None:
            claims["ath"] = urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
        return sign(claims | changes, self.partner.dpop, typ="dpop+jwt", jwk=self.partner.dpop.as_dict(private=False))

    async def ask_token(self, *, assertion: str | None = None, proof: str | None = None, **form: str) -> httpx.Response:
        fields = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion or self.assertion(),
            **form,
        }
        headers = {"DPoP": proof or self.proof("POST", "/oauth/token")}
        return await self.http.post(f"{self.url}/oauth/token", data=fields, headers=headers)

    async def token(self) -> str:
        if not self._token:
            self._token = (await self.ask_token()).json()["access_token"]
        return self._token

    async def ask(
        self,
        document: Mapping[str, Any] | bytes,
        *,
        key: str | None = None,
        token: str | None = None,
        proof: str | None = None,
        scheme: str = "DPoP",
        **headers: str,
    ) -> httpx.Response:
        """`POST /v1/disclosures`. `headers`: others than the usual, `_` for `-`; an empty one is left out."""
        token = token or await self.token()
        sent = {
            "Content-Type": "application/json",
            "Idempotency-Key": key or str(uuid.uuid4()),
            "Authorization": f"{scheme} {token}",
            "DPoP": proof or self.proof("POST", "/v1/disclosures", token),
        }
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        sent = {name: value for name, value in sent.items() if value}
        return await self.http.post(f"{self.url}/v1/disclosures", content=content, headers=sent)

    async def collect(self, id: str) -> httpx.Response:
        token, path = await self.token(), f"/v1/disclosures/{id}"
        headers = {"Authorization": f"DPoP {token}", "DPoP": self.proof("GET", path, token)}
        return await self.http.get(self.url + path, headers=headers)


def assert_fault(response: httpx.Response, code: str, log: Path) -> None:
    """A fault says that nothing was released and when to ask again, and shows nothing of our insides."""
    document = response.json()
    assert (response.status_code, document["code"]) == (503, code), response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert int(response.headers["retry-after"]) >= 1
    assert document["detail"].endswith(NOTHING[response.headers["content-language"]])
    assert document.keys() == MEMBERS
    assert_closed(response, log)


def assert_rejected(response: httpx.Response, status: int, code: str, log: Path) -> Mapping[str, Any]:
    """What the caller did wrong, as a problem document or in OAuth's form; the document."""
    document = response.json()
    assert (response.status_code, document["code"]) == (status, code), response.text
    assert_closed(response, log)
    return document


def assert_closed(response: httpx.Response, log: Path) -> None:
    """Neither an answer nor the service log shows our insides or a person."""
    readable = re.sub(r'"sealed":"[^"]*"', "", response.text)  # what was encrypted may spell anything
    assert [text for text in INNARDS if text in readable] == []
    told = log.read_bytes()
    assert b"Traceback" not in told
    assert b"unforeseen" not in told
    for line in told.splitlines():
        assert isinstance(json.loads(line), dict)
    assert people_in(told + response.content) == set()

"""Holders that break the protocol, each in one way: the gateway must refuse every one of them."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI, Request, Response

from gateway.crypto.keys import PrivateKey
from gateway.crypto.signing import JwsSigner
from gateway.crypto.subject import subject_proof
from gateway.holders.protocol import CONTENT_TYPE, LIFETIME, REPLY_TYPE, Call
from gateway.sandbox.keys import SandboxKeys, Trusted
from gateway.sandbox.reception import Received, Reception

Claims = dict[str, Any]


@dataclass
class Lie:
    """What is done to an honest reply before it leaves. `claims`: to its claims; `signer`: signs instead of the holder;
    `typ`: of the reply; `token`: to the signed reply. `status`, `headers`, `seconds`: of the answer around it."""

    claims: Callable[[Claims, Received], Claims] = lambda claims, _: claims
    signer: PrivateKey | None = None
    typ: str = REPLY_TYPE
    token: Callable[[str], str] = lambda token: token
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass
class LyingHolder:
    """One source of one holder. `lie` may be changed while it serves; `received` is what came through its door."""

    oin: str
    source: str
    keys: SandboxKeys
    trusted: Trusted
    lie: Lie = field(default_factory=Lie)
    statement: Mapping[str, Any] | None = field(default_factory=lambda: {"serious_reasons": False, "conditions": []})
    values: Mapping[str, Any] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)

    def app(self) -> FastAPI:
        pair = self.keys.holder_pair(self.oin, self.source)
        reception = Reception(self.oin, self.source, self.trusted, pair.decryption)
        app = FastAPI()

        @app.post("/{oin}/{source}/{call}")
        async def answer(oin: str, source: str, call: Call, request: Request) -> Response:
            received = reception.receive(await request.body(), call, datetime.now(UTC))
            self.received.append(received)
            await asyncio.sleep(self.lie.seconds)
            signer = JwsSigner(self.lie.signer or pair.signing)
            claims = self.lie.claims(self._honest(received, call), received)
            token = self.lie.token(signer.sign(claims, typ=self.lie.typ))
            headers = {"Content-Type": CONTENT_TYPE, **self.lie.headers}
            return Response(token, status_code=self.lie.status, headers=headers)

        return app

    def _honest(self, received: Received, call: Call) -> Claims:
        now = int(datetime.now(UTC).timestamp())
        said = {"assessed": False} if self.statement is None else {"assessed": True, "statement": dict(self.statement)}
        known = {name: self.values[name] for name in received.fields if name in self.values}
        return {
            "iss": self.oin,
            "aud": self.trusted.issuer,
            "iat": now,
            "exp": now + LIFETIME,
            "reply_to": received.claims["jti"],
            "request_id": received.claims["request_id"],
            "call": call.value,
            "subject_proof": subject_proof(received.nonce, received.bsn),
            **(said if call is Call.STATEMENT else {"values": known}),
        }

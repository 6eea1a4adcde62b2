"""The holder protocol: two calls, each a signed request and a signed reply.

A call is `POST {source.url}/statement` or `/fields` with a compact JWS (RFC 7515, ES256) as its body.

Request, `typ` sluis-holder-request+jwt, by the gateway: `iss` its public URL, `aud` the holder's OIN, `iat`, `exp` (at
most 60 s later), `jti`, `call`, `request_id`, `source`, `basis`, `activity`, `case` (or null), `fields` (names),
`subject` (a JWE to the holder's key).
Reply, `typ` sluis-holder-reply+jwt, by the holder: `iss` its OIN, `aud` the gateway's public URL, `iat`, `exp`,
`reply_to` (the `jti` it answers), `request_id`, `call`, `subject_proof`, and `assessed` with `statement`, or `values`.

Rules:
- A reply counts for the one request that it names: signature by a key of the directory, `reply_to`, request, audience,
  freshness and the proof that the holder read this person.
- A statement is exactly what the contract knows of one, and nothing beside it. Values are of asked fields alone,
  each of its type in the dictionary; a field that the holder does not have is left out.
- What breaks a rule is `holder-invalid`; the reason for the log quotes nothing of the reply.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Protocol

import jsonschema_rs

from gateway.crypto.signing import verify
from gateway.crypto.subject import proves_subject
from gateway.errors import Fault
from gateway.model.disclosure import Question

REQUEST_TYPE = "sluis-holder-request+jwt"
REPLY_TYPE = "sluis-holder-reply+jwt"
CONTENT_TYPE = "application/jose"
LIFETIME = 60
AHEAD = 10
"""Seconds that a holder's clock may be ahead of ours."""
LIMIT = 1024 * 1024
"""Bytes of a reply."""


class Call(StrEnum):
    STATEMENT = "statement"
    FIELDS = "fields"


class Types(Protocol):
    def accepts(self, name: str, value: Any) -> bool:
        """Whether a value may stand under a field's name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One call as it was made, so that its reply can be held against it. `nonce`: that of the subject's JWE."""

    call: Call
    question: Question
    fields: tuple[str, ...]
    issuer: str
    jti: str
    nonce: str = field(repr=False)
    subject: str = field(repr=False)

    def claims(self, now: datetime) -> dict[str, Any]:
        """What the gateway signs."""
        ask, moment = self.question.ask, int(now.timestamp())
        return {
            "iss": self.issuer,
            "aud": self.question.source.oin,
            "iat": moment,
            "exp": moment + LIFETIME,
            "jti": self.jti,
            "call": self.call.value,
            "request_id": self.question.id,
            "source": self.question.source.name,
            "basis": ask.basis,
            "activity": ask.activity,
            "case": ask.case,
            "fields": list(self.fields),
            "subject": self.subject,
        }


def read_reply(token: bytes, asked: Asked, now: datetime) -> Mapping[str, Any]:
    """The claims of a reply to this call. `CryptoError` where the signature fails, `Fault` for all else that is
    wrong.
    """
    claims = verify(token, asked.question.source.keys, types=(REPLY_TYPE,), algorithms=("ES256",), limit=LIMIT).claims
    expected = {
        "iss": asked.question.source.oin,
        "aud": asked.issuer,
        "reply_to": asked.jti,
        "request_id": asked.question.id,
        "call": asked.call.value,
    }
    for name, value in expected.items():
        if claims.get(name) != value:
            raise invalid(f"the reply has another {name}")
    issued, expires, moment = claims.get("iat"), claims.get("exp"), int(now.timestamp())
    if type(issued) is not int or type(expires) is not int:
        raise invalid("the reply has no time")
    if not (moment - LIFETIME <= issued <= moment + AHEAD and issued < expires and moment < expires):
        raise invalid("the reply is not fresh")
    if not proves_subject(claims.get("subject_proof"), nonce=asked.nonce, bsn=asked.question.ask.bsn):
        raise invalid("the reply is about another subject")
    return claims


def read_statement(claims: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The holder's word in a reply, in the contract's form; None: not assessed yet."""
    assessed = claims.get("assessed")
    if assessed is False and "statement" not in claims:
        return None
    if assessed is not True or not _statement_schema().is_valid(claims.get("statement")):
        raise invalid("the statement has another form than the contract's")
    return claims["statement"]


def read_values(claims: Mapping[str, Any], asked: Asked, types: Types) -> Mapping[str, Any]:
    """The values in a reply."""
    values = claims.get("values")
    if not isinstance(values, dict):
        raise invalid("the reply has no values")
    if not values.keys() <= set(asked.fields):
        raise invalid("the reply has more fields than were asked")
    if not all(types.accepts(name, value) for name, value in values.items()):
        raise invalid("a value is not of its type")
    return values


def invalid(reason: str) -> Fault:
    """A reply that does not count. `reason` is ours and quotes nothing."""
    return Fault("holder-invalid", retry_after=60, log=reason)


@cache
def _statement_schema() -> Any:
    return jsonschema_rs.validator_for(json.loads(files(__package__).joinpath("statement.schema.json").read_text()))

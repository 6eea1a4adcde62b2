"""A partner, an authorization server and a gate, as small as can be, for tests of who may ask.

The partner's side signs with joserfc alone and shares no code with the gateway's. The clock, the register of clients
and the identifiers are honest simulators that a test changes (`world.clock.pass_(61)`, `world.register.forget(…)`);
keys and replay state are the real ones.
"""

import base64
import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from gateway.crypto.keys import public_key
from gateway.crypto.keystore import KeyStore
from gateway.model.parties import Client, Credentials, Organisation, Requester
from gateway.oauth.resource.validator import TokenValidator
from gateway.oauth.server.endpoint import TokenEndpoint
from gateway.store.sqlite.replay import ReplayStore

ISSUER = "https://sluis.example"
TOKEN_URL = f"{ISSUER}/oauth/token"
RESOURCE = f"{ISSUER}/v1/disclosures"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
OIN = "00000001800000001000"


class Clock:
    def __init__(self, moment: datetime = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    @property
    def seconds(self) -> int:
        return int(self.moment.timestamp())

    def pass_(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


class Identifiers:
    def new(self) -> str:
        return str(uuid.uuid4())


class Register:
    def __init__(self) -> None:
        self.clients: dict[str, Client] = {}
        self.organisations = {OIN: Organisation(OIN, "Gemeente Voorbeeldstad", "college", True)}

    def admit(self, partner: "Partner") -> None:
        self.clients[partner.id] = Client(partner.id, OIN, (public_key(partner.key.as_dict(private=False)),))

    def forget(self, client: str) -> None:
        del self.clients[client]

    async def client(self, id: str, *, kid: str | None = None) -> Client | None:
        return self.clients.get(id)

    async def requester(self, client: str) -> Requester | None:
        known = self.clients.get(client)
        organisation = known and self.organisations.get(known.oin)
        return organisation and Requester(client, organisation)


def make_key(algorithm: str) -> Key:
    if algorithm == "PS256":
        return RSAKey.generate_key(2048)
    return OKPKey.generate_key("Ed25519") if algorithm in ("Ed25519", "EdDSA") else ECKey.generate_key("P-256")


class Partner:
    """A system of a partner with its own signature key and a key for DPoP."""

    def __init__(self, clock: Clock, *, id: str = "voorbeeldstad-zaaksysteem", algorithm: str = "ES256") -> None:
        self.id, self.clock, self.algorithm = id, clock, algorithm
        self.key, self.dpop = make_key(algorithm), make_key(algorithm)

    def sign(self, key: Any, header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
        """A JWS over whatever it is told to sign: no check of its own stands between a test and the gateway."""
        said, claimed = ({k: v for k, v in each.items() if v is not None} for each in (header, claims))
        signed = f"{segment(said)}.{segment(claimed)}"
        return f"{signed}.{segment(jws.JWSRegistry.algorithms[said['alg']].sign(signed.encode(), key))}"

    def assertion(self, *, key: Any = None, header: Mapping[str, Any] | None = None, **claims: Any) -> str:
        """A good client assertion, save what is changed; a claim or header member of None is left out."""
        now = self.clock.seconds
        good = {"iss": self.id, "sub": self.id, "aud": ISSUER, "iat": now, "exp": now + 60, "jti": str(uuid.uuid4())}
        return self.sign(key or self.key, {"alg": self.algorithm} | dict(header or {}), good | claims)

    def proof(
        self,
        method: str = "POST",
        url: str = TOKEN_URL,
        *,
        token: str | None = None,
        key: Any = None,
        header: Mapping[str, Any] | None = None,
        **claims: Any,
    ) -> str:
        """A good DPoP proof, save what is changed."""
        key = key or self.dpop
        ath = token and base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
        good = {"jti": str(uuid.uuid4()), "htm": method, "htu": url, "iat": self.clock.seconds, "ath": ath}
        usual = {"typ": "dpop+jwt", "alg": self.algorithm, "jwk": key.as_dict(private=False)}
        return self.sign(key, usual | dict(header or {}), good | claims)


class World:
    def __init__(self, keys: KeyStore, replay: ReplayStore, clock: Clock, *, issuer: str = ISSUER) -> None:
        self.clock, self.replay, self.keys, self.register = clock, replay, keys, Register()
        self.partner = Partner(clock)
        self.register.admit(self.partner)
        self.endpoint = TokenEndpoint(
            issuer, keys=keys, clients=self.register, replay=replay, clock=clock, identifiers=Identifiers()
        )
        self.validator = TokenValidator(issuer, keys=keys, clients=self.register, replay=replay, clock=clock)

    async def request(
        self,
        assertion: str | None = None,
        *,
        partner: Partner | None = None,
        proof: str | None = "good",
        form: Mapping[str, str | None] | None = None,
        extra: list[tuple[str, str]] | None = None,
        headers: list[tuple[str, str]] | None = None,
        method: str = "POST",
        url: str = "/oauth/token",
    ) -> tuple[int, dict[str, Any]]:
        """Ask for a token: a good request, save what is changed. The status and the body."""
        partner = partner or self.partner
        values = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion if assertion is not None else partner.assertion(),
            **(form or {}),
        }
        pairs = [(name, value) for name, value in values.items() if value is not None] + (extra or [])
        proofs = [] if proof is None else [("DPoP", partner.proof() if proof == "good" else proof)]
        status, sent, body = await self.endpoint.respond(method, url, [*proofs, *(headers or [])], pairs)
        assert ("Cache-Control", "no-store") in sent
        return status, json.loads(body)

    async def token(self, partner: Partner | None = None) -> str:
        status, body = await self.request(partner=partner)
        assert status == 200, body
        return body["access_token"]

    async def ask(
        self, authorization: str | None, dpop: str | None, *, method: str = "POST", url: str = RESOURCE
    ) -> Requester:
        return await self.validator.authenticate(Credentials(authorization, dpop, method, url))

    async def enter(self, token: str, partner: Partner | None = None, **changed: Any) -> Requester:
        """Stand at the gate with this token and a good proof, save what is changed."""
        proof = (partner or self.partner).proof("POST", RESOURCE, token=token, **changed)
        return await self.ask(f"DPoP {token}", proof)


def parts(token: str) -> Iterator[dict[str, Any]]:
    """Header and claims of a token, unverified."""
    for segment in token.split(".")[:2]:
        yield json.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))


def segment(value: Any) -> str:
    """One segment of a compact serialization: bytes as they are, all else as JSON."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def code(answer: tuple[int, dict[str, Any]]) -> str:
    """The code of a refusal, after what holds for every one of them."""
    status, body = answer
    assert status == 400
    assert {"error", "error_description", "code"} <= body.keys() <= {"error", "error_description", "code", "skew"}
    return body["code"]

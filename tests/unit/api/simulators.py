"""An honest stand-in for everything below the API: it answers, refuses and fails as it was told to."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import orjson

from gateway.api import Services, authenticated
from gateway.errors import Unauthenticated
from gateway.model.codes import Tenant
from gateway.model.disclosure import Answer
from gateway.model.parties import Credentials
from gateway.model.request import Ask, Call

ID = "019aa6f4-3c2e-7c11-8a53-0d4f6a1b9e70"
BSN = "999993653"
FIELDS = frozenset({"adres_huidig", "telefoon", "medicatie"})
RECEIPT = "c2sp.org/tlog-proof@v1\nindex 48213\n"
ASK: Mapping[str, Any] = {
    "activity": "opvragen",
    "basis": "wgs.zvh.casusoverleg",
    "case": "ZVH-2026-0417",
    "subject": {"bsn": BSN},
    "actor": "m-17",
    "holder": {"oin": "00000001800000002000", "source": "reclassering"},
    "fields": [{"name": "adres_huidig", "necessity": {"task": "Wmo 2.3.2", "reason": "passende woonplek bepalen"}}],
}
GRANTED: Mapping[str, Any] = {
    "id": ID,
    "record": 48213,
    "at": "2026-11-21T09:00:00.412Z",
    "outcome": "toegestaan",
    "simulation": False,
    "basis": {
        "id": "wgs.zvh.casusoverleg",
        "articles": ["WGS 2.31(5)"],
        "in_force_since": "2025-03-01",
        "verified": True,
    },
    "fields": [{"name": "adres_huidig", "granted": True, "reasons": []}],
    "reasons": [],
    "missing": [],
    "hints": [],
    "obligations": [{"code": "log-verwerking"}, {"code": "vernietig-op", "on": "2031-03-02"}],
    "dry_run": False,
    "awaits_holder": False,
    "recipient": "00000001800000001000",
    "collected_by_recipient": False,
    "sealed": "eyJh.a2V5.aXY.dmVy.dGFn",
}
REFUSED: Mapping[str, Any] = {
    **GRANTED,
    "outcome": "geweigerd",
    "fields": [{"name": "adres_huidig", "granted": False, "reasons": []}],
    "reasons": ["niet-betrokken-bij-casus"],
    "obligations": [{"code": "log-audit"}],
    "sealed": None,
}


class SimulatedLogs:
    """One log of the ZVH, of 2026, with three records."""

    async def origins(self) -> Sequence[Mapping[str, Any]]:
        return [
            {"origin": "sluis.test/zvh/2026", "tenant": "zvh", "year": 2026, "verifier_key": "sluis.test/zvh/2026+0+AA"}
        ]

    async def checkpoint(self, tenant: Tenant, year: int) -> str | None:
        return f"sluis.test/zvh/2026\n3\nAA==\n\n— {tenant}\n" if self._has(tenant, year) else None

    async def tile(self, tenant: Tenant, year: int, path: str) -> bytes | None:
        return {"0/000.p/3": b"\x01" * 96, "0/000": b"\x02" * 8192}.get(path) if self._has(tenant, year) else None

    async def inclusion(self, tenant: Tenant, year: int, index: int, size: int) -> Sequence[bytes] | None:
        return [b"\x03" * 32] if self._has(tenant, year) and size <= 3 else None

    async def consistency(self, tenant: Tenant, year: int, old: int, size: int) -> Sequence[bytes] | None:
        return [b"\x04" * 32] if self._has(tenant, year) and size <= 3 else None

    def _has(self, tenant: Tenant, year: int) -> bool:
        return (tenant, year) == (Tenant.ZVH, 2026)


class Simulator:
    """`answer`: what the exchange says; `error`: what it raises instead; `parts`: what works."""

    def __init__(self) -> None:
        self.answer: Mapping[str, Any] = GRANTED
        self.replayed = False
        self.error: Exception | None = None
        self.parts = {"engine": True, "log": True, "keys": True, "disk": True}
        self.calls: list[Call] = []
        self.asked: list[Ask] = []
        self.collected: list[tuple[Credentials, str, str]] = []
        self.forms: list[Sequence[tuple[str, str]]] = []
        self.client = "wijkteam-noord"

    def services(self) -> Services:
        return Services(
            disclose=self.disclose,
            collect=self.collect,
            token=self.token,
            metadata=lambda: {
                "issuer": "http://127.0.0.1:8400",
                "token_endpoint": "http://127.0.0.1:8400/oauth/token",
                "jwks_uri": "http://127.0.0.1:8400/oauth/jwks",
                "dpop_signing_alg_values_supported": ["PS256", "ES256"],
            },
            token_keys=lambda: {"keys": [{"kty": "EC", "kid": "token"}]},
            release_keys=lambda: {"keys": [{"kty": "EC", "kid": "release"}]},
            receipts={"text/plain; charset=utf-8": self.proof, "application/cose": self.cose},
            logs=SimulatedLogs(),
            dictionary={"fields": sorted(FIELDS)},
            field_names=FIELDS,
            readiness=lambda: dict(self.parts),
        )

    async def disclose(self, call: Call) -> Answer:
        self.calls.append(call)
        self._prove(call.credentials)
        self.asked.append(call.read(call.body))
        return self._answer()

    async def collect(self, credentials: Credentials, id: str, trace_id: str) -> Answer:
        self._prove(credentials)
        self.collected.append((credentials, id, trace_id))
        return self._answer()

    async def proof(self, credentials: Credentials, id: str) -> bytes:
        self._prove(credentials)
        return f"{RECEIPT}of {id}\n".encode()

    async def cose(self, credentials: Credentials, id: str) -> bytes:
        self._prove(credentials)
        return b"\xd2\x84" + id.encode()

    async def token(
        self, method: str, url: str, headers: Sequence[tuple[str, str]], form: Sequence[tuple[str, str]]
    ) -> tuple[int, Sequence[tuple[str, str]], bytes]:
        self.forms.append(form)
        if self.error:
            raise self.error
        if dict(form).get("grant_type") != "client_credentials":
            return 400, (("Cache-Control", "no-store"),), orjson.dumps({"error": "invalid_request"})
        return (
            200,
            (("Pragma", "no-cache"),),
            orjson.dumps({"access_token": "t", "token_type": "DPoP", "expires_in": 600}),
        )

    def _prove(self, credentials: Credentials) -> None:
        if credentials.authorization is None:
            raise Unauthenticated("token-missing")
        authenticated(self.client)

    def _answer(self) -> Answer:
        if self.error:
            raise self.error
        return Answer(deepcopy(dict(self.answer)), RECEIPT, self.replayed)

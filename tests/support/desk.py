"""A desk over a state folder in which a gateway recorded, and people of every role who are signed in to it."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from gateway.app import open_registers
from gateway.app.desk import open_desk
from gateway.app.keys import open_keys
from gateway.app.logs import make_logs
from gateway.crypto.envelope import Envelopes
from gateway.crypto.keystore import KeyStore
from gateway.crypto.pseudonym import HmacPseudonyms
from gateway.desk.app import create_desk
from gateway.desk.desk import Desk
from gateway.desk.roles import Role
from gateway.desk.signin.provider import Provider
from gateway.desk.signin.sessions import KeptSessions
from gateway.desk.signin.signin import BACK, SignIn
from gateway.desk.visit import Session
from gateway.directory import Directory, KeySets
from gateway.exchange.gate import Gate
from gateway.exchange.pipeline import Exchange
from gateway.facts import Dictionary, FactsBook
from gateway.model.codes import Profile, Tenant
from gateway.model.parties import Credentials
from gateway.model.request import Ask, AskedField, Call, Necessity
from gateway.pdp.archive import Archive
from gateway.pdp.embedded import EmbeddedEngine
from gateway.pdp.point import DecisionPoint
from gateway.pdp.schema import Schemas
from gateway.sandbox.keys import SandboxKeys
from gateway.sandbox.region import seed
from gateway.settings import Settings
from gateway.store.claims import MemoryClaims
from gateway.store.review.sessions import SessionFile
from gateway.store.sqlite.counters import SqliteCounters
from gateway.store.sqlite.shelf import SqliteShelf
from tests.support.questions import COLLEGE, RECLASSERING, make_ask
from tests.support.simulators import CountedIds, SettableClock, SimulatedHolders
from tests.support.world import ISSUER, VALUES, NamedTokens, rules

URL = "http://desk.localhost"
SECRET = "a-secret-of-tests"
PASSPHRASE = b"a passphrase for tests"
GGZ = "00000001800000005000"
NEED = Necessity("Wmo 2.3.2", "bepalen van passende ondersteuning")
SOCIAL = make_ask(
    basis="wmo.hergebruik_sociaal_domein",
    case="WMO-2026-0088",
    bsn="999990846",
    actor="w-5",
    holder=COLLEGE.oin,
    source="participatiewet",
    fields=tuple(AskedField(name, NEED) for name in ("maandinkomen", "schulden_totaal", "voorzieningen")),
)
WAMS = make_ask(
    basis="wams.gecoordineerde_aanpak",
    case="WAMS-2026-0003",
    bsn="999993331",
    actor="c-3",
    holder=COLLEGE.oin,
    source="wmo",
    fields=(AskedField("voorzieningen", NEED),),
)
CRISIS = make_ask(
    basis="vitaal_belang",
    case=None,
    bsn="999998262",
    actor="a-2",
    holder=GGZ,
    source="dossier",
    declaration={"emergency": {"threat": "bewusteloos gevonden", "person_conscious": False, "refuses": False}},
    fields=(AskedField("medicatie", NEED),),
)
NOT_INVOLVED = make_ask(actor="t-6")


def settings_of(state: Path, **changes: Any) -> Settings:
    """The settings of a development desk over a state folder."""
    return Settings(development=True, state=state, database=None, bodykeys_database=None, **changes)


@dataclass
class Recorder:
    """A gate over a state folder, as a gateway has it; holders and clock are a test's."""

    exchange: Exchange
    clock: SettableClock
    holders: SimulatedHolders
    keys: KeyStore
    calls: int = field(default=0)

    async def ask(self, ask: Ask, *, client: str = "voorbeeldstad", **later: float) -> Mapping[str, Any]:
        """What came of a request; `later`: how much later than the one before."""
        self.clock.move(**later or {"minutes": 7})
        self.calls += 1
        call = Call(
            credentials=Credentials(client, None, "POST", f"{ISSUER}/v1/disclosures"),
            idempotency_key=f"key-{self.calls}",
            body=str(self.calls).encode(),
            read=lambda _: ask,
            trace_id="0" * 31 + "1",
        )
        return (await self.exchange.disclose(call)).document


@asynccontextmanager
async def recording(state: Path, clock: SettableClock | None = None) -> AsyncIterator[Recorder]:
    """Record in a new state folder, with the keys, registers and people of the region."""
    settings, clock, ids = settings_of(state), clock or SettableClock(), CountedIds()
    keys = _keys(settings, clock)
    pseudonyms, dictionary = HmacPseudonyms(keys), Dictionary.load()
    holders = SimulatedHolders()
    holders.values[RECLASSERING.oin, "toezicht", "999993653"] = VALUES
    with (
        closing(open_registers(settings)) as registers,
        closing(SqliteCounters.open(state, now=clock.now())) as counters,
    ):
        seed(registers, pseudonyms.of, SandboxKeys(state / "sandbox"), "http://127.0.0.1:1")
        directory = Directory(registers, KeySets(()), profile=Profile.PRODUCTIE, development=True)
        logs = make_logs(settings, keys, SqliteShelf(state))
        logs._clock = clock
        policy = DecisionPoint(EmbeddedEngine(workers=1), Schemas.read(), timeout=5)
        await policy.load(rules())
        Archive(state / "policies").keep(rules())
        gate = Gate(
            clock=clock,
            identifiers=ids,
            tokens=NamedTokens(directory),
            pseudonyms=pseudonyms,
            directory=directory,
            facts=FactsBook(registers, dictionary, profile=Profile.PRODUCTIE),
            policy=policy,
            holders=holders,
            sealer=Envelopes(ISSUER, keys, clock),
            claims=MemoryClaims(),
            records=logs,
            counters=counters,
            keep_answers=timedelta(hours=24),
        )
        try:
            await logs.start()
            yield Recorder(Exchange(gate), clock, holders, keys)
        finally:
            logs.close()
            await policy.aclose()


def _keys(settings: Settings, clock: SettableClock) -> KeyStore:
    state = settings.state
    state.mkdir(parents=True, exist_ok=True)
    (state / "passphrase").write_bytes(PASSPHRASE + b"\n")
    if not (state / "keys").exists():
        KeyStore.create(state / "keys", PASSPHRASE, now=clock.now() - timedelta(days=400))
    return open_keys(settings)


async def record_a_morning(state: Path) -> None:
    """Six requests: granted, partly granted and refused, in both tenants."""
    async with recording(state) as recorder:
        for ask, client in (
            (make_ask(), "voorbeeldstad"),
            (SOCIAL, "voorbeeldstad"),
            (WAMS, "voorbeeldstad"),
            (NOT_INVOLVED, "wijkteam-centrum"),
            (make_ask(dry_run=True), "voorbeeldstad"),
            (make_ask(), "voorbeeldstad"),
        ):
            await recorder.ask(ask, client=client)


@dataclass
class Person:
    """Somebody's browser, signed in; `post` sends the session's CSRF token unless told not to."""

    client: httpx.AsyncClient = field(repr=False)
    session: Session

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.client.get(path, **more)

    async def post(self, path: str, form: Mapping[str, Any] | None = None, **more: Any) -> httpx.Response:
        return await self.client.post(path, data={"csrf": self.session.csrf, **(form or {})}, **more)


@dataclass
class OpenDesk:
    """A desk that is open. `clock`: moved by tests."""

    desk: Desk
    app: Any
    sessions: KeptSessions
    clock: SettableClock
    state: Path

    def sign_in(self, roles: Mapping[Tenant, Role] | None = None, *, who: str = "fenna", ago: float = 0) -> Person:
        """Somebody with these roles (the FG of both tenants), who proved who they are so many minutes ago. The session
        ends as in earnest: after half an hour of the clock without a page.
        """
        now, held = self.clock.now(), roles or dict.fromkeys(Tenant, Role.FG)
        token, session = self.sessions.start(
            who=who,
            name=who.title(),
            roles={tenant: (role,) if isinstance(role, Role) else role for tenant, role in held.items()},
            authenticated_at=now - timedelta(minutes=ago),
            now=now,
        )
        return Person(self.browser({"sluis": token}), session)

    def browser(self, cookies: Mapping[str, str] | None = None) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=URL, cookies=dict(cookies or {}))


@asynccontextmanager
async def opened(
    state: Path, *, clock: SettableClock | None = None, issuer: str = "http://127.0.0.1:1", **changes: Any
) -> AsyncIterator[OpenDesk]:
    """A desk over a state folder that `recording` or a gateway made. `issuer`: where people sign in; nowhere."""
    clock = clock or SettableClock()
    clock.move(hours=2)
    with closing(SessionFile(state / "desk.sqlite")) as rows:
        sessions = KeptSessions(rows, issuer)
        async with open_desk(settings_of(state, **changes), sessions, clock=clock) as desk:
            app = create_desk(desk, make_signin(desk, issuer))
            yield OpenDesk(desk, app, sessions, clock, state)


def make_signin(desk: Desk, issuer: str) -> SignIn:
    """How people of a test's desk sign in, at `issuer`."""
    return SignIn(desk, make_provider(issuer), url=URL)


def make_provider(issuer: str) -> Provider:
    return Provider(
        issuer,
        client_id="sluis-bureau",
        client_secret=SECRET,
        back=f"{URL}{BACK}",
        roles_claim="sluis_roles",
        development=True,
    )


def main_of(page: str) -> str:
    """The text of a page's main part, without tags."""
    [main] = re.findall(r"<main.*?</main>", page, re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())

"""Sessions of the desk, kept on the server: the browser has a number and nothing else.

Rules:
- The number is 256 bits of randomness, new at every sign-in and at every step-up; what is kept is its SHA-256.
- A session ends after 30 minutes without a page, and after 8 hours whatever happens; then one signs in again, and the
  provider says anew what somebody may. That a role was taken away in between is not told by OpenID Connect: until then
  the old roles count.
- What was agreed with somebody who is sent to the provider counts once, for ten minutes, in the same browser.
- Whoever was not at the desk for 400 days is forgotten.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import orjson

from gateway.desk.roles import Role, Roles
from gateway.desk.visit import Session
from gateway.model.codes import Tenant

IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=8)
ATTEMPT = timedelta(minutes=10)
REMEMBERED = timedelta(days=400)
NOTED_EVERY = timedelta(seconds=30)
"""How far behind the moment may be at which a session was last seen: so that reading does not always write."""


class SessionRows(Protocol):
    """`store.review.sessions.SessionFile`."""

    def put(self, key: bytes, document: bytes, *, started: int, seen: int) -> None: ...
    def change(self, key: bytes, document: bytes) -> None: ...
    def seen(self, key: bytes, now: int) -> None: ...
    def get(self, key: bytes) -> tuple[bytes, int, int] | None: ...
    def end(self, key: bytes) -> None: ...
    def begin(self, key: bytes, document: bytes, now: int) -> None: ...
    def take(self, key: bytes, since: int) -> bytes | None: ...
    def visit(self, person: bytes, tenant: str, now: int) -> None: ...
    def visits(self, person: bytes) -> Mapping[str, int]: ...
    def expire(self, *, started: int, seen: int, attempts: int, visits: int) -> None: ...


class KeptSessions:
    """All may be called by any thread. `issuer`: who says who somebody is."""

    def __init__(self, rows: SessionRows, issuer: str) -> None:
        self._rows, self._issuer = rows, issuer

    def start(
        self, *, who: str, name: str, roles: Roles, authenticated_at: datetime, now: datetime
    ) -> tuple[str, Session]:
        """The cookie's value of a new session, and the session."""
        self._rows.expire(
            started=_second(now - ABSOLUTE),
            seen=_second(now - IDLE),
            attempts=_second(now - ATTEMPT),
            visits=_second(now - REMEMBERED),
        )
        known = self._rows.visits(self._person(who))
        visited = {Tenant(each): _moment(last) for each, last in known.items() if each in roles}
        token = _token()
        session = Session(
            id=_key(token).hex(),
            who=who,
            name=name,
            roles=roles,
            authenticated_at=authenticated_at,
            csrf=_token(),
            visited=visited,
        )
        self._put(session, started=_second(now), seen=_second(now))
        return token, session

    def find(self, token: str, now: datetime) -> Session | None:
        """The session of a cookie's value, None where there is none or it ended."""
        key = _key(token)
        if (row := self._rows.get(key)) is None:
            return None
        document, started, seen = row
        if now - _moment(started) >= ABSOLUTE or now - _moment(seen) >= IDLE:
            self._rows.end(key)
            return None
        if now - _moment(seen) >= NOTED_EVERY:
            self._rows.seen(key, _second(now))
        return _read(key, document)

    def save(self, session: Session) -> None:
        self._rows.change(bytes.fromhex(session.id), _written(session))

    def end(self, session: Session) -> None:
        self._rows.end(bytes.fromhex(session.id))

    def prove_again(self, session: Session, *, name: str, roles: Roles, authenticated_at: datetime) -> str | None:
        """Give a session another number, after somebody proved again who they are: the cookie's new value. It does not
        live longer for it. None where it ended meanwhile.
        """
        old = bytes.fromhex(session.id)
        if (row := self._rows.get(old)) is None:
            return None
        token = _token()
        session.id, session.csrf = _key(token).hex(), _token()
        session.name, session.roles, session.authenticated_at = name, roles, authenticated_at
        self._put(session, started=row[1], seen=row[2])
        self._rows.end(old)
        return token

    def visiting(self, session: Session, tenant: Tenant, now: datetime) -> None:
        """Note that somebody is at a tenant's pages: the next session tells when that was."""
        self._rows.visit(self._person(session.who), tenant, _second(now))

    def begin(self, agreed: Mapping[str, Any], now: datetime) -> str:
        """Keep what was agreed with somebody who is sent to the provider: the value of the cookie that finds it."""
        token = _token()
        self._rows.begin(_key(token), orjson.dumps(agreed), _second(now))
        return token

    def take(self, token: str, now: datetime) -> dict[str, Any] | None:
        """What was agreed: once, None where there is nothing or it is too long ago."""
        document = self._rows.take(_key(token), _second(now - ATTEMPT))
        return None if document is None else orjson.loads(document)

    def _put(self, session: Session, *, started: int, seen: int) -> None:
        self._rows.put(bytes.fromhex(session.id), _written(session), started=started, seen=seen)

    def _person(self, who: str) -> bytes:
        return hashlib.sha256(f"{self._issuer}\0{who}".encode()).digest()


def _written(session: Session) -> bytes:
    return orjson.dumps(
        {
            "who": session.who,
            "name": session.name,
            "roles": {str(tenant): roles for tenant, roles in session.roles.items()},
            "authenticated_at": session.authenticated_at.isoformat(),
            "csrf": session.csrf,
            "kept": session.kept,
            "visited": {str(each): moment.isoformat() for each, moment in session.visited.items()},
        }
    )


def _read(key: bytes, document: bytes) -> Session:
    said = orjson.loads(document)
    return Session(
        id=key.hex(),
        who=said["who"],
        name=said["name"],
        roles={Tenant(tenant): tuple(map(Role, roles)) for tenant, roles in said["roles"].items()},
        authenticated_at=datetime.fromisoformat(said["authenticated_at"]),
        csrf=said["csrf"],
        kept=said["kept"],
        visited={Tenant(each): datetime.fromisoformat(moment) for each, moment in said["visited"].items()},
    )


def _token() -> str:
    return secrets.token_urlsafe(32)


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _second(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)

"""Sessions: what the file holds, when they end, and what the next one tells."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.desk.roles import Role
from gateway.desk.signin.sessions import ABSOLUTE, ATTEMPT, IDLE, REMEMBERED, KeptSessions
from gateway.desk.visit import Session
from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.store.review.sessions import MAX_ATTEMPTS, SessionFile
from tests.support.desk import OpenDesk
from tests.support.simulators import SettableClock

MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[SessionFile]:
    file = SessionFile(tmp_path / "desk.sqlite")
    yield file
    file.close()


@pytest.fixture
def sessions(rows: SessionFile) -> KeptSessions:
    return KeptSessions(rows, "https://id.example")


def begun(sessions: KeptSessions, clock: SettableClock, who: str = "fenna") -> tuple[str, Session]:
    now = clock.now()
    roles = {Tenant.ZVH: (Role.FG,)}
    return sessions.start(who=who, name="Fenna Fg", roles=roles, authenticated_at=now, now=now)


def test_is_found_again_as_it_was(sessions: KeptSessions, clock: SettableClock) -> None:
    token, session = begun(sessions, clock)
    session.kept["language"] = "en"
    sessions.save(session)
    assert sessions.find(token, clock.now()) == session
    assert session.roles == {Tenant.ZVH: (Role.FG,)}
    assert sessions.find("", clock.now()) is None
    assert sessions.find(token[:-1], clock.now()) is None


def test_number_is_long_new_and_nowhere_on_disk(sessions: KeptSessions, clock: SettableClock, tmp_path: Path) -> None:
    tokens = {begun(sessions, clock)[0] for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(token) == 43 for token in tokens)
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Fenna Fg" in kept
    assert not any(token.encode() in kept for token in tokens)


def test_file_is_its_owners_alone(sessions: KeptSessions, tmp_path: Path) -> None:
    assert (tmp_path / "desk.sqlite").stat().st_mode & 0o077 == 0


def test_ends_after_half_an_hour_without_a_page(sessions: KeptSessions, clock: SettableClock) -> None:
    token, _ = begun(sessions, clock)
    for _ in range(5):
        clock.move(minutes=29)
        assert sessions.find(token, clock.now()) is not None
    clock.move(seconds=IDLE.total_seconds())
    assert sessions.find(token, clock.now()) is None
    clock.move(minutes=-20)
    assert sessions.find(token, clock.now()) is None, "an ended session came back"


def test_ends_after_eight_hours_whatever_happens(sessions: KeptSessions, clock: SettableClock) -> None:
    token, session = begun(sessions, clock)
    for _ in range(int(ABSOLUTE / (20 * MINUTE)) - 1):
        clock.move(minutes=20)
        assert sessions.find(token, clock.now()) is not None
        again = sessions.prove_again(session, name="", roles=session.roles, authenticated_at=clock.now())
        assert again is not None
        token = again
    clock.move(minutes=20)
    assert sessions.find(token, clock.now()) is None


def test_proving_again_gives_another_number_and_form_token(sessions: KeptSessions, clock: SettableClock) -> None:
    old, session = begun(sessions, clock)
    csrf, session.kept["held"] = session.csrf, "x"
    roles = {Tenant.ZVH: (Role.AUDITOR,)}
    token = sessions.prove_again(session, name="F", roles=roles, authenticated_at=clock.now() + MINUTE)
    assert token is not None
    assert sessions.find(old, clock.now()) is None
    found = sessions.find(token, clock.now())
    assert found is not None
    assert (found.roles, found.kept, found.csrf == csrf) == (roles, {"held": "x"}, False)
    assert found.authenticated_at == clock.now() + MINUTE


def test_an_ended_session_stays_ended(sessions: KeptSessions, clock: SettableClock) -> None:
    token, session = begun(sessions, clock)
    sessions.end(session)
    sessions.save(session)
    assert sessions.find(token, clock.now()) is None
    assert sessions.prove_again(session, name="", roles=session.roles, authenticated_at=clock.now()) is None


def test_the_next_session_tells_when_somebody_was_there(sessions: KeptSessions, clock: SettableClock) -> None:
    _, first = begun(sessions, clock)
    assert first.visited == {}
    clock.move(minutes=3)
    left = clock.now().replace(microsecond=0)
    sessions.visiting(first, Tenant.ZVH, clock.now())
    sessions.visiting(first, Tenant.GEMEENTE, clock.now())
    clock.move(days=2)
    token, second = begun(sessions, clock)
    assert second.visited == {Tenant.ZVH: left}, "another tenant's visit is told where there is no role any more"
    sessions.visiting(second, Tenant.ZVH, clock.now())
    found = sessions.find(token, clock.now())
    assert found is not None
    assert found.visited == {Tenant.ZVH: left}, "it changes while somebody looks"
    assert begun(sessions, clock, "bas")[1].visited == {}


def test_whoever_stays_away_is_forgotten(sessions: KeptSessions, clock: SettableClock) -> None:
    sessions.visiting(begun(sessions, clock)[1], Tenant.ZVH, clock.now())
    clock.move(seconds=(REMEMBERED + MINUTE).total_seconds())
    assert begun(sessions, clock)[1].visited == {}


def test_what_was_agreed_counts_once_and_for_a_while(sessions: KeptSessions, clock: SettableClock) -> None:
    token = sessions.begin({"verder": "/zvh"}, clock.now())
    assert sessions.take(token, clock.now()) == {"verder": "/zvh"}
    assert sessions.take(token, clock.now()) is None
    late = sessions.begin({}, clock.now())
    clock.move(seconds=ATTEMPT.total_seconds() + 1)
    assert sessions.take(late, clock.now()) is None


def test_many_attempts_crowd_out_the_oldest(rows: SessionFile) -> None:
    with rows._used() as connection:
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO attempt SELECT CAST(i AS BLOB), x'00', i FROM n",
            (MAX_ATTEMPTS,),
        )
    rows.begin(b"new", b"{}", MAX_ATTEMPTS + 1)
    assert rows.take(b"new", 0) == b"{}"
    assert rows.take(b"1", 0) is None
    assert rows.take(b"2", 0) == b"\0"


def test_a_file_that_cannot_be_used_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "desk.sqlite").write_bytes(b"no database at all, but something else")
    with pytest.raises(Fault) as fault:
        SessionFile(tmp_path / "desk.sqlite")
    assert fault.value.code == "desk-state-unavailable"


async def test_a_visit_is_noted_where_somebody_has_a_role(open_desk: OpenDesk) -> None:
    fenna = open_desk.sign_in({Tenant.ZVH: Role.FG}, who="noor")
    assert (await fenna.get("/zvh")).status_code == 200
    assert (await fenna.get("/gemeente")).status_code == 404
    at = open_desk.clock.now().replace(microsecond=0)
    again = open_desk.sign_in(who="noor")
    assert again.session.visited == {Tenant.ZVH: at}

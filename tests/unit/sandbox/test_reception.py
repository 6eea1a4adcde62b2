"""The door of a holder: what it does not let in."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.crypto.keys import ENCRYPTION, PrivateKey
from gateway.crypto.signing import JwsSigner
from gateway.crypto.subject import seal_subject
from gateway.holders.protocol import REPLY_TYPE, REQUEST_TYPE, Call
from gateway.sandbox.keys import Trusted
from gateway.sandbox.reception import LIMIT, Reception, Refused

OIN, ISSUER, BSN = "00000001800000002000", "http://127.0.0.1:8400", "999993653"
GATEWAY, HOLDER, OTHER = PrivateKey.generate("ES256"), PrivateKey.generate(ENCRYPTION), PrivateKey.generate(ENCRYPTION)
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def door() -> Reception:
    return Reception(OIN, "toezicht", Trusted(ISSUER, (GATEWAY.public,)), HOLDER)


def request(*, by: PrivateKey = GATEWAY, typ: str = REQUEST_TYPE, without: str = "", **changes: Any) -> bytes:
    moment = int(NOW.timestamp())
    claims = {
        "iss": ISSUER,
        "aud": OIN,
        "iat": moment,
        "exp": moment + 60,
        "jti": str(uuid.uuid4()),
        "call": "statement",
        "request_id": "0193a000-0000-7000-8000-000000000001",
        "source": "toezicht",
        "fields": ["adres_huidig"],
        "subject": seal_subject(BSN, HOLDER.public)[0],
        **changes,
    }
    claims.pop(without, None)
    return JwsSigner(by).sign(claims, typ=typ).encode()


def test_lets_in_the_gateway_and_reads_whom_it_asks_about(door):
    received = door.receive(request(), Call.STATEMENT, NOW)
    assert (received.bsn, received.fields) == (BSN, ("adres_huidig",))
    assert BSN not in repr(received)


@pytest.mark.parametrize(
    "changes",
    [
        {"by": PrivateKey.generate("ES256")},
        {"typ": REPLY_TYPE},
        {"typ": "JWT"},
        {"iss": "http://127.0.0.1:9999"},
        {"aud": "00000001800000003000"},
        {"aud": [OIN]},
        {"source": "meldingen"},
        {"call": "fields"},
        {"exp": int(NOW.timestamp()) + 61},
        {"exp": int(NOW.timestamp())},
        {"iat": int(NOW.timestamp()) - 120, "exp": int(NOW.timestamp()) - 60},
        {"iat": int(NOW.timestamp()) + 11, "exp": int(NOW.timestamp()) + 60},
        {"iat": float(NOW.timestamp())},
        {"fields": "adres_huidig"},
        {"fields": [7]},
        {"jti": 7},
        {"subject": "no.jwe"},
        {"subject": seal_subject(BSN, OTHER.public)[0]},
        *(
            {"without": name}
            for name in ("iss", "aud", "iat", "exp", "jti", "call", "request_id", "source", "fields", "subject")
        ),
    ],
    ids=str,
)
def test_refuses_what_is_not_meant_for_it_now(door, changes):
    with pytest.raises(Refused):
        door.receive(request(**changes), Call.STATEMENT, NOW)


def test_refuses_what_it_saw_before_for_as_long_as_that_counts(door):
    token = request()
    door.receive(token, Call.STATEMENT, NOW)
    for seconds in (0, 30, 59, 60, 3600):
        with pytest.raises(Refused):
            door.receive(token, Call.STATEMENT, NOW + timedelta(seconds=seconds))


def test_remembers_no_longer_than_it_must(door):
    for _ in range(50):
        door.receive(request(), Call.STATEMENT, NOW)
    later = NOW + timedelta(minutes=5)
    moment = int(later.timestamp())
    door.receive(request(iat=moment, exp=moment + 60), Call.STATEMENT, later)
    assert len(door._seen) == 1


@pytest.mark.parametrize("token", [b"", b"a.b.c", b"\xff", b"{}", b"." * 10, b"A" * (LIMIT + 1)])
def test_what_is_no_token_is_refused_and_nothing_else(door, token):
    with pytest.raises(Refused):
        door.receive(token, Call.STATEMENT, NOW)

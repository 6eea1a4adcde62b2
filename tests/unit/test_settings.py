"""What the settings refuse, so that a development exception never stands where real people are."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.settings import Settings

VOUCHED: dict[str, Any] = {"witnesses": "none"}
STORE = "postgresql://sluis:geheim@db.example/sluis"
KEYS = "postgresql://sluis:geheim@db.example/keys"
SOCKET = "postgresql:///sluis?host=/run/{}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"public_url": "http://127.0.0.1:8400"},
        {"public_url": "http://127.0.0.1.evil.example", "development": True},
        {"public_url": "http://sluis.example", "development": True},
        {"public_url": "https://sluis.example/"},
        {"public_url": "https://sluis.example/base"},
        {"public_url": "https://sluis.example?x=1"},
        {"public_url": "https://somebody@sluis.example"},
        {"public_url": "sluis.example"},
        {"public_url": "https://sluis.example", "profile": "simulatie"},
        {"public_url": "https://sluis.example", "engine": "opa"},
        {"public_url": "https://sluis.example", "engine": "both"},
        {"public_url": "https://sluis.example", "outbox_hours": 25},
        {"public_url": "https://sluis.example", "database": STORE},
        {"public_url": "https://sluis.example", "bodykeys_database": KEYS},
        {"public_url": "https://sluis.example", "database": STORE, "bodykeys_database": STORE},
        {"public_url": "https://sluis.example", "database": STORE, "bodykeys_database": f"{STORE}?user=other"},
        {"public_url": "https://sluis.example", "database": STORE, "bodykeys_database": "mysql://db.example/keys"},
        {"public_url": "https://sluis.example", "witnesses": None},
        {"public_url": "https://sluis.example", "witness_max_age": 1},
        {"public_url": "https://sluis.example", "tsa_url": "https://tsa.example"},
        {"public_url": "https://sluis.example", "tsa_roots": Path("/etc/tsa.pem")},
        {"public_url": "https://sluis.example", "desk_url": "https://bureau.sluis.example/"},
        {"public_url": "https://sluis.example", "desk_url": "http://127.0.0.1:8403"},
        {"public_url": "https://sluis.example", "desk_issuer": "http://id.example"},
        {"public_url": "https://sluis.example", "desk_issuer": "http://127.0.0.1:8404"},
        {"public_url": "https://sluis.example", "desk_issuer": "https://localhost:8404"},
        {"public_url": "https://sluis.example", "desk_issuer": "https://id.example?x=1"},
        {"public_url": "https://sluis.example", "desk_issuer": "https://me@id.example"},
        {"public_url": "https://sluis.example", "desk_issuer": "http://id.example", "development": True},
        {"public_url": "https://sluis.example", "desk_issuer": "id.example"},
        {"public_url": "https://sluis.example", "desk_roles_claim": ""},
    ],
)
def test_is_refused(wrong: dict[str, Any]):
    with pytest.raises(ValidationError) as refused:
        Settings(**VOUCHED | wrong)
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(
    "right",
    [
        {"public_url": "https://sluis.example"},
        {"public_url": "https://sluis.example:8443"},
        {"public_url": "https://sluis.example", "desk_issuer": "https://id.example/realms/zvh"},
        {"public_url": "https://sluis.example", "desk_issuer": "http://127.0.0.1:8404", "development": True},
        {"public_url": "https://sluis.example", "desk_url": "https://bureau.sluis.example"},
        {"public_url": "http://[::1]:8400", "development": True},
        {"public_url": "https://sluis.example", "profile": "simulatie", "log_host": "simulatie.sluis.example"},
        {"public_url": "https://sluis.example", "engine": "opa", "opa_socket": Path("/run/opa.sock")},
        {"public_url": "https://sluis.example", "engine": "both", "opa_socket": Path("/run/opa.sock")},
        {"public_url": "https://sluis.example", "database": STORE, "bodykeys_database": KEYS},
        {
            "public_url": "https://sluis.example",
            "database": SOCKET.format("a"),
            "bodykeys_database": SOCKET.format("b"),
        },
        {"development": True, "database": STORE, "bodykeys_database": STORE},
    ],
)
def test_is_accepted(right: dict[str, Any]):
    assert Settings(**VOUCHED | right)


def test_a_token_is_not_shown():
    assert "geheim" not in repr(Settings(**VOUCHED, public_url="https://sluis.example", opa_token="geheim"))


def test_a_password_of_a_database_is_not_shown():
    assert "geheim" not in repr(
        Settings(**VOUCHED, public_url="https://sluis.example", database=STORE, bodykeys_database=KEYS)
    )

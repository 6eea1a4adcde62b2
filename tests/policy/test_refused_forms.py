"""Documents on which an engine once stopped, or the two once differed: both refuse each, in the same bytes."""

from pathlib import Path
from typing import Any

import pytest

from tests.policy.engines import ask_embedded, ask_opa, canonical

STOPPED: list[dict[str, Any]] = [
    {"basis": "wgs.zvh.aanmelding", "recipient": {"kind": "gi"}, "holder": {"kind": "2026-13-01"}},
    {
        "basis": "wgs.zvh.aanmelding",
        "requester": {"organisation": {"kind": "woningcorporatie"}},
        "recipient": {"kind": 7},
    },
]


@pytest.mark.parametrize("facts", STOPPED)
def test_embedded_refuses(facts: dict[str, Any]) -> None:
    decision = ask_embedded(facts)
    assert decision["outcome"] == "geweigerd"
    assert "feit-ongeldig" in decision["reasons"]


@pytest.mark.part("opa")
def test_opa_gives_the_same_bytes(tmp_path: Path) -> None:
    assert [canonical(d) for d in ask_opa(STOPPED, tmp_path)] == [canonical(ask_embedded(facts)) for facts in STOPPED]

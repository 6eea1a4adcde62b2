"""2,000 documents, or 10,000 with SLUIS_LONG=1, decided by both engines through the gateway's own ports: no difference.

`make differences` does 10,000 of a fresh seed, and prints what they were.
"""

import os
from collections import Counter
from pathlib import Path

import pytest

from gateway.errors import Fault
from gateway.model.decision import Decision
from tests.policy.differences import Differences, compare
from tests.policy.differences.hostile import lines
from tests.support.reading import is_read

SEED = 20261121
HOW_MANY = 10_000 if os.environ.get("SLUIS_LONG") == "1" else 2_000


def test_the_documents_are_the_same_for_a_seed_and_of_every_kind() -> None:
    documents = list(lines(SEED, 400))
    assert documents == list(lines(SEED, 400))
    assert documents != list(lines(SEED + 1, 400))
    kinds = Counter(kind for kind, _ in documents)
    assert min(kinds[kind] for kind in ("plausible", "edge", "hostile", "stopped")) > 20


def test_what_is_called_hostile_is_read_and_what_is_called_stopped_is_not() -> None:
    read: dict[str, Counter[bool]] = {"hostile": Counter(), "stopped": Counter()}
    for kind, document in lines(SEED, 1_000):
        if kind in read:
            read[kind][is_read(document)] += 1
    assert not read["stopped"][True]
    assert read["hostile"][True] > 0.95 * read["hostile"].total()


@pytest.mark.part("opa")
@pytest.mark.timeout(900)
async def test_both_engines_decide_all_of_them_in_the_same_bytes(opa_binary: Path) -> None:
    result = await compare(SEED, HOW_MANY, opa_binary)
    assert result.found == [], result.told()
    assert result.counts["compared"] == HOW_MANY
    assert result.counts["decided by both engines"] > 0.85 * HOW_MANY
    assert result.counts["stopped before both"] > 0.05 * HOW_MANY
    for outcome in ("toegestaan", "gedeeltelijk", "geweigerd"):
        assert result.counts[f"outcome: {outcome}"] > 0.02 * HOW_MANY


def _decision(engine: str, encoded: bytes) -> Decision:
    document = {"outcome": "geweigerd", "simulation": False, "fields": [], "policy": {"revision": "x"}}
    empty = {name: [] for name in ("reasons", "obligations", "missing", "hints")}
    return Decision.of({**document, **empty}, encoded=encoded, engine=engine)


@pytest.mark.parametrize(
    ("document", "one", "other", "how"),
    [
        (b"{}", _decision("embedded", b"1"), _decision("opa", b"2"), "a difference"),
        (b"{}", _decision("embedded", b"1"), Fault("engine-error"), "a fault"),
        (b"{}", Fault("engine-error"), Fault("engine-error"), "a fault"),
        (b'{"n": 1.0}', _decision("embedded", b"1"), _decision("opa", b"1"), "against the rules"),
        (b'{"n": 1.0}', _decision("gateway", b"1"), _decision("opa", b"1"), "against the rules"),
        (b"{}", _decision("gateway", b"1"), _decision("gateway", b"1"), "against the rules"),
    ],
)
def test_whatever_is_wrong_is_counted(
    document: bytes, one: Decision | Fault, other: Decision | Fault, how: str
) -> None:
    result = Differences()
    result.add("hostile", document, one, other)
    assert [how in found for found, _ in result.found] == [True]
    result.add("hostile", b"{}", _decision("embedded", b"1"), _decision("opa", b"1"))
    assert (len(result.found), result.counts["compared"]) == (1, 2)

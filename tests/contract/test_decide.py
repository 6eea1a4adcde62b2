"""What `gateway decide` promises: the same bytes from both engines, plain OPA's answer, and what experts expect."""

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.pdp.bundle import Bundle
from tests.policy.cases import all_cases
from tests.policy.facts_generator import generate
from tests.policy.test_cases import differences
from tests.support.reading import is_read

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "policies" / "rules"
CASES = all_cases()
GENERATED = 200
SEED = 20261121

WITHIN = [  # JSON that every engine reads alike, and that is not what the contract asks for
    b"{}", b"null", b"5", b'"facts"', b"true", b"[]", b"[{}]", b'{"fields": 5}',
    b'{"fields": [null, 3, [], {"name": 7}, {"name": ""}]}',
    b'{"basis": "wgs.zvh.casusoverleg"}', b'{"basis": ["wgs.zvh.casusoverleg"], "profile": 3}', b'{"basis": ""}',
]  # fmt: skip
OUTSIDE = [
    b"", b" ", b"{", b"\xff", b'{"basis": "a", "basis": "b"}', b'{"n": 1.0}', b'{"n": 1e2}', rb'{"basis": "\ud800"}',
    b'{"fields": [{"name": "bsn", "name": "naam"}]}', b"\xef\xbb\xbf{}", b"[" * 200 + b"]" * 200,
]  # fmt: skip


def mutilated() -> Iterator[bytes]:
    """The first case, with each member in turn taken away, null, or of another type."""
    facts = CASES[0].facts
    for path in _paths(facts):
        for value in (..., None, 7, [{}]):
            yield orjson.dumps(_put(facts, path, value))


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _paths(inner, (*path, step))


def _put(facts: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed = orjson.loads(orjson.dumps(facts))
    place = changed
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return changed


@cache
def lines() -> tuple[bytes, ...]:
    generated = (orjson.dumps(facts) for facts in generate(SEED, GENERATED))
    return (*(orjson.dumps(case.facts) for case in CASES), *generated, *mutilated(), *WITHIN, *OUTSIDE)


@cache
def decided(engine: str) -> tuple[bytes, ...]:
    command = [sys.executable, "-m", "gateway", "decide", "--engine", engine]
    ended = subprocess.run(
        command, input=b"\n".join(lines()) + b"\n", capture_output=True, cwd=ROOT, timeout=100, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    return tuple(ended.stdout.splitlines())


def test_there_are_cases() -> None:
    assert CASES


def test_every_line_gives_one() -> None:
    assert len(decided("embedded")) == len(lines())


def test_decisions_are_canonical_and_carry_the_revision() -> None:
    revision = Bundle.read(RULES).revision
    for line in decided("embedded"):
        decision = orjson.loads(line)
        assert decision["policy"] == {"revision": revision}
        assert line == orjson.dumps(decision, option=orjson.OPT_SORT_KEYS)


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.id for case in CASES])
def test_what_an_expert_expects(number: int) -> None:
    decision = orjson.loads(decided("embedded")[number])
    assert list(differences(decision, CASES[number].expect)) == []


def test_what_no_engine_may_see_is_refused() -> None:
    for line in decided("embedded")[-len(OUTSIDE) :]:
        decision = orjson.loads(line)
        assert (decision["outcome"], decision["reasons"]) == ("geweigerd", ["feit-ongeldig"])


@pytest.mark.part("opa")
def test_both_engines_print_the_same_bytes() -> None:
    for given, embedded, opa in zip(lines(), decided("embedded"), decided("opa"), strict=True):
        assert embedded == opa, given


def _without_policy(line: bytes) -> dict[str, Any]:
    decision = orjson.loads(line)
    del decision["policy"]
    return decision


@pytest.mark.part("opa")
def test_plain_opa_decides_the_same(opa_binary: Path) -> None:
    asked = [(line, decision) for line, decision in zip(lines(), decided("embedded"), strict=True) if is_read(line)]
    query = "[decision | some facts in input; decision := data.sluis.main.decision with input as facts]"
    given = b"[" + b",".join(line for line, _ in asked) + b"]"
    decisions = _evaluate(opa_binary, query, given)
    assert len(decisions) == len(asked)
    for (line, decision), plain in zip(asked, decisions, strict=True):
        assert plain == _without_policy(decision), line


@pytest.mark.part("opa")
def test_plain_opa_asked_as_the_contract_says(opa_binary: Path, tmp_path: Path) -> None:
    for line, decision in list(zip(lines(), decided("embedded"), strict=True))[:3]:
        (tmp_path / "facts.json").write_bytes(line)
        command = [opa_binary, "eval", "-d", RULES, "-i", tmp_path / "facts.json", "data.sluis.main.decision"]
        answer = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
        assert answer["result"][0]["expressions"][0]["value"] == _without_policy(decision)


@pytest.mark.part("opa")
def test_opa_reads_the_data_that_the_embedded_engine_is_given(opa_binary: Path) -> None:
    bundle = Bundle.read(RULES)
    data = orjson.loads(bundle.data)
    plain = _evaluate(opa_binary, f"{{key: value | some key in {json.dumps(sorted(data))}; value := data[key]}}", b"{}")
    assert plain == data


def _evaluate(opa: Path, query: str, given: bytes) -> Any:
    ended = subprocess.run(
        [opa, "eval", "-d", RULES, "-I", "--format", "json", query],
        input=given,
        capture_output=True,
        check=True,
        timeout=100,
    )
    return json.loads(ended.stdout)["result"][0]["expressions"][0]["value"]

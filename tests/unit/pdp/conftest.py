"""A policy of one switch, `do`, and two small schemas, so that these tests know every answer beforehand."""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.pdp.bundle import Bundle
from gateway.pdp.embedded import EmbeddedEngine
from gateway.pdp.port import PolicyEngine
from gateway.pdp.private_opa import PrivateOpa
from gateway.pdp.schema import Schema, Schemas

POLICY = """package sluis.main

import rego.v1

decision := refusal if object.get(input, "do", "refuse") in {"refuse", null, 7}

decision := grant if input.do == "grant"

decision := {"n": to_number(input.text)} if input.do == "fail"

decision := {"n": count([1 | some i in numbers.range(1, 100000); some j in numbers.range(1, 100000); i * j == 7])} if
{ input.do == "endless" }

decision := 5 if input.do == "number"

decision := object.union(refusal, {"hints": [format_int(count(input.text), 10)]}) if input.do == "letters"

decision := {"outcome": "toegestaan"} if input.do == "shapeless"

decision := object.union(grant, {"fields": [{"name": "bsn", "granted": true, "reasons": []}]}) if input.do == "widen"

decision := object.union(grant, input.change) if input.do == "change"

decision := object.union(refusal, {"hints": [data.bases["a.b"]["2025-03-01"].hint]}) if input.do == "data"

refusal := object.union(grant, {
	"outcome": "geweigerd",
	"fields": [{"name": "naam", "granted": false, "reasons": []}],
	"reasons": ["feit-ontbreekt"],
})

grant := {
	"outcome": "toegestaan",
	"simulation": false,
	"basis": {"id": "a.b", "articles": [], "in_force_since": null, "verified": false},
	"fields": [{"name": "naam", "granted": true, "reasons": []}],
	"reasons": [],
	"obligations": [{"code": "log-audit"}],
	"missing": [],
	"hints": [],
	"ladder": [{"rung": "grondslag", "passed": true}],
}
"""
FILES = {"main.rego": POLICY.encode(), "bases/a.b/2025-03-01/data.yaml": b'hint: "2025-03-01"\n'}
TEXTS = {"type": "array", "items": {"type": "string"}}
FACTS_SCHEMA = {
    "type": "object",
    "properties": {
        "do": {"enum": ["grant", "refuse", "fail", "endless", "number", "shapeless", "widen", "undefined", "change"]}
    },
}
DECISION_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        "outcome", "simulation", "basis", "fields", "reasons", "obligations", "missing", "hints", "ladder", "policy"
    ],
    "properties": {
        "outcome": {"enum": ["toegestaan", "gedeeltelijk", "geweigerd"]},
        "simulation": {"type": "boolean"},
        "basis": {"type": "object"},
        "fields": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "granted", "reasons"],
                "properties": {"name": {"type": "string"}, "granted": {"type": "boolean"}, "reasons": TEXTS},
            },
        },
        "reasons": TEXTS,
        "obligations": {"type": "array"},
        "missing": TEXTS,
        "hints": TEXTS,
        "ladder": {"type": "array"},
        "policy": {"type": "object", "required": ["revision"]},
    },
}  # fmt: skip
ENGINES = ["embedded", pytest.param("opa", marks=pytest.mark.part("opa"))]


def policy(text: str) -> Bundle:
    """A bundle of one file."""
    return Bundle.of({"main.rego": f"package sluis.main\n\nimport rego.v1\n\n{text}\n".encode()})


def answering(answer: str) -> Bundle:
    """A bundle that decides `{"answer": answer}` whatever is asked."""
    return policy(f'decision := {{"answer": "{answer}"}}')


def facts(do: str | None, **more: Any) -> bytes:
    return orjson.dumps({"do": do, "fields": [{"name": "naam"}], "profile": "productie", **more})


def children() -> set[int]:
    """The processes that this one has started and that are not gone or reaped."""
    with subprocess.Popen(["ps", "-A", "-o", "pid=,ppid="], stdout=subprocess.PIPE, text=True) as ps:
        rows = [tuple(map(int, line.split())) for line in ps.communicate()[0].splitlines()]
    return {pid for pid, parent in rows if parent == os.getpid() and pid != ps.pid}


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    return Bundle.of(FILES)


@pytest.fixture(scope="session")
def schemas() -> Schemas:
    return Schemas(Schema(FACTS_SCHEMA), Schema(DECISION_SCHEMA))


@pytest.fixture
def make_engine() -> Callable[[str], PolicyEngine]:
    def make(name: str) -> PolicyEngine:
        return EmbeddedEngine(workers=2) if name == "embedded" else PrivateOpa(Path(shutil.which("opa") or "opa"))

    return make


@pytest.fixture(params=ENGINES)
async def bare(
    request: pytest.FixtureRequest, make_engine: Callable[[str], PolicyEngine]
) -> AsyncIterator[PolicyEngine]:
    """An engine that holds nothing yet."""
    before = children()
    engine = make_engine(request.param)
    yield engine
    await engine.aclose()
    assert children() <= before, "processes were left behind"


@pytest.fixture
async def engine(bare: PolicyEngine, bundle: Bundle) -> PolicyEngine:
    """An engine that holds `bundle`."""
    await bare.load(bundle)
    return bare

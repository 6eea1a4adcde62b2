"""What is said stands in the catalogue, and the catalogue holds nothing that is never said.

The gateway's own codes are read from its source (every error that is raised, by name); those of a decision from the
policies that the engines load.
"""

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from gateway import errors
from gateway.catalogue import Catalogue, Kind
from gateway.model.codes import Outcome
from gateway.model.overlay import BROKEN, LIMITED
from gateway.pdp.port import Failure

ROOT = Path(__file__).resolve().parents[3]
RULES = ROOT / "policies" / "rules"
CATALOGUE = Catalogue.load()
SAID_BY_US = {Kind.PROBLEM, Kind.MEMBER, Kind.FAULT}
CODE = re.compile(r"[a-z]+(-[a-z]+)+")
RAISED = {name: 0 for name, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.SluisError)}
RAISED |= {"TokenRefused": 0, "WrongMember": 1}
"""Which argument of what is raised, or told beside it, is a code."""


@cache
def sources() -> dict[str, ast.Module]:
    """The gateway's modules, save the catalogue itself and what a partner installs (`client` has errors of its own)."""
    files = [path for path in (ROOT / "gateway").rglob("*.py") if path.parts[-2] not in ("catalogue", "client")]
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in files}


def texts(node: ast.AST) -> set[str]:
    return {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def said() -> Iterator[tuple[str, str]]:
    """(where, code) of every error: the code as it is written, or every code that its function could choose."""
    for name, module in sources().items():
        functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        for call in (node for node in ast.walk(module) if isinstance(node, ast.Call)):
            at = RAISED.get(getattr(call.func, "id", ""))
            if at is None or len(call.args) <= at or isinstance(call.args[at], ast.Starred):
                continue
            if isinstance(call.args[at], ast.Constant):
                yield f"{name}:{call.lineno}", call.args[at].value
            elif isinstance(call.args[at], ast.Name):
                around = [each for each in functions if each.lineno <= call.lineno <= (each.end_lineno or 0)]
                for chosen in (text for each in around[-1:] for text in texts(each) if CODE.fullmatch(text)):
                    yield f"{name}:{call.lineno}", chosen


def test_the_walk_sees_what_is_raised() -> None:
    found = dict.fromkeys(code for _, code in said())
    assert {"request-invalid", "organisation-unknown", "in-flight", "disk-full", "token-missing"} <= found.keys()
    assert len(sources()) > 60


def test_every_code_that_is_raised_has_its_words() -> None:
    allowed = {code.code for code in CATALOGUE.values() if code.kind in SAID_BY_US}
    assert [(where, code) for where, code in said() if code not in allowed] == []
    assert set(Failure) <= allowed


def test_every_code_of_ours_is_raised_somewhere() -> None:
    written = set().union(*(texts(module) for module in sources().values())) | set(Failure)
    assert [code.code for code in CATALOGUE.values() if code.kind in SAID_BY_US and code.code not in written] == []
    beside = {code.code for code in CATALOGUE.of(Kind.OUTCOME)} - set(Outcome)
    assert beside <= written


@cache
def rego() -> frozenset[str]:
    """Every text in double quotes in the rules."""
    rules = "\n".join(path.read_text("utf-8") for path in RULES.rglob("*.rego") if not path.name.endswith("_test.rego"))
    return frozenset(re.findall(r'"([^"\n]*)"', rules))


@cache
def rows() -> dict[str, dict]:
    """The bases as the engines load them: id → row."""
    folders = sorted((RULES / "bases").iterdir())
    return {folder.name: yaml.safe_load(next(folder.rglob("data.yaml")).read_text("utf-8")) for folder in folders}


@cache
def vocabulary() -> dict:
    return yaml.safe_load((RULES / "vocabulary" / "data.yaml").read_text("utf-8"))


def of(kind: Kind) -> set[str]:
    return {code.code for code in CATALOGUE.of(kind)}


def in_rows(name: str) -> set[str]:
    return {code for row in rows().values() for code in row.get(name, ())}


def forbidden() -> dict[str, dict]:
    return {basis: row for basis, row in rows().items() if "forbidden" in row or "code" in row}


def test_the_ladder_has_its_words() -> None:
    assert [code.code for code in CATALOGUE.of(Kind.RUNG)] == vocabulary()["rungs"]


def test_every_basis_that_can_be_claimed_has_its_words() -> None:
    assert of(Kind.BASIS) == rows().keys() - forbidden().keys()
    for basis in of(Kind.BASIS):
        assert list(CATALOGUE[basis].articles) == rows()[basis]["articles"]


def test_every_reason_that_the_rules_can_give_has_its_words() -> None:
    given = {str(text) for row in forbidden().values() for text in row.values() if isinstance(text, str)} | rego()
    assert of(Kind.REASON) == set(vocabulary()["reasons"]) & given
    in_order = [reason for reason in vocabulary()["reasons"] if reason in of(Kind.REASON)]
    assert [code.code for code in CATALOGUE.of(Kind.REASON)] == in_order


def test_what_a_partner_s_own_policy_can_do_has_its_words() -> None:
    assert of(Kind.NARROWING) == {LIMITED, BROKEN}


def test_every_obligation_that_the_rules_can_give_has_its_words() -> None:
    granted = {code for codes in vocabulary()["granted_obligations"].values() for code in codes}
    given = in_rows("obligations") | granted | (rego() & set(vocabulary()["obligations"]))
    assert of(Kind.OBLIGATION) == given


def test_every_hint_that_the_rules_can_give_has_its_words() -> None:
    given = in_rows("hints") | in_rows("hints_outsider")
    assert given <= of(Kind.HINT) | of(Kind.BASIS)
    assert of(Kind.HINT) <= given | rego()
    named = {text for text in rego() if re.fullmatch(r"(wgs|wmo|wams|jw|wvggz)\.[a-z_.]+|toestemming", text)}
    assert named <= of(Kind.HINT) | of(Kind.BASIS)


@pytest.mark.parametrize("code", ["feit-ontbreekt", "log-audit"])
def test_the_walk_of_the_rules_sees_what_is_given(code: str) -> None:
    assert code in rego() | in_rows("obligations")

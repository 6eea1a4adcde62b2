"""There is one way out: sealed data leave by `exchange/release.py`, counted, for a receipt that the log alone makes.

What is looked for in the source: who builds an `Answer`, who reads what the outbox keeps, who opens what was marked,
who names the sealed bytes, who makes a receipt. A second way out would need one of these.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

# What would be needed for another way out, and the modules that may have it.
BUILDS_AN_ANSWER = {"exchange/release.py", "api/openapi/document.py"}  # the second makes examples out of a file
READS_WHAT_IS_KEPT = {"exchange/kept.py", "store/", "tlog/batch.py", "tlog/reading.py"}  # the log seals it
OPENS_WHAT_IS_KEPT = {"exchange/kept.py", "exchange/release.py"}
NAMES_SEALED_BYTES = {"exchange/record.py", "crypto/envelope.py"}
MAKES_A_RECEIPT = {"tlog/"}
ANSWERS_OF_THEIR_OWN = ("pdp/", "client/", "workbench/", "sandbox/")
RELEASES = {"exchange/pipeline.py", "exchange/recall.py", "exchange/collect.py"}
SEALED = {"exchange/record.py", "exchange/release.py", "client/", "sandbox/", "crypto/"}


parsed = cache(ast.parse)


def modules(gateway: Path) -> Iterator[tuple[str, ast.Module]]:
    for file in sorted(gateway.rglob("*.py")):
        yield file.relative_to(gateway).as_posix(), parsed(file.read_text())


def imported(tree: ast.Module, module: str, name: str) -> set[str]:
    """The local names by which `module.name` is known in a tree."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == module
        for alias in node.names
        if alias.name == name
    }


def calling(gateway: Path, module: str, name: str) -> set[str]:
    """The modules that call what they imported under that name."""
    found = set()
    for file, tree in modules(gateway):
        names = imported(tree, module, name)
        calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
        if names and any(isinstance(called, ast.Name) and called.id in names for called in calls):
            found.add(file)
    return found


def reading(gateway: Path, attribute: str) -> set[str]:
    """The modules that read an attribute of that name of anything, and do not call it."""
    found = set()
    for file, tree in modules(gateway):
        called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr == attribute and id(node) not in called:
                found.add(file)
    return found


def member(gateway: Path, name: str) -> set[str]:
    """The modules that take a member of that name out of anything, or put one in."""
    return {
        file
        for file, tree in modules(gateway)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and node.slice.value == name)
        or (isinstance(node, ast.Dict) and any(isinstance(k, ast.Constant) and k.value == name for k in node.keys))
    }


def outside(found: set[str], allowed: set[str]) -> set[str]:
    return {file for file in found if not any(file == each or file.startswith(each) for each in allowed)}


def test_only_release_builds_an_answer(root: Path) -> None:
    found = calling(root / "gateway", "gateway.model.disclosure", "Answer")
    assert "exchange/release.py" in found
    assert outside(found, BUILDS_AN_ANSWER) == set()


def test_only_release_opens_what_is_kept(root: Path) -> None:
    gateway = root / "gateway"
    kept = {file for file in reading(gateway, "answer") if not file.startswith(ANSWERS_OF_THEIR_OWN)}
    assert "exchange/kept.py" in kept
    assert outside(kept, READS_WHAT_IS_KEPT) == set()
    assert outside(calling(gateway, "gateway.exchange.kept", "unmarked"), OPENS_WHAT_IS_KEPT) == set()


def test_only_the_record_and_the_envelope_name_the_sealed_bytes(root: Path) -> None:
    gateway = root / "gateway"
    assert outside(reading(gateway, "jwe"), NAMES_SEALED_BYTES) == set()
    assert outside(member(gateway, "sealed"), SEALED) == set()


def test_only_the_log_makes_receipts(root: Path) -> None:
    gateway = root / "gateway"
    [claims] = calling(gateway, "gateway.model.record", "claim_mint")
    assert claims.startswith("tlog/")
    minting = {
        file
        for file, tree in modules(gateway)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "mint"
    }
    assert minting
    assert outside(minting, MAKES_A_RECEIPT) == set()


def test_what_is_released_was_recorded(root: Path) -> None:
    """`release` takes the receipt of what the log stored, and nobody else calls it."""
    gateway = root / "gateway"
    assert calling(gateway, "gateway.exchange.release", "release") == RELEASES
    for file in RELEASES:
        tree = ast.parse((gateway / file).read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "release":
                assert [ast.unparse(each) for each in node.args[1:]] == ["stored.receipt", "stored.row"]


def test_what_leaves_is_counted_before_it_does(root: Path) -> None:
    """In `release` the count stands before the only return, under nothing but "there are sealed bytes"."""
    tree = ast.parse((root / "gateway/exchange/release.py").read_text())
    [release] = [node for node in tree.body if isinstance(node, ast.AsyncFunctionDef)]
    [last] = [node for node in ast.walk(release) if isinstance(node, ast.Return)]
    [condition] = [node for node in release.body if isinstance(node, ast.If) and "counters.count" in ast.unparse(node)]
    assert ast.unparse(condition.test) == "document['sealed']"
    assert release.body.index(condition) < release.body.index(last)


@pytest.mark.parametrize(
    ("file", "source", "seen"),
    [
        ("api/leak.py", "from gateway.model.disclosure import Answer as A\nA({}, '')", "answer"),
        ("api/leak.py", "def f(row):\n    return {'x': row.answer}", "kept"),
        ("exchange/leak.py", "def f(sealed):\n    return sealed.jwe", "jwe"),
        ("exchange/leak.py", "def f(document):\n    return document['sealed']", "sealed"),
    ],
)
def test_another_way_out_is_seen(tmp_path: Path, file: str, source: str, seen: str) -> None:
    module = tmp_path / file
    module.parent.mkdir(parents=True)
    module.write_text(source)
    found = {
        "answer": outside(calling(tmp_path, "gateway.model.disclosure", "Answer"), BUILDS_AN_ANSWER),
        "kept": outside(reading(tmp_path, "answer"), READS_WHAT_IS_KEPT),
        "jwe": outside(reading(tmp_path, "jwe"), NAMES_SEALED_BYTES),
        "sealed": outside(member(tmp_path, "sealed"), SEALED),
    }
    assert found[seen] == {file}

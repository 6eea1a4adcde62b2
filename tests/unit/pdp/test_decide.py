"""`gateway decide`: which lines go in, which come out, and how it ends."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.cli._documents import CHUNK, UnreadableInput, cut, read_chunks
from gateway.pdp.bundle import Bundle
from gateway.pdp.documents import SIZE
from tests.support.policies import Publisher
from tests.unit.pdp.conftest import FILES, facts

CUTS = {
    "nothing": (b"", []),
    "one": (b"{}", [b"{}"]),
    "one, ended": (b"{}\n", [b"{}"]),
    "two": (b"{}\n[]\n", [b"{}", b"[]"]),
    "two, the last not ended": (b"{}\n[]", [b"{}", b"[]"]),
    "empty lines are lines": (b"\n{}\n\n\n", [b"", b"{}", b"", b""]),
    "a carriage return stays": (b"{}\r\n{}\r\n", [b"{}\r", b"{}\r"]),
    "other separators are none": ("{}\u2028{}\x0b\n".encode(), ["{}\u2028{}\x0b".encode()]),
    "one over many lines": (b'{\n"a":\n1\n}\n', [b'{\n"a":\n1\n}']),
    "one over many lines, after white space": (b'  {\n"a": 1}\n\n', [b'  {\n"a": 1}\n']),
    "one over many lines, with a member twice": (b'{"a": 1,\n"a": 2}', [b'{"a": 1,\n"a": 2}']),
    "a broken line and a sound one": (b'{"a": \n{}\n', [b'{"a": ', b"{}"]),
    "a list over many lines is lines": (b"[\n]\n", [b"[", b"]"]),
    "bytes that are no text": (b"\xff\n{}\n", [b"\xff", b"{}"]),
}


async def pieces(content: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


@pytest.mark.parametrize("size", [1, 3, CHUNK])
@pytest.mark.parametrize(("content", "documents"), CUTS.values(), ids=CUTS)
async def test_input_is_cut_into_documents(content: bytes, documents: list[bytes], size: int) -> None:
    assert [document async for document in cut(pieces(content, size))] == documents


async def test_of_a_line_without_end_no_more_is_kept_than_shows_that(tmp_path: Path) -> None:
    content = b"x" * (3 * SIZE) + b"\n{}\n"
    assert [len(document) async for document in cut(pieces(content, CHUNK))] == [SIZE + 1, 2]


async def test_a_first_line_that_is_broken_does_not_hold_up_more_than_one_document_may_hold() -> None:
    content = b"{\n" + b"{}\n" * SIZE
    lines = [document async for document in cut(pieces(content, CHUNK))]
    assert len(lines) == SIZE + 1
    assert lines[:2] == [b"{", b"{}"]


async def test_a_line_comes_out_before_the_next_goes_in() -> None:
    ours, theirs = os.pipe()
    documents = cut(read_chunks(ours))
    for line in (b"{}", b"", b"x"):
        os.write(theirs, line + b"\n")
        assert await asyncio.wait_for(anext(documents), 5) == line
    os.close(theirs)
    with pytest.raises(StopAsyncIteration):
        await anext(documents)
    os.close(ours)


async def test_what_cannot_be_read_is_not_taken_for_the_end(tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    with pytest.raises(UnreadableInput):
        [chunk async for chunk in read_chunks(folder)]
    os.close(folder)


class Command:
    """The command as a process, on a folder of policies."""

    def __init__(self, root: Path, policies: Path) -> None:
        self.cwd = root
        self.arguments = [sys.executable, "-m", "gateway", "decide", "--policies", str(policies)]

    def __call__(self, engine: str, given: bytes, **more: str) -> "subprocess.CompletedProcess[bytes]":
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SLUIS_")} | more
        return subprocess.run(
            [*self.arguments, "--engine", engine], input=given, capture_output=True, cwd=self.cwd, env=environment,
            timeout=60, check=False,
        )  # fmt: skip


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    for path, content in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    return tmp_path


@pytest.fixture
def decide(root: Path, policies: Path) -> Command:
    return Command(root, policies)


ENGINES = ["embedded", *(pytest.param(name, marks=pytest.mark.part("opa")) for name in ("opa", "both"))]


def answers(output: bytes) -> list[dict[str, Any]]:
    assert output.endswith(b"\n")
    return [orjson.loads(line) for line in output.splitlines()]


@pytest.mark.parametrize("engine", ENGINES)
def test_every_line_gives_one_in_order(decide: Command, engine: str) -> None:
    lines = [facts("refuse"), b"", b"{", b'{"a": 1, "a": 2}', facts(None), b"[1.0]"] * 20
    ended = decide(engine, b"\n".join(lines) + b"\n")
    assert (ended.returncode, ended.stderr) == (0, b"")
    decisions = answers(ended.stdout)
    assert len(decisions) == len(lines)
    revision = {"revision": Bundle.of(FILES).revision}
    assert all(decision["policy"] == revision for decision in decisions)
    asked = ["feit-ontbreekt"]
    wrong = ["feit-ongeldig"]
    assert [decision["reasons"] for decision in decisions[:6]] == [asked, wrong, wrong, wrong, asked, wrong]
    assert decisions[:6] * 20 == decisions


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_that_fails_ends_it_without_a_decision_for_that_line(decide: Command, engine: str) -> None:
    ended = decide(engine, b"\n".join([facts("refuse"), facts("undefined"), facts("refuse")]))
    assert ended.returncode == 3
    assert len(answers(ended.stdout)) == 1
    assert ended.stderr == b"gateway: engine-undefined: the policy gives no decision\n"


@pytest.mark.part("opa")
def test_what_two_engines_read_otherwise_is_told_beside_the_decisions(decide: Command) -> None:
    """`count` of a letter outside the first plane is 2 for OPA and 3 for the embedded engine."""
    ended = decide("both", b"\n".join([facts("refuse"), facts("letters", text="\U0001d4b3y"), facts("refuse")]))
    assert ended.returncode == 3
    assert len(answers(ended.stdout)) == 1
    assert b"engines-differ" in ended.stderr
    assert ended.stderr.endswith(b"gateway: engines-differ: /hints/0\n")


def test_one_document_over_many_lines(decide: Command) -> None:
    ended = decide("embedded", orjson.dumps(orjson.loads(facts("refuse")), option=orjson.OPT_INDENT_2))
    assert len(answers(ended.stdout)) == 1


def test_no_input_is_no_output(decide: Command) -> None:
    ended = decide("embedded", b"")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")


def test_policies_that_cannot_be_read_are_told(decide: Command, policies: Path) -> None:
    (policies / "README.md").write_text("x")
    ended = decide("embedded", facts("refuse"))
    assert (ended.returncode, ended.stdout) == (3, b"")
    assert ended.stderr.startswith(b"gateway: policies-rejected: README.md")


def test_a_signed_bundle_is_verified_first(root: Path, tmp_path: Path) -> None:
    publisher = Publisher(tmp_path)
    revision = publisher.publish(Bundle.of(FILES))
    decide = Command(root, publisher.place)
    trusted = {"SLUIS_POLICY_SIGNERS": str(publisher.signers)}
    [answer] = answers(decide("embedded", facts("refuse"), **trusted).stdout)
    assert answer["policy"] == {"revision": revision}
    refused = decide("embedded", facts("refuse"))
    assert (refused.returncode, refused.stdout) == (3, b"")
    assert b"policies-rejected: bundle: its signature is not accepted" in refused.stderr


def test_without_opa_it_says_so(decide: Command, tmp_path: Path) -> None:
    ended = decide("opa", facts("refuse"), PATH=str(tmp_path))
    assert (ended.returncode, ended.stdout) == (3, b"")
    assert b"no `opa` on the PATH" in ended.stderr


def test_a_socket_that_is_configured_is_used(decide: Command, tmp_path: Path) -> None:
    ended = decide("opa", facts("refuse"), SLUIS_OPA_SOCKET=str(tmp_path / "none"))
    assert (ended.returncode, ended.stdout) == (3, b"")
    assert ended.stderr.startswith(b"gateway: engine-unavailable")


def test_input_that_cannot_be_read_is_told(decide: Command, tmp_path_factory: pytest.TempPathFactory) -> None:
    with (tmp_path_factory.mktemp("elsewhere") / "written").open("wb") as unread:
        ended = subprocess.run(
            decide.arguments, stdin=unread, capture_output=True, cwd=decide.cwd, timeout=30, check=False
        )
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert ended.stderr == b"gateway decide: standard input: Bad file descriptor\n"


def test_a_setting_that_is_wrong_is_told_without_its_value(decide: Command) -> None:
    ended = decide("embedded", facts("refuse"), SLUIS_ENGINE_WORKERS="geheim")
    assert ended.returncode == 2
    assert b"engine_workers" in ended.stderr
    assert b"geheim" not in ended.stderr


def test_a_reader_that_goes_away_ends_it_quietly(decide: Command) -> None:
    with subprocess.Popen(
        decide.arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=decide.cwd
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write((facts("refuse") + b"\n") * 100)
        process.stdin.flush()
        process.wait(30)
        assert b"Traceback" not in process.stderr.read()
    assert process.returncode == 3


def test_it_answers_each_line_while_its_input_stays_open_and_ends_on_a_fault(decide: Command) -> None:
    with subprocess.Popen(decide.arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=decide.cwd) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(3):
            process.stdin.write(facts("refuse") + b"\n")
            process.stdin.flush()
            assert orjson.loads(process.stdout.readline())["outcome"] == "geweigerd"
        process.stdin.write(facts("undefined") + b"\n")
        process.stdin.flush()
        assert process.wait(30) == 3


@pytest.mark.parametrize("command", ["decide", "verify"])
def test_a_command_costs_its_own_imports_alone(root: Path, command: str) -> None:
    code = (
        f"import sys, gateway.cli\ntry: gateway.cli.main(['{command}', '-h'])\nexcept SystemExit: print(*sys.modules)"
    )
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True).stdout
    assert not {"fastapi", "pydantic", "aiohttp", "regorus", "yaml", "apsw"} & set(modules.split())

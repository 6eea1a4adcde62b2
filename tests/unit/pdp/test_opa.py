"""OPA's own side of the port: what it must hold, who it answers, and when its answer is no answer."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from gateway.errors import Fault
from gateway.pdp.bundle import Bundle
from gateway.pdp.opa import OpaEngine
from gateway.pdp.private_opa import PrivateOpa
from tests.unit.pdp.conftest import FILES, POLICY, facts
from tests.unit.pdp.opa_like import asking

PATIENCE = 5.0
AUTHORIZATION = """package system.authz

import rego.v1

default allow := false

allow if input.path == ["health"]

allow if {
	input.identity == "geheim"
	input.method in {"GET", "POST"}
}
"""


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder with a short name: the path of a socket has at most some hundred characters."""
    with tempfile.TemporaryDirectory(prefix="sluis-test-") as name:
        yield Path(name)


@asynccontextmanager
async def server(opa: Path, files: dict[str, bytes], *flags: str) -> AsyncIterator[Path]:
    """A server as an operator would start it; its socket."""
    with tempfile.TemporaryDirectory(prefix="sluis-test-") as name:
        folder = Path(name)
        for file, content in files.items():
            (folder / "rules" / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / "rules" / file).write_bytes(content)
        path = folder / "socket"
        process = await asyncio.create_subprocess_exec(
            opa, "run", "--server", "--addr", f"unix://{path}", "--skip-version-check", "--log-level", "error",
            *flags, folder / "rules", stderr=subprocess.DEVNULL,
        )  # fmt: skip
        probe = OpaEngine(path)
        try:
            while not (path.exists() and await probe.healthy()):
                assert process.returncode is None
                await asyncio.sleep(0.02)
            yield path
        finally:
            await probe.aclose()
            process.kill()
            await process.wait()


OTHERS = {
    "another policy": {**FILES, "main.rego": (POLICY + "# x\n").encode()},
    "a policy more that says it is of the server": {
        **FILES,
        "x.rego": b"package sluis.x\n\ny := `\npackage system\n`\n",
    },
    "a policy more": {**FILES, "lib.rego": b"package sluis.lib\n"},
    "another value": {**FILES, "bases/a.b/2025-03-01/data.yaml": b'hint: "2025-03-02"\n'},
    "a document more": {**FILES, "data.yaml": b"bases: {c: {}}\n"},
    "no data": {"main.rego": FILES["main.rego"]},
}


@pytest.mark.part("opa")
@pytest.mark.parametrize("files", OTHERS.values(), ids=OTHERS)
async def test_a_server_that_holds_something_else_is_refused(
    opa_binary: Path, bundle: Bundle, files: dict[str, bytes]
) -> None:
    async with server(opa_binary, files) as path:
        engine = OpaEngine(path)
        with pytest.raises(Fault) as caught:
            await engine.load(bundle)
        assert caught.value.code == "policies-rejected"
        assert not await engine.ready()
        assert await engine.load(Bundle.of(files)) == Bundle.of(files).revision
        assert await engine.ready()
        await engine.aclose()


@pytest.mark.part("opa")
async def test_the_token_is_shown_and_the_servers_own_policies_do_not_count(opa_binary: Path, bundle: Bundle) -> None:
    files = {**FILES, "authz.rego": AUTHORIZATION.encode(), "system/data.yaml": b"partners: [a]\n"}
    async with server(opa_binary, files, "--authentication=token", "--authorization=basic") as path:
        known, unknown = OpaEngine(path, token="geheim"), OpaEngine(path, token="anders")
        await known.load(bundle)
        assert (await known.decide(facts("grant"), timeout=PATIENCE)).revision == bundle.revision
        with pytest.raises(Fault) as caught:
            await unknown.load(bundle)
        assert caught.value.code == "engine-rejected"
        await known.aclose()
        await unknown.aclose()


@pytest.mark.part("opa")
async def test_a_server_that_goes_away_is_unavailable_at_once(opa_binary: Path, bundle: Bundle) -> None:
    async with server(opa_binary, FILES) as path:
        engine = OpaEngine(path)
        await engine.load(bundle)
    start = time.monotonic()
    with pytest.raises(Fault) as caught:
        await engine.decide(facts("grant"), timeout=PATIENCE)
    assert caught.value.code == "engine-unavailable"
    assert time.monotonic() - start < 0.5, "the client retried"
    assert not await engine.ready()
    await engine.aclose()


ANSWERS: dict[str, tuple[Callable[[], web.Response], str]] = {
    "another bundle since": (
        lambda: web.json_response({"result": {}, "provenance": {"bundles": {"x": {"revision": "2"}}}}),
        "policies-rejected",
    ),
    "no JSON": (lambda: web.Response(text="x", content_type="application/json"), "engine-error"),
    "another content type": (lambda: web.Response(text="{}", content_type="text/html"), "engine-unavailable"),
    "a builtin failed": (lambda: web.json_response({"code": "internal_error"}, status=500), "engine-error"),
    "unavailable": (lambda: web.Response(status=503), "engine-unavailable"),
    "not known here": (lambda: web.Response(status=401), "engine-rejected"),
    "not taken": (lambda: web.Response(status=400), "engine-rejected"),
    "a list": (lambda: web.json_response([]), "engine-error"),
}


@pytest.mark.parametrize(("answer", "code"), ANSWERS.values(), ids=ANSWERS)
async def test_an_answer_that_is_none_is_a_fault(bundle: Bundle, answer: Callable[[], web.Response], code: str) -> None:
    asked: list[str] = []
    lying = False

    async def decide(request: web.Request) -> web.Response:
        asked.append(request.query_string)
        return answer() if lying else web.json_response({"provenance": {"version": "1.22.2"}})

    async with asking(decide, lambda: bundle) as engine:
        await engine.load(bundle)
        lying = True
        asked.clear()
        with pytest.raises(Fault) as caught:
            await engine.decide(facts("grant"), timeout=PATIENCE)
    assert caught.value.code == code
    assert len(asked) == 1, "the client retried"
    assert "strict-builtin-errors=true" in asked[0]


@pytest.mark.part("opa")
async def test_a_private_opa_leaves_no_folder(
    opa_binary: Path, bundle: Bundle, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    engine = PrivateOpa(opa_binary)
    await engine.load(bundle)
    (private,) = os.scandir(temporary)
    assert private.stat().st_mode & 0o777 == 0o700
    with pytest.raises(Fault):
        await engine.load(Bundle.of({"main.rego": b"package"}))
    assert os.listdir(temporary) == [private.name]
    await engine.aclose()
    assert os.listdir(temporary) == []


PRIVATE = """
import asyncio, sys
from pathlib import Path
from gateway.pdp.bundle import Bundle
from gateway.pdp.private_opa import PrivateOpa

async def main():
    engine = PrivateOpa(Path(sys.argv[2]))
    await engine.load(Bundle.of({"main.rego": sys.argv[1].encode()}))
    print("loaded", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.part("opa")
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_a_private_opa_ends_with_a_parent_that_is_killed(opa_binary: Path, root: Path, temporary: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(temporary)}
    with subprocess.Popen(
        [sys.executable, "-c", PRIVATE, POLICY, str(opa_binary)], cwd=root, env=environment, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"loaded\n"
        (path,) = temporary.glob("*/socket")
        parent.kill()
    deadline = time.monotonic() + PATIENCE
    while _listens(path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _listens(path)


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0

"""OPA with signed bundles that it fetches and verifies itself: an answer is stamped with the revision that gave it."""

import asyncio
import json
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from gateway.crypto.durable import write_whole
from gateway.errors import Fault
from gateway.pdp import opa
from gateway.pdp.archive import Archive
from gateway.pdp.bundle import Bundle
from gateway.pdp.follow import Follower
from gateway.pdp.opa import OpaEngine
from gateway.pdp.source import Source
from gateway.workbench.publish.build import build
from gateway.workbench.publish.signer import new_signer
from tests.support.policies import Publisher
from tests.support.waiting import until

pytestmark = [pytest.mark.part("opa"), pytest.mark.filterwarnings("ignore:EdDSA is deprecated")]


def bundle(answer: str) -> Bundle:
    text = (
        f'package sluis.main\n\nimport rego.v1\n\ndecision := {{"answer": {json.dumps(answer)}, "data": data.words}}\n'
    )
    return Bundle.of({"main.rego": text.encode(), "words/data.yaml": f"said: {answer} # why\n".encode()})


A, B = bundle("a"), bundle("b")


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    return Publisher(tmp_path)


@asynccontextmanager
async def running(publisher: Publisher, opa_binary: Path, root: Path) -> AsyncIterator[OpaEngine]:
    """OPA by deploy's own configuration, with the publisher's file server, and an engine that asks it."""
    with publisher.served() as url, tempfile.TemporaryDirectory(prefix="sluis-test-") as folder:
        socket = Path(folder) / "socket"
        process = await asyncio.create_subprocess_exec(
            opa_binary, "run", "--server", "--addr", f"unix://{socket}", "--skip-version-check", "--log-level", "error",
            "--authorization=basic", "--config-file", publisher.opa_config(root, url), root / "deploy/opa/authz.rego",
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        engine = OpaEngine(socket)
        try:
            while not (socket.exists() and await engine.healthy()):
                assert process.returncode is None
                await asyncio.sleep(0.02)
            yield engine
        finally:
            await engine.aclose()
            process.kill()
            await process.wait()


async def test_it_waits_for_the_bundle_that_comes(publisher: Publisher, opa_binary: Path, root: Path) -> None:
    async with running(publisher, opa_binary, root) as engine:
        loading = asyncio.create_task(engine.load(A))
        await asyncio.sleep(0.3)
        assert not loading.done()
        assert not await engine.ready()
        publisher.publish(A)
        assert await loading == A.revision
        assert await engine.ready()
        outcome = await engine.decide(b"{}", timeout=5)
        assert (outcome.document, outcome.revision) == ({"answer": "a", "data": {"said": "a"}}, A.revision)


async def test_forth_and_back_under_questions_without_a_fault(
    publisher: Publisher, opa_binary: Path, root: Path
) -> None:
    publisher.publish(A)
    async with running(publisher, opa_binary, root) as engine:
        source = Source(publisher.place, publisher.signers, False)
        follower = Follower(source, Archive(publisher.folder / "archive"), engine.load)
        assert await follower.start() == A.revision
        said, stop = [], asyncio.Event()

        async def ask() -> None:
            while not stop.is_set():
                outcome = await engine.decide(b"{}", timeout=10)
                said.append((outcome.document["answer"], outcome.revision))

        following, asking = asyncio.create_task(follower.follow()), [asyncio.create_task(ask()) for _ in range(3)]
        publisher.publish(B)
        await until(lambda: follower.revision == B.revision)
        write_whole(publisher.place, publisher.sign(A).packed.replace(b'"a"', b'"x"'), mode=0o640)
        await asyncio.sleep(2.5)  # longer than OPA lets pass between two looks
        publisher.rollback(A.revision)
        await until(lambda: follower.revision == A.revision)
        stop.set()
        await asyncio.gather(*asking)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
    assert set(said) == {("a", A.revision), ("b", B.revision)}
    assert 2 <= sum(one != other for one, other in pairwise(said)) <= 2 + 2 * 3
    assert said[0] == said[-1] == ("a", A.revision)


async def test_what_was_not_published_here_is_a_fault(
    publisher: Publisher, opa_binary: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OPA accepts it, since it is signed; the gateway does not know it, so its answers do not count."""
    monkeypatch.setattr(opa, "PATIENCE", 0.1)
    publisher.publish(A)
    async with running(publisher, opa_binary, root) as engine:
        await engine.load(A)
        publisher.publish(B)

        async def ask_on() -> None:
            for _ in range(600):
                assert (await engine.decide(b"{}", timeout=5)).revision == A.revision
                await asyncio.sleep(0.01)

        with pytest.raises(Fault, match="not published here"):
            await ask_on()
        assert not await engine.ready()
        assert await engine.load(B) == B.revision
        assert (await engine.decide(b"{}", timeout=5)).document["answer"] == "b"


WRONG = {
    "a stranger's": lambda publisher: build(B, new_signer()).packed,
    "one for EdDSA, which OPA does not know": lambda publisher: build(B, new_signer("EdDSA")).packed,
    "one changed byte": lambda publisher: publisher.sign(B).packed.replace(b'"b"', b'"c"'),
    "cut short": lambda publisher: publisher.sign(B).packed[:-9],
}


@pytest.mark.parametrize("packed", WRONG.values(), ids=WRONG)
async def test_what_opa_refuses_is_not_taken_and_the_old_one_answers(
    publisher: Publisher,
    opa_binary: Path,
    root: Path,
    packed: Callable[[Publisher], bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """OPA's own verification: the gateway is told here that it should hold B, and it never does."""
    monkeypatch.setattr(opa, "TAKE_TIMEOUT", 2.5)
    publisher.publish(A)
    async with running(publisher, opa_binary, root) as engine:
        await engine.load(A)
        write_whole(publisher.place, packed(publisher), mode=0o640)
        with pytest.raises(Fault, match="did not take"):
            await engine.load(B)
        outcome = await engine.decide(b"{}", timeout=5)
        assert (outcome.document["answer"], outcome.revision) == ("a", A.revision)
        assert await engine.ready()


async def test_it_refuses_one_that_names_a_revision_and_holds_something_else(
    publisher: Publisher, opa_binary: Path, root: Path
) -> None:
    """Whoever signs could sign a lie; we compare what it holds."""
    from tests.unit.pdp.signing import Parts

    lie = Parts.of(dict(A.files), key=publisher.key, manifest=None)
    lie.files = {**B.files, ".manifest": lie.files[".manifest"]}
    lie.claims["files"] = lie.listed()
    publisher.place.parent.mkdir()
    write_whole(publisher.place, lie.packed(), mode=0o640)
    async with running(publisher, opa_binary, root) as engine:
        with pytest.raises(Fault, match="other policies"):
            await engine.load(A)

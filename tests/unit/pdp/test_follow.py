"""Taking new policies while questions are asked: what is accepted answers from then on, what is refused never does."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.crypto.durable import write_whole
from gateway.errors import Fault
from gateway.pdp import follow
from gateway.pdp.archive import Archive
from gateway.pdp.bundle import Bundle
from gateway.pdp.embedded import EmbeddedEngine
from gateway.pdp.follow import Follower
from gateway.pdp.source import Source
from gateway.workbench.publish.build import build
from gateway.workbench.publish.signer import new_signer, public_signer
from tests.support.waiting import until
from tests.unit.pdp.conftest import answering

pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
SIGNER, STRANGER = new_signer("EdDSA"), new_signer("EdDSA")


A, B = answering("a"), answering("b")


@dataclass
class Place:
    """A followed file, its signers, an archive, and what an engine was given."""

    folder: Path
    loaded: list[str] = field(default_factory=list)
    failing: str = ""

    @property
    def file(self) -> Path:
        return self.folder / "active.tar.gz"

    @property
    def archive(self) -> Archive:
        return Archive(self.folder / "state" / "policies")

    def source(self, *, development: bool = False) -> Source:
        return Source(self.file, self.folder / "signers.json", development)

    def trust(self, *keys: object) -> None:
        (self.folder / "signers.json").write_text(json.dumps({"keys": keys}))

    def put(self, packed: bytes) -> None:
        write_whole(self.file, packed)

    async def load(self, bundle: Bundle) -> str:
        assert bundle.revision in self.archive.known(), "it is kept before it is loaded"
        if self.failing:
            raise Fault(self.failing)
        self.loaded.append(bundle.revision)
        return bundle.revision

    def follower(self) -> Follower:
        return Follower(self.source(), self.archive, self.load, pause=0.01)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    place.trust(public_signer(SIGNER))
    place.put(build(A, SIGNER).packed)
    return place


async def test_it_starts_with_what_is_there_and_takes_what_is_new(place: Place) -> None:
    follower = place.follower()
    assert await follower.start() == A.revision
    assert not await follower.look()
    place.put(build(B, SIGNER).packed)
    with capture_logs() as told:
        assert await follower.look()
    assert place.loaded == [A.revision, B.revision]
    assert (follower.revision, follower.signer) == (B.revision, SIGNER.kid)
    assert [{**line, "log_level": ""} for line in told] == [
        {"event": "policies-taken", "revision": B.revision, "signer": SIGNER.kid, "former": A.revision, "log_level": ""}
    ]
    assert place.archive.get(A.revision) == A
    assert place.archive.get(B.revision) == B


async def test_the_same_policies_put_there_again_are_not_loaded_again(place: Place) -> None:
    follower = place.follower()
    await follower.start()
    place.put(build(A, SIGNER).packed)
    assert not await follower.look()
    assert place.loaded == [A.revision]
    assert await follower.look(whatever=True), "whoever tells it to may want the engine to be compared"
    assert place.loaded == [A.revision, A.revision]


WRONG = {
    "a stranger's": lambda: build(B, STRANGER).packed,
    "one changed byte": lambda: build(B, SIGNER).packed.replace(b'"b"', b'"c"'),
    "cut short": lambda: build(B, SIGNER).packed[:-1],
    "nothing": lambda: b"",
}


@pytest.mark.parametrize("packed", WRONG.values(), ids=WRONG)
async def test_what_is_refused_is_told_once_and_the_old_ones_stay(place: Place, packed: Callable[[], bytes]) -> None:
    follower = place.follower()
    await follower.start()
    place.put(packed())
    with capture_logs() as told:
        for _ in range(3):
            assert not await follower.look()
        assert not await follower.look(whatever=True)
    [alert] = told
    assert (alert["event"], alert["log_level"], alert["revision"]) == ("policies-refused", "error", A.revision)
    assert alert["why"]
    assert place.loaded == [A.revision] == place.archive.known()
    place.put(build(B, SIGNER).packed)
    assert await follower.look()
    assert follower.revision == B.revision


async def test_a_signer_who_is_no_longer_trusted_is_told(place: Place) -> None:
    follower = place.follower()
    await follower.start()
    place.trust(public_signer(STRANGER))
    with capture_logs() as told:
        assert not await follower.look()
    assert [line["event"] for line in told] == ["policies-refused"]
    assert follower.revision == A.revision


async def test_a_file_that_is_gone_is_told_and_the_old_ones_stay(place: Place) -> None:
    follower = place.follower()
    await follower.start()
    place.file.unlink()
    with capture_logs() as told:
        assert not await follower.look()
    assert [line["event"] for line in told] == ["policies-refused"]
    assert place.loaded == [A.revision]


async def test_what_an_engine_could_not_take_is_tried_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    follower = place.follower()
    await follower.start()
    place.put(build(B, SIGNER).packed)
    place.failing = "engine-timeout"
    assert not await follower.look()
    place.failing = ""
    assert not await follower.look(), "not at once"
    monkeypatch.setattr(follow, "RETRY", 0.0)
    place.failing = "engine-timeout"
    assert not await follower.look(whatever=True)
    place.failing = ""
    assert await follower.look()
    assert follower.revision == B.revision


async def test_what_cannot_be_kept_does_not_decide(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    follower = place.follower()
    await follower.start()
    place.put(build(B, SIGNER).packed)

    def full(*_: object) -> None:
        raise Fault("revision-unavailable", log="full")

    monkeypatch.setattr(Archive, "keep", full)
    assert not await follower.look()
    assert place.loaded == [A.revision]


async def test_whatever_goes_wrong_it_goes_on_looking(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    follower = place.follower()
    await follower.start()
    monkeypatch.setattr(Archive, "keep", lambda *_: 1 / 0)
    place.put(build(B, SIGNER).packed)
    with capture_logs() as told:
        assert not await follower.look()
    assert [line["why"] for line in told] == ["ZeroDivisionError"]
    monkeypatch.undo()
    assert await follower.look(whatever=True)


@pytest.mark.parametrize("packed", WRONG.values(), ids=WRONG)
async def test_it_does_not_start_with_what_is_refused(place: Place, packed: Callable[[], bytes]) -> None:
    place.put(packed())
    with pytest.raises(Fault, match="policies-rejected"):
        await place.follower().start()
    assert place.loaded == []


async def test_it_does_not_start_without_anything(place: Place) -> None:
    place.file.unlink()
    with pytest.raises(Fault, match="gateway policy publish"):
        await place.follower().start()


def test_a_folder_will_do_in_development_alone(tmp_path: Path) -> None:
    (tmp_path / "main.rego").write_bytes(A.files["main.rego"])
    assert Source(tmp_path, tmp_path / "none", True).read().bundle == A
    with pytest.raises(Fault, match="not signed"):
        Source(tmp_path, tmp_path / "none", False).read()


@pytest.fixture
async def engine() -> AsyncIterator[EmbeddedEngine]:
    engine = EmbeddedEngine(workers=2)
    yield engine
    await engine.aclose()


async def test_every_question_is_answered_by_the_revision_that_it_says(place: Place, engine: EmbeddedEngine) -> None:
    """Under questions without a pause: forth and back three times, none fails, each answer fits its revision."""
    follower = Follower(place.source(), place.archive, engine.load, pause=0.01)
    await follower.start()
    said, stop = [], asyncio.Event()

    async def ask() -> None:
        while not stop.is_set():
            outcome = await engine.decide(b"{}", timeout=10)
            said.append((outcome.document["answer"], outcome.revision))

    following = asyncio.create_task(follower.follow())
    asking = [asyncio.create_task(ask()) for _ in range(4)]
    for each in (B, A, B, A, B):
        place.put(build(each, SIGNER).packed)
        await until(lambda each=each: follower.revision == each.revision)
        place.put(build(each, STRANGER).packed)
        count = len(said)
        await until(lambda count=count: len(said) >= count + 20)
    stop.set()
    await asyncio.gather(*asking)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    assert set(said) == {("a", A.revision), ("b", B.revision)}
    changes = sum(one != other for one, other in pairwise(said))
    assert changes >= 5


async def test_told_to_it_looks_at_once(place: Place) -> None:
    follower = Follower(place.source(), place.archive, place.load, pause=60)
    await follower.start()
    following = asyncio.create_task(follower.follow())
    place.put(build(B, SIGNER).packed)
    follower.hurry()
    await until(lambda: follower.revision == B.revision)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)

"""The witness over HTTP, on a real file: what is cosigned, what is remembered, and two requests at once."""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import apsw
import httpx
import pytest

from gateway.crypto.notes import Cosigner
from gateway.errors import Fault
from gateway.store.sqlite.witness import KEPT_FORKS, WitnessState
from gateway.verify.note import parse_note
from gateway.verify.policy import Policy, evaluate
from gateway.witness.judge import MAX_BODY, Refused
from gateway.witness.server import Witness, make_app
from tests.unit.verify.oracle import ORIGIN, Key
from tests.unit.witness.logs import NOW, Log, make_cosigners, require_cosigned

LOG = Log()
COSIGNERS = make_cosigners()
KEYS = [each.verifier for each in COSIGNERS]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "w" / "witness.sqlite"


@pytest.fixture
def state(path: Path) -> Iterator[WitnessState]:
    state = WitnessState.create(path, map(str, KEYS))
    state.follow(LOG.vkey, every_year=False)
    yield state
    state.close()


@pytest.fixture
def witness(state: WitnessState) -> Witness:
    return Witness(COSIGNERS, state, lambda: NOW)


@pytest.fixture
def client(witness: Witness) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(make_app(witness)), base_url="http://witness")


def statuses(witness: Witness, *bodies: bytes) -> list[int]:
    answers = []
    for body in bodies:
        try:
            witness.add_checkpoint(body)
            answers.append(200)
        except Refused as refused:
            answers.append(refused.status)
    return answers


async def test_a_checkpoint_is_cosigned_with_both_keys(client):
    for old, size in ((0, 1), (1, 1), (1, 7), (7, 200)):
        answer = await client.post("/add-checkpoint", content=LOG.request(old, size))
        assert answer.status_code == 200
        text = parse_note(LOG.note(size)).text
        assert require_cosigned(answer.text, text, KEYS) == [int(NOW.timestamp())] * 2
        policy = f"witness e {KEYS[0]}\nwitness m {KEYS[1]}\ngroup w all e m\nquorum w\n"
        quorum = evaluate(LOG.note(size) + answer.text, Policy.parse(policy), now=NOW)
        assert (quorum.reached, quorum.time) == (True, NOW.replace(microsecond=0))


async def test_refusals_travel_as_the_protocol_says(client):
    await client.post("/add-checkpoint", content=LOG.request(0, 5))
    for body, status, media, text in (
        (LOG.request(0, 7), 409, "text/x.tlog.size", "5\n"),
        (LOG.request(5, 7, proof=[]), 422, "text/plain; charset=utf-8", None),
        (b"nonsense", 400, "text/plain; charset=utf-8", None),
        (Log(origin="log.example/other").request(0, 5), 404, "text/plain; charset=utf-8", None),
        (Log(Key(ORIGIN, b"t" * 32)).request(5, 7), 403, "text/plain; charset=utf-8", None),
        (b"x" * (MAX_BODY + 1), 413, "text/plain; charset=utf-8", None),
    ):
        answer = await client.post("/add-checkpoint", content=body)
        assert (answer.status_code, answer.headers["content-type"]) == (status, media)
        assert text in (None, answer.text)
        assert ORIGIN not in answer.text
    assert (await client.get("/add-checkpoint")).status_code == 405
    assert (await client.post("/elsewhere", content=b"")).status_code == 404


async def test_it_tells_its_own_keys_and_whether_it_can_remember(client, path):
    assert (await client.get("/")).text == "".join(f"{key}\n" for key in KEYS)
    assert ((await client.get("/healthz")).text, (await client.get("/healthz")).status_code) == ("ok\n", 200)
    apsw.Connection(str(path)).execute("DROP TABLE followed")
    assert (await client.get("/healthz")).status_code == 503


async def test_what_cannot_be_remembered_is_not_cosigned(client, path):
    await client.post("/add-checkpoint", content=LOG.request(0, 5))
    apsw.Connection(str(path)).execute("CREATE TRIGGER full BEFORE UPDATE ON head BEGIN SELECT raise(ABORT, ''); END")
    answer = await client.post("/add-checkpoint", content=LOG.request(5, 6))
    assert (answer.status_code, "—" in answer.text) == (503, False)
    apsw.Connection(str(path)).execute("DROP TRIGGER full")
    assert (await client.post("/add-checkpoint", content=LOG.request(5, 6))).status_code == 200


def test_after_a_restart_it_knows_what_it_cosigned(witness, state, path):
    assert statuses(witness, LOG.request(0, 5), LOG.request(5, 8)) == [200, 200]
    state.close()
    again = WitnessState.open(path)
    assert again.logs() == ((LOG.vkey, False),)
    assert again.vkeys() == tuple(map(str, KEYS))
    [head] = again.heads()
    assert (head.checkpoint, head.note, head.at) == (again.head(ORIGIN), LOG.note(8), NOW)
    fork = Log(branch="other ", since=6)
    later = Witness(COSIGNERS, again)
    requests = (LOG.request(0, 9), fork.request(8, 9), fork.request(5, 9), fork.request(8, 8), LOG.request(8, 9))
    assert statuses(later, *requests) == [409, 422, 409, 422, 200]
    again.close()


def test_who_dies_before_the_answer_left_has_remembered_and_can_be_asked_again(state):
    broken = Cosigner(COSIGNERS[0].name, None, lambda: NOW)  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        Witness([broken], state).add_checkpoint(LOG.request(0, 5))
    again = Witness(COSIGNERS, state)
    with pytest.raises(Refused) as caught:
        again.add_checkpoint(LOG.request(0, 5))
    assert caught.value.body == "5\n"
    assert statuses(again, Log(branch="other ").request(5, 5), LOG.request(5, 5)) == [422, 200]


@pytest.mark.parametrize("openers", [1, 2], ids=["one process", "two on one file"])
def test_of_two_histories_at_once_one_is_cosigned(state, path, openers):
    """Eight ask at once from the same size, half of them with another history: who is first decides for all."""
    states = [state, WitnessState.open(path)][:openers]
    witnesses = [Witness(COSIGNERS[:1], each) for each in states]
    draw, trunk = random.Random(5), LOG
    assert statuses(witnesses[0], trunk.request(0, 1)) == [200]

    def ask(number: int, body: bytes, start: threading.Barrier) -> int:
        start.wait()
        return statuses(witnesses[number // 2 % openers], body)[0]

    with ThreadPoolExecutor(8) as pool:
        for turn in range(16):
            size, start = states[0].head(ORIGIN).size, threading.Barrier(8)
            branches = [trunk, Log(branch=f"turn {turn} ", since=size, trunk=trunk)]
            bodies = [branches[number % 2].request(size, size + draw.randint(1, 3)) for number in range(8)]
            answers = list(pool.map(ask, range(8), bodies, [start] * 8))
            assert set(answers) <= {200, 409}
            [branch] = {number % 2 for number, status in enumerate(answers) if status == 200}
            trunk = branches[branch]
    assert statuses(witnesses[-1], trunk.request(states[0].head(ORIGIN).size, 100)) == [200]
    for each in states[1:]:
        each.close()


def test_the_proof_of_a_fork_is_kept_and_bounded(witness, state):
    assert statuses(witness, LOG.request(0, 5)) == [200]
    for number in range(KEPT_FORKS + 3):
        fork = Log(branch=f"other {number} ")
        assert statuses(witness, fork.request(5, 5), fork.request(5, 5)) == [422, 422]
    assert len(state.forks()) == KEPT_FORKS
    cosigned, other = state.forks()[0]
    assert (cosigned, other) == (LOG.note(5), Log(branch="other 0 ").note(5))
    assert statuses(witness, LOG.request(5, 6, proof=[])) == [422]
    assert len(state.forks()) == KEPT_FORKS


def test_a_log_that_is_added_is_followed_at_once(witness, state):
    other = Log(origin="log.example/gemeente/2026")
    later = Log(Key("log.example/gemeente/2027"), origin="log.example/gemeente/2027")
    assert statuses(witness, other.request(0, 5), later.request(0, 5)) == [404, 404]
    state.follow(other.vkey, every_year=False)
    assert statuses(witness, other.request(0, 5), later.request(0, 5)) == [200, 404]
    state.follow(other.vkey, every_year=True)
    assert statuses(witness, other.request(5, 6), later.request(0, 3), LOG.request(0, 9)) == [200, 200, 200]
    assert [head.checkpoint.size for head in state.heads()] == [6, 3, 9]


def test_a_head_moves_from_what_was_seen_or_not_at_all(state):
    five, six = (Log().request(0, size) for size in (5, 6))
    witness = Witness(COSIGNERS, state, lambda: NOW)
    assert statuses(witness, five) == [200]
    seen = state.head(ORIGIN)
    fork = Log(branch="other ")
    wrong = type(seen)(ORIGIN, 5, fork.hashes(1)[0])
    to = type(seen)(ORIGIN, 6, bytes(32))
    for other in (None, wrong, type(seen)(ORIGIN, 4, seen.root)):
        assert not state.advance(other, to, six.decode(), NOW)
    assert state.head(ORIGIN) == seen
    assert state.advance(seen, to, "note", NOW + timedelta(seconds=1))
    assert state.head(ORIGIN) == to


def test_a_file_is_made_once_and_never_by_serving(path, state):
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Fault, match="store-unavailable"):
        WitnessState.create(path, ["w"])
    with pytest.raises(Fault, match="store-unavailable"):
        WitnessState.open(path.with_name("gone.sqlite"))
    assert not path.with_name("gone.sqlite").exists()
    path.with_name("bad.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(Fault, match="store-unavailable"):
        WitnessState.open(path.with_name("bad.sqlite"))

"""The gateway's own client before a real witness over HTTP: growth, a lost answer, a fork, an old log."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.store.sqlite.witness import WitnessState
from gateway.tlog.publication.doors import Silent
from gateway.tlog.publication.witnessing import Ahead, Contradicted, Correspondent, with_cosignatures
from gateway.verify.policy import Policy, evaluate
from gateway.witness.client import WitnessClient
from gateway.witness.http import SmallPosts
from gateway.witness.server import Witness, make_app
from tests.support.serving import serving
from tests.unit.verify import oracle
from tests.unit.verify.oracle import Key
from tests.unit.witness.logs import NOW, Log, make_cosigners

LOG = Log()


class World:
    """A witness behind HTTP, and clients of it that each know nothing yet."""

    def __init__(self, witness: Witness, prefix: str, posts: SmallPosts) -> None:
        self.witness, self._prefix, self._posts = witness, prefix, posts
        ed25519, mldsa = (each.verifier for each in witness.cosigners)
        self.policy = Policy.parse(
            f"witness e {ed25519} {prefix}\nwitness m {mldsa} {prefix}\ngroup w all e m\nquorum w\n"
        )

    def client(self) -> Correspondent:
        return Correspondent(self._prefix, self.policy, WitnessClient(self._posts))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    cosigners, posts = make_cosigners(), SmallPosts(development=True)
    state = WitnessState.create(tmp_path / "w" / "witness.sqlite", (str(each.verifier) for each in cosigners))
    state.follow(LOG.vkey, every_year=True)
    witness = Witness(cosigners, state, lambda: NOW)
    async with serving(make_app(witness)) as port:
        yield World(witness, f"http://127.0.0.1:{port}", posts)
        await posts.close()
    state.close()


async def cosigned(client: Correspondent, size: int, log: Log = LOG) -> str:
    """The note of `log` with what the witness added."""

    async def prove(old: int, to: int) -> list[bytes]:
        return oracle.proof(old, log.hashes(to))

    note = log.note(size)
    return with_cosignatures(note, await client.cosign(note, size, prove, lambda: NOW))


async def test_a_log_grows_under_the_eyes_of_a_witness(world):
    client = world.client()
    for size in (1, 1, 2, 9, 200):
        quorum = evaluate(await cosigned(client, size), world.policy, now=NOW)
        assert (quorum.reached, sorted(quorum.cosigned), quorum.refused) == (True, ["e", "m"], ())
        assert client.known == size
    restarted = world.client()
    assert evaluate(await cosigned(restarted, 201), world.policy, now=NOW).reached
    assert evaluate(await cosigned(client, 202), world.policy, now=NOW).reached


async def test_a_lost_answer_is_asked_for_again(world):
    client = world.client()
    await cosigned(client, 5)
    world.witness.add_checkpoint(LOG.request(5, 9))
    assert evaluate(await cosigned(client, 9), world.policy, now=NOW).reached


async def test_a_log_that_was_put_back_or_forked_is_told(world):
    await cosigned(world.client(), 9)
    with pytest.raises(Ahead) as ahead:
        await cosigned(world.client(), 7)
    assert ahead.value.size == 9
    fork = Log(branch="other ", since=8)
    for size in (9, 10):
        with pytest.raises(Contradicted) as caught:
            await cosigned(world.client(), size, fork)
        assert (caught.value.size, type(caught.value)) == (9, Contradicted)
    assert world.witness.state.head(LOG.origin) == LOG.head(9)
    [(held, other)] = world.witness.state.forks()
    assert (held, other) == (LOG.note(9), fork.note(9))


async def test_the_next_year_needs_nobody(world):
    later = "log.example/zvh/2027"
    log = Log(Key(later), origin=later)
    assert evaluate(await cosigned(world.client(), 3, log), world.policy, now=NOW).reached


async def test_a_log_that_is_not_followed_is_refused(world):
    for log in (Log(origin="log.example/gemeente/2026"), Log(Key(LOG.origin, b"t" * 32))):
        with pytest.raises(Silent, match=r"status 40[34]"):
            await cosigned(world.client(), 3, log)

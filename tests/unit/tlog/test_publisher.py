"""One log before witnesses: honest ones, and ones that lie in every way that there is."""

import asyncio
import base64
import shutil
from collections.abc import Callable
from datetime import timedelta

import pytest

from gateway.errors import Fault
from gateway.tlog import Logs
from gateway.tlog.publication.doors import Reply
from gateway.verify.checkpoint import open_checkpoint
from gateway.verify.merkle import EMPTY_ROOT
from gateway.verify.note import parse_note
from gateway.verify.policy import evaluate
from tests.support.witnesses import Witness, read
from tests.unit.tlog.bench import Bench
from tests.unit.tlog.publication import KEY, ORIGIN, ZVH, Press


@pytest.fixture
def press(bench: Bench) -> Press:
    return Press(bench)


async def test_what_is_published_is_signed_twice_and_cosigned(press: Press, logs: Logs):
    publisher = press.publisher(logs)
    assert await publisher.publish()
    await press.bench.append(logs)
    await press.bench.append(logs)
    assert await publisher.publish()
    log = logs.opened[ZVH]
    published = log.published()
    assert published is not None
    assert published.size == 2
    assert published.witnessed_at == publisher.witnessed_at == press.bench.clock.now()
    checkpoint = open_checkpoint(published.checkpoint, [log.verifier])
    assert (checkpoint.size, checkpoint.root) == (2, open_checkpoint(log.checkpoint, [log.verifier]).root)
    assert len(evaluate(published.checkpoint, press.policy, now=press.bench.clock.now()).cosigned) == 3
    names = [signature.name for signature in parse_note(published.checkpoint).signatures]
    assert names == [ORIGIN, ORIGIN, "w0.example", "w1.example", "w2.example"]


async def test_a_witness_gets_a_proof_from_what_it_knows(press: Press, logs: Logs):
    publisher = press.publisher(logs)
    for _ in range(3):
        await press.bench.append(logs)
        assert await publisher.publish()
    assert [read(body)[0][0] for body in press.witnesses[0].asked] == ["old 0", "old 1", "old 2"]
    fresh = press.publisher(logs)  # as after a restart: the size is asked for, once
    assert await fresh.publish()
    assert [read(body)[0][0] for body in press.witnesses[0].asked[3:]] == ["old 0", "old 3"]
    assert press.witnesses[0].seen[ORIGIN][0] == 3


async def test_two_publishers_of_one_log_harm_nothing(press: Press, logs: Logs):
    one, other = press.publisher(logs), press.publisher(logs)
    for _ in range(5):
        await press.bench.append(logs)
        assert any(await asyncio.gather(one.publish(), other.publish()))
    assert one.rolled_back is other.rolled_back is None
    published = logs.opened[ZVH].published()
    assert published is not None
    assert published.size == 5


def other_log(witness: Witness) -> Callable[[bytes], Reply]:
    def lie(body: bytes) -> Reply:
        lines = read(body)[1].split("\n")
        return Reply(200, witness.line("\n".join(["log.example/gemeente/2026", *lines[1:]])).encode())

    return lie


def damaged(witness: Witness) -> Callable[[bytes], Reply]:
    def lie(body: bytes) -> Reply:
        name, encoded = witness.line(read(body)[1]).removeprefix("— ").split(" ")
        value = bytearray(base64.b64decode(encoded))
        value[-1] ^= 1
        return Reply(200, f"— {name} {base64.b64encode(value).decode()}\n".encode())

    return lie


def of_the_future(witness: Witness) -> Callable[[bytes], Reply]:
    witness.behind = -3600
    return lambda body: Reply(200, witness.line(read(body)[1]).encode())


def always(reply: Reply | None) -> Callable[[Witness], Callable[[bytes], Reply | None]]:
    return lambda _: lambda _: reply


LIES = {
    "another log's cosignature": other_log,
    "a damaged cosignature": damaged,
    "a cosignature of the future": of_the_future,
    "a cosignature of a stranger": lambda w: lambda b: Reply(200, Witness("x", w.now).line(read(b)[1]).encode()),
    "nothing": always(Reply(200, b"")),
    "no text": always(Reply(200, b"\xff\xfe")),
    "forbidden": always(Reply(403, b"")),
    "unknown log": always(Reply(404, b"")),
    "elsewhere": always(Reply(302, b"")),
    "broken": always(Reply(500, b"")),
    "a conflict without a size": always(Reply(409, b"many\n")),
    "a conflict with a negative size": always(Reply(409, b"-1\n")),
    "a conflict with a huge size": always(Reply(409, b"9" * 30)),
    "a conflict of no size": always(Reply(409, b"0\n")),
    "a proof refused of one who knows nothing": always(Reply(422, b"")),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
async def test_a_lie_counts_for_nothing_and_stops_nothing(
    press: Press, logs: Logs, lie: Callable[[Witness], Callable[[bytes], Reply | None]]
):
    await press.bench.append(logs)
    press.witnesses[0].lie = lie(press.witnesses[0])
    publisher = press.publisher(logs)
    assert await publisher.publish()
    assert publisher.witnesses[0].why
    assert publisher.rolled_back is None
    published = logs.opened[ZVH].published()
    assert published is not None
    assert "w0.example" not in published.checkpoint
    press.witnesses[1].lie = lie(press.witnesses[1])
    await press.bench.append(logs)
    assert not await publisher.publish()
    assert logs.opened[ZVH].published() == published


async def test_a_witness_whose_clock_stands_still_makes_nothing_young(press: Press, logs: Logs):
    press.needed = 3
    press.witnesses[0].behind = 7200
    publisher = press.publisher(logs)
    assert await publisher.publish()
    assert publisher.witnessed_at == press.bench.clock.now() - timedelta(hours=2)


async def test_one_that_hangs_delays_a_round_and_no_more(press: Press, logs: Logs, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("gateway.tlog.publication.publisher.AT_FIRST", 0.05)
    press.witnesses[0].lie = lambda _: None
    publisher = press.publisher(logs)
    for _ in range(3):
        await press.bench.append(logs)
        async with asyncio.timeout(2):
            assert await publisher.publish()
    assert len(press.witnesses[0].asked) == 1, "it was asked again while it had not answered"
    await publisher.close()


@pytest.mark.parametrize("needed", [1, 2])
async def test_a_witness_that_knows_more_stops_the_log(press: Press, logs: Logs, needed: int):
    press.needed = needed
    await press.bench.append(logs)
    press.witnesses[2].lie = always(Reply(409, b"7\n"))(press.witnesses[2])
    publisher = press.publisher(logs)
    assert not await publisher.publish()
    assert publisher.rolled_back is not None
    assert publisher.rolled_back.code == "log-rolled-back"
    assert publisher.rolled_back.log == f"https://w2.example knows {ORIGIN} at 7, here it has 1"
    with pytest.raises(Fault, match="log-rolled-back"):
        await press.bench.append(logs)
    await logs.mend()
    assert logs.failure is not None, "what was stopped for good was opened anew"
    assert logs.opened[ZVH].published() is None


async def test_a_witness_that_knows_another_tree_of_this_size_stops_the_log(press: Press, logs: Logs):
    await press.bench.append(logs)
    press.witnesses[1].seen[ORIGIN] = 1, bytes(32)
    publisher = press.publisher(logs)
    assert not await publisher.publish()
    assert publisher.rolled_back is not None


async def test_one_that_tells_a_conflict_in_words_stops_it_too(press: Press, logs: Logs):
    """What the body says where two trees of one size differ is not specified."""
    await press.bench.append(logs)
    publisher = press.publisher(logs)
    assert await publisher.publish()
    press.witnesses[1].lie = always(Reply(409, b"another root"))(press.witnesses[1])
    assert not await publisher.publish()
    assert publisher.rolled_back is not None


async def test_a_witness_that_refuses_how_the_log_grew_stops_it(press: Press, logs: Logs):
    for _ in range(3):
        await press.bench.append(logs)
    press.witnesses[1].seen[ORIGIN] = 2, bytes(32)
    publisher = press.publisher(logs)
    assert not await publisher.publish()
    assert publisher.rolled_back is not None


async def test_a_backup_that_was_put_back_is_found_out_at_its_start(press: Press, tmp_path):
    bench = press.bench
    logs = await bench.logs()
    await bench.append(logs)
    assert await press.publisher(logs).publish()
    logs.close()
    shutil.copytree(bench.folder, tmp_path / "backup")
    logs = await bench.logs()
    await bench.append(logs)
    assert await press.publisher(logs).publish()
    logs.close()
    shutil.rmtree(bench.folder)
    shutil.copytree(tmp_path / "backup", bench.folder)
    for extra in range(3):  # shorter than the witnesses know, as long, and longer
        logs = await bench.logs()
        if extra:
            await bench.append(logs)
        publisher = press.publisher(logs)
        assert not await publisher.publish()
        assert publisher.rolled_back is not None
        with pytest.raises(Fault, match="log-rolled-back"):
            await bench.append(logs)
        logs.close()


async def test_what_another_process_committed_meanwhile_is_no_rollback(press: Press, logs: Logs):
    await press.bench.append(logs)
    publisher = press.publisher(logs)
    assert await publisher.publish()

    async def another() -> None:
        await press.bench.append(logs)
        assert await press.publisher(logs).publish()

    honest = press.witnesses[0].answer

    async def slowly(body: bytes) -> Reply:
        if press.witnesses[0].seen[ORIGIN][0] == 1:
            press.witnesses[0].answer = honest
            await another()
        return await honest(body)

    press.witnesses[0].answer = slowly
    await publisher.publish()
    assert publisher.rolled_back is None
    assert await publisher.publish()


async def test_the_empty_log_is_cosigned_too(press: Press, logs: Logs):
    assert await press.publisher(logs).publish()
    assert press.witnesses[0].seen[ORIGIN] == (0, EMPTY_ROOT)


async def test_the_ml_dsa_signature_is_the_log_s(press: Press, logs: Logs):
    from gateway.crypto.notes import Cosigner

    await press.publisher(logs).publish()
    published = logs.opened[ZVH].published()
    assert published is not None
    verifier = Cosigner(ORIGIN, KEY).verifier
    assert open_checkpoint(published.checkpoint, [verifier], origin=ORIGIN).size == 0

"""Witnesses and cosignatures of transparency-dev: each side reads what the other signs, and both judge alike."""

import asyncio
import base64
import random
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from gateway.store.sqlite.witness import WitnessState
from gateway.verify.errors import VerificationError
from gateway.verify.keys import VerifierKey
from gateway.verify.note import parse_note, sign_note, verify_note
from gateway.verify.policy import Policy, evaluate
from gateway.witness.server import Witness, make_app
from tests.support.programs import build
from tests.support.serving import serving
from tests.unit.tlog.bench import Bench
from tests.unit.verify.oracle import ORIGIN, Cosigner, Key
from tests.unit.witness.logs import NOW, Log, make_cosigners

pytestmark = [pytest.mark.part("go"), pytest.mark.timeout(600)]  # a first build fetches and compiles everything
Ask = Callable[..., list[str]]
LOG = Log()
TEXT = parse_note(LOG.note(5)).text
POLICY = "witness e {}\nwitness m {}\ngroup w all e m\nquorum w\n"


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> Path:
    return build(Path(__file__).parent, tmp_path_factory.mktemp("peers"))


@pytest.fixture
def ask(program) -> Ask:
    """(arguments, cases) → an answer each, after whatever the command says first."""

    def ask(*arguments: str, cases: Sequence[bytes]) -> list[str]:
        lines = b"".join(base64.b64encode(each) + b"\n" for each in cases)
        done = subprocess.run([program, *arguments], input=lines, capture_output=True, timeout=60, check=True)
        return done.stdout.decode().splitlines()

    return ask


@contextmanager
def witness_of_theirs(program: Path, vkey: str) -> Iterator[tuple[str, list[str]]]:
    """The address and the keys of their witness, which follows a log."""
    with subprocess.Popen([program, "serve", "theirs.example/w", vkey], stdout=subprocess.PIPE, text=True) as running:
        try:
            address, *vkeys = running.stdout.readline().split()
            yield address, vkeys
        finally:
            running.kill()


@pytest.fixture
def theirs(program) -> Iterator[tuple[str, list[str]]]:
    with witness_of_theirs(program, LOG.vkey) as running:
        yield running


@pytest.fixture
def ours(tmp_path) -> Iterator[Witness]:
    cosigners = make_cosigners()
    state = WitnessState.create(tmp_path / "w" / "witness.sqlite", (str(each.verifier) for each in cosigners))
    state.follow(LOG.vkey, every_year=False)
    yield Witness(cosigners, state)
    state.close()


@pytest.mark.parametrize("kind", [4, 6])
def test_they_read_our_cosignatures_and_what_a_log_publishes(ask, kind):
    ed25519, mldsa = make_cosigners()
    cosigner = ed25519 if kind == 4 else mldsa
    note = sign_note(TEXT, [Key(), cosigner.at(NOW)])
    moment = f"ok {int(NOW.timestamp())}"
    assert ask("read", str(cosigner.verifier), cases=[note.encode()]) == [moment]
    if kind == 6:
        log = type(cosigner)(ORIGIN, cosigner.key).at(NOW)
        assert ask("read", str(log.verifier), cases=[sign_note(TEXT, [Key(), log]).encode()]) == [moment]
    data = sign_note(TEXT, [cosigner.at(NOW)]).encode()
    places = sorted({*range(len(TEXT) + 60), *range(len(TEXT), len(data), 97)})
    flipped = [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in places]
    assert all(answer.startswith("error") for answer in ask("read", str(cosigner.verifier), cases=flipped))
    for each in flipped:
        with pytest.raises((VerificationError, UnicodeDecodeError)):
            verify_note(each.decode(), [cosigner.verifier])


def test_we_read_their_cosignatures(ask):
    first, *answers = ask("cosign", "theirs.example/w", cases=[TEXT.encode()])
    [note] = [base64.b64decode(answer.removeprefix("ok ")).decode() for answer in answers]
    now = datetime.now(UTC)
    vkeys = first.split()
    _, signed = verify_note(note, map(VerifierKey.parse, vkeys))
    assert [key.kind for key in signed] == [4, 6]
    quorum = evaluate(note, Policy.parse(POLICY.format(*vkeys)), now=now)
    assert quorum.reached
    assert now - quorum.time < timedelta(seconds=60)


def test_policies_are_read_alike(ask, tmp_path):
    draw = random.Random(5)
    at = int(NOW.timestamp())
    witnesses = [Cosigner(f"w{n}.example", 4 if n % 2 else 6, bytes([n]) * 32, at) for n in range(6)]
    for number in range(6):
        names = [f"w{n}" for n in range(6)]
        draw.shuffle(names)
        cut = draw.randint(1, 5)
        lines = [f"witness w{n} {each.vkey} https://w{n}.example" for n, each in enumerate(witnesses)]
        lines += [
            f"group x {draw.choice(['any', 'all', draw.randint(1, cut)])} {' '.join(names[:cut])}",
            f"group y {draw.choice(['any', 'all', draw.randint(1, 6 - cut)])} {' '.join(names[cut:])}",
            f"group q {draw.choice(['any', 'all'])} x y",
            f"quorum {draw.choice('qqqxy')}",
        ]
        policy = "".join(f"{line}\n" for line in lines)
        (tmp_path / str(number)).write_text(policy)
        chosen = [draw.sample(witnesses, draw.randint(1, 6)) for _ in range(20)]
        notes = [sign_note(TEXT, [Key(), *each]) for each in chosen]
        expected = [evaluate(note, Policy.parse(policy), now=NOW).reached for note in notes]
        answers = ask("policy", str(tmp_path / str(number)), cases=[note.encode() for note in notes])
        assert answers == [f"ok {str(each).lower()}" for each in expected]


def requests() -> Iterator[bytes]:
    """Good ones among which a log tries everything; the first is good, since a witness that knows nothing may trust."""
    fork, thief = Log(branch="other ", since=4), Log(Key(ORIGIN, b"t" * 32))
    yield LOG.request(0, 3)
    for old, size in ((3, 3), (3, 8), (8, 8), (8, 9), (9, 20), (20, 64), (64, 200)):
        for log in (fork, thief, Log(origin="log.example/unknown")):
            yield log.request(old, size)
        yield LOG.request(old, size, proof=[bytes(32)] * 3)
        if size > old:
            yield LOG.request(old, size, proof=[])
        yield LOG.request(old - 1, size)
        yield LOG.request(old + 1, size + 1)
        yield LOG.request(size + 1, size)
        yield LOG.request(0, size)
        yield LOG.request(old, size)
        yield LOG.request(old, size)
    yield b"nonsense"
    yield LOG.request(200, 201).replace(b"old 200\n", b"old 200\nnot base64\n")


async def test_both_witnesses_judge_alike(theirs, ours):
    address, vkeys = theirs
    keys = [[VerifierKey.parse(vkey) for vkey in vkeys], [each.verifier for each in ours.cosigners]]
    verdicts = set()
    async with (
        httpx.AsyncClient(base_url=address) as their_door,
        httpx.AsyncClient(transport=httpx.ASGITransport(make_app(ours)), base_url="http://ours") as our_door,
    ):
        for body in requests():
            both = [await door.post("/add-checkpoint", content=body) for door in (their_door, our_door)]
            told = [(each.status_code, each.text if each.status_code == 409 else "") for each in both]
            if told[0][0] == 500:  # theirs, for a wrong signature, where the protocol says 403
                assert told[1][0] == 403
            else:
                assert told[0] == told[1], body
            verdicts.add(told[1])
            for answer, trusted in zip(both, keys, strict=True):
                if answer.status_code == 200:
                    note = body.decode().partition("\n\n")[2] + answer.text
                    assert len(verify_note(note, trusted)[1]) == 2
    assert {status for status, _ in verdicts} == {200, 400, 403, 404, 409, 422}


async def test_their_client_understands_our_witness(ask, ours):
    cases = {
        LOG.request(0, 5): "ok",
        LOG.request(5, 9): "ok",
        LOG.request(5, 12): "old size != current, size 9",
        LOG.request(9, 12, proof=[bytes(32)]): "consistency proof invalid",
        Log(branch="other ").request(9, 9): "consistency proof invalid",
        Log(Key(ORIGIN, b"t" * 32)).request(9, 12): "no valid signatures",
        Log(origin="log.example/unknown").request(0, 5): "unknown log",
        LOG.request(9, 9): "ok",
    }
    async with serving(make_app(ours)) as port:
        answers = await asyncio.to_thread(ask, "feed", f"http://127.0.0.1:{port}", cases=[*cases])
    for answer, (body, expected) in zip(answers, cases.items(), strict=True):
        if expected == "ok":
            note = base64.b64decode(answer.removeprefix("ok ")).decode()
            assert len(verify_note(note, [each.verifier for each in ours.cosigners])[1]) == 2
        else:
            assert (answer.startswith("error"), expected in answer, body) == (True, True, body)


async def history(folder: Path) -> tuple[str, list[tuple[bytes, str]]]:
    """The verifier key of a gateway's own log, and a request and its note for each record that it took."""
    bench = Bench(folder)
    logs = await bench.logs()
    log = next(log for log in logs.recent if "zvh" in log.origin)
    made, old = [], 0
    for _ in range(12):
        await bench.append(logs)
        proof = [base64.b64encode(each).decode() for each in log.consistency(old, log.size)] if old else []
        made.append(("\n".join([f"old {old}", *proof, "", log.checkpoint]).encode(), log.checkpoint))
        old = log.size
    vkey = str(log.verifier)
    logs.close()
    return vkey, made


def test_their_witness_follows_our_log(program, tmp_path):
    vkey, made = asyncio.run(history(tmp_path / "state"))
    with witness_of_theirs(program, vkey) as (address, vkeys):
        policy = Policy.parse(POLICY.format(*vkeys))
        for body, note in made:
            answer = httpx.post(f"{address}/add-checkpoint", content=body)
            assert answer.status_code == 200
            assert evaluate(note + answer.text, policy, now=datetime.now(UTC)).reached

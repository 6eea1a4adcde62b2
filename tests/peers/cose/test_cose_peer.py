"""go-cose and transparency-dev/merkle read our COSE receipts, and refuse each one of which a byte was changed."""

import base64
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from gateway.crypto.cose import inclusion_receipt
from tests.support.programs import build
from tests.unit.verify import oracle

pytestmark = [pytest.mark.part("go"), pytest.mark.timeout(600)]  # a first build fetches and compiles everything
Peer = Callable[[bytes, Sequence[bytes]], list[str]]


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Peer:
    """(raw Ed25519 key, receipts) → an answer each."""
    program = build(Path(__file__).parent, tmp_path_factory.mktemp("peers"))

    def ask(public: bytes, receipts: Sequence[bytes]) -> list[str]:
        lines = b"".join(base64.b64encode(each) + b"\n" for each in receipts)
        command = [program, base64.b64encode(public).decode()]
        answers = subprocess.run(command, input=lines, capture_output=True, timeout=60, check=True).stdout
        return answers.decode().splitlines()

    return ask


def receipt(key: oracle.Key, index: int, size: int) -> bytes:
    leaves = [b'{"leaf":%d}' % each for each in range(size)]
    hashes = [oracle.leaf_hash(each) for each in leaves]
    return inclusion_receipt(key, leaves[index], index, size, oracle.path(index, hashes), oracle.mth(hashes))


def test_go_accepts_them(peer: Peer) -> None:
    key, places = oracle.Key(), [(index, size) for size in (1, 2, 3, 7, 64, 300) for index in {0, size // 2, size - 1}]
    told = peer(key.public, [receipt(key, *place) for place in places])
    assert told == [f"ok {oracle.ORIGIN} {index} {size}" for index, size in places]


def test_go_refuses_every_flipped_byte_and_another_key(peer: Peer) -> None:
    key = oracle.Key()
    good = receipt(key, 5, 11)
    flipped = [good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :] for at in range(len(good))]
    answers = peer(key.public, flipped)
    assert len(answers) == len(good)
    accepted = {answer for answer in answers if answer.startswith("ok")}
    # The size in the proof only says how to climb; who reads ours holds it against the one that is signed.
    assert accepted <= {f"ok {oracle.ORIGIN} 5 {size}" for size in range(9, 17)}
    assert len([answer for answer in answers if answer.startswith("ok")]) <= 4
    assert peer(oracle.Key(seed=b"\2" * 32).public, [good])[0].startswith("error")

"""Checkpoints, C2SP tlog-checkpoint."""

import pytest

from gateway.verify.checkpoint import Checkpoint, open_checkpoint
from gateway.verify.errors import MalformedCheckpoint, WrongOrigin
from gateway.verify.merkle import EMPTY_ROOT
from gateway.verify.note import VerifierKey
from tests.unit.verify import oracle
from tests.unit.verify.oracle import ORIGIN, Key, b64

ROOT = b64(bytes(32))
LEAVES = [oracle.leaf(number) for number in range(3)]


def test_a_checkpoint_reads_back():
    opened = open_checkpoint(oracle.checkpoint(LEAVES), [VerifierKey.parse(Key().vkey)], origin=ORIGIN)
    assert opened == Checkpoint(ORIGIN, 3, oracle.mth([oracle.leaf_hash(each) for each in LEAVES]))
    assert Checkpoint.parse(opened.to_text()) == opened


def test_the_empty_log_has_the_empty_root_alone():
    assert Checkpoint.parse(f"o\n0\n{b64(EMPTY_ROOT)}\n").size == 0
    with pytest.raises(MalformedCheckpoint):
        Checkpoint.parse(f"o\n0\n{ROOT}\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"o\n1\n{ROOT}",
        f"o\n1\n{ROOT}\nextension\n",
        f"\n1\n{ROOT}\n",
        f"o\n01\n{ROOT}\n",
        f"o\n-1\n{ROOT}\n",
        f"o\n+1\n{ROOT}\n",
        f"o\n١\n{ROOT}\n",
        f"o\n\n{ROOT}\n",
        f"o\n{1 << 63}\n{ROOT}\n",
        f"o\n1\n{b64(bytes(31))}\n",
        f"o\n1\n{ROOT} \n",
        "o\n1\nnot base64\n",
    ],
)
def test_malformed_checkpoints_are_refused(text):
    with pytest.raises(MalformedCheckpoint):
        Checkpoint.parse(text)


def test_the_key_of_another_log_does_not_vouch_for_this_one():
    other = Key("log.example/gemeente/2026")
    with pytest.raises(WrongOrigin, match="gemeente"):
        open_checkpoint(oracle.checkpoint(LEAVES, other), [VerifierKey.parse(other.vkey)])


def test_the_reader_may_say_which_log_is_expected():
    with pytest.raises(WrongOrigin, match="not of"):
        open_checkpoint(oracle.checkpoint(LEAVES), [VerifierKey.parse(Key().vkey)], origin="log.example/zvh/2025")

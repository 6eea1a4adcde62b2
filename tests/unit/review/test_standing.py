"""How a record stands under the checkpoint that witnesses cosigned, by whom the reader trusts."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.model.codes import Tenant
from gateway.model.log import Published
from gateway.review.records.standing import Standing, stand
from gateway.store.sqlite.log_folder import LogFolder
from gateway.verify import verify_receipt
from gateway.verify.keys import VerifierKey
from gateway.verify.policy import Policy
from gateway.verify.trust import Reader
from tests.unit.tlog.bench import Bench
from tests.unit.verify.oracle import Cosigner

AT = 1_700_000_000
NOW = datetime.fromtimestamp(AT + 60, UTC)
ONE, TWO = (Cosigner(f"w{number}.example", 4, bytes([number]) * 32, at=AT) for number in range(2))
POLICY = Policy.parse(f"witness een {ONE.vkey}\nwitness twee {TWO.vkey}\ngroup g 2 een twee\nquorum g\n")


@asynccontextmanager
async def log(folder: Path, witnesses: Sequence[Cosigner], covered: int = 4) -> AsyncIterator[list[str]]:
    """Six records, of which `covered` stand under what these witnesses cosigned; the log's verifier keys."""
    bench = Bench(folder)
    logs = await bench.logs()
    try:
        for number in range(6):
            await bench.append(logs)
            if number + 1 == covered:
                own = logs.opened[Tenant.ZVH, 2026]
                text = own.checkpoint.split("\n\n")[0] + "\n"
                lines = "".join(each.line(text) for each in witnesses)
                await own.publish(Published(covered, own.checkpoint + lines, None))
        yield list(logs.verifiers)
    finally:
        logs.close()


def standing(folder: Path, keys: list[str], index: int, policy: Policy | None = POLICY) -> Standing:
    with closing(LogFolder(folder).storage("zvh", 2026)) as stored:
        [leaf] = stored.entries(index, 1)
        return stand(stored, index, leaf, Reader([VerifierKey.parse(key) for key in keys], policy=policy), NOW)


async def test_a_record_that_witnesses_saw_says_who_and_when(tmp_path: Path) -> None:
    async with log(tmp_path, [ONE, TWO]) as keys:
        found = standing(tmp_path, keys, 1)
        assert (found.proved, found.size, found.published, found.quorum) == (True, 4, True, True)
        assert found.cosigned == dict.fromkeys(("een", "twee"), datetime.fromtimestamp(AT, UTC))
        assert found.receipt is not None
        proof = verify_receipt(found.receipt, keys)
        assert (proof.index, proof.checkpoint.size, found.seal) == (1, 4, proof.checkpoint.root.hex()[:8])


async def test_too_few_witnesses_are_no_quorum_and_are_named(tmp_path: Path) -> None:
    async with log(tmp_path, [TWO]) as keys:
        found = standing(tmp_path, keys, 1)
        assert (found.proved, found.quorum, set(found.cosigned)) == (True, False, {"twee"})
        assert found.witnesses == ("een", "twee")


async def test_what_nobody_saw_yet_stands_under_the_head(tmp_path: Path) -> None:
    async with log(tmp_path, [ONE, TWO]) as keys:
        found = standing(tmp_path, keys, 5)
        assert (found.proved, found.size, found.published, found.cosigned) == (True, 6, False, {})
        assert standing(tmp_path, keys, 4).published is False
        assert standing(tmp_path, keys, 3).published is True


async def test_without_a_policy_nothing_is_said_of_witnesses(tmp_path: Path) -> None:
    async with log(tmp_path, [ONE]) as keys:
        assert standing(tmp_path, keys, 1, None).quorum is None


async def test_a_log_that_somebody_else_signed_proves_nothing(tmp_path: Path) -> None:
    other = Bench(tmp_path / "other", key_version=b"of somebody else")
    async with log(tmp_path / "own", [ONE, TWO]):
        logs = await other.logs()
        found = standing(tmp_path / "own", list(logs.verifiers), 1)
        logs.close()
    assert (found.proved, found.receipt) == (False, None)
    assert found.wrong == "signer-unknown"


@pytest.mark.parametrize("index", [0, 3, 5])
async def test_another_line_at_that_place_is_not_included(tmp_path: Path, index: int) -> None:
    async with log(tmp_path, [ONE, TWO]) as keys:
        with closing(LogFolder(tmp_path).storage("zvh", 2026)) as stored:
            [leaf] = stored.entries((index + 1) % 6, 1)
            reader = Reader([VerifierKey.parse(key) for key in keys], policy=POLICY)
            assert stand(stored, index, leaf, reader, NOW).wrong == "not-included"

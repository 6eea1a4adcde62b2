"""Evidence that a log gathers is what the judge of evidence demands, whatever the log went through."""

import asyncio
import subprocess
from datetime import date
from pathlib import Path

import pytest

from gateway.model.codes import Tenant
from gateway.model.log import Published, Stamp
from gateway.model.record import RecordClass
from gateway.tlog.evidence import gather
from gateway.tlog.turn import stated
from gateway.verify.evidence import Evidence
from gateway.verify.evidence_verdict import verify_evidence
from gateway.verify.keys import VerifierKey
from gateway.verify.stamp import Roots
from gateway.verify.trust import Reader
from tests.support.authority import Authority
from tests.unit.tlog.bench import BODY, JWE
from tests.unit.verify.oracle import Cosigner

ENGINES = ("sqlite", "postgresql")


async def filled(bench, logs, count: int, **members) -> None:
    for _ in range(count):
        await bench.append(logs, **members)


def proved(log, logs, evidence: Evidence, **options):
    keys = [VerifierKey.parse(key) for key in logs.verifiers]
    return verify_evidence(evidence.to_bytes(), Reader(keys, **options.pop("trust", {})), **options)


@pytest.mark.parametrize("indexes", [[0], [5], [0, 2, 5]])
async def test_records_are_proved(bench, logs, log, indexes):
    await filled(bench, logs, 6)
    evidence = gather(log._storage, reversed(indexes), keys=logs.verifiers)
    verified = proved(log, logs, evidence, released=JWE)
    assert [each.index for each in verified.records] == indexes
    assert verified.answers == len(indexes)
    assert verified.unknown == ()
    assert BODY not in evidence.to_bytes()
    assert all(each.body is None for each in verified.records)


async def test_a_body_is_opened_for_whoever_asks_and_only_while_its_keys_are_there(bench, logs, log):
    await filled(bench, logs, 3)
    keys = logs._keys[Tenant.ZVH]
    verified = proved(log, logs, gather(log._storage, [1], bodies=keys))
    assert verified.records[0].body == BODY
    _, _, case = log._storage.body(1)
    keys.destroy([case])
    assert proved(log, logs, gather(log._storage, [1], bodies=keys)).records[0].body is None


async def test_a_tombstone_carries_its_statement(bench, logs, log):
    said = {"act": "erased", "at": "x", "by": "y", "keys": ["5a" * 16], "reason": "z"}
    await filled(bench, logs, 2)
    tombstone = stated(said, id=bench.chance.new(), simulation=False, kind=RecordClass.TOMBSTONE)
    await logs.append(Tenant.ZVH, bench.clock.now(), tombstone)
    verified = proved(log, logs, gather(log._storage, [1, 2]))
    assert [each.statement for each in verified.records] == [None, tombstone.statement]


async def test_the_published_checkpoint_where_it_covers_and_the_head_beside_it(bench, logs, log):
    await filled(bench, logs, 4)
    witness = Cosigner("w.example", 4, at=1_700_000_000)
    text = log.checkpoint.split("\n\n")[0] + "\n"
    await log.publish(Published(4, log.checkpoint + witness.line(text), None))
    await filled(bench, logs, 4)
    verified = proved(log, logs, gather(log._storage, [1], keys=[*logs.verifiers, witness.vkey]))
    assert (verified.checkpoint.size, verified.later.size, verified.unknown) == (4, 8, ())
    verified = proved(log, logs, gather(log._storage, [1], keys=logs.verifiers))
    assert verified.unknown == ("w.example (5eda88e9)",)
    newer = proved(log, logs, gather(log._storage, [1, 6], keys=logs.verifiers))
    assert (newer.checkpoint.size, newer.later) == (8, None)


async def test_the_first_stamp_that_dates_a_record_goes_with_it(bench, logs, log, tmp_path: Path):
    authority = Authority(tmp_path / "authority")
    for day in (1, 2, 3):
        await filled(bench, logs, 3)
        (tmp_path / "note").write_text(log.checkpoint, encoding="utf-8")
        query = ["openssl", "ts", "-query", "-data", str(tmp_path / "note"), "-sha256", "-cert"]
        done = await asyncio.to_thread(subprocess.run, query, capture_output=True, check=True)
        token = await asyncio.to_thread(authority.stamp, done.stdout)
        await log.stamp(Stamp(date(2026, 11, day), log.checkpoint, token))
    await filled(bench, logs, 1)
    trust = {"trust": {"roots": Roots.parse(authority.roots.read_bytes())}}
    evidence = gather(log._storage, [4, 9])
    assert len(evidence.stamps) == 1
    first, last = proved(log, logs, evidence, **trust).records
    assert first.stamped is not None
    assert last.stamped is None
    assert len(gather(log._storage, [0, 4, 8]).stamps) == 3


async def test_a_record_that_is_not_there(bench, logs, log):
    with pytest.raises(LookupError):
        gather(log._storage, [0])
    await filled(bench, logs, 2)
    for indexes in ([], [2], [-1, 0]):
        with pytest.raises(LookupError):
            gather(log._storage, indexes)

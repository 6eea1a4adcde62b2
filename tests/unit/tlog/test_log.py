"""What is recorded can be proved, read, found, and nothing else."""

import asyncio
import copy
import json
import pickle
import re
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import gateway
from gateway.errors import Fault, InFlight
from gateway.model.codes import Tenant
from gateway.model.record import CommittedReceipt, RecordClass, claim_mint
from gateway.store.sqlite.database import Durability, open_database, open_reader
from gateway.verify import merkle, open_checkpoint, verify_receipt
from gateway.verify.errors import OtherAnswer, UnknownSigner
from tests.unit.tlog.bench import ANSWER, BODY, JWE, SUBJECT
from tests.unit.verify import oracle

ENGINES = ("sqlite", "postgresql")


async def test_a_record_is_receipted(bench, logs):
    receipt = await bench.append(logs)
    verified = verify_receipt(receipt.text, logs.verifiers, released=JWE, origin="log.example/zvh/2026")
    assert (verified.index, verified.leaf.id) == (0, receipt.record_id)
    assert verified.leaf.time == bench.clock.now()
    with pytest.raises(OtherAnswer):
        verify_receipt(receipt.text, logs.verifiers, released=b"another")


async def test_a_hundred_at_once_share_batches_and_each_gets_its_own_receipt(bench, logs, log):
    receipts = await asyncio.gather(*(bench.append(logs, released=b"%d" % number) for number in range(100)))
    assert sorted(each.index for each in receipts) == list(range(100))
    sizes = set()
    for number, receipt in enumerate(receipts):
        sizes.add(verify_receipt(receipt.text, logs.verifiers, released=b"%d" % number).checkpoint.size)
    assert len(sizes) < 50
    entries = [log.entry(index) for index in range(100)]
    assert f"\n{oracle.b64(oracle.mth([oracle.leaf_hash(each) for each in entries]))}\n" in log.checkpoint


async def test_every_class_of_record(bench, logs, log):
    for kind in RecordClass:
        receipt = await bench.append(logs, kind=kind, released=None, subject=None, case=None)
        assert verify_receipt(receipt.text, logs.verifiers).leaf.kind == kind
        assert log.body(receipt.index) == BODY


async def test_later_receipts_and_proofs_for_every_size(bench, logs, log):
    receipts = [await bench.append(logs) for _ in range(9)]
    for receipt in receipts:
        newest = log.receipt(receipt.index)
        assert newest.leaf == receipt.leaf
        assert verify_receipt(newest.text, logs.verifiers, released=JWE).checkpoint.size == 9
    hashes = [merkle.leaf_hash(log.entry(index)) for index in range(9)]
    for old in range(10):
        proof = log.consistency(old, 9)
        merkle.verify_consistency(old, 9, oracle.mth(hashes[:old]), oracle.mth(hashes), proof)
    merkle.verify_inclusion(3, 7, hashes[3], log.inclusion(3, 7), oracle.mth(hashes[:7]))
    assert (log.receipt(9), log.entry(9), log.entry(-1)) == (None, None, None)
    with pytest.raises(ValueError, match="not that large"):
        log.consistency(1, 10)


async def test_tiles_and_bundles(bench, logs, log):
    await asyncio.gather(*(bench.append(logs) for _ in range(258)))
    entries = [log.entry(index) for index in range(258)]
    hashes = [oracle.leaf_hash(each) for each in entries]
    assert log.tile(0, 0) == b"".join(hashes[:256])
    assert log.tile(0, 1, 2) == b"".join(hashes[256:])
    assert log.tile(0, 0, 7) == b"".join(hashes[:7])
    assert log.tile(1, 0, 1) == oracle.mth(hashes[:256])
    assert [log.tile(*place) for place in ((0, 1, 3), (0, 1), (1, 0, 2), (2, 0, 1), (0, 0, 0), (63, 0, 1))] == [
        None
    ] * 6
    bundle = b"".join(len(each).to_bytes(2, "big") + each for each in entries[256:])
    assert log.entry_bundle(1, 2) == bundle
    assert [log.entry_bundle(1, 3), log.entry_bundle(1), log.entry_bundle(0, 0)] == [None] * 3


async def test_bodies_open_until_a_key_is_destroyed(bench, logs, log, files):
    one = await bench.append(logs, body=b'{"a":1}')
    other = await bench.append(logs, body=b'{"a":2}', subject="v1:somebody else", case=None)
    assert (log.body(one.index), log.body(other.index), log.body(2)) == (b'{"a":1}', b'{"a":2}', None)
    keys = open_database(files / "bodykeys" / "zvh.sqlite", Durability.FULL)
    assert sorted(keys.execute("SELECT kind FROM keys").get) == ["case", "request", "subject", "subject"]
    keys.execute("DELETE FROM keys WHERE kind = 'case'")
    assert (log.body(one.index), log.body(other.index)) == (None, b'{"a":2}')
    keys.execute("DELETE FROM keys WHERE kind = 'request'")
    assert log.body(other.index) is None
    keys.close()
    verify_receipt(log.receipt(one.index).text, logs.verifiers)


async def test_equal_bodies_look_unalike_and_no_plain_text_is_stored(bench, logs, files):
    receipts = [await bench.append(logs, body=b'{"marker":"plain-words"}') for _ in range(2)]
    for name in ("commitment", "body_sha256"):
        assert getattr(receipts[0].leaf, name) != getattr(receipts[1].leaf, name)
    stored = _bytes_of(files / "log")
    for word in (b"plain-words", SUBJECT.encode(), b"zaak-1"):
        assert word not in stored


async def test_finding(bench, logs, log):
    receipt = await bench.append(logs)
    later = await bench.append(logs, kind=RecordClass.OUTCOME, request_id=receipt.leaf.request_id)
    assert log.index_of(later.record_id) == 1
    assert log.indexes_of_request(receipt.leaf.request_id) == [0, 1]
    assert (log.index_of("absent"), log.indexes_of_request("absent")) == (None, [])


async def test_answers_are_kept_with_their_receipts(bench, logs):
    row = bench.outbox()
    receipt = await bench.append(logs, Tenant.GEMEENTE, outbox=row)
    for stored in (await logs.answered("client-1", "key-1"), await logs.disclosure(receipt.leaf.request_id)):
        assert stored.row == row
        assert (stored.receipt.text, stored.receipt.leaf, stored.receipt.index) == (receipt.text, receipt.leaf, 0)
    assert await logs.answered("client-2", "key-1") is None
    assert await logs.answered("client-1", "key-2") is None
    assert await logs.disclosure(bench.chance.new()) is None


async def test_a_kept_answer_is_never_replaced_and_an_expired_one_is(bench, logs, log):
    await bench.append(logs, outbox=bench.outbox())
    with pytest.raises(InFlight):
        await bench.append(logs, outbox=bench.outbox())
    results = await asyncio.gather(
        *(bench.append(logs, outbox=bench.outbox("key-2")) for _ in range(5)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in results) == ["CommittedReceipt"] + ["InFlight"] * 4
    assert log.size == 2
    bench.clock.moment += timedelta(hours=24)
    assert await logs.answered("client-1", "key-1") is None
    again = await bench.append(logs, outbox=bench.outbox(answer=b"another"))
    stored = await logs.answered("client-1", "key-1")
    assert (stored.row.answer, stored.receipt.index) == (b"another", again.index)


async def test_expired_answers_leave_no_trace(bench, logs, files):
    await bench.append(logs, outbox=bench.outbox())
    await bench.append(logs, outbox=bench.outbox("key-2", expires_at=bench.clock.now() + timedelta(hours=48)))
    with closing(open_reader(files / "log" / "zvh-2026.sqlite")) as reader:
        kept = [answer for (answer,) in reader.execute("SELECT answer FROM outbox ORDER BY idx")]
    assert ANSWER not in _bytes_of(bench.folder)
    for hours, erased, left in ((0, 0, [True, True]), (47, 1, [False, True]), (1, 1, [False, False])):
        bench.clock.moment += timedelta(hours=hours)
        assert await logs.erase_answers() == erased
        assert [answer in _bytes_of(bench.folder) for answer in kept] == left


async def test_a_record_that_cannot_be_written_spoils_no_other(bench, logs, log):
    results = await asyncio.gather(
        bench.append(logs), bench.append(logs, revision="not allowed"), bench.append(logs), return_exceptions=True
    )
    assert [type(each) for each in results] == [CommittedReceipt, Fault, CommittedReceipt]
    assert (log.size, log.failure) == (2, None)
    await bench.append(logs)


async def test_tenants_and_years_have_logs_and_names_of_their_own(bench, logs):
    await bench.append(logs, Tenant.GEMEENTE, outbox=bench.outbox())
    bench.clock.moment = datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)
    last = await bench.append(logs)
    bench.clock.moment = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
    first = await bench.append(logs, outbox=bench.outbox("key-2"))
    assert (last.index, first.index) == (0, 1)
    origins = {key.split("+")[0] for key in logs.verifiers}
    assert origins == {"log.example/zvh/2026", "log.example/gemeente/2026", "log.example/zvh/2027"}
    assert verify_receipt(first.text, logs.verifiers).checkpoint.origin == "log.example/zvh/2027"
    assert (await logs.answered("client-1", "key-2")).receipt.record_id == first.record_id
    logs.close()
    later = await bench.logs()
    assert {log.origin for log in later.recent} == origins | {"log.example/gemeente/2027"}
    assert (await later.log(Tenant.ZVH, 2026)).receipt(0).leaf == last.leaf
    later.close()


async def test_reopening_continues_the_same_log(bench):
    logs = await bench.logs()
    early = [await bench.append(logs, outbox=bench.outbox(f"key-{number}")) for number in range(3)]
    logs.close()
    logs = await bench.logs()
    log = await logs.log(Tenant.ZVH, 2026)
    late = await bench.append(logs)
    roots = [verify_receipt(each.text, logs.verifiers).checkpoint for each in (early[1], late)]
    proof = log.consistency(roots[0].size, roots[1].size)
    merkle.verify_consistency(roots[0].size, roots[1].size, roots[0].root, roots[1].root, proof)
    assert (await logs.answered("client-1", "key-1")).receipt.text == early[1].text
    assert (late.index, log.body(0)) == (3, BODY)
    logs.close()


async def test_a_log_lives_on_under_a_new_key(bench):
    logs = await bench.logs()
    early = await bench.append(logs)
    logs.close()
    bench.key_version = b"2"
    with pytest.raises(Fault, match="log-damaged"):
        await bench.logs()
    bench.former_versions = (b"",)
    logs = await bench.logs()
    log = await logs.log(Tenant.ZVH, 2026)
    assert open_checkpoint(log.checkpoint, [log.verifier]).size == 1
    late = await bench.append(logs)
    for receipt in (early, late):
        verify_receipt(receipt.text, logs.verifiers)
    with pytest.raises(UnknownSigner):
        verify_receipt(early.text, [log.verifier])
    logs.close()


def test_only_the_log_makes_receipts(bench):
    with pytest.raises(RuntimeError, match="claimed"):
        claim_mint()
    with pytest.raises(TypeError):
        CommittedReceipt(0, None, "")
    with pytest.raises(TypeError):
        type("Forged", (CommittedReceipt,), {})


async def test_a_receipt_is_neither_copied_nor_changed(bench, logs):
    receipt = await bench.append(logs)
    for attempt in (copy.copy, copy.deepcopy, pickle.dumps, lambda each: replace(each, index=1)):
        with pytest.raises(TypeError):
            attempt(receipt)
    with pytest.raises(AttributeError):
        receipt.index = 1
    assert "signed" not in repr(receipt)
    assert json.loads(receipt.leaf.to_bytes())["id"] == receipt.record_id


def _bytes_of(folder) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def test_no_other_room_reaches_for_the_mint():
    rooms = Path(gateway.__file__).parent
    reaching = re.compile(r"claim_mint|import .*\bmint\b|sequencer\.mint|__new__\(CommittedReceipt")
    found = {
        file.relative_to(rooms).parts[0] for file in rooms.rglob("*.py") if reaching.search(file.read_text("utf-8"))
    }
    assert found == {"model", "tlog"}

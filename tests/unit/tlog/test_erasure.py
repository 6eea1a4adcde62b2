"""Erasing: what is erased never opens again, everything else does, and every old proof still holds."""

import asyncio
import json
from contextlib import closing
from datetime import UTC, datetime

import pytest

from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.model.erasure import Erasure, ErasureReason
from gateway.store.sqlite.database import Durability, open_database, open_reader
from gateway.tlog.erasing.erasure import Erasing, retire
from gateway.verify import verify_receipt
from tests.unit.tlog.bench import ANSWER, BODY, SUBJECT

ENGINES = ("sqlite", "postgresql")
REASON = ErasureReason.ON_REQUEST
OTHER = "v1:somebody-else"


@pytest.fixture
def erasing(bench, logs) -> Erasing:
    return erasing_of(bench, logs)


def erasing_of(bench, logs) -> Erasing:
    return Erasing(logs, logs, clock=bench.clock, identifiers=bench.chance, simulation=False)


async def keys_of(logs, kind: str, name: str) -> list[bytes]:
    return (await logs.keys(Tenant.ZVH)).owned(kind, name)


async def test_a_subject_is_erased_and_its_proofs_hold(bench, logs, log, erasing):
    mine = [await bench.append(logs, case=f"zaak-{number}") for number in range(3)]
    others = [await bench.append(logs, subject=OTHER), await bench.append(logs, subject=None)]
    keys = await keys_of(logs, "subject", SUBJECT)
    [tombstone] = await erasing.erase(Tenant.ZVH, keys, REASON, "pia")
    assert [log.body(each.index) for each in mine] == [None] * 3
    assert [log.body(each.index) for each in others] == [BODY] * 2
    for each in (*mine, *others):
        verify_receipt(each.text, logs.verifiers)
        verify_receipt(log.receipt(each.index).text, logs.verifiers)
    index = log.index_of(tombstone)
    assert index == 5
    statement = statement_of(log, index)
    assert json.loads(statement) == {
        "act": "erased",
        "keys": [key.hex() for key in keys],
        "reason": "verzoek-betrokkene",
        "by": "pia",
        "at": "2026-11-25T21:00:00.000Z",
    }
    verify_receipt(log.receipt(index).text, logs.verifiers, released=statement)
    assert verify_receipt(log.receipt(index).text, logs.verifiers).leaf.kind == "tombstone"


async def test_a_case_and_a_request_are_erased_alone(bench, logs, log, erasing):
    case, request = await bench.append(logs), await bench.append(logs, case=None)
    await erasing.erase(Tenant.ZVH, await keys_of(logs, "case", "zaak-1"), REASON, "pia")
    assert (log.body(case.index), log.body(request.index)) == (None, BODY)
    await erasing.erase(Tenant.ZVH, await keys_of(logs, "request", request.leaf.request_id), REASON, "pia")
    assert log.body(request.index) is None


async def test_what_comes_later_about_the_same_subject_opens(bench, logs, log, erasing):
    before = await bench.append(logs)
    await erasing.erase(Tenant.ZVH, await keys_of(logs, "subject", SUBJECT), REASON, "pia")
    after = await bench.append(logs)
    assert (log.body(before.index), log.body(after.index)) == (None, BODY)
    assert await keys_of(logs, "subject", SUBJECT)


async def test_erasing_twice_finds_nothing_the_second_time(bench, logs, log, erasing):
    await bench.append(logs)
    keys = await keys_of(logs, "subject", SUBJECT)
    assert len(await erasing.erase(Tenant.ZVH, keys, REASON, "pia")) == 1
    assert await erasing.erase(Tenant.ZVH, keys, REASON, "pia") == []
    assert await keys_of(logs, "subject", SUBJECT) == []
    assert log.size == 2


async def test_more_keys_than_a_tombstone_names_get_several(bench, logs, log, erasing, monkeypatch):
    monkeypatch.setattr("gateway.tlog.erasing.erasure.MOST_KEYS", 2)
    receipts = [await bench.append(logs, case=f"zaak-{number}", subject=None) for number in range(5)]
    keys = [key for number in range(5) for key in await keys_of(logs, "case", f"zaak-{number}")]
    assert len(await erasing.erase(Tenant.ZVH, keys, REASON, "pia")) == 3
    assert {log.body(each.index) for each in receipts} == {None}


async def test_kept_answers_go_with_it(bench, logs, erasing):
    await bench.append(logs, outbox=bench.outbox())
    await bench.append(logs, outbox=bench.outbox("key-2", client="client-2"), subject=OTHER, case="zaak-2")
    await erasing.erase(Tenant.ZVH, await keys_of(logs, "subject", SUBJECT), REASON, "pia")
    assert await logs.answered("client-1", "key-1") is None
    assert (await logs.answered("client-2", "key-2")).row.answer == ANSWER


async def test_nothing_is_left_in_any_file(bench, logs, erasing, files):
    body = b'{"words":"nobody-may-read-this"}'
    await bench.append(logs, body=body, outbox=bench.outbox())
    keys = await logs.keys(Tenant.ZVH)
    [subject] = keys.owned("subject", SUBJECT)
    secret = keys.find(subject)
    assert secret in raw(files)
    with closing(open_reader(files / "log" / "zvh-2026.sqlite")) as reader:
        kept = reader.execute("SELECT answer FROM outbox").get
    assert kept in raw(files)
    assert ANSWER not in raw(files)
    await erasing.erase(Tenant.ZVH, [subject], REASON, "pia")
    keys.compact()
    for trace in (secret, kept, body, b"nobody-may-read-this", SUBJECT.encode()):
        assert trace not in raw(files)
    assert subject in raw(files)  # as the tombstone names it


async def test_what_a_database_may_have_left_of_an_answer_opens_no_more(bench, logs, erasing, files):
    await bench.append(logs, outbox=bench.outbox())
    path = files / "log" / "zvh-2026.sqlite"
    with closing(open_reader(path)) as reader:
        [row] = reader.execute("SELECT * FROM outbox").fetchall()
    await erasing.erase(Tenant.ZVH, await keys_of(logs, "subject", SUBJECT), REASON, "pia")
    with closing(open_database(path, Durability.FULL)) as writer:
        writer.execute(f"INSERT INTO outbox VALUES ({', '.join('?' * len(row))})", row)
    assert await logs.answered("client-1", "key-1") is None


async def test_an_answer_that_was_changed_is_given_to_nobody(bench, logs, files):
    await bench.append(logs, outbox=bench.outbox())
    with closing(open_database(files / "log" / "zvh-2026.sqlite", Durability.FULL)) as writer:
        writer.execute("UPDATE outbox SET answer = zeroblob(99)")
    with pytest.raises(Fault, match="record-mismatch"):
        await logs.answered("client-1", "key-1")


async def test_a_reader_that_holds_a_snapshot_only_delays(bench, logs, log, erasing, files):
    receipt = await bench.append(logs)
    keys = await logs.keys(Tenant.ZVH)
    [subject] = keys.owned("subject", SUBJECT)
    secret = keys.find(subject)
    reader = open_reader(files / "bodykeys" / "zvh.sqlite")
    rows = reader.execute("SELECT id FROM keys")
    next(rows)
    with pytest.raises(Fault, match="log-busy"):
        await erasing.erase(Tenant.ZVH, [subject], REASON, "pia")
    rows.close()
    reader.close()
    assert len(keys.unfinished()) == 1
    assert len(await erasing.resume()) == 1
    assert (keys.unfinished(), log.body(receipt.index), log.size) == ([], None, 2)
    assert secret not in raw(files)


@pytest.mark.parametrize("step", ["retired", "recorded", "answers", "destroyed"])
async def test_what_was_cut_off_is_finished_with_one_tombstone(bench, step):
    logs = await bench.logs()
    receipt = await bench.append(logs, outbox=bench.outbox())
    keys = await logs.keys(Tenant.ZVH)
    [erasure] = retire(keys, keys.owned("subject", SUBJECT), REASON, "pia", bench.clock, bench.chance)
    await _until(step, logs, keys, erasure, bench)
    logs.close()
    logs = await bench.logs()
    log = await logs.log(Tenant.ZVH, 2026)
    assert log.body(receipt.index) == (None if step == "destroyed" else BODY)
    [tombstone] = await erasing_of(bench, logs).resume()
    keys = await logs.keys(Tenant.ZVH)
    assert (log.size, log.body(receipt.index), await logs.answered("client-1", "key-1")) == (2, None, None)
    assert (keys.unfinished(), keys.tombstone_of(erasure.id)) == ([], tombstone)
    assert json.loads(statement_of(log, 1)) == erasure.statement()
    verify_receipt(receipt.text, logs.verifiers)
    assert await erasing_of(bench, logs).resume() == []
    logs.close()


async def _until(step: str, logs, keys, erasure: Erasure, bench) -> None:
    """Do as `Erasing` does, up to a step."""
    if step == "retired":
        return

    class Cut(BaseException):
        pass

    class Short:
        def __init__(self, inner, names) -> None:
            self._inner, self._names = inner, names

        def __getattr__(self, name):
            if name in self._names:
                raise Cut(name)
            return getattr(self._inner, name)

    cut = {"recorded": "erase_answers_to", "answers": "destroy", "destroyed": "finish"}[step]
    erasing = erasing_of(bench, logs)
    log = await logs.log(Tenant.ZVH, 2026)
    logs._keys[Tenant.ZVH] = Short(keys, {cut})
    logs._logs[Tenant.ZVH, 2026] = Short(log, {cut})
    with pytest.raises(Cut):
        await erasing.resume()
    logs._keys[Tenant.ZVH], logs._logs[Tenant.ZVH, 2026] = keys, log


async def test_records_of_an_earlier_year_are_erased_by_a_record_of_this_one(bench, logs, erasing):
    old = await bench.append(logs)
    bench.clock.moment = datetime(2027, 3, 1, tzinfo=UTC)
    new = await bench.append(logs)
    [tombstone] = await erasing.erase(Tenant.ZVH, await keys_of(logs, "subject", SUBJECT), REASON, "pia")
    before, after = [await logs.log(Tenant.ZVH, year) for year in (2026, 2027)]
    assert (before.body(old.index), after.body(new.index)) == (None, None)
    assert (before.index_of(tombstone), after.index_of(tombstone)) == (None, after.size - 1)
    verify_receipt(old.text, logs.verifiers)


async def test_erasing_under_load_loses_no_record_that_came_later(bench, logs, log, erasing):
    """A record that is under way with a key that is retired meanwhile is recorded before its key goes."""
    told = []

    async def write(number: int) -> None:
        told.extend([await bench.append(logs, case=f"zaak-{number}-{count}") for count in range(25)])

    writing = asyncio.gather(*(write(number) for number in range(8)))
    while not log.size:  # noqa: ASYNC110 - there is nobody who could set an event
        await asyncio.sleep(0)
    while not writing.done():
        keys = await asyncio.to_thread((await logs.keys(Tenant.ZVH)).owned, "subject", SUBJECT)
        await finished(erasing.erase(Tenant.ZVH, keys, REASON, "pia"))
        await asyncio.sleep(0)
    while not await finished(erasing.resume()):  # noqa: ASYNC110 - there is nobody who could set an event
        await asyncio.sleep(0.1)
    named = {key: index for index in range(log.size) for key in erased_by(log, index)}
    keys = await logs.keys(Tenant.ZVH)
    for receipt in told:
        verify_receipt(receipt.text, logs.verifiers)
        _, subject, case = log._storage.body(receipt.index)
        gone = [key for key in (subject, case) if keys.find(key) is None]
        assert (log.body(receipt.index) is None) is bool(gone)
        assert all(receipt.index < named[key] for key in gone), "a record stands behind the tombstone of its own key"
    assert any(log.body(each.index) is None for each in told)


async def finished(erasing) -> bool:
    """Whether it is: on a busy machine a reader may stand in the way, and whoever comes next finishes it."""
    try:
        await erasing
    except Fault as fault:
        if fault.code != "log-busy":
            raise
        return False
    return True


def erased_by(log, index: int) -> list[bytes]:
    statement = statement_of(log, index)
    return [] if statement is None else [bytes.fromhex(key) for key in json.loads(statement)["keys"]]


@pytest.mark.parametrize(
    "reason",
    [
        "bewaartermijn-voorbij",
        "verzoek-betrokkene",
        "rechterlijke-uitspraak",
        "geen-aanwijzingen-meer",
        "niet-in-behandeling-genomen",
    ],
)
def test_each_reason_stands_in_its_statement(reason):
    erasure = Erasure("id", ErasureReason(reason), "fg-1", datetime(2026, 11, 26, tzinfo=UTC), (b"\1" * 16, b"\0" * 16))
    assert erasure.statement()["reason"] == reason
    assert erasure.statement()["keys"] == ["00" * 16, "01" * 16]


def test_an_erasure_names_an_actor_and_no_number():
    for actor in ("999993653", "", "a b", "x" * 65, "1a", "a/b"):
        with pytest.raises(ValueError, match="actor"):
            Erasure("id", REASON, actor, datetime.now(UTC))


def raw(folder) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def statement_of(log, index: int) -> bytes | None:
    return next((text for place, text in log._storage.statements(index, 1) if place == index), None)

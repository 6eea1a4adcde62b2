"""A log where it stands, judged as an export is, with its bodies and their keys; on every store."""

import asyncio
import os
import pickle
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import apsw
import pytest

from gateway.model.codes import Tenant
from gateway.model.log import Published, Stamp
from gateway.model.record import RecordClass
from gateway.store.sqlite.log_folder import LogFolder
from gateway.store.sqlite.shelf import SqliteShelf
from gateway.tlog.export.export import export
from gateway.tlog.in_place import LogInPlace
from gateway.tlog.turn import stated
from gateway.verify.archive.folder import ExportFolder
from gateway.verify.archive.judge import verify_log
from gateway.verify.errors import VerificationError
from gateway.verify.keys import VerifierKey
from gateway.verify.trust import Reader

ENGINES = ("sqlite", "postgresql")
AFTER = datetime(2027, 1, 2, tzinfo=UTC)


def at_rest(bench):
    """The logs to be read, beside whatever writes them."""
    return LogFolder(bench.folder) if bench.open_shelf is SqliteShelf else bench.open_shelf(bench.folder)


def reader(logs, **members) -> Reader:
    return Reader([VerifierKey.parse(key) for key in logs.verifiers], **members)


def judged(bench, logs, year: int = 2026, *, published: bool = False, **options):
    place = LogInPlace(at_rest(bench), Tenant.ZVH, year, published=published)
    try:
        return verify_log(place, reader(logs), **options)
    finally:
        place.close()


def refused(bench, logs, code: str, record: int | None = None, **options) -> VerificationError:
    with pytest.raises(VerificationError) as caught:
        judged(bench, logs, **options)
    assert (caught.value.code, caught.value.record) == (code, record), str(caught.value)
    return caught.value


async def filled(bench, logs, count: int = 300, **members) -> None:
    bench.queue = 10_000
    await asyncio.gather(*(bench.append(logs, case=f"zaak-{number % 9}", **members) for number in range(count)))


def keys_of(bench, index: int) -> tuple[bytes | None, bytes]:
    log = at_rest(bench).storage(Tenant.ZVH, 2026)
    try:
        return log.bodies(index, 1)[index][1:]
    finally:
        log.close()


def destroy(logs, keys: list[bytes]) -> None:
    logs._keys[Tenant.ZVH].destroy(keys)


async def erase(bench, logs, keys: list[bytes], at: datetime | None = None) -> None:
    """A tombstone that names the keys."""
    said = {"act": "erased", "at": "x", "by": "bewaarplan", "keys": [key.hex() for key in keys], "reason": "z"}
    tombstone = stated(said, id=bench.chance.new(), simulation=False, kind=RecordClass.TOMBSTONE)
    await logs.append(Tenant.ZVH, at or bench.clock.now(), tombstone)


async def test_a_log_in_place_holds_and_its_bodies_are_opened(bench, logs):
    await filled(bench, logs)
    verified = judged(bench, logs)
    assert (verified.found.records, verified.found.bodies, verified.found.opened, verified.erased) == (300, 300, 300, 0)
    assert verified.remarks == []
    await filled(bench, logs, 5)
    assert judged(bench, logs).checkpoint.size == 305


async def test_it_says_what_its_export_says(bench, logs, tmp_path: Path):
    await filled(bench, logs, 260)
    log = at_rest(bench).storage(Tenant.ZVH, 2026)
    export(log, tmp_path / "out", bodies=True, keys=[str(each) for each in logs.verifiers])
    log.close()
    there = verify_log(ExportFolder(tmp_path / "out"), reader(logs))
    here = judged(bench, logs)
    assert (there.checkpoint, there.found.ids, there.found.bodies) == (
        here.checkpoint,
        here.found.ids,
        here.found.bodies,
    )
    assert there.remarks == here.remarks == []


async def test_a_key_that_is_gone_is_in_a_tombstone_or_it_is_tampering(bench, logs):
    await filled(bench, logs, 20)
    subject, case = keys_of(bench, 4)
    destroy(logs, [case])
    refused(bench, logs, "body-key-missing", 4)
    await erase(bench, logs, [os.urandom(16)])
    refused(bench, logs, "body-key-missing", 4)
    await erase(bench, logs, [case])
    verified = judged(bench, logs)
    assert (verified.erased, verified.found.opened, verified.found.records) == (2, 20, 22)
    destroy(logs, [subject])
    refused(bench, logs, "body-key-missing", 0)
    await erase(bench, logs, [subject])
    assert judged(bench, logs).erased == 20


async def test_a_tombstone_of_a_later_year_counts_and_is_told(bench, logs):
    await filled(bench, logs, 3)
    _, case = keys_of(bench, 1)
    destroy(logs, [case])
    bench.clock.moment = AFTER
    await erase(bench, logs, [case], AFTER)
    verified = judged(bench, logs)
    assert (verified.erased, verified.closed, verified.remarks) == (1, True, [("erased-later", "")])
    assert judged(bench, logs, 2027).found.speaking[0][:2] == (0, "act")
    previous = (await logs.log(Tenant.ZVH, 2026)).checkpoint
    place = LogInPlace(at_rest(bench), Tenant.ZVH, 2027)
    verify_log(place, reader(logs, previous=previous))
    place.close()


async def test_what_was_published_is_judged_where_that_is_asked(bench, logs, log):
    await filled(bench, logs, 10)
    note = log.checkpoint
    await log.publish(Published(10, note, None))
    await filled(bench, logs, 10)
    assert judged(bench, logs, published=True).checkpoint.size == 10
    assert judged(bench, logs).checkpoint.size == 20


async def test_a_stamp_over_what_never_was(bench, logs, log):
    await filled(bench, logs, 4)
    await log.stamp(Stamp(date(2026, 11, 26), log.checkpoint, b"no token"))
    assert refused(bench, logs, "stamp-malformed").file == "stamps/2026-11-26.tsr"


async def test_a_log_that_is_not_there(bench, logs, files):
    assert refused(bench, logs, "archive-unreadable", year=2031).file is None
    (files / "bodykeys" / "zvh.sqlite").unlink(missing_ok=True)
    await filled(bench, logs, 2)
    refused(bench, logs, "archive-unreadable")


CHANGES = [
    (
        "UPDATE entries SET leaf = CAST(replace(leaf, 'verstrekking', 'weigering') AS BLOB) WHERE idx = 7",
        "record-changed",
        7,
    ),
    ("DELETE FROM entries WHERE idx = 299", "record-changed", 299),
    ("UPDATE bodies SET sealed = CAST(sealed || x'00' AS BLOB) WHERE idx = 7", "body-wrong", 7),
    ("DELETE FROM bodies WHERE idx = 7", "body-missing", 7),
    ("UPDATE bodies SET case_key = randomblob(16) WHERE idx = 7", "body-key-missing", 7),
    ("UPDATE bodies SET case_key = (SELECT case_key FROM bodies WHERE idx = 8) WHERE idx = 7", "body-wrong", 7),
    ("UPDATE tiles SET hashes = zeroblob(32) WHERE place >= 1 << 48", "tile-changed", None),
    ("DELETE FROM tiles WHERE place = 0", "tile-changed", None),
    ("UPDATE head SET checkpoint = replace(checkpoint, 'zvh', 'gemeente')", "signer-unknown", None),
    ("UPDATE bodies SET statement = x'7b7d' WHERE idx = 7", "statement-wrong", 7),
]


@pytest.mark.parametrize(("sql", "code", "record"), CHANGES)
async def test_whoever_changes_the_file_is_found_out(bench, logs, files, sql: str, code: str, record: int | None):
    await filled(bench, logs)
    logs.close()
    connection = apsw.Connection(str(files / "log" / "zvh-2026.sqlite"))
    connection.execute(sql)
    connection.close()
    refused(bench, logs, code, record)


async def test_it_goes_to_other_processes(bench, logs, files):
    await filled(bench, logs)
    place = LogInPlace(LogFolder(files), Tenant.ZVH, 2026)
    place.checkpoint()
    again = pickle.loads(pickle.dumps(place))
    assert again.entries(0, 256) == place.entries(0, 256)
    place.close()
    again.close()
    assert judged(bench, logs, processes=2).found.opened == 300
    assert replace(judged(bench, logs, processes=1).found) == judged(bench, logs, processes=2).found


async def test_days_of_keeping_are_those_of_the_keys(bench, logs):
    await filled(bench, logs, 5, retain_until=date(2031, 1, 1))
    assert judged(bench, logs).remarks == []
    log, keys = at_rest(bench).storage(Tenant.ZVH, 2026), at_rest(bench).keys(Tenant.ZVH)
    ids = [key_id for _, key_id, day in log.days(0, 5) if day == "2031-01-01"]
    assert len(ids) == 5
    assert keys.days([*ids, bytes(16)]) == dict.fromkeys(ids, "2031-01-01")
    assert log.misfiled(0, 5) is None
    log.close()
    keys.close()

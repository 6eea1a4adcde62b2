"""One bit of what is stored is flipped while the log is stopped: in a column by name, or anywhere in a file.

Rules:
- Whatever proves something (leaf, body, tile, head, checkpoint, published checkpoint, statement, key) is found, by
  opening the log or by judging it, and the record or file is named.
- What no hash covers (an index beside a leaf, an answer that waits to be collected) may make a thing unfindable, and
  never gives another one out: what is served is what was recorded, or a fault, or nothing that verifies.
"""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

from gateway.errors import Fault
from gateway.exchange.kept import unmarked
from gateway.model.codes import Tenant
from gateway.model.log import Published
from gateway.store.sqlite.log_folder import LogFolder
from gateway.tlog import Log
from gateway.tlog.in_place import LogInPlace
from gateway.tlog.turn import stated
from gateway.verify import VerifierKey, verify_receipt
from gateway.verify.archive.judge import verify_log
from gateway.verify.errors import VerificationError
from gateway.verify.trust import Reader
from tests.faults.ledger import YEAR, Ledger
from tests.faults.life import Life
from tests.faults.tally import Tally

Column = tuple[str, str, str]
"""A file, a table, a column."""
LOG, KEYS = f"log/{Tenant.ZVH}-{YEAR}.sqlite", f"bodykeys/{Tenant.ZVH}.sqlite"
COVERED = {
    (LOG, "entries", "leaf"),
    (LOG, "bodies", "sealed"),
    (LOG, "bodies", "subject_key"),
    (LOG, "bodies", "case_key"),
    (LOG, "bodies", "statement"),
    (LOG, "tiles", "hashes"),
    (LOG, "head", "size"),
    (LOG, "head", "compact"),
    (LOG, "head", "checkpoint"),
    (LOG, "published", "checkpoint"),
    (KEYS, "keys", "id"),
    (KEYS, "keys", "key"),
}
BESIDE = {
    (LOG, "entries", "record_id"),
    (LOG, "entries", "request_id"),
    (LOG, "outbox", "client"),
    (LOG, "outbox", "idempotency_hash"),
    (LOG, "outbox", "body_hmac"),
    (LOG, "outbox", "requester"),
    (LOG, "outbox", "recipient"),
    (LOG, "outbox", "answer"),
    (LOG, "outbox", "receipt"),
    (LOG, "outbox", "expires_at"),
}
RECORDS, ASKED = 300, 60


@dataclass
class Built:
    """A stopped log. `entries` and `bodies` in their order; `answers` by request."""

    place: Path
    ledger: Ledger
    keys: list[VerifierKey]
    entries: list[bytes] = field(default_factory=list)
    bodies: list[bytes | None] = field(default_factory=list)
    answers: dict[str, bytes] = field(default_factory=dict)


async def run(folder: Path, *, count: int, seed: int) -> list[Tally]:
    """`count` flips in what is covered, as many beside it, and as many anywhere in the two files."""
    chance, columns = random.Random(seed), Tally("flips")
    built = await _build(folder / "whole", chance)
    columns.acknowledged = len(built.ledger.told)
    covered, beside = sorted(COVERED), sorted(BESIDE)
    for flip in range(count):
        for where in (covered[flip % len(covered)], beside[flip % len(beside)], None):
            copy = folder / "copy"
            shutil.copytree(built.place, copy)
            await _try(copy, built, where, chance, columns)
            shutil.rmtree(copy)
            columns.times += 1
    return [columns]


async def _build(place: Path, chance: random.Random) -> Built:
    ledger = Ledger()
    life = Life(place, 1, chance, ledger)
    logs = await life.bench.logs()
    log = await logs.log(Tenant.ZVH, YEAR)
    number = 0
    while log.size < RECORDS:
        await life.append(logs, f"1-{(number := number + 1)}")
    now = life.bench.clock.now()
    for _ in range(3):
        act = stated({"act": "looked", "of": "nobody"}, id=life.bench.chance.new(), simulation=False)
        await logs.append(Tenant.ZVH, now, act)
    await log.publish(Published(log.size, log.checkpoint, None))
    built = Built(place, ledger, [VerifierKey.parse(key) for key in logs.verifiers if f"/{Tenant.ZVH}/" in key])
    for index in range(log.size):
        built.entries.append(log.entry(index) or b"")
        built.bodies.append(log.body(index))
    for told in ledger.told:
        request = verify_receipt(told.receipt, logs.verifiers).leaf.request_id
        if (kept := await logs.disclosure(request)) is not None:
            built.answers[request] = kept.row.answer
    logs.close()
    return built


async def _try(place: Path, built: Built, where: Column | None, chance: random.Random, tally: Tally) -> None:
    name, expected = _flip_column(place, where, chance) if where else _flip_anywhere(place, chance)
    judged, opened = _judged(place, built), await _opened(place, built)
    found = [word for word in (judged, opened) if word]
    wrong = await _served(place, built, chance)
    tally.notes["found at opening"] += bool(opened)
    tally.notes["found by judging"] += bool(judged)
    if wrong:
        tally.wrong.append(f"{name}: {wrong} was given out and verifies")
    if where in COVERED and not found:
        tally.wrong.append(f"{name}: nobody saw it")
    if where in COVERED and found and not any(expected in word for word in found):
        tally.wrong.append(f"{name}: {expected} is not named in {found}")
    tally.notes["that changed nothing"] += not found


def _flip_column(place: Path, where: Column, chance: random.Random) -> tuple[str, str]:
    """What was flipped, and what must be named."""
    file, table, column = where
    database = apsw.Connection(str(place / file))
    database.execute("PRAGMA ignore_check_constraints = ON")
    filled = f"SELECT rowid, {column} FROM {table} WHERE {column} IS NOT NULL AND length({column}) > 0"
    rows = database.execute(f"{filled} ORDER BY rowid").fetchall()
    row, value = chance.choice(rows)
    new = "CAST(? AS TEXT)" if isinstance(value, str) else "?"
    database.execute(f"UPDATE {table} SET {column} = {new} WHERE rowid = ?", (_flipped(value, chance), row))
    database.close()
    return f"{table}.{column} of row {row}", _named(table, column, row)


def _named(table: str, column: str, row: int) -> str:
    if table in ("entries", "bodies"):
        return f"record {row}"
    if table == "tiles":
        return f"tile/{row >> 48}/{row & (1 << 48) - 1:03d}"
    return {"keys": "record", "published": "checkpoint"}.get(table, "")


def _flipped(value: Any, chance: random.Random) -> Any:
    if isinstance(value, int):
        return value ^ 1 << chance.randrange(20)
    data = bytearray(value.encode() if isinstance(value, str) else value)
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _flip_anywhere(place: Path, chance: random.Random) -> tuple[str, str]:
    file = place / chance.choice((LOG, KEYS))
    data = bytearray(file.read_bytes())
    at = chance.randrange(len(data))
    data[at] ^= 1 << chance.randrange(8)
    file.write_bytes(data)
    return f"byte {at} of {file.name}", ""


async def _opened(place: Path, built: Built) -> str:
    """Why the log cannot be opened, "" where it can."""
    try:
        logs = await Life(place, 9, random.Random(), built.ledger).bench.logs()
    except Fault as fault:
        return f"{fault.code}: {fault.log}"
    logs.close()
    return ""


def _judged(place: Path, built: Built) -> str:
    """Why the log in place is not right, and where, "" where it is."""
    for published in (False, True):
        log = LogInPlace(LogFolder(place), Tenant.ZVH, YEAR, published=published)
        try:
            verify_log(log, Reader(built.keys), processes=1)
        except VerificationError as error:
            return f"record {error.record}, file {error.file}: {error.code} {error}"
        finally:
            log.close()
    return ""


async def _served(place: Path, built: Built, chance: random.Random) -> str:
    """What is given out that is not what was recorded, and yet verifies; "" where there is nothing. Of the records some
    are asked for, of the answers each.
    """
    try:
        logs = await Life(place, 10, random.Random(), built.ledger).bench.logs()
    except Fault:
        return ""
    try:
        log = await logs.log(Tenant.ZVH, YEAR)
        for index in chance.sample(range(len(built.entries)), ASKED):
            if _receipt_of(log, index, built) not in (None, built.entries[index]):
                return f"record {index}"
            if _attempt(log.body, index) not in (None, built.bodies[index]):
                return f"body {index}"
        for request, answer in built.answers.items():
            try:
                kept = await logs.disclosure(request)
                if kept and unmarked(kept.row) and (kept.receipt.leaf.request_id, kept.row.answer) != (request, answer):
                    return f"answer {request}"
            except (Fault, ValueError, apsw.Error):
                continue
    finally:
        logs.close()
    return ""


def _receipt_of(log: Log, index: int, built: Built) -> bytes | None:
    receipt = _attempt(log.receipt, index)
    try:
        if receipt is None or verify_receipt(receipt.text, built.keys).index != index:
            return None
    except VerificationError:
        return None
    return receipt.leaf.to_bytes()


def _attempt(read: Any, index: int) -> Any:
    try:
        return read(index)
    except Exception:  # whatever it raises, nothing was given out
        return None

"""The logs of who looked are witnessed too: what becomes of them is told, and stops no release."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from gateway.crypto.notes import Cosigner
from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.model.look import Look
from gateway.store.sqlite.shelf import SharedShelf
from gateway.tlog import Logs
from gateway.tlog.audit import STREAMS, AuditLog
from gateway.tlog.publication.doors import Reply
from gateway.tlog.publication.publishing import Pace
from gateway.verify.note import parse_note, verify_note
from tests.unit.tlog.bench import HOST, Bench
from tests.unit.tlog.publication import FAST, KEY, Press
from tests.unit.tlog.test_publishing import publishing, stale, until

STREAM = "audit-zvh"
ORIGIN = f"{HOST}/{STREAM}/2026"


@pytest.fixture
def press(bench: Bench) -> Press:
    return Press(bench)


def open_beside(bench: Bench) -> Logs:
    return Logs(
        shelf=SharedShelf(bench.folder),
        host=HOST,
        signer=lambda stream, origin: bench._key(stream, origin, b""),
        clock=bench.clock,
        identifiers=bench.chance,
        randomness=os.urandom,
        queue=64,
        streams=STREAMS,
    )


@pytest.fixture
def looked(bench: Bench) -> Iterator[Logs]:
    logs = open_beside(bench)
    yield logs
    logs.close()


async def look(bench: Bench, times: int = 1) -> None:
    """As a command does that runs beside the gateway."""
    logs = open_beside(bench)
    try:
        audit = AuditLog(logs, clock=bench.clock, identifiers=bench.chance, simulation=False)
        for _ in range(times):
            await audit.looked(Tenant.ZVH, Look("pia", "operator", "explain", "all", 1))
    finally:
        logs.close()


def only_of_the_audit(press: Press, size: int | None) -> None:
    """Let every witness claim to know this size of the audit log, or not to follow it (404); else it is honest."""
    for witness in press.witnesses:

        def lie(body: bytes, honest=witness.honestly) -> Reply:
            if ORIGIN.encode() not in body:
                return honest(body)
            return Reply(404, b"") if size is None else Reply(409, f"{size}\n".encode())

        witness.lie = lie


async def test_what_another_process_recorded_is_signed_and_witnessed(press: Press, logs: Logs, looked: Logs) -> None:
    async with publishing(press, logs, FAST, looked) as running:
        await until(lambda: running.fresh)
        await look(press.bench, 3)
        await until(lambda: press.witnesses[0].seen[ORIGIN][0] == 3)
        await until(lambda: looked.opened[STREAM, 2026].published().size == 3)
    log = looked.opened[STREAM, 2026]
    note = log.published().checkpoint
    for key in (log.verifier, Cosigner(ORIGIN, KEY, press.bench.clock.now).verifier):
        assert verify_note(note, [key])[1] == (key,)
    assert len(parse_note(note).signatures) >= 4


async def test_an_audit_log_that_nobody_follows_stops_no_release(press: Press, logs: Logs, looked: Logs) -> None:
    only_of_the_audit(press, None)
    with structlog.testing.capture_logs() as told:
        async with publishing(press, logs, Pace(0.01, timedelta(hours=1)), looked) as running:
            await until(lambda: running.fresh)
            await until(lambda: [each for each in told if each["event"] == "witness-stale"])
            assert stale(running) == ""
            assert stale(running, STREAM) == "witness-stale"
    stales = {each["stream"]: each["says"] for each in told if each["event"] == "witness-stale"}
    assert "Releases go on." in stales[STREAM]


async def test_an_audit_log_that_was_put_back_is_told_and_records_nothing_more(
    press: Press, logs: Logs, looked: Logs
) -> None:
    await look(press.bench, 2)
    only_of_the_audit(press, 7)
    with structlog.testing.capture_logs() as told:
        async with publishing(press, logs, FAST, looked) as running:
            await until(lambda: [each for each in told if each["event"] == "log-rolled-back"])
            await until(lambda: running.fresh)
            assert stale(running) == ""
            with pytest.raises(Fault, match="log-rolled-back"):
                await press.bench.append(looked, STREAM)
            await press.bench.append(logs)
    event, *_ = [each for each in told if each["event"] == "log-rolled-back"]
    assert (event["log"], event["witness_size"], event["our_size"], event["log_level"]) == (ORIGIN, 7, 2, "critical")
    assert "Releases go on" in event["says"]


async def test_one_that_is_gone_altogether_is_told_too(press: Press, logs: Logs, looked: Logs) -> None:
    only_of_the_audit(press, 7)
    with structlog.testing.capture_logs() as told:
        async with publishing(press, logs, FAST, looked):
            await until(lambda: [each for each in told if each["event"] == "log-rolled-back"])


async def test_at_the_turn_of_the_year_the_next_one_is_witnessed(press: Press, logs: Logs, looked: Logs) -> None:
    await look(press.bench)
    async with publishing(press, logs, FAST, looked):
        await until(lambda: press.witnesses[0].seen.get(ORIGIN, (0,))[0] == 1)
        press.bench.clock.moment = datetime(2027, 1, 1, 12, tzinfo=UTC)
        await until(lambda: press.witnesses[0].seen.get(f"{HOST}/{STREAM}/2027", (0,))[0] == 1)
        await until(lambda: press.witnesses[0].seen[ORIGIN][0] == 2)
        await until(lambda: looked.opened[STREAM, 2026].closed)


async def test_one_that_cannot_be_opened_is_told_once(press: Press, logs: Logs, looked: Logs) -> None:
    (press.bench.folder / "log" / f"{STREAM}-2026.sqlite").write_bytes(b"no database" * 100)
    with structlog.testing.capture_logs() as told:
        async with publishing(press, logs, FAST, looked) as running:
            await until(lambda: running.fresh)
            await until(lambda: press.witnesses[0].seen.get(f"{HOST}/audit-gemeente/2026"))
            asked = len(press.witnesses[0].asked)
            await press.bench.append(logs)
            await until(lambda: len(press.witnesses[0].asked) > asked)
    [event] = [each for each in told if each["event"] == "log-unopened"]
    assert (event["stream"], event["code"]) == (STREAM, "log-damaged")

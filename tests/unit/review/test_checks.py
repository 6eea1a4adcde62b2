"""Checks of a tenant's logs: what is good, what one changed byte does, and that red stays until it is good again."""

import asyncio
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from gateway.model.codes import Tenant
from gateway.model.writing import WritingKind
from gateway.review.checks.outcome import Outcome, Verdict, sentence
from gateway.review.checks.seals import NoSeal, read_seals
from gateway.store.frozen import FrozenFiles
from tests.support.tampering import change, flip
from tests.unit.review.checking import (
    FIRST,
    NEXT_YEAR,
    SECOND,
    TOMBSTONE,
    WITNESSED,
    Clock,
    bureau,
    key,
    record,
    seal,
)
from tests.unit.tlog.bench import Bench
from tests.unit.verify import oracle


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("recorded")
    asyncio.run(record(state))
    return state


@pytest.fixture
def state(recorded: Path, tmp_path: Path) -> Path:
    return shutil.copytree(recorded, tmp_path / "state")


def log_file(state: Path, year: int = 2026) -> Path:
    return state / "log" / f"zvh-{year}.sqlite"


def seals(*notes: str):
    return read_seals("\n".join(notes), Tenant.ZVH)


def remove(state: Path, name: str) -> None:
    for file in state.glob(f"log/{name}"):
        file.unlink()


def move_year(state: Path) -> None:
    """The log of 2026 as if it were that of 2025."""
    for file in state.glob("log/zvh-2026*"):
        shutil.copy(file, str(file).replace("2026", "2025"))


def roll_back(state: Path, recorded: Path, name: str) -> None:
    """An old copy over a newer log."""
    remove(state, f"{name}*")
    for file in recorded.glob(f"log/{name}*"):
        shutil.copy(file, state / "log")


async def test_what_is_good_is_computed_anew_and_recorded(state: Path) -> None:
    async with bureau(state) as desk:
        outcome = await desk.check()
        assert (outcome.verdict, outcome.wrong) == (Verdict.HOLDS, None)
        assert outcome.records == FIRST + 1 + SECOND + 1  # and the records that join the years
        assert [(log.stream, log.year, log.size) for log in outcome.logs] == [("zvh", 2026, 301), ("zvh", 2027, 21)]
        assert outcome.witnesses == ("region",)
        assert dict(outcome.logs[-1].cosigned) == {"region": WITNESSED}
        assert not outcome.unwitnessed
        assert (outcome.compared, outcome.own, outcome.since) == (0, False, None)
        [writing] = await desk.writings.all(Tenant.ZVH, WritingKind.CHECK)
        assert (writing.who, writing.role) == ("fenna", "fg")
        assert Outcome.of(writing.content) == outcome
        assert desk.checks.standing(Tenant.ZVH) is None
        again = await desk.check()
        assert (again.compared, again.own, again.since) == (2, False, outcome.finished)
        assert [log.stream for log in again.logs] == ["zvh", "zvh", "audit-zvh"]
        assert await desk.checks.history(Tenant.ZVH) == [again, outcome]


async def test_the_steps_count_what_was_done(state: Path) -> None:
    async with bureau(state) as desk:
        job = desk.checks.start(Tenant.ZVH, who="fenna", role="fg", seals=seals(seal(state)))
        assert [step.state for step in job.steps] == ["waits"] * 5
        await desk.checks.finished(Tenant.ZVH)
        assert [(step.name, step.done, step.total, step.state) for step in job.steps] == [
            ("records", 322, 322, "done"),
            ("tree", 2, 2, "done"),
            ("seal", 2, 2, "done"),
            ("seen", 1, 1, "done"),
            ("witnesses", 2, 2, "done"),
        ]


BYTES: dict[str, tuple[str, str, str, Callable[[bytes], bytes], str, int | None, str]] = {
    "leaf": ("entries", "leaf", "idx = 17", flip, "record-changed", 17, "tile/entries/000"),
    "last-leaf": ("entries", "leaf", "idx = 300", flip, "record-changed", 300, "tile/entries/001.p/45"),
    "tile": ("tiles", "hashes", "place = 0", lambda tile: flip(tile, 32 * 17), "tile-changed", 17, "tile/0/000"),
    "last-tile": ("tiles", "hashes", "place = 1", flip, "tile-changed", 300, "tile/0/001.p/45"),
    "high-tile": ("tiles", "hashes", "place = 1 << 48", flip, "tile-changed", 0, "tile/1/000.p/1"),
    "body": ("bodies", "sealed", "idx = 17", flip, "body-wrong", 17, "bodies/000"),
    "case-key": ("bodies", "case_key", "idx = 17", flip, "body-key-missing", 17, ""),
    "record-id": ("entries", "record_id", "idx = 17", flip, "record-misfiled", 17, ""),
    "request-id": ("entries", "request_id", "idx = 300", flip, "record-misfiled", 300, ""),
    "statement": ("bodies", "statement", f"idx = {TOMBSTONE}", flip, "statement-wrong", TOMBSTONE, "statements"),
    "root": ("head", "checkpoint", "one = 1", lambda note: flip(note, note.index(b"\n301\n") + 10), "", None, "head"),
    "signature": ("head", "checkpoint", "one = 1", lambda note: flip(note, len(note) - 20), "signature-bad", None, ""),
    "origin": ("head", "checkpoint", "one = 1", lambda note: flip(note, 2), "", None, "checkpoint"),
    "compact": ("head", "compact", "one = 1", flip, "root-differs", None, "head"),
    "published": ("published", "checkpoint", "one = 1", lambda note: flip(note, 40), "", None, "published"),
}


@pytest.mark.parametrize("place", BYTES)
async def test_one_byte_turns_it_red_and_names_the_place(place: str, state: Path) -> None:
    table, column, where, by, code, number, file = BYTES[place]
    async with bureau(state) as desk:
        assert (await desk.check()).verdict is Verdict.HOLDS
        change(log_file(state), table, column, where, by)
        outcome = await desk.check()
        assert outcome.verdict is Verdict.BROKEN
        wrong = outcome.wrong
        assert wrong is not None
        assert (wrong.stream, wrong.year, wrong.record) == ("zvh", 2026, number)
        assert not code or wrong.code == code, wrong
        assert not file or wrong.file == file
        assert all(sentence(wrong.code, language) for language in ("nl", "en"))
        assert desk.checks.standing(Tenant.ZVH) == outcome
        assert desk.checks.standing(Tenant.GEMEENTE) is None


async def test_red_stays_across_restarts_until_it_is_good_again(state: Path) -> None:
    async with bureau(state) as desk:
        change(log_file(state), "entries", "leaf", "idx = 17", flip)
        red = await desk.check()
    kept = state / "desk-checks" / "zvh.json"
    for forget in (lambda: None, lambda: kept.write_bytes(b"{}"), lambda: shutil.rmtree(kept.parent)):
        forget()
        async with bureau(state) as desk:
            assert desk.checks.standing(Tenant.ZVH) == desk.checks.last(Tenant.ZVH) == red
    async with bureau(state) as desk:
        assert (await desk.check()).verdict is Verdict.BROKEN
        change(log_file(state), "entries", "leaf", "idx = 17", flip)
        assert (await desk.check()).verdict is Verdict.HOLDS
        assert desk.checks.standing(Tenant.ZVH) is None
        assert [each.verdict.value for each in await desk.checks.history(Tenant.ZVH)] == [
            "klopt",
            "klopt-niet",
            "klopt-niet",
        ]


async def test_the_seals_that_the_fg_kept(state: Path, recorded: Path) -> None:
    kept = [seal(state, 2026), seal(state, 2027, published=True)]
    await record_more(state)
    async with bureau(state) as desk:
        for given in (kept, kept[::-1], [note.replace("\n", "\r\n") for note in kept]):
            outcome = await desk.check(*seals(*given))
            assert outcome.verdict is Verdict.HOLDS
            assert (outcome.own, outcome.since, outcome.since_size, outcome.since_year) == (True, None, 301, 2026)
        outcome = await desk.check(*seals(kept[1]))
        assert (outcome.since, outcome.since_size, outcome.since_year) == (WITNESSED, 21, 2027)


async def record_more(state: Path) -> None:
    bench = Bench(state)
    bench.chance.seed, bench.clock.moment = 2, NEXT_YEAR
    logs = await bench.logs()
    await bench.append(logs)
    logs.close()


async def test_an_old_copy_does_not_continue_a_seal(state: Path, recorded: Path) -> None:
    early = seal(state)
    await record_more(state)
    late = seal(state)
    roll_back(state, recorded, "zvh-2027")
    async with bureau(state) as desk:
        assert (await desk.check()).verdict is Verdict.HOLDS, "by itself an old copy is good"
        outcome = await desk.check(*seals(late, early))
        wrong = outcome.wrong
        assert outcome.verdict is Verdict.BROKEN
        assert wrong is not None
        assert (wrong.code, wrong.year, wrong.record, wrong.fits, wrong.seal) == ("log-rolled-back", 2027, 21, 21, 22)
        assert (await desk.check()).verdict is Verdict.BROKEN, "a seal that did not fit is not forgotten"
    async with bureau(state) as desk:
        assert (await desk.check()).verdict is Verdict.BROKEN


async def test_what_this_desk_saw_is_held_against_it_too(state: Path, recorded: Path) -> None:
    await record_more(state)
    async with bureau(state) as desk:
        assert (await desk.check()).verdict is Verdict.HOLDS
        roll_back(state, recorded, "zvh-2027")
        outcome = await desk.check()
        assert outcome.wrong is not None
        assert (outcome.verdict, outcome.wrong.code) == (Verdict.BROKEN, "log-rolled-back")


async def test_another_history_says_since_when(state: Path) -> None:
    signer, origin = key("zvh", 2027), "log.example/zvh/2027"

    def forged(size: int) -> str:
        text = f"{origin}\n{size}\n{oracle.b64(bytes(32))}\n"
        return f"{text}\n{signer.line(text)}"

    async with bureau(state) as desk:
        outcome = await desk.check(*seals(forged(22)))
        assert outcome.wrong is not None
        assert outcome.wrong.code == "log-rolled-back"
        outcome = await desk.check(*seals(forged(15)))
        wrong = outcome.wrong
        assert wrong is not None
        assert (wrong.code, wrong.record, wrong.fits, wrong.seal) == ("log-forked", None, 0, 15)


@pytest.mark.parametrize("gone", ["zvh-2026", "zvh-2027", "zvh-202"])
async def test_a_year_that_is_taken_away_is_missed(gone: str, state: Path) -> None:
    kept = seal(state, 2026)
    async with bureau(state) as desk:
        assert (await desk.check()).verdict is Verdict.HOLDS
    remove(state, f"{gone}*")
    async with bureau(state) as desk:
        outcome = await desk.check()
        assert outcome.wrong is not None
        assert (outcome.verdict, outcome.wrong.code) == (Verdict.BROKEN, "log-rolled-back")
    shutil.rmtree(state / "desk-checks")
    remove(state, "audit*")
    async with bureau(state) as desk:
        outcome = await desk.check()
        expected = {"zvh-2026": Verdict.BROKEN, "zvh-2027": Verdict.HOLDS, "zvh-202": Verdict.HOLDS}
        assert outcome.verdict is expected[gone], "the next year names the one before, nothing names the next"
        if gone == "zvh-2026":
            assert outcome.wrong is not None
            assert outcome.wrong.code == "year-link-wrong"
            assert (await desk.check(*seals(kept))).wrong.code == "log-rolled-back"


async def test_a_year_that_was_put_in_anothers_place(state: Path) -> None:
    move_year(state)
    async with bureau(state) as desk:
        outcome = await desk.check()
        assert outcome.wrong is not None
        assert (outcome.verdict, outcome.wrong.code) == (Verdict.BROKEN, "origin-wrong")


async def test_a_seal_that_this_log_did_not_sign_is_not_passed_over(state: Path) -> None:
    stranger = key("zvh", 2027, version=b"other")
    text = seal(state).partition("\n\n")[0] + "\n"
    async with bureau(state) as desk:
        outcome = await desk.check(*seals(f"{text}\n{stranger.line(text)}"))
        assert outcome.wrong is not None
        assert (outcome.verdict, outcome.wrong.code, outcome.wrong.file) == (Verdict.UNJUDGED, "signer-unknown", "seal")
        assert desk.checks.standing(Tenant.ZVH) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \n\n", "empty"),
        ("iets anders", "form"),
        ("log.example/zvh/2027\n1\n", "form"),
        ("x" * 400_001, "many"),
        ("log.example/zvh/2027\n1\nx\n\n" * 51, "many"),
    ],
)
def test_what_is_no_seal(text: str, why: str) -> None:
    with pytest.raises(NoSeal) as caught:
        read_seals(text, Tenant.ZVH)
    assert caught.value.why == why


def test_a_seal_of_another_tenant(state: Path) -> None:
    with pytest.raises(NoSeal) as caught:
        read_seals(seal(state), Tenant.GEMEENTE)
    assert caught.value.why == "other-log"


async def test_a_log_that_cannot_be_read_now_is_not_good(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with bureau(state) as desk:
        good = await desk.check()
        real = os.access
        monkeypatch.setattr(os, "access", lambda path, *rest: "zvh-2026" not in str(path) and real(path, *rest))
        file = log_file(state)
        file.rename(file.with_suffix(".away"))
        file.mkdir()
        outcome = await desk.check()
        assert outcome.wrong is not None
        assert (outcome.verdict, outcome.wrong.code) == (Verdict.UNJUDGED, "log-unavailable")
        assert desk.checks.standing(Tenant.ZVH) is None
        file.rmdir()
        file.with_suffix(".away").rename(file)
        assert (await desk.check()).since == good.finished


async def test_a_file_that_is_no_log_any_more_is_damaged(state: Path) -> None:
    log_file(state).write_bytes(b"SQLite format 3\0" + bytes(4096))
    async with bureau(state) as desk:
        outcome = await desk.check()
        assert outcome.wrong is not None
        assert (outcome.verdict, outcome.wrong.year) == (Verdict.BROKEN, 2026)


async def test_records_without_a_head(state: Path) -> None:
    connection = apsw.Connection(str(log_file(state, 2027)))
    connection.execute("DELETE FROM head")
    connection.close()
    async with bureau(state) as desk:
        outcome = await desk.check()
        assert (outcome.verdict, outcome.wrong.record) == (Verdict.BROKEN, 0)


async def test_one_at_a_time_and_no_seal_is_lost(state: Path) -> None:
    async with bureau(state) as desk:
        first = desk.checks.start(Tenant.ZVH, who="fenna", role="fg")
        second = desk.checks.start(Tenant.ZVH, who="adil", role="auditor", seals=seals(seal(state)))
        assert first is second
        assert first is desk.checks.running(Tenant.ZVH)
        other = desk.checks.start(Tenant.GEMEENTE, who="fenna", role="fg")
        assert other is not first
        outcome = await desk.checks.finished(Tenant.ZVH)
        assert (outcome.own, outcome.since_size) == (True, 21)
        assert len(await desk.checks.history(Tenant.ZVH)) == 2
        assert (await desk.checks.finished(Tenant.GEMEENTE)).records == 0


async def test_a_desk_that_closes_stops_what_runs(state: Path) -> None:
    async with bureau(state) as desk:
        job = desk.checks.start(Tenant.ZVH, who="fenna", role="fg")
    assert job.ended
    async with bureau(state) as desk:
        assert desk.checks.last(Tenant.ZVH) is None, "what was stopped says nothing"


async def test_it_checks_by_itself(state: Path) -> None:
    async with bureau(state, Clock()) as desk:
        task = asyncio.create_task(desk.checks.every_day())
        await asyncio.sleep(0)
        await desk.checks.finished(Tenant.ZVH)
        task.cancel()
        assert desk.checks.last(Tenant.ZVH).who == "bureau"
        [writing] = await desk.writings.all(Tenant.ZVH, WritingKind.CHECK)
        assert (writing.who, writing.role) == ("bureau", "automatisch")


async def test_other_processes_find_the_same(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.review.checks.judging.IN_THREAD", 0)
    async with bureau(state) as desk:
        assert (await desk.check()).records == FIRST + 1 + SECOND + 1
        change(log_file(state), "bodies", "sealed", "idx = 17", flip)
        wrong = (await desk.check()).wrong
        assert wrong is not None
        assert (wrong.code, wrong.record) == ("body-wrong", 17)


async def test_red_freezes_where_that_is_asked(state: Path) -> None:
    frozen = FrozenFiles(state / "frozen")
    async with bureau(state, freeze=frozen.freeze) as desk:
        await desk.check()
        assert not frozen.frozen(Tenant.ZVH)
        change(log_file(state), "entries", "leaf", "idx = 17", flip)
        await desk.check()
        assert frozen.frozen(Tenant.ZVH)
        assert not frozen.frozen(Tenant.GEMEENTE)
        change(log_file(state), "entries", "leaf", "idx = 17", flip)
        assert (await desk.check()).verdict is Verdict.HOLDS
        assert frozen.thaw(Tenant.ZVH) == "record-changed", "only an operator lets it go on"
        assert frozen.thaw(Tenant.ZVH) is None

"""What the FG writes: durable before it is said, only ever added to, and read back by everybody beside each other."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import apsw
import pytest

from gateway.app import SystemClock, Uuid7
from gateway.app.keys import open_keys
from gateway.app.logs import logs_at_rest, open_looked
from gateway.crypto.keystore import KeyStore
from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.model.look import Look
from gateway.model.writing import WritingKind
from gateway.review import judged
from gateway.review.acts import Acts
from gateway.review.judged import Finding, Unwritable, by_record
from gateway.review.writings import Writings
from gateway.settings import Settings
from gateway.tlog.audit import AuditLog
from tests.support.postgres import postgres_server
from tests.unit.review.test_samples import written
from tests.unit.workbench.conftest import keep_keys

__all__ = ["postgres_server"]

ONE, OTHER = "01999999-0000-7000-8000-000000000001", "01999999-0000-7000-8000-000000000002"
OIN = "00000001800000001000"
FENNA = {"who": "fenna", "role": "fg"}
NOTE, FLAG, UNFLAG, VERDICT = WritingKind.NOTE, WritingKind.FLAG, WritingKind.UNFLAG, WritingKind.VERDICT


class Marked:
    """What an index heard."""

    def __init__(self) -> None:
        self.heard: dict[str, set[str]] = {}

    def mark(self, facet: str, records: object) -> None:
        self.heard[facet] = set(records)  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyStore:
    """One gateway's keys, for every log of this file."""
    state = tmp_path_factory.mktemp("keys")
    keep_keys(state)
    return open_keys(in_files(state))


@pytest.fixture(params=["files", pytest.param("database", marks=pytest.mark.part("postgresql"))])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Those of a state folder, and those of a database."""
    if request.param == "files":
        return in_files(tmp_path)
    url = request.getfixturevalue("postgres_server").migrated()
    return Settings(development=True, state=tmp_path, database=url, bodykeys_database=url)


def in_files(state: Path) -> Settings:
    return Settings(development=True, state=state, database=None, bodykeys_database=None)


@dataclass
class Process:
    """One that writes and reads."""

    writings: Writings
    audit: AuditLog
    acts: Acts


@asynccontextmanager
async def writing(settings: Settings, keys: KeyStore, marks: Marked | None = None) -> AsyncIterator[Process]:
    looked = open_looked(settings, keys)
    with closing(logs_at_rest(settings)) as logs:
        try:
            await looked.start()
            audit = AuditLog(looked, clock=SystemClock(), identifiers=Uuid7(), simulation=False)
            acts = {tenant: Acts(logs, tenant) for tenant in Tenant}
            yield Process(Writings(audit, acts, {Tenant.ZVH: marks} if marks else None), audit, acts[Tenant.ZVH])
        finally:
            await asyncio.to_thread(looked.close)


async def test_what_was_written_is_read_back_in_order_by_kind_and_by_record(settings: Settings, keys: KeyStore) -> None:
    async with writing(settings, keys) as process:
        writings = process.writings
        first = await writings.write(Tenant.ZVH, **FENNA, kind=NOTE, about=(ONE,), content=judged.note("Waarom dit?"))
        second = await writings.write(Tenant.ZVH, **FENNA, kind=FLAG, about=(ONE, OTHER), content=judged.flag("raar"))
        await writings.write(Tenant.GEMEENTE, **FENNA, kind=NOTE, content=judged.note("elders"))
        assert await writings.all(Tenant.ZVH) == [first, second]
        assert await writings.all(Tenant.ZVH, FLAG) == [second]
        assert await writings.all(Tenant.ZVH, about=OTHER) == [second]
        assert [each.content["text"] for each in await writings.all(Tenant.GEMEENTE)] == ["elders"]
    async with writing(settings, keys) as again:
        assert await again.writings.all(Tenant.ZVH) == [first, second]


async def test_two_processes_write_beside_each_other_and_each_sees_all(settings: Settings, keys: KeyStore) -> None:
    async with writing(settings, keys) as one, writing(settings, keys) as other:
        for number in range(3):
            await one.writings.write(Tenant.ZVH, **FENNA, kind=NOTE, about=(ONE,), content=judged.note(f"een {number}"))
            await other.writings.write(
                Tenant.ZVH, **FENNA, kind=NOTE, about=(ONE,), content=judged.note(f"twee {number}")
            )
            seen = await one.writings.all(Tenant.ZVH)
            assert len(seen) == 2 * number + 2
            assert await other.writings.all(Tenant.ZVH) == seen
        assert [each.content["text"] for each in seen] == [f"{who} {n}" for n in range(3) for who in ("een", "twee")]


async def test_looks_and_writings_of_one_stream_are_told_apart(settings: Settings, keys: KeyStore) -> None:
    async with writing(settings, keys) as process:
        writings = process.writings
        await process.audit.looked(Tenant.ZVH, Look("fenna", "fg", "regel", "2026/1", 1))
        await writings.write(Tenant.ZVH, **FENNA, kind=NOTE, about=(ONE,), content=judged.note("gezien"))
        await process.audit.looked(Tenant.ZVH, Look("fenna", "fg", "regel", "2026/1", 1))
        assert len(await writings.all(Tenant.ZVH)) == 1
        assert len(process.acts.looks()) == 2


async def test_the_index_hears_of_it_before_it_is_said(settings: Settings, keys: KeyStore) -> None:
    marks = Marked()
    async with writing(settings, keys, marks) as process:
        writings = process.writings
        await writings.write(Tenant.ZVH, **FENNA, kind=FLAG, about=(ONE,), content=judged.flag("raar"))
        assert marks.heard == {"beoordeeld": set(), "vlag": {ONE}}
        await writings.write(
            Tenant.ZVH, **FENNA, kind=VERDICT, about=(OTHER,), content=judged.verdict("rechtmatig", "")
        )
        assert marks.heard == {"beoordeeld": {OTHER}, "vlag": {ONE}}
        await writings.write(Tenant.ZVH, **FENNA, kind=UNFLAG, about=(ONE,), content=judged.flag("uitgelegd"))
        assert marks.heard == {"beoordeeld": {OTHER}, "vlag": set()}
    marks.heard = {}
    async with writing(settings, keys, marks) as again:
        again.writings.mark(Tenant.ZVH)
        assert marks.heard == {"beoordeeld": {OTHER}, "vlag": set()}


async def test_what_cannot_be_recorded_is_not_said(tmp_path: Path, keys: KeyStore) -> None:
    settings, marks = in_files(tmp_path), Marked()
    async with writing(settings, keys, marks) as process:
        writings = process.writings
        await writings.write(Tenant.ZVH, **FENNA, kind=NOTE, content=judged.note("eerst"))
        [file] = (tmp_path / "log").glob("audit-zvh-*.sqlite")
        with closing(apsw.Connection(str(file))) as other:
            other.execute("DROP TABLE entries")
            with pytest.raises(Fault):
                await writings.write(Tenant.ZVH, **FENNA, kind=FLAG, about=(ONE,), content=judged.flag("raar"))
    assert marks.heard == {}


def said(*pairs: tuple[WritingKind, dict[str, object]]) -> judged.Judged:
    return by_record([written(kind, (ONE,), content, str(n)) for n, (kind, content) in enumerate(pairs)])[ONE]


def test_the_latest_flag_and_verdict_count_and_all_of_them_stay() -> None:
    flag, wrong, right = judged.flag("x"), judged.verdict("onrechtmatig", "y"), judged.verdict("rechtmatig", "")
    found = said((FLAG, flag), (VERDICT, wrong), (UNFLAG, flag), (VERDICT, right))
    assert (found.flag, found.verdict and found.verdict.content["verdict"]) == (None, Finding.RECHTMATIG)
    assert len(found.all) == 4
    assert said((FLAG, flag), (UNFLAG, flag), (FLAG, flag)).flag.id == "2"  # type: ignore[union-attr]


def test_a_corrected_note_stays_beside_the_one_that_corrects_it() -> None:
    found = said((NOTE, judged.note("fout")), (NOTE, judged.note("goed", corrects="0")))
    assert [each.content["text"] for each in found.of(NOTE)] == ["fout", "goed"]
    assert found.corrected == {"0"}


@pytest.mark.parametrize(
    ("make", "member"),
    [
        (lambda: judged.note("  "), "text"),
        (lambda: judged.note("x" * 4001), "text"),
        (lambda: judged.note("hij heet 9999 93 653"), "text"),
        (lambda: judged.flag(""), "reason"),
        (lambda: judged.verdict("prima", "x"), "verdict"),
        (lambda: judged.verdict("onrechtmatig", " "), "text"),
        (lambda: judged.verdict("verbetering-nodig", ""), "text"),
        (lambda: judged.justification("morgen", OIN, "ab" * 32), "received"),
        (lambda: judged.justification("2026-11-21", "", "ab" * 32), "sender"),
        (lambda: judged.justification("2026-11-21", "999993653", "ab" * 32), "sender"),
        (lambda: judged.justification("2026-11-21", OIN, "ab" * 31), "sha256"),
    ],
)
def test_what_means_nothing_is_not_written(make: object, member: str) -> None:
    with pytest.raises(Unwritable) as caught:
        make()  # type: ignore[operator]
    assert caught.value.member == member


def test_a_text_is_kept_as_it_was_typed_without_what_harms_a_screen() -> None:
    assert judged.note(" Regel een\r\nregel twee\u202e\x07 ")["text"] == "Regel een\nregel twee��"
    assert judged.note("x" * 4000)["text"] == "x" * 4000
    pasted = "AB" * 16 + "\n" + "ab" * 16
    assert judged.justification("2026-11-21", OIN, pasted)["sha256"] == "ab" * 32
    assert json.loads(json.dumps(judged.verdict("rechtmatig", "")))["verdict"] == "rechtmatig"

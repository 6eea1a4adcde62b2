"""Beheer: what is wrong is told, of what exactly, and without a record."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.app.keys import open_keys
from gateway.app.logs import logs_at_rest
from gateway.crypto.keyfile import Metadata
from gateway.crypto.keys import PrivateKey
from gateway.crypto.life import KEY_LIFE
from gateway.crypto.notes import Cosigner
from gateway.desk.roles import Role
from gateway.model.codes import Tenant
from gateway.review.health import PROMPT, Examiner, Health, Problem
from gateway.review.level import Level, Seal
from gateway.verify.policy import Policy
from tests.support.desk import OpenDesk, main_of, settings_of
from tests.support.simulators import NOON

LATER = NOON + timedelta(hours=2)
LINES = 4


@pytest.fixture(scope="module")
def examiner(own_morning: Path) -> Iterator[Examiner]:
    """Of a morning that was read whole, with room on the disk."""
    settings = settings_of(own_morning)
    keys = open_keys(settings)
    with closing(logs_at_rest(settings)) as logs:
        level = Level({NOON.year: Seal(NOON.year, LINES, "")}, NOON)
        yield Examiner(logs, keys.describe, None, lambda _: level, lambda: 1 << 40, 64 << 20, timedelta(hours=1))


def problems(health: Health) -> set[Problem]:
    return set(health.problems)


def test_a_log_that_stands_in_no_checkpoint_is_told(examiner: Examiner) -> None:
    found = examiner.examine(Tenant.ZVH, LATER)
    assert Problem("not-published", f"zvh/{NOON.year}") in problems(found)
    assert (found.lines, found.unread) == (LINES, 0)
    [log] = [each for each in found.logs if each.stream == "zvh"]
    assert log.recorded_at is not None
    just = examiner.examine(Tenant.ZVH, log.recorded_at + PROMPT)
    assert Problem("not-published", f"zvh/{NOON.year}") not in problems(just)


def test_a_review_that_lags_is_told_once_it_had_time(examiner: Examiner) -> None:
    behind = replace(examiner, followed=lambda _: Level({NOON.year: Seal(NOON.year, 1, "")}))
    found = behind.examine(Tenant.ZVH, LATER)
    assert found.unread == LINES - 1
    assert Problem("index-behind") in problems(found)
    assert Problem("index-behind") not in problems(examiner.examine(Tenant.ZVH, LATER))
    [log] = [each for each in found.logs if each.stream == "zvh"]
    assert log.recorded_at is not None
    assert Problem("index-behind") not in problems(behind.examine(Tenant.ZVH, log.recorded_at))


def test_a_full_disk_is_told(examiner: Examiner) -> None:
    assert Problem("disk-full") in problems(replace(examiner, free=lambda: 1).examine(Tenant.ZVH, LATER))
    assert Problem("disk-full") not in problems(examiner.examine(Tenant.ZVH, LATER))


def test_stale_witnesses_are_told(examiner: Examiner) -> None:
    witness = Cosigner("w.example", PrivateKey.generate("Ed25519"), lambda: NOON).verifier
    policy = Policy.parse(f"witness one {witness}\nquorum one\n")
    found = replace(examiner, policy=policy).examine(Tenant.ZVH, LATER)
    assert Problem("witness-stale", f"zvh/{NOON.year}") in problems(found)
    assert found.witnessed
    assert not {each.code for each in examiner.examine(Tenant.ZVH, LATER).problems} & {"witness-stale"}


def test_a_key_that_is_due_is_told(examiner: Examiner) -> None:
    late = examiner.examine(Tenant.ZVH, LATER + KEY_LIFE)
    assert {each.of for each in late.problems if each.code == "key-late"} >= {"token", "log-zvh", "published-zvh"}
    assert not any(each.code == "key-late" for each in examiner.examine(Tenant.ZVH, LATER).problems)


def test_a_tenant_sees_no_key_of_another(examiner: Examiner) -> None:
    found = {each.purpose for each in examiner.examine(Tenant.GEMEENTE, LATER).keys}
    assert {"log-gemeente", "token", "digest"} <= found
    assert not any(each.endswith("-zvh") for each in found)


def test_of_a_secret_and_of_a_key_that_signs_no_more_no_end_is_told(examiner: Examiner) -> None:
    moment = datetime(2020, 1, 1, tzinfo=UTC).isoformat()
    gone = Metadata("token", "x", "ES256", "retiring", moment, moment, {"kty": "EC"})
    secret = Metadata("digest", "v1", "HS256", "active", moment, moment, None)
    found = replace(examiner, keys=lambda: [gone, secret]).examine(Tenant.ZVH, LATER)
    assert [each.until for each in found.keys] == [None, None]
    assert not any(each.code == "key-late" for each in found.problems)


def test_a_log_that_cannot_be_read_is_a_problem_and_no_fault(morning: Path, tmp_path: Path, examiner: Examiner) -> None:
    state = tmp_path / "state"
    shutil.copytree(morning, state)
    for each in (state / "log").glob("zvh-*"):
        each.unlink() if each.suffix != ".sqlite" else each.write_bytes(b"this is no database, though it is called one")
    with closing(logs_at_rest(settings_of(state))) as logs:
        found = replace(examiner, logs=logs).examine(Tenant.ZVH, LATER)
    assert Problem("log-unreadable", "zvh (log-damaged)") in problems(found)
    assert Problem("no-log") in problems(found)


def test_without_a_log_that_is_told(tmp_path: Path, examiner: Examiner) -> None:
    with closing(logs_at_rest(settings_of(tmp_path))) as logs:
        found = replace(examiner, logs=logs, followed=lambda _: Level()).examine(Tenant.ZVH, LATER)
    assert problems(found) == {Problem("no-log")}


async def test_the_page_tells_it_and_no_record(open_desk: OpenDesk) -> None:
    bea = open_desk.sign_in({Tenant.ZVH: Role.BEHEERDER})
    page = await bea.get("/zvh/beheer")
    text = main_of(page.text)
    assert f"Nieuwe regels van zvh/{NOON.year} staan nog in geen zegel" in text
    assert "4 van 4" in text
    assert "logboek ondertekenen in gebruik" in text
    for said in ("ZVH-2026", "wgs.", "adres", "voorbeeldstad"):
        assert said not in page.text
    [look] = [each.look for each in open_desk.desk.acts[Tenant.ZVH].looks()][-1:]
    assert (look.role, look.what, look.count) == ("beheerder", "beheer", 0)

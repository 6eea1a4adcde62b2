"""A small year: the records are those of the plan, in its order and of its moments, and the logs are whole."""

import asyncio
import json
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from gateway.app.keys import log_keys, open_keys
from gateway.model.amsterdam import AMSTERDAM, day_of
from gateway.model.bsn import is_bsn
from gateway.model.codes import Tenant
from gateway.model.record import Leaf, RecordClass
from gateway.pdp.archive import Archive
from gateway.pdp.history import History
from gateway.review.acts import Acts
from gateway.review.judged import by_record as judged_by_record
from gateway.review.judged import judged
from gateway.review.justified import account
from gateway.sandbox.town import prepare
from gateway.sandbox.year import SEED, HalfWritten, make, read_truth, wants_year, write_year
from gateway.sandbox.year.plan import Calendar, plan
from gateway.sandbox.year.writing import Written
from gateway.settings import Settings
from gateway.store.sqlite.log_folder import LogFolder
from gateway.tlog.at_rest import all_statements
from gateway.tlog.in_force import statements
from gateway.tlog.sealed import SealedRecords
from gateway.verify import VerifierKey, open_checkpoint
from tests.support.people import spellings

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
FIRST = day_of(NOW - timedelta(days=364))


@dataclass(frozen=True, slots=True)
class Year:
    settings: Settings
    written: list[Written]
    truth: Any

    def leaves(self, tenant: Tenant) -> list[tuple[int, int, Leaf]]:
        """Year, index and leaf of every record, in the order of the logs."""
        with closing(LogFolder(self.settings.state)) as logs:
            found = []
            for year in logs.years(tenant):
                log = logs.storage(tenant, year)
                found += [(year, at, Leaf.from_bytes(each)) for at, each in enumerate(log.entries(0, 10_000))]
                log.close()
            return found


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    settings = Settings(development=True, state=tmp_path_factory.mktemp("year") / "state")
    prepare(settings, "http://127.0.0.1:1")
    assert wants_year(settings)
    written = asyncio.run(write_year(settings, NOW, holder_url="http://127.0.0.1:1", size=0.06))
    return Year(settings, list(written), read_truth(settings.state / "sandbox"))


def test_the_same_seed_plans_the_same_year_and_another_one_another():
    world = make(SEED, FIRST)
    assert plan(world, SEED, NOW) == plan(make(SEED, FIRST), SEED, NOW)
    assert plan(world, SEED, NOW) != plan(world, SEED + 1, NOW)
    assert {each.bsn for each in world.people.values()} != {each.bsn for each in make(SEED + 1, FIRST).people.values()}


def test_a_whole_year_is_large_enough_and_lies_within_the_year():
    events = plan(make(SEED, FIRST), SEED, NOW)
    assert 1_200 <= len(events) <= 2_000
    assert NOW - timedelta(days=364) <= events[0].at
    assert events[-1].at < NOW
    ordinary = [each.at.astimezone(AMSTERDAM) for each in events if not each.mark]
    assert {at.weekday() for at in ordinary} == {0, 1, 2, 3, 4}
    assert all((9, 0) <= (at.hour, at.minute) <= (17, 30) for at in ordinary)


@pytest.mark.parametrize("days", range(0, 30, 3))
def test_a_year_can_be_planned_on_any_day(days: int):
    now = datetime(2026, 12, 20, 23, 30, tzinfo=UTC) + timedelta(days=days)
    events = plan(make(SEED, day_of(Calendar(now).first)), SEED, now)
    assert events[-1].at < now
    assert Calendar(now).first <= events[0].at


def test_nobody_in_it_exists():
    people = make(SEED, FIRST).people.values()
    assert all(is_bsn(each.bsn) and each.bsn.startswith("9999") for each in people)
    assert len({each.bsn for each in people}) == len(people)


@pytest.mark.parametrize("tenant", Tenant)
def test_every_request_has_its_record_in_the_order_and_of_the_moment_of_the_plan(year: Year, tenant: Tenant):
    decided = {"verstrekking", "weigering", "proef", "storing"}
    recorded = [leaf for _, _, leaf in year.leaves(tenant) if leaf.kind in decided]
    planned = [each for each in year.written if each.tenant is tenant]
    assert [each.request for each in planned] == [leaf.request_id for leaf in recorded]
    for each, leaf in zip(planned, recorded, strict=True):
        at = datetime.fromisoformat(leaf.time)
        assert each.record == ("" if leaf.kind is RecordClass.STORING else leaf.id)
        assert timedelta(0) <= each.event.at - at < timedelta(milliseconds=1)
        assert {UUID(name).int >> 80 for name in (leaf.id, leaf.request_id)} == {int(at.timestamp() * 1000)}


@pytest.mark.parametrize("tenant", Tenant)
def test_what_was_collected_and_what_was_not_stands_in_the_log(year: Year, tenant: Tenant):
    came = [leaf.request_id for _, _, leaf in year.leaves(tenant) if leaf.kind is RecordClass.OUTCOME]
    assert sorted(came) == sorted(each.request for each in year.written if each.collected and each.tenant is tenant)
    waiting = [each for each in year.written if each.event.ask.recipient and each.granted and not each.collected]
    assert came
    assert any(each.tenant is Tenant.ZVH for each in waiting)


@pytest.mark.parametrize("tenant", Tenant)
def test_the_year_turned_and_each_log_names_the_other(year: Year, tenant: Tenant):
    with closing(LogFolder(year.settings.state)) as logs:
        assert logs.years(tenant) == [2025, 2026]
        old, new = (logs.storage(tenant, each) for each in (2025, 2026))
        said = json.loads(next(iter(all_statements(new)))[1])
        closed = json.loads(list(all_statements(old))[-1][1])
        origin = f"sluis.localhost/{tenant}"
        keys = [VerifierKey(f"{origin}/2025", each) for each in log_keys(open_keys(year.settings), tenant)]
        last = open_checkpoint(old.state().checkpoint, keys)
        old.close()
        new.close()
    assert closed == {"act": "log-closed", "next": {"origin": f"{origin}/2026"}}
    assert (said["act"], said["previous"]["size"], said["previous"]["origin"]) == (
        "log-opened",
        last.size,
        f"{origin}/2025",
    )
    for number, _, leaf in year.leaves(tenant):
        if leaf.kind is not RecordClass.ACT:
            assert day_of(datetime.fromisoformat(leaf.time)).year == number


@pytest.mark.parametrize("tenant", Tenant)
def test_the_logs_state_what_decided_and_the_history_says_why(year: Year, tenant: Tenant):
    with closing(LogFolder(year.settings.state)) as logs:
        stated = statements(logs, tenant)
    entries = History(year.settings.state / "policies" / "history.jsonl").read()
    assert [(each.revision, each.previous, each.signer) for each in stated] == [
        (each.revision, each.former, each.signer) for each in entries
    ]
    assert len(set(Archive(year.settings.state / "policies").known())) == 3
    assert all(each.reason for each in entries)
    for _, _, leaf in year.leaves(tenant):
        if leaf.kind in (RecordClass.VERSTREKKING, RecordClass.WEIGERING):
            since = [each for each in stated if each.at <= datetime.fromisoformat(leaf.time)]
            assert leaf.revision == since[-1].revision


def test_what_was_erased_can_be_read_no_more_and_the_rest_can(year: Year):
    for erased in year.truth["erased"]:
        tenant = Tenant(erased["tenant"])
        gone = {each["request"] for each in year.truth["people"][erased["person"]][tenant] if each["at"] < erased["at"]}
        unreadable = set()
        with closing(LogFolder(year.settings.state)) as logs:
            sealed = SealedRecords(logs)
            for number in logs.years(tenant):
                for each in sealed.of(tenant, number, 0):
                    leaf = Leaf.from_bytes(each.leaf)
                    if each.open(leaf) is None:
                        unreadable.add(leaf.request_id)
        assert gone
        assert unreadable == gone
        tombstones = {leaf.id for _, _, leaf in year.leaves(tenant) if leaf.kind is RecordClass.TOMBSTONE}
        assert tombstones == set(erased["tombstones"])


OUTCOMES = {
    "refused-again": {"geweigerd"},
    "emergency": {"toegestaan"},
    "emergency-refused": {"geweigerd"},
    "first-use": {"toegestaan"},
    "before-its-policy": {"geweigerd"},
    "not-in-force": {"geweigerd"},
    "one-person": {"toegestaan"},
    "at-night": {"toegestaan"},
    "medical": {"toegestaan"},
    "criminal": {"toegestaan"},
    "pushed": {"toegestaan"},
    "third-party": {"toegestaan", "geweigerd"},
}


@pytest.mark.parametrize("mark", OUTCOMES)
def test_what_an_fg_would_want_to_find_came_out_as_it_was_meant(year: Year, mark: str):
    found = [each for each in year.written if each.event.mark == mark]
    assert found
    assert {each.outcome for each in found} == OUTCOMES[mark]
    assert sorted(name for names in year.truth["marks"][mark].values() for name in names) == sorted(
        each.request for each in found
    )


def test_the_accounts_of_emergencies_came_in_time_late_or_never(year: Year):
    emergencies = [each for each in year.written if each.event.mark == "emergency"]
    with closing(LogFolder(year.settings.state)) as logs:
        said = judged_by_record(Acts(logs, Tenant.GEMEENTE).writings())
    states = [account(each.event.at, 3, said.get(each.record, judged(())), day_of(NOW)).state for each in emergencies]
    assert states == ["in-time", "in-time", "in-time", "late", "overdue", "in-time", "waiting"]


def test_the_policies_caused_what_they_allow(year: Year):
    for basis, before, after in (
        ("wgs.zvh.resultaat_deelnemer", "gedeeltelijk", "toegestaan"),
        ("wmo.hergebruik_sociaal_domein", "geweigerd", "toegestaan"),
    ):
        found = [
            each.outcome
            for each in year.written
            if each.event.mark == "policy-change" and each.event.ask.document["basis"] == basis
        ]
        assert found[0] == before
        assert found[-1] == after
        assert found.count(before) < found.count(after) or basis.startswith("wmo.")


def test_it_is_written_once_and_a_half_one_is_told(year: Year):
    assert not wants_year(year.settings)
    (begun := year.settings.state / "sandbox" / "year.begun").touch()
    with pytest.raises(HalfWritten):
        wants_year(year.settings)
    begun.unlink()


def test_a_folder_with_a_log_and_another_deployment_get_none(tmp_path: Path):
    (tmp_path / "log").mkdir()
    assert wants_year(Settings(development=True, state=tmp_path))
    (tmp_path / "log" / "zvh-2026.sqlite").touch()
    assert not wants_year(Settings(development=True, state=tmp_path))
    elsewhere = tmp_path / "other"
    served = {"public_url": "https://sluis.example", "witnesses": "none"}
    assert not wants_year(Settings(state=elsewhere, **served))
    simulated = Settings(development=True, state=elsewhere, profile="simulatie", log_host="simulatie.localhost")
    assert not wants_year(simulated)


def test_no_file_holds_the_number_of_anybody(year: Year):
    numbers = [form for each in make(SEED, FIRST).people.values() for form in spellings(each.bsn)]
    for file in (each for each in year.settings.state.rglob("*") if each.is_file()):
        content = file.read_bytes()
        assert not any(form in content for form in numbers), file

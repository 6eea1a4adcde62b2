"""Looking a person up: exactly the records that are about them, or no report at all."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import apsw
import pytest

from gateway.app.indexes import open_indexes
from gateway.app.keys import open_keys
from gateway.app.logs import logs_at_rest
from gateway.crypto.keyfile import Metadata
from gateway.crypto.keystore import Held, KeyStore
from gateway.crypto.pseudonym import HmacPseudonyms
from gateway.model.canonical import canonical
from gateway.model.codes import Tenant
from gateway.model.erasure import Erasure, ErasureReason
from gateway.model.record import Leaf, NewRecord, RecordClass
from gateway.review.subject.lists import Ground
from gateway.review.subject.lookup import Lookup
from gateway.review.subject.opening import NotComplete
from gateway.store.sqlite.bodykeys import SqliteBodyKeys
from gateway.tlog.sealed import SealedRecords
from tests.support.desk import settings_of
from tests.support.simulators import SettableClock
from tests.support.subject import BSN, FAMILY, MINE, NOBODY, OTHER, Seeded, append, erase, seed

ZVH, GEMEENTE = Tenant.ZVH, Tenant.GEMEENTE


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    return seed(tmp_path_factory.mktemp("years"))


@pytest.fixture
def copied(seeded: Seeded, tmp_path: Path) -> Seeded:
    """The same, for a test that changes it."""
    shutil.copytree(seeded.state, tmp_path / "state")
    return Seeded(tmp_path / "state", seeded.records)


@dataclass
class Desk:
    lookup: Lookup
    logs: Any
    indexes: Any
    pseudonyms: HmacPseudonyms


def opened(state: Path) -> Iterator[Desk]:
    pseudonyms = HmacPseudonyms(open_keys(settings_of(state)))
    with closing(logs_at_rest(settings_of(state))) as logs, open_indexes(settings_of(state), logs) as indexes:
        yield Desk(Lookup(logs, pseudonyms, indexes.of), logs, indexes.of, pseudonyms)


@pytest.fixture
def desk(seeded: Seeded) -> Iterator[Desk]:
    yield from opened(seeded.state)


@pytest.fixture
def own(copied: Seeded) -> Iterator[Desk]:
    yield from opened(copied.state)


def test_exactly_the_records_of_a_person_of_every_year(desk: Desk, seeded: Seeded) -> None:
    found = desk.lookup.find(ZVH, BSN)
    assert set(found.records) == seeded.of(*MINE)
    assert found.erased == seeded.of("elsewhere")
    assert found.proposed == {seeded.records["police"]: Ground.INVESTIGATION}
    assert [seal.year for seal in found.seals] == [2026, 2027]
    assert all(seal.checkpoint.split("\n")[1] == str(seal.size) for seal in found.seals)


def test_another_person_in_the_same_case_has_other_records(desk: Desk, seeded: Seeded) -> None:
    found = desk.lookup.find(ZVH, FAMILY)
    assert set(found.records) == seeded.of("family")
    assert found.proposed == {seeded.records["family"]: Ground.OTHERS}


def test_a_tenant_is_not_seen_from_another_one(desk: Desk, seeded: Seeded) -> None:
    assert set(desk.lookup.find(GEMEENTE, BSN).records) == seeded.of("mine-municipal")
    assert set(desk.lookup.find(GEMEENTE, OTHER).records) == seeded.of("municipal", "municipal-later")
    assert desk.lookup.find(ZVH, OTHER).records == ()


def test_what_is_told_of_a_record(desk: Desk, seeded: Seeded) -> None:
    told = desk.lookup.open(ZVH, seeded.of(*MINE))
    by = {name: told[seeded.records[name]] for name in MINE}
    assert by["elsewhere"] is None
    granted, pushed, tried = by["granted"], by["pushed"], by["tried"]
    assert granted is not None
    assert pushed is not None
    assert tried is not None
    assert (granted.given, granted.fetched, granted.tasks) == (True, True, ("Wmo 2.3.2",))
    assert "WGS 2.31(5)" in granted.articles
    assert (pushed.given, pushed.fetched, pushed.collected_at) == (True, False, None)
    collected = by["collected"]
    assert collected is not None
    assert collected.fetched
    assert collected.collected_at == collected.line.at + timedelta(minutes=7)
    assert (tried.given, tried.line.reasons[0]) == (False, "niet-betrokken-bij-casus")
    assert granted.line.subject == ""


class Watched:
    """The logs as they are, with what was read of them."""

    def __init__(self, logs: Any) -> None:
        self._logs, self.read = logs, []

    def storage(self, stream: str, year: int) -> Any:
        log, bodies = self._logs.storage(stream, year), self.read
        within = log.bodies

        def watched(start: int, count: int) -> Any:
            bodies.append((stream, year, start, count))
            return within(start, count)

        log.bodies = watched
        return log

    def __getattr__(self, name: str) -> Any:
        return getattr(self._logs, name)


def test_whoever_is_in_no_register_takes_the_same_road_as_who_has_no_records(desk: Desk) -> None:
    read = []
    for number in (NOBODY, "123456782"):
        watched = Watched(desk.logs)
        found = Lookup(watched, desk.pseudonyms, desk.indexes).find(ZVH, number)
        assert (found.records, len(found.seals)) == ((), 2)
        read.append(watched.read)
    assert read[0] == read[1] == [(ZVH, 2026, 0, found.seals[0].size), (ZVH, 2027, 0, found.seals[1].size)]


def test_neither_number_nor_pseudonym_is_in_what_comes_out(desk: Desk) -> None:
    found = desk.lookup.find(ZVH, BSN)
    said = repr((found, desk.lookup.open(ZVH, found.records)))
    assert BSN not in said
    assert all(each not in said for each in desk.pseudonyms.every(ZVH, BSN))


class Both:
    """A tenant whose key of pseudonyms has two versions: a person has two pseudonyms there."""

    def __init__(self, pseudonyms: HmacPseudonyms) -> None:
        self._pseudonyms = pseudonyms

    def every(self, tenant: Tenant, bsn: str) -> tuple[str, ...]:
        return (self._pseudonyms.of(tenant, FAMILY), self._pseudonyms.of(tenant, bsn))


def test_the_records_under_an_older_version_of_the_key_are_found_too(desk: Desk, seeded: Seeded) -> None:
    found = Lookup(desk.logs, Both(desk.pseudonyms), desk.indexes).find(ZVH, BSN)
    assert set(found.records) == seeded.of("family", *MINE)
    assert found.alias == desk.lookup.find(ZVH, BSN).alias


async def test_whoever_was_erased_whole_is_in_no_record_any_more(copied: Seeded) -> None:
    with closing(_keys(copied.state)) as keys:
        owned = keys.owned("subject", HmacPseudonyms(open_keys(settings_of(copied.state))).of(ZVH, FAMILY))
    await erase(copied.state, SettableClock(_NOW), owned, ErasureReason.ON_REQUEST)
    for desk in opened(copied.state):
        assert desk.lookup.find(ZVH, FAMILY).records == ()
        assert set(desk.lookup.find(ZVH, BSN).records) == copied.of(*MINE)


async def test_a_record_about_another_under_this_persons_key_gives_no_report(copied: Seeded) -> None:
    pseudonyms = HmacPseudonyms(open_keys(settings_of(copied.state)))
    with closing(logs_at_rest(settings_of(copied.state))) as logs:
        [sealed] = SealedRecords(logs).named(copied.records["family"], (ZVH,))
        body = sealed.open(Leaf.from_bytes(sealed.leaf))
    about_another = NewRecord(
        kind=RecordClass.WEIGERING,
        request_id="0193f000-0000-7000-8000-0000000000fe",
        revision="none",
        simulation=False,
        body=canonical(body),
        subject=pseudonyms.of(ZVH, BSN),
    )
    await append(copied.state, SettableClock(_NOW), about_another)
    for desk in opened(copied.state):
        with pytest.raises(NotComplete) as raised:
            desk.lookup.find(ZVH, BSN)
        assert raised.value.why == "beschadigd"


def test_log_and_index_that_differ_give_no_report(desk: Desk) -> None:
    strange = Lookup(desk.logs, desk.pseudonyms, {ZVH: desk.indexes[GEMEENTE]})
    with pytest.raises(NotComplete) as raised:
        strange.find(ZVH, BSN)
    assert raised.value.why == "register"


def test_while_somebodys_keys_are_being_erased_there_is_no_report(own: Desk, copied: Seeded) -> None:
    with closing(_keys(copied.state)) as keys:
        owned = keys.owned("subject", own.pseudonyms.of(ZVH, BSN))
        keys.retire(
            Erasure("0193f000-0000-7000-8000-0000000000ff", ErasureReason.ON_REQUEST, "fg-1", _NOW, tuple(owned))
        )
    with pytest.raises(NotComplete) as raised:
        own.lookup.find(ZVH, BSN)
    assert raised.value.why == "wissing"


def test_a_key_that_is_gone_unsaid_gives_no_report(own: Desk, copied: Seeded) -> None:
    with closing(_keys(copied.state)) as keys:
        assert keys.destroy(keys.owned("case", "ZVH-2026-0417"))
    with pytest.raises(NotComplete) as raised:
        own.lookup.find(ZVH, BSN)
    assert raised.value.why == "sleutel"
    assert raised.value.record in copied.of(*MINE)


def test_a_body_that_was_changed_gives_no_report_and_names_the_record(own: Desk, copied: Seeded) -> None:
    with closing(apsw.Connection(str(copied.state / "log" / "zvh-2026.sqlite"))) as log:
        log.execute("UPDATE bodies SET sealed = zeroblob(length(sealed)) WHERE idx = 0")
        [(record,)] = log.execute("SELECT record_id FROM entries WHERE idx = 0").fetchall()
    with pytest.raises(NotComplete) as raised:
        own.lookup.find(ZVH, BSN)
    assert (raised.value.why, raised.value.record) == ("beschadigd", record)


def test_a_person_is_looked_up_under_every_version_of_the_key() -> None:
    def held(version: str, state: str, created: str, material: bytes | None) -> Held:
        return Held(Metadata("pseudonym-zvh", version, "HS256", state, created, created, None), material)

    keys = [
        held("v1", "destroyed", "2024-01-01T00:00:00Z", None),
        held("v2", "retiring", "2025-01-01T00:00:00Z", b"2" * 32),
        held("v3", "active", "2026-01-01T00:00:00Z", b"3" * 32),
    ]
    pseudonyms = HmacPseudonyms(KeyStore(Path("none"), b"", simulation=False, held=keys))
    found = pseudonyms.every(ZVH, BSN)
    assert [each.partition(".")[0] for each in found] == ["v2", "v3"]
    assert found[-1] == pseudonyms.of(ZVH, BSN)


_ID = "0193f000-0000-7000-8000-0000000000ff"
_NOW = datetime(2027, 1, 10, 9, tzinfo=UTC)


def _keys(state: Path) -> SqliteBodyKeys:
    return SqliteBodyKeys(state / "bodykeys" / "zvh.sqlite", lambda size: b"r" * size)

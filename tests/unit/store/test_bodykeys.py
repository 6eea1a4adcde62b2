"""The file of keys: what is destroyed stands nowhere in it, what is kept stands, and an older file is taken over."""

import hashlib
import os
import random
from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.errors import Fault
from gateway.model.erasure import Erasure, ErasureReason
from gateway.store.sqlite.bodykeys import SCHEMA, SqliteBodyKeys
from gateway.store.sqlite.database import Durability, open_database, open_reader

NOW = datetime(2026, 11, 26, tzinfo=UTC)


def erasure(name: str, keys, at: datetime = NOW) -> Erasure:
    return Erasure(name, ErasureReason.ON_REQUEST, "fg-1", at, tuple(keys))


@pytest.fixture
def keys(tmp_path):
    keys = SqliteBodyKeys(tmp_path / "keys.sqlite", os.urandom)
    yield keys
    keys.close()


def raw(folder) -> bytes:
    return b"".join(each.read_bytes() for each in sorted(folder.iterdir()))


def digest(owner) -> bytes:
    return hashlib.sha256(f"{owner[0]}\0{owner[1]}".encode()).digest()


@pytest.mark.parametrize("seed", range(3))
def test_no_order_of_making_and_destroying_leaves_a_key_behind(tmp_path, seed):
    chance, alive, dead, made = random.Random(seed), {}, {}, 0
    keys = SqliteBodyKeys(tmp_path / "keys.sqlite", chance.randbytes)
    for step in range(25):
        owners = [
            (
                chance.choice(("subject", "case", "request")),
                f"owner {made + each} {'x' * chance.randrange(40)}",
                day(chance),
            )
            for each in range(chance.randrange(1, 150))
        ]
        made += len(owners)
        alive |= {key_id: (owner, key) for owner, (key_id, key) in keys.obtain(owners).items()}
        for each in chance.sample(list(alive), min(len(alive), chance.randrange(120))):
            dead[each] = alive.pop(each)
        gone = [each for each in dead if keys.find(each)]
        if gone:
            assert keys.retire(erasure(str(step), gone)).keys == tuple(gone)
            assert keys.destroy(gone)
            keys.finish(str(step), "a tombstone")
    keys.compact()
    there = raw(tmp_path)
    assert not [key for _, key in dead.values() if key in there]
    assert not [owner for owner, _ in dead.values() if digest(owner) in there or owner[1].encode() in there]
    assert all(key in there and keys.find(key_id) == key for key_id, (_, key) in alive.items())
    assert len(dead) > 300
    keys.close()


def day(chance: random.Random) -> str:
    return (date(2026, 1, 1) + timedelta(days=chance.randrange(400))).isoformat()


def test_each_day_of_an_owner_has_a_key_of_its_own(keys):
    owners = [("subject", "v1:one", until) for until in ("", "2027-01-01", "2028-01-01")]
    made = keys.obtain(owners)
    assert len({key for _, key in made.values()}) == 3
    assert keys.obtain(owners[::-1]) == made
    assert keys.owned("subject", "v1:one") == [key_id for key_id, _ in made.values()]
    assert keys.owned("case", "v1:one") == []
    assert keys.due(date(2026, 12, 31), 9) == []
    assert keys.due(date(2027, 1, 1), 9) == [made[owners[1]][0]]
    assert keys.due(date(2099, 1, 1), 9) == [made[owners[1]][0], made[owners[2]][0]]
    assert keys.due(date(2099, 1, 1), 1) == [made[owners[1]][0]]


def test_what_is_retired_opens_and_is_given_to_nobody(keys):
    owner = ("case", "zaak-1", "2027-01-01")
    [(key_id, key)] = keys.obtain([owner]).values()
    begun = keys.retire(erasure("one", [key_id]))
    assert (begun, keys.unfinished()) == (erasure("one", [key_id]), [erasure("one", [key_id])])
    assert (keys.find(key_id), keys.owned("case", "zaak-1"), keys.due(date(2099, 1, 1), 9)) == (key, [], [])
    assert keys.obtain([owner])[owner][0] != key_id
    assert keys.retire(erasure("two", [key_id])) is None
    assert keys.destroy([key_id])
    assert keys.find(key_id) is None
    keys.finish("one", "a tombstone")
    assert (keys.unfinished(), keys.tombstone_of("one"), keys.tombstone_of("two")) == ([], "a tombstone", None)


def test_somebody_who_reads_only_delays(keys, tmp_path):
    [(key_id, key)] = keys.obtain([("case", "zaak-1", "")]).values()
    reader = open_reader(tmp_path / "keys.sqlite")
    rows = reader.execute("SELECT id FROM keys")
    next(rows)
    assert not keys.destroy([key_id])
    rows.close()
    assert keys.destroy([key_id])
    assert key not in raw(tmp_path)
    reader.close()


def test_a_file_from_before_keys_had_a_day_is_taken_over(tmp_path):
    old = open_database(tmp_path / "keys.sqlite", Durability.FULL, SCHEMA[:1])
    old.execute("INSERT INTO keys VALUES (?, 'case', 'zaak-1', ?)", (b"i" * 16, b"k" * 32))
    old.close()
    for _ in range(2):
        keys = SqliteBodyKeys(tmp_path / "keys.sqlite", os.urandom)
        assert keys.obtain([("case", "zaak-1", "")]) == {("case", "zaak-1", ""): (b"i" * 16, b"k" * 32)}
        keys.close()


def test_two_processes_that_want_the_same_new_key_get_one(keys, tmp_path):
    other = SqliteBodyKeys(tmp_path / "keys.sqlite", os.urandom)
    owner = ("request", "one", "")
    assert keys.obtain([owner]) == other.obtain([owner])
    other.close()


CALLS = {
    "obtain": lambda keys: keys.obtain([("case", "zaak-1", "")]),
    "held": lambda keys: keys.held([b"\1" * 16]),
    "find": lambda keys: keys.find(b"\1" * 16),
    "owned": lambda keys: keys.owned("case", "zaak-1"),
    "due": lambda keys: keys.due(NOW.date(), 1),
    "retire": lambda keys: keys.retire(erasure("one", [b"\1" * 16])),
    "unfinished": lambda keys: keys.unfinished(),
    "destroy": lambda keys: keys.destroy([b"\1" * 16]),
    "finish": lambda keys: keys.finish("one", "a tombstone"),
    "tombstone_of": lambda keys: keys.tombstone_of("one"),
    "compact": lambda keys: keys.compact(),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_file_that_fails_while_it_is_open_is_a_fault(tmp_path, call):
    (tmp_path / "other").write_bytes(b"no database" * 100)
    keys = SqliteBodyKeys(tmp_path / "keys.sqlite", os.urandom)
    keys.close()
    keys._writer, keys._reader = open_reader(tmp_path / "other"), open_reader(tmp_path / "other")
    with pytest.raises(Fault, match=r"log-unavailable: (NotADB|ReadOnly)Error"):
        CALLS[call](keys)
    keys.close()


def test_a_file_that_may_not_grow_is_a_full_disk(keys):
    keys._writer.pragma("max_page_count", keys._writer.pragma("page_count"))
    with pytest.raises(Fault, match="disk-full"):
        keys.obtain([("case", f"zaak-{number}", "") for number in range(500)])

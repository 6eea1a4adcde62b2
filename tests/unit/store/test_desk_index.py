"""The index's file: nothing of what was erased stays in it, whatever its trees did before, and the secret stays."""

import os
import stat
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.errors import Fault
from gateway.model.indexed import IndexedRow, Readable, ReadSoFar
from gateway.store.review.index import SqliteIndexFile
from gateway.store.review.secret import desk_secret

NAMES = count()


def row(place: int, *, subject: int, case: int) -> IndexedRow:
    ids = [f"01999999-0000-7000-8000-{place:09d}{kind:03d}" for kind in (1, 2)]
    content = f"secret-of-{place:06d}-".encode() * (1 + place % 40)
    keys = (bytes([1, subject]) * 8, bytes([2, case]) * 8)
    return IndexedRow(place, *ids, 1_000 * place, "verstrekking", False, "sha256:1", Readable.YES, content, *keys)


def bytes_of(path: Path) -> bytes:
    return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))


def so_far(size: int) -> ReadSoFar:
    return ReadSoFar(2026, size, bytes(32), "")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=300),
    st.lists(st.tuples(st.sampled_from([1, 2]), st.integers(1, 9)), min_size=1, max_size=4),
    st.integers(1, 64),
)
def test_what_a_destroyed_key_opened_is_in_no_page(
    tmp_path: Path, keys: list[tuple[int, int]], gone: list[tuple[int, int]], page: int
) -> None:
    path = tmp_path / f"index-{next(NAMES)}.sqlite"
    file = SqliteIndexFile(path)
    rows = [row(place, subject=subject, case=case) for place, (subject, case) in enumerate(keys)]
    for start in range(0, len(rows), page):
        file.add(rows[start : start + page], so_far(start), [])
    destroyed = {bytes([kind, number]) * 8 for kind, number in gone}
    hit = {each.place for each in rows if {each.subject_key, each.case_key} & destroyed}
    kept, places = file.add([], so_far(len(rows)), destroyed)
    assert (kept, set(places)) == ([], hit)
    assert file.forget()
    data = bytes_of(path)
    for each in rows:
        assert (f"secret-of-{each.place:06d}-".encode() in data) is (each.place not in hit)
    found = file.at([each.place for each in rows])
    assert {place for place, each in found.items() if each.readable == Readable.ERASED} == hit
    assert all(found[each.place] == each for each in rows if each.place not in hit)
    [later], none = file.add([row(900, subject=gone[0][1], case=gone[0][1])], so_far(901), [])
    assert (later.readable, later.content, none) == (Readable.ERASED, b"", [])
    assert b"secret-of-000900" not in bytes_of(path)
    file.close()


def test_what_is_cleared_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    file = SqliteIndexFile(path)
    file.add([row(place, subject=1, case=1) for place in range(200)], so_far(200), [])
    file.clear()
    assert (list(file.rows()), file.progress()) == ([], [])
    assert b"secret-of" not in bytes_of(path)
    file.close()


def test_rows_and_how_far_was_read_go_in_together(tmp_path: Path) -> None:
    file = SqliteIndexFile(tmp_path / "index.sqlite")
    file.add([row(0, subject=1, case=1)], so_far(1), [])
    with pytest.raises(Fault, match="desk-state-unavailable"):
        file.add([row(1, subject=1, case=1), row(0, subject=1, case=1)], so_far(3), [b"k" * 16])
    assert (len(list(file.rows())), file.progress()) == (1, [so_far(1)])
    file.close()


def test_a_file_that_is_none_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "index.sqlite").write_bytes(b"no database at all, whatever it is called" * 100)
    with pytest.raises(Fault, match="desk-state-unavailable"):
        SqliteIndexFile(tmp_path / "index.sqlite")


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "made" / "alias.secret"
    secret = desk_secret(path, os.urandom)
    assert len(secret) == 32
    assert desk_secret(path, os.urandom) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_what_is_no_secret_is_a_fault_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "alias.secret"
    path.write_bytes(content)
    with pytest.raises(Fault, match="desk-state-unavailable"):
        desk_secret(path, os.urandom)
    assert path.read_bytes() == content

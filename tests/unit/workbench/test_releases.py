"""Putting revisions into force and going back: what is refused changes nothing, and the history tells it all."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.errors import Fault
from gateway.pdp.bundle import BrokenBundle, Bundle
from gateway.pdp.history import Entry, History, Step
from gateway.workbench.publish import releases as module
from gateway.workbench.publish.build import build
from gateway.workbench.publish.releases import Releases
from gateway.workbench.publish.signer import new_signer

pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
SIGNER, FORMER, STRANGER = new_signer("EdDSA"), new_signer("ES256"), new_signer("EdDSA")
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def bundle(number: int) -> Bundle:
    return Bundle.of({"main.rego": f"package sluis.main\n\nx := {number}\n".encode()})


A, B, C = (build(bundle(number), SIGNER) for number in range(3))


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    return Releases(
        tmp_path / "state" / "policies", tmp_path / "place" / "active.tar.gz", [SIGNER.public, FORMER.public]
    )


def revision(releases: Releases) -> str | None:
    active = releases.active()
    return active and active.bundle.revision


def test_what_is_published_is_kept_told_and_followed(releases: Releases) -> None:
    assert revision(releases) is None
    first = releases.publish(A.packed, "eerste", AT)
    assert first == Entry("2026-03-01T12:00:00Z", Step.PUBLISH, A.bundle.revision, SIGNER.kid, "eerste", None)
    second = releases.publish(B.packed, "", AT)
    assert second.former == A.bundle.revision
    assert releases.history() == [first, second]
    assert revision(releases) == B.bundle.revision
    assert releases.archive.known() == sorted([A.bundle.revision, B.bundle.revision])
    assert releases.place.stat().st_mode & 0o777 == 0o640
    assert releases.folder.stat().st_mode & 0o777 == releases.folder.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("kept", [None, build(bundle(0), STRANGER).packed], ids=["unsigned", "by who has left"])
def test_it_goes_back_to_what_was_signed_after_it_had_been_kept_otherwise(
    releases: Releases, kept: bytes | None
) -> None:
    releases.archive.keep(A.bundle, kept)
    releases.publish(A.packed, "", AT)
    releases.publish(B.packed, "", AT)
    assert releases.rollback(None, "terug", AT).revision == A.bundle.revision
    assert revision(releases) == A.bundle.revision
    releases.archive.keep(A.bundle)
    assert releases.archive.packed(A.bundle.revision) == A.packed, "bare files do not take the place of signed ones"


@pytest.mark.parametrize(
    "packed",
    [lambda: build(bundle(1), STRANGER).packed, lambda: B.packed[:-9], lambda: B.packed.replace(b"x := 1", b"x := 2")],
    ids=["a stranger's", "cut short", "changed"],
)
def test_what_is_not_accepted_changes_nothing(releases: Releases, packed: Callable[[], bytes]) -> None:
    releases.publish(A.packed, "", AT)
    with pytest.raises(BrokenBundle):
        releases.publish(packed(), "", AT)
    assert revision(releases) == A.bundle.revision
    assert len(releases.history()) == len(releases.archive.known()) == 1


def test_it_goes_back_to_the_one_before_and_forth_again(releases: Releases) -> None:
    for each in (A, B, C):
        releases.publish(each.packed, "", AT)
    back = releases.rollback(None, "fout in B", AT)
    assert (back.step, back.revision, back.former, back.reason) == (
        Step.ROLLBACK, B.bundle.revision, C.bundle.revision, "fout in B",
    )  # fmt: skip
    assert releases.rollback(None, "toch C", AT).revision == C.bundle.revision
    assert (
        releases.rollback(A.bundle.revision, "helemaal terug", AT).revision == revision(releases) == A.bundle.revision
    )
    assert releases.place.read_bytes() == A.packed
    assert [entry.step for entry in releases.history()] == [Step.PUBLISH] * 3 + [Step.ROLLBACK] * 3


@pytest.mark.parametrize("unknown", [None, "0" * 64, "", "x"])
def test_to_what_was_never_in_force_it_does_not_go(releases: Releases, unknown: str | None) -> None:
    releases.archive.keep(bundle(9))
    with pytest.raises(Fault, match="revision-unavailable"):
        releases.rollback(unknown, "", AT)
    releases.publish(A.packed, "", AT)
    for each in (unknown, bundle(9).revision):
        with pytest.raises(Fault, match="revision-unavailable"):
            releases.rollback(each, "", AT)
    assert revision(releases) == A.bundle.revision


def test_to_a_damaged_one_it_does_not_go(releases: Releases) -> None:
    releases.publish(A.packed, "", AT)
    releases.publish(B.packed, "", AT)
    file = releases.folder / f"{A.bundle.revision}.tar.gz"
    file.write_bytes(A.packed.replace(b"x := 0", b"x := 3"))
    with pytest.raises(Fault, match="revision-unavailable"):
        releases.rollback(None, "", AT)
    file.unlink()
    with pytest.raises(Fault, match="never kept"):
        releases.rollback(None, "", AT)
    assert revision(releases) == B.bundle.revision
    assert len(releases.history()) == 2


def test_to_what_nobody_who_is_known_signed_it_does_not_go(releases: Releases) -> None:
    releases.publish(build(bundle(0), FORMER).packed, "", AT)
    releases.publish(B.packed, "", AT)
    today = Releases(releases.folder, releases.place, [SIGNER.public])
    with pytest.raises(BrokenBundle, match="no such key"):
        today.rollback(None, "", AT)
    assert revision(today) == B.bundle.revision


def test_a_crash_before_the_file_is_replaced_leaves_the_old_one(
    releases: Releases, monkeypatch: pytest.MonkeyPatch
) -> None:
    releases.publish(A.packed, "", AT)

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "write_whole", crash)
    with pytest.raises(KeyboardInterrupt):
        releases.publish(B.packed, "", AT)
    assert revision(releases) == A.bundle.revision
    assert releases.history()[-1].revision == B.bundle.revision, "it is written before it happens"
    monkeypatch.undo()
    releases.publish(B.packed, "", AT)
    assert revision(releases) == B.bundle.revision


def test_a_line_that_was_cut_short_did_not_happen(tmp_path: Path) -> None:
    history = History(tmp_path / "history.jsonl")
    entry = Entry("2026-03-01T12:00:00Z", Step.PUBLISH, "0" * 64, "k", "a\nb", None)
    history.add(entry)
    with (tmp_path / "history.jsonl").open("ab") as file:
        file.write(b'{"at":"20')
    assert history.read() == [entry]


def test_after_a_line_that_was_cut_short_the_history_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    history = History(file)
    entry = Entry("2026-03-01T12:00:00Z", Step.PUBLISH, "0" * 64, "k", "", None)
    history.add(entry)
    file.write_bytes(file.read_bytes() + b'{"at":"20')
    history.add(entry)
    assert history.read() == [entry, entry]


@pytest.mark.parametrize("line", [b"{}", b"[]", b"x", json.dumps({"step": "x"}).encode()])
def test_a_history_that_holds_something_else_is_a_fault(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "history.jsonl").write_bytes(line + b"\n{}\n")
    with pytest.raises(Fault, match="damaged"):
        History(tmp_path / "history.jsonl").read()

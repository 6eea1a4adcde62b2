"""Every revision is kept before it decides, and what is fetched is what decided, or it is a fault."""

import os
from pathlib import Path

import pytest

from gateway.errors import Fault
from gateway.pdp.archive import Archive
from gateway.pdp.bundle import Bundle
from gateway.pdp.tarball import pack

FILES = {"main.rego": b"package sluis.main\n", "bases/x/data.yaml": b"hint: a # why\n"}
OTHER = {**FILES, "bases/x/data.yaml": b"hint: b\n"}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "state" / "policies")


def test_what_was_kept_comes_back_byte_for_byte(archive: Archive) -> None:
    bundles = [Bundle.of(FILES), Bundle.of(OTHER)]
    assert archive.known() == []
    for bundle in bundles:
        archive.keep(bundle)
    assert archive.known() == sorted(bundle.revision for bundle in bundles)
    for bundle in bundles:
        assert archive.get(bundle.revision) == bundle
        assert archive.get(bundle.revision).files == bundle.files


def test_a_bundle_is_kept_as_it_came(archive: Archive) -> None:
    bundle = Bundle.of(FILES)
    packed = pack({**FILES, ".manifest": b"{}\n", ".signatures.json": b"{}"})
    archive.keep(bundle, packed)
    assert archive.packed(bundle.revision) == packed
    archive.keep(bundle)
    assert archive.packed(bundle.revision) == packed, "what was signed stays, though it is kept again without"
    assert archive.get(bundle.revision) == bundle


def test_it_is_for_its_owner_alone(archive: Archive) -> None:
    archive.keep(Bundle.of(FILES))
    [file] = archive.folder.iterdir()
    assert (archive.folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


@pytest.mark.parametrize("revision", ["0" * 64, "", "../x", "A" * 64, "0" * 63, f"{'0' * 64}\n"])
def test_what_was_never_kept_is_a_fault(archive: Archive, revision: str) -> None:
    archive.keep(Bundle.of(FILES))
    with pytest.raises(Fault, match="revision-unavailable"):
        archive.get(revision)


def test_a_name_leads_nowhere_else(archive: Archive) -> None:
    bundle = Bundle.of(FILES)
    archive.keep(bundle)
    (archive.folder.parent / "x.tar.gz").write_bytes(archive.packed(bundle.revision))
    with pytest.raises(Fault, match="64 hexadecimal"):
        archive.packed("../x")


def test_every_damaged_byte_is_a_fault(archive: Archive) -> None:
    bundle = Bundle.of(FILES)
    archive.keep(bundle)
    file = archive.folder / f"{bundle.revision}.tar.gz"
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
        with pytest.raises(Fault, match="revision-unavailable"):
            archive.get(bundle.revision)
    for length in range(0, len(whole), 97):
        file.write_bytes(whole[:length])
        with pytest.raises(Fault, match="revision-unavailable"):
            archive.keep(bundle)
    file.write_bytes(whole)
    assert archive.get(bundle.revision) == bundle


def test_one_revision_does_not_pass_for_another(archive: Archive) -> None:
    bundle, other = Bundle.of(FILES), Bundle.of(OTHER)
    archive.keep(bundle)
    (archive.folder / f"{other.revision}.tar.gz").write_bytes(archive.packed(bundle.revision))
    with pytest.raises(Fault, match="another revision"):
        archive.get(other.revision)
    with pytest.raises(Fault, match="another revision"):
        Archive(archive.folder / "new").keep(other, archive.packed(bundle.revision))
    assert Archive(archive.folder / "new").known() == []


def test_what_cannot_be_kept_is_a_fault_and_leaves_nothing(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    archive.keep(Bundle.of(OTHER))
    kept = list(archive.folder.iterdir())
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Fault, match="No space left"):
        archive.keep(Bundle.of(FILES))
    assert list(archive.folder.iterdir()) == kept
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Fault, match="cannot be kept"):
        Archive(tmp_path / "file").keep(Bundle.of(FILES))

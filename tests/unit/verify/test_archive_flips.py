"""Every byte of an export counts: whichever is changed, the log is refused, and where is said."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.verify.archive.folder import ExportFolder
from gateway.verify.archive.judge import verify_log
from gateway.verify.errors import VerificationError
from gateway.verify.keys import VerifierKey
from gateway.verify.trust import Reader
from tests.support.exports import Export, record, records
from tests.unit.verify import oracle
from tests.unit.verify.oracle import ORIGIN, Cosigner, Key

READER = Reader([VerifierKey.parse(Key().vkey)])
PREVIOUS = {"origin": "log.example/zvh/2025", "root": oracle.b64(bytes(32)), "size": 3}
SIGNERS = [Key(), Cosigner(ORIGIN, 6), Cosigner("w.example", 4, at=1_700_000_000)]
POLICY = f"log {Key().vkey} https://log.example/\nquorum none\n"


def export(size: int) -> Export:
    """A log of a year from its opening to its closing, with a tombstone before that."""
    special = {
        "at0": record(0, {"act": "log-opened", "previous": PREVIOUS}),
        f"at{size - 2}": record(size - 2, {"act": "erased", "keys": ["5a" * 16]}, "tombstone"),
        f"at{size - 1}": record(size - 1, {"act": "log-closed", "next": {"origin": "log.example/zvh/2027"}}),
    }
    return Export(records(size, **special), signers=SIGNERS, policy=POLICY)


SMALL, LARGE = export(4), export(259)
FILES = {4: SMALL.files(), 259: LARGE.files()}
LEAVES = {4: SMALL.records, 259: LARGE.records}
# A hash in `sums` speaks of another file: which of the two was changed, nobody can say.
SPEAKS_OF_OTHERS = {"sums"}
Folders = dict[int, Path]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    return {size: each.write(tmp_path_factory.mktemp("export")) for size, each in ((4, SMALL), (259, LARGE))}


def changed(folders: Folders, size: int, name: str, data: bytes) -> VerificationError:
    """What is said when a file holds `data`."""
    try:
        (folders[size] / name).write_bytes(data)
        with pytest.raises(VerificationError) as caught:
            verify_log(ExportFolder(folders[size]), READER)
    finally:
        (folders[size] / name).write_bytes(FILES[size][name])
    return caught.value


def flip(folders: Folders, size: int, name: str, at: int, bits: int) -> None:
    """Flip bits of one byte, and see it named."""
    data = bytearray(FILES[size][name])
    data[at] ^= bits
    error = changed(folders, size, name, bytes(data))
    assert error.file == name or name in SPEAKS_OF_OTHERS, (name, at, error.code, error.file)
    if error.code == "record-changed":
        assert error.record == record_at(size, name, at), (name, at, str(error))


def record_at(size: int, name: str, at: int) -> int:
    """Which record a byte of a bundle belongs to."""
    index = 256 if name.endswith("001.p/3") else 0
    while at >= 2 + len(LEAVES[size][index].leaf):
        at -= 2 + len(LEAVES[size][index].leaf)
        index += 1
    return index


@pytest.mark.parametrize("size", [4, 259])
def test_the_exports_hold(folders: Folders, size: int) -> None:
    verified = verify_log(ExportFolder(folders[size]), READER)
    found = (verified.found.records, verified.found.bodies, verified.closed, verified.remarks)
    assert found == (size, size, True, [])
    beside = {"checkpoint", "keys", "policy", "statements", "sums"}
    assert beside | {"tile/0/000.p/4", "tile/entries/000.p/4", "bodies/000.p/4"} == set(FILES[4])
    assert {"tile/0/000", "tile/0/001.p/3", "tile/1/000.p/1", "tile/entries/001.p/3"} <= set(FILES[259])


@pytest.mark.parametrize(
    ("size", "name"), [*((4, name) for name in sorted(FILES[4])), (259, "tile/0/001.p/3"), (259, "tile/1/000.p/1")]
)
def test_every_byte(folders: Folders, size: int, name: str) -> None:
    bits = random.Random(name)
    for at in range(len(FILES[size][name])):
        flip(folders, size, name, at, bits.choice([1, 2, 4, 8, 16, 32, 64, 128, 255]))


@given(name=st.sampled_from(sorted(FILES[259])), place=st.floats(0, 1, exclude_max=True), bits=st.integers(1, 255))
@settings(max_examples=300)
def test_any_byte_of_many_records(folders: Folders, name: str, place: float, bits: int) -> None:
    flip(folders, 259, name, int(place * len(FILES[259][name])), bits)


@pytest.mark.parametrize("name", sorted(FILES[259]))
def test_a_file_that_ends_early(folders: Folders, name: str) -> None:
    data = FILES[259][name]
    for length in sorted({0, 1, len(data) // 2, len(data) - 1}):
        assert changed(folders, 259, name, data[:length]).file == name

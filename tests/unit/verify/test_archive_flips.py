"""Every byte of an export counts: whichever is changed, the log is refused, and where is said."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.verify.archive import verify_log
from gateway.verify.archive_folder import ExportFolder
from gateway.verify.errors import VerificationError
from gateway.verify.keys import VerifierKey
from gateway.verify.trust import Reader
from tests.support.exports import Export, record, records
from tests.unit.verify import oracle
from tests.unit.verify.oracle import ORIGIN, Cosigner, Key

READER = Reader([VerifierKey.parse(Key().vkey)])
PREVIOUS = {"origin": "log.example/zvh/2025", "root": oracle.b64(bytes(32)), "size": 3}
SPECIAL = {
    "at0": record(0, {"act": "log-opened", "previous": PREVIOUS}),
    "at257": record(257, {"act": "erased", "keys": ["5a" * 16]}, "tombstone"),
    "at258": record(258, {"act": "log-closed", "next": {"origin": "log.example/zvh/2027"}}),
}
EXPORT = Export(
    records(259, **SPECIAL),
    signers=[Key(), Cosigner(ORIGIN, 6), Cosigner("w.example", 4, at=1_700_000_000)],
    policy=f"log {Key().vkey} https://log.example/\nquorum none\n",
)
FILES = EXPORT.files()
SMALL = sorted(name for name, data in FILES.items() if len(data) <= 6000)
LARGE = sorted(FILES.keys() - set(SMALL))
# A hash in `sums` speaks of another file: which of the two was changed, nobody can say.
SPEAKS_OF_OTHERS = {"sums"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return EXPORT.write(tmp_path_factory.mktemp("export"))


def flipped(folder: Path, name: str, at: int, bits: int) -> VerificationError:
    data = bytearray(FILES[name])
    data[at] ^= bits
    try:
        (folder / name).write_bytes(data)
        with pytest.raises(VerificationError) as caught:
            verify_log(ExportFolder(folder), READER)
    finally:
        (folder / name).write_bytes(FILES[name])
    return caught.value


def require_named(error: VerificationError, name: str, at: int) -> None:
    assert error.file == name or name in SPEAKS_OF_OTHERS, (name, at, error.code, error.file)
    if name.startswith("tile/entries") and error.code == "record-changed":
        assert error.record == record_at(name, at), (name, at, str(error))


def record_at(name: str, at: int) -> int:
    """Which record a byte of a bundle belongs to."""
    index = 256 if ".p/" in name else 0
    while at >= 2 + len(EXPORT.records[index].leaf):
        at -= 2 + len(EXPORT.records[index].leaf)
        index += 1
    return index


def test_the_export_holds(folder: Path) -> None:
    verified = verify_log(ExportFolder(folder), READER)
    assert (verified.found.records, verified.found.bodies, verified.closed, verified.remarks) == (259, 259, True, [])
    assert set(SMALL) >= {"checkpoint", "keys", "policy", "statements", "sums", "tile/0/001.p/3", "tile/1/000.p/1"}
    assert {"tile/0/000", "tile/entries/000", "bodies/000"} <= set(LARGE)


@pytest.mark.parametrize("name", SMALL)
def test_every_byte_of_a_small_file(folder: Path, name: str) -> None:
    bits = random.Random(name)
    for at in range(len(FILES[name])):
        require_named(flipped(folder, name, at, bits.choice([1, 2, 4, 8, 16, 32, 64, 128, 255])), name, at)


@given(name=st.sampled_from(LARGE), place=st.floats(0, 1, exclude_max=True), bits=st.integers(1, 255))
@settings(max_examples=300)
def test_any_byte_of_a_large_file(folder: Path, name: str, place: float, bits: int) -> None:
    at = int(place * len(FILES[name]))
    require_named(flipped(folder, name, at, bits), name, at)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_that_ends_early(folder: Path, name: str) -> None:
    data = FILES[name]
    for length in sorted({0, 1, len(data) // 2, len(data) - 1}):
        try:
            (folder / name).write_bytes(data[:length])
            with pytest.raises(VerificationError) as caught:
                verify_log(ExportFolder(folder), READER)
        finally:
            (folder / name).write_bytes(data)
        assert caught.value.file == name, (length, caught.value.code)

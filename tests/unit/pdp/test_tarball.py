"""Archives: one spelling, read in no other; whatever else a tar or a gzip can hold is refused before it is unpacked."""

import gzip
import io
import random
import subprocess
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.pdp import tarball
from gateway.pdp.bundle import BrokenBundle
from gateway.pdp.tarball import pack, unpack

FILES = {
    ".manifest": b"{}\n",
    "main.rego": b"package sluis.main\n",
    "bases/a.b/2025-03-01/data.yaml": b"x: " + b"y" * 700,
}
HEADER = tarball._GZIP
AT = {"mode": 100, "uid": 108, "size_text": 124, "mtime": 136, "type": 156, "link": 157, "magic": 257, "user": 265}


def zipped(tar: bytes) -> bytes:
    """As OPA zips it: compressed, under the same ten bytes of header."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    checks = zlib.crc32(tar).to_bytes(4, "little") + len(tar).to_bytes(4, "little")
    return HEADER + deflate.compress(tar) + deflate.flush() + checks


def plain(files: dict[str, bytes] = FILES) -> bytes:
    return zlib.decompress(pack(files), zlib.MAX_WBITS | 16)


def made(*, name: bytes = b"/main.rego", size: int = 1, **fields: bytes) -> bytes:
    """A tar of one member as we write it, some fields of its header (POSIX ustar) altered, and its checksum right."""
    header = bytearray(tarball._header(b"/main.rego", size))
    header[:100] = name.ljust(100, b"\0")
    for field, value in fields.items():
        header[AT[field] : AT[field] + len(value)] = value
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + (b"x" * size).ljust(512 * (size > 0), b"\0") + bytes(1024)


def of_python(kind: int, name: str) -> bytes:
    """A tar of Python's making with extended headers."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=kind) as tar:
        tar.addfile(tarfile.TarInfo(name))
    blocks = out.getvalue()
    return blocks[: -(-len(blocks.rstrip(b"\0")) // 512) * 512] + bytes(1024)


def test_what_is_made_here_is_refused_for_what_was_altered_alone() -> None:
    assert unpack(zipped(made())) == {"main.rego": b"x"}


def test_what_is_packed_unpacks_in_its_order() -> None:
    assert list(unpack(pack(FILES)).items()) == list(FILES.items())
    assert unpack(zipped(plain())) == FILES
    assert pack(FILES) == pack(dict(FILES))


def test_long_names_and_large_files_come_through() -> None:
    noise = random.Random(1).randbytes(200_000)
    files = {f"{'a' * 90}/{'b' * 50}/{'c' * 60}.rego": b"", "empty/data.yaml": b"", "noise.rego": noise}
    assert unpack(pack(files)) == files
    assert unpack(zipped(plain(files))) == files


def test_any_tar_reads_what_we_pack(tmp_path: Path) -> None:
    (tmp_path / "b.tar.gz").write_bytes(pack(FILES))
    subprocess.run(["tar", "-xzf", "b.tar.gz"], cwd=tmp_path, check=True, capture_output=True)
    assert {path: (tmp_path / path).read_bytes() for path in FILES} == FILES
    assert gzip.decompress(pack(FILES)) == plain()


@pytest.mark.parametrize(
    "name", ["", "/", "a//b", "../a", "a/../b", "a/..", "./a", "a/.", "/a", "a\\b", "é", "a b", "a\n"]
)
def test_a_name_that_leads_elsewhere_is_not_packed(name: str) -> None:
    with pytest.raises((BrokenBundle, ValueError)):
        pack({name: b""})


TARS: dict[str, Callable[[], bytes]] = {
    "an absolute path twice over": lambda: made(name=b"//main.rego"),
    "a path upwards": lambda: made(name=b"../main.rego"),
    "a path upwards within": lambda: made(name=b"/a/../../main.rego"),
    "a name beyond the printable": lambda: made(name="/maïn.rego".encode()),
    "a name with something behind it": lambda: made(name=b"/main.rego\0x"),
    "a hard link": lambda: made(size=0, type=b"1", link=b"/etc/passwd"),
    "a symbolic link": lambda: made(size=0, type=b"2", link=b"/etc/passwd"),
    "a device": lambda: made(size=0, type=b"3"),
    "a folder": lambda: made(size=0, type=b"5"),
    "a pipe": lambda: made(size=0, type=b"6"),
    "an old type of file": lambda: made(type=b"\0"),
    "another mode": lambda: made(mode=b"0004755"),
    "an owner": lambda: made(uid=b"0023421"),
    "a name of an owner": lambda: made(user=b"root"),
    "a date": lambda: made(mtime=b"00000000001"),
    "a size with a sign": lambda: made(size_text=b"+0000000001"),
    "a size in bytes": lambda: made(size_text=b"\x80" + bytes(10) + b"\x01"),
    "the magic of GNU": lambda: made(magic=b"ustar  \0"),
    "extended headers": lambda: of_python(tarfile.PAX_FORMAT, "/maïn.rego"),
    "extended headers of GNU": lambda: of_python(tarfile.GNU_FORMAT, "/" + "a" * 200),
    "a file twice": lambda: plain({"a.rego": b"1"})[:1024] + plain({"a.rego": b"2"}),
    "a file twice, with and without a slash": lambda: plain({"a.rego": b"1"})[:1024] + bare("a.rego"),
    "no end": lambda: plain()[:-1024],
    "one block of end": lambda: plain()[:-512],
    "something after the end": lambda: plain() + plain(),
    "zeros after the end": lambda: plain() + bytes(512),
    "a member that is cut": lambda: plain()[:700],
    "something in the padding": lambda: plain({"a.rego": b"1"}).replace(b"1" + bytes(511), b"1" + bytes(510) + b"x"),
    "nothing": lambda: b"",
}


def bare(name: str) -> bytes:
    """A tar of one empty file whose name has no slash before it."""
    return tarball._header(name.encode(), 0) + bytes(1024)


@pytest.mark.parametrize("tar", TARS.values(), ids=TARS)
def test_another_tar_is_refused(tar: Callable[[], bytes]) -> None:
    with pytest.raises(BrokenBundle):
        unpack(zipped(tar()))


def test_a_name_without_a_slash_before_it_is_the_same_file() -> None:
    assert unpack(zipped(bare("a.rego"))) == {"a.rego": b""}


GZIPS: dict[str, Callable[[], bytes]] = {
    "no gzip": lambda: plain(),
    "a name in the header": lambda: HEADER[:3] + b"\x08" + HEADER[4:] + b"x\0" + zipped(plain())[10:],
    "a date in the header": lambda: gzip.compress(plain(), mtime=1),
    "cut": lambda: zipped(plain())[:-1],
    "cut in its middle": lambda: zipped(plain())[:60],
    "another checksum": lambda: zipped(plain())[:-8] + bytes(8),
    "two streams": lambda: zipped(plain()) + zipped(plain()),
    "something after it": lambda: zipped(plain()) + b"\0",
    "stored in other blocks": lambda: HEADER + raw(plain(), zlib.Z_FULL_FLUSH) + zipped(plain())[-8:],
    "header alone": lambda: HEADER,
    "nothing": lambda: b"",
}


def raw(data: bytes, flush: int) -> bytes:
    stored = zlib.compressobj(0, zlib.DEFLATED, -zlib.MAX_WBITS)
    return stored.compress(data[:100]) + stored.flush(flush) + stored.compress(data[100:]) + stored.flush()


@pytest.mark.parametrize("packed", GZIPS.values(), ids=GZIPS)
def test_another_gzip_is_refused(packed: Callable[[], bytes]) -> None:
    with pytest.raises(BrokenBundle):
        unpack(packed())


def test_a_bomb_is_not_unpacked() -> None:
    bomb = zipped(bytes(tarball.UNPACKED + 1))
    assert len(bomb) < 100_000
    with pytest.raises(BrokenBundle, match="unpacks to too much"):
        unpack(bomb)
    with pytest.raises(BrokenBundle, match="too large"):
        unpack(HEADER + bytes(tarball.PACKED))


def test_not_too_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tarball, "MEMBERS", 2)
    with pytest.raises(BrokenBundle, match="too many"):
        unpack(pack(FILES))


def test_every_bit_of_ours_counts_and_no_bit_of_theirs_changes_anything() -> None:
    ours, theirs = pack(FILES), zipped(plain())
    for at in range(len(ours)):
        with pytest.raises(BrokenBundle):
            unpack(ours[:at] + bytes([ours[at] ^ 1 << at % 8]) + ours[at + 1 :])
    for at in range(8 * len(theirs)):
        flipped = bytearray(theirs)
        flipped[at // 8] ^= 1 << at % 8
        try:
            files = unpack(bytes(flipped))
        except BrokenBundle:
            continue
        assert files == FILES

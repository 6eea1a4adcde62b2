"""Files in a zip, in one spelling, and read in no other.

Specification: APPNOTE 6.3.10 (PKWARE), of it the least that every system opens.

Rules:
- Stored, not compressed: what comes out is as large as what went in, so that nothing small unpacks to something large.
- Members stand in the order of their names, dated 1980-01-01, without extras, comments or gaps. The same files give the
  same bytes everywhere, and every byte counts: an archive that is not what `pack` makes of its own files is refused.
- A name is a relative path of plain letters, digits, `.`, `_` and `-`: nothing leads out of the folder it is unpacked
  in, and no two names fall together where capitals do not count.
- At most `MAX_FILES` files and `MAX_BYTES` bytes.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping

from .archive.errors import MalformedPackage

MAGIC = b"PK\x03\x04"
MAX_FILES, MAX_BYTES = 8_192, 512_000_000
_PART = r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*"
_NAME = re.compile(rf"(?=.{{1,200}}\Z){_PART}(?:/{_PART}){{0,7}}", re.ASCII)
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_DATE = 0x21  # 1980-01-01
_MADE_BY, _PLAIN_FILE = 3 << 8 | 20, 0o100644 << 16


def pack(files: Mapping[str, bytes]) -> bytes:
    """A zip of files by path. Raises `MalformedPackage` for a name or a size that cannot stand in one."""
    _require_names(files)
    if sum(map(len, files.values())) > MAX_BYTES:
        raise MalformedPackage(f"more than {MAX_BYTES} bytes")
    data, directory = bytearray(), bytearray()
    for name in sorted(files):
        content, spelled, place = files[name], name.encode("ascii"), len(data)
        sizes = (zlib.crc32(content), len(content), len(content), len(spelled), 0)
        data += _LOCAL.pack(MAGIC, 20, 0, 0, 0, _DATE, *sizes) + spelled + content
        directory += _CENTRAL.pack(b"PK\x01\x02", _MADE_BY, 20, 0, 0, 0, _DATE, *sizes, 0, 0, 0, _PLAIN_FILE, place)
        directory += spelled
    end = _END.pack(b"PK\x05\x06", 0, 0, len(files), len(files), len(directory), len(data), 0)
    return bytes(data + directory + end)


def unpack(data: bytes) -> dict[str, bytes]:
    """The files of a zip by path. Raises `MalformedPackage`, which names the member at fault where one is."""
    files: dict[str, bytes] = {}
    ends: list[tuple[int, str]] = []
    at = 0
    while data.startswith(MAGIC, at) and len(files) <= MAX_FILES:
        if len(data) < at + _LOCAL.size:
            raise MalformedPackage("it ends within a member")
        *_, crc, size, _, length, _ = _LOCAL.unpack_from(data, at)
        start = at + _LOCAL.size + length
        name = data[at + _LOCAL.size : start].decode("ascii", "replace")
        if not _NAME.fullmatch(name) or name in files:
            raise MalformedPackage(f"member {len(files) + 1} has a name that cannot stand here")
        content = data[start : start + size]
        if len(content) != size or zlib.crc32(content) != crc:
            raise MalformedPackage("it is not what was packed").at(file=name)
        files[name], at = content, start + size
        ends.append((at, name))
    spelled = pack(files)
    if spelled != data:
        place = _difference(spelled, data)
        raise MalformedPackage("it is not packed as packages are").at(
            file=next((n for e, n in ends if place < e), None)
        )
    return files


def _require_names(files: Mapping[str, bytes]) -> None:
    if not 0 < len(files) <= MAX_FILES:
        raise MalformedPackage(f"a package has 1 to {MAX_FILES} files")
    for name in files:
        if not _NAME.fullmatch(name):
            raise MalformedPackage(f"{name!r} cannot stand in a package")
    if len({name.lower() for name in files}) != len(files):
        raise MalformedPackage("two names differ in capitals alone")


def _difference(one: bytes, other: bytes) -> int:
    """Where two texts that are not the same begin to differ, found by halves."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low

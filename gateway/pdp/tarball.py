"""Files in a tar.gz, in the one spelling that OPA's `opa build` writes, and read in no other.

Rules:
- gzip (RFC 1952) with OPA's ten bytes of header, one stream and nothing after it; the CRC counts.
- What we pack is stored, not compressed (RFC 1951 section 3.2.4), so that the same files give the same bytes on every
  machine and every bit of them counts. What OPA packed is compressed: there some bits say nothing, and change nothing.
- tar is POSIX ustar. Of a header the name and the size are read; then all of it must be what `pack` would have written
  for these. So there are no links, devices, folders, owners, dates or extensions, and no two readers see two archives.
- A name is a relative path of printable ASCII with `/`, and stands once; one `/` before it is OPA's habit.
- At most `PACKED` bytes as they come, `UNPACKED` bytes and `MEMBERS` files within: more is never unpacked.
"""

import re
import zlib
from collections.abc import Iterator, Mapping

from gateway.pdp.bundle import BrokenBundle

PACKED, UNPACKED, MEMBERS = 17 << 20, 16 << 20, 4096
_STORED = 0xFFFF
_GZIP = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_BLOCK = 512
_END = bytes(2 * _BLOCK)
_NAME_LENGTH, _PREFIX_LENGTH = 100, 155
_PART = re.compile(r"(?!\.{1,2}(?:/|\Z))[\x21-\x2e\x30-\x5b\x5d-\x7e]+", re.ASCII)


def pack(files: Mapping[str, bytes]) -> bytes:
    """A tar.gz of files by path, in the order given. The same files give the same bytes, always."""
    tar = bytearray()
    for path, content in files.items():
        if not _is_path(path):
            raise BrokenBundle(repr(path), "a name that cannot be packed")
        tar += _header(b"/" + path.encode(), len(content)) + content + bytes(-len(content) % _BLOCK)
    tar += _END
    return _GZIP + _store(tar) + zlib.crc32(tar).to_bytes(4, "little") + len(tar).to_bytes(4, "little")


def unpack(packed: bytes) -> dict[str, bytes]:
    """The files of a tar.gz by path, in its order; `BrokenBundle` where a rule of this module is broken."""
    files: dict[str, bytes] = {}
    for name, content in _members(_inflate(packed)):
        path = name.removeprefix("/")
        if not _is_path(path):
            raise _broken("a name that is no path within it")
        if path in files:
            raise BrokenBundle(path, "it stands twice in the archive")
        if len(files) == MEMBERS:
            raise _broken("too many files")
        files[path] = content
    if packed[len(_GZIP)] & 0b110 == 0 and packed != pack(files):
        raise _broken("stored in another way than ours")
    return files


def _store(data: bytearray) -> bytes:
    """Stored blocks: whether it is the last, the length, its complement, the bytes themselves."""
    stored = bytearray()
    for at in range(0, len(data), _STORED):
        block = data[at : at + _STORED]
        size = len(block).to_bytes(2, "little")
        stored += bytes([at + _STORED >= len(data)]) + size + bytes(each ^ 0xFF for each in size) + block
    return bytes(stored)


def _inflate(packed: bytes) -> bytes:
    if len(packed) > PACKED:
        raise _broken("too large")
    if not packed.startswith(_GZIP):
        raise _broken("not a gzip as OPA writes it")
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        tar = inflate.decompress(packed, UNPACKED + 1)
    except zlib.error:
        raise _broken("damaged gzip") from None
    if len(tar) > UNPACKED:
        raise _broken("it unpacks to too much")
    if not inflate.eof:
        raise _broken("cut short")
    if inflate.unused_data:
        raise _broken("something follows its end")
    return tar


def _members(tar: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    while (header := tar[at : at + _BLOCK]) != _END[:_BLOCK]:
        try:
            name = _text(header[345:500]) + _text(header[:100])
            size = int(header[124:135], 8)
            known = header == _header(name, size)
        except (ValueError, OverflowError):
            known = False
        if not known:
            raise _broken("a member that is no plain file as OPA writes it")
        at += _BLOCK
        content, padding = tar[at : at + size], tar[at + size : at + size + -size % _BLOCK]
        at += size + -size % _BLOCK
        if at > len(tar) or padding.strip(b"\0"):
            raise _broken("a member is cut short, or padded with something")
        yield name.decode(errors="replace"), content
    if tar[at:] != _END:
        raise _broken("something follows its end")


def _header(name: bytes, size: int) -> bytes:
    """A member's header of 512 bytes; `ValueError` for a name or a size that has no place in it."""
    prefix, short = _split(name)
    if not 0 <= size <= UNPACKED:
        raise ValueError("size")
    header = bytearray(_BLOCK)
    header[: len(short)] = short
    header[100:156] = b"0000600\0" + b"0000000\0" * 2 + b"%011o\0" % size + b"0" * 11 + b"\0" + b" " * 8
    header[156:157], header[257:265] = b"0", b"ustar\x0000"
    header[329:345] = b"0000000\0" * 2
    header[345 : 345 + len(prefix)] = prefix
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


def _split(name: bytes) -> tuple[bytes, bytes]:
    """Prefix and name as ustar keeps them: parted at the last `/` that leaves the prefix short enough."""
    if len(name) <= _NAME_LENGTH:
        return b"", name
    cut = name.rfind(b"/", 0, _PREFIX_LENGTH + 1)
    if cut <= 0 or not 0 < len(name) - cut - 1 <= _NAME_LENGTH:
        raise ValueError("name")
    return name[:cut], name[cut + 1 :]


def _text(field: bytes) -> bytes:
    """A field's text, up to its first NUL; a prefix with the `/` that parts it from the name."""
    text = field.partition(b"\0")[0]
    return text + b"/" if text and len(field) > _NAME_LENGTH else text


def _is_path(path: str) -> bool:
    return all(_PART.fullmatch(part) for part in path.split("/"))


def _broken(why: str) -> BrokenBundle:
    return BrokenBundle("bundle", why)

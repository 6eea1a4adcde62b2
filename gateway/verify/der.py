"""DER, read strictly: one value has one encoding, and nothing may follow it.

Specification: ITU-T X.690 sections 8 and 10; tags above 30 are not read, since nothing here has them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

BOOLEAN, INTEGER, OCTETS, NULL, OID, TIME, SEQUENCE, SET = 0x01, 0x02, 0x04, 0x05, 0x06, 0x18, 0x30, 0x31
_MAX_LENGTH_BYTES = 4
_TIME = re.compile(r"([0-9]{14})(\.[0-9]*[1-9])?Z")


@dataclass(frozen=True, slots=True)
class Value:
    """One value: its tag, its contents, and its whole encoding."""

    tag: int
    content: bytes
    encoded: bytes

    def require(self, tag: int) -> Value:
        """This value, if it has this tag; `ValueError` otherwise."""
        if self.tag != tag:
            raise ValueError(f"tag {self.tag:#04x} where {tag:#04x} was expected")
        return self

    def parts(self, tag: int = SEQUENCE) -> list[Value]:
        """What a constructed value with this tag holds."""
        rest, found = self.require(tag).content, []
        while rest:
            value, rest = _first(rest)
            found.append(value)
        return found

    def only(self, tag: int) -> Value:
        """The one value within a constructed one with this tag."""
        [value] = self.parts(tag)
        return value

    def integer(self) -> int:
        """An INTEGER in its shortest form."""
        content = self.require(INTEGER).content
        if not content or (len(content) > 1 and (content[0], content[1] >> 7) in {(0, 0), (0xFF, 1)}):
            raise ValueError("not the shortest integer")
        return int.from_bytes(content, "big", signed=True)

    def octets(self) -> bytes:
        return self.require(OCTETS).content

    def oid(self) -> str:
        """An OBJECT IDENTIFIER, in dots."""
        content, arcs, arc, begun = self.require(OID).content, [], 0, False
        for byte in content:
            if byte == 0x80 and not begun:
                raise ValueError("not the shortest object identifier")
            arc, begun = arc << 7 | byte & 0x7F, byte >> 7 == 1
            if not begun:
                arcs.append(arc)
                arc = 0
        if begun or not arcs:
            raise ValueError("an object identifier without end")
        first = min(arcs[0] // 40, 2)
        return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))

    def time(self) -> datetime:
        """A GeneralizedTime in UTC, with or without a fraction of a second (RFC 3161 section 2.4.2)."""
        match = _TIME.fullmatch(self.require(TIME).content.decode("ascii"))
        if match is None:
            raise ValueError("not a time in UTC")
        moment = datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return moment.replace(microsecond=int((match[2] or ".0")[1:7].ljust(6, "0")))


def read(data: bytes) -> Value:
    """Read the one value that `data` is. `ValueError` for anything else."""
    value, rest = _first(data)
    if rest:
        raise ValueError("something follows")
    return value


def _first(data: bytes) -> tuple[Value, bytes]:
    if len(data) < 2 or data[0] & 0x1F == 0x1F:
        raise ValueError("no tag and length of this kind")
    start, length = 2, data[1]
    if length >= 0x80:
        start += length - 0x80
        if not 3 <= start <= 2 + _MAX_LENGTH_BYTES or len(data) < start:
            raise ValueError("no length of this kind")
        length = int.from_bytes(data[2:start], "big")
        if length < 0x80 or not data[2]:
            raise ValueError("not the shortest length")
    end = start + length
    if len(data) < end:
        raise ValueError("shorter than it says")
    return Value(data[0], data[start:end], data[:end]), data[end:]

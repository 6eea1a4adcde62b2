"""The text of a PDF that Typst wrote, as whoever copies it gets it: glyphs by the fonts' own ToUnicode maps (ISO
32000-1, 9.10.3). It reads this one shape of PDF and no other.
"""

import re
import zlib

_OBJECT = re.compile(rb"(?<!\d)(\d+) 0 obj\b(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_ARTIFACT = re.compile(rb"/Artifact\b.*?\bEMC\b", re.DOTALL)
_PROPERTIES = re.compile(rb"<<.*?>>", re.DOTALL)
_FONT = re.compile(rb"/(f\d+) [\d.]+ Tf")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(pdf: bytes) -> str:
    """All that is written, page after page, without any white space."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    said = ""
    for page in (body for body in objects.values() if re.search(rb"/Type ?/Page\b", body)):
        [resources], [contents] = (re.findall(rb"/%s (\d+) 0 R" % name, page) for name in (b"Resources", b"Contents"))
        named = re.findall(rb"/(f\d+) (\d+) 0 R", objects[int(resources)])
        fonts = {name: _map(_stream(objects[_unicode(objects[int(number)])])) for name, number in named}
        said += _written(_stream(objects[int(contents)]), fonts)
    return "".join(said.split())


def _unicode(font: bytes) -> int:
    [number] = re.findall(rb"/ToUnicode (\d+) 0 R", font)
    return int(number)


def _written(content: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    """What is not marked as an artifact (the foot of a page)."""
    said, font, at, content = "", b"", 0, _PROPERTIES.sub(b"", _ARTIFACT.sub(b"", content))
    while (start := content.find(b"(", at)) >= 0:
        for name in _FONT.findall(content[at:start]):
            font = name
        at = _end(content, start)
        glyphs = _ESCAPE.sub(_unescaped, content[start + 1 : at - 1])
        said += "".join(fonts[font][int.from_bytes(glyphs[two : two + 2])] for two in range(0, len(glyphs), 2))
    return said


def _end(content: bytes, start: int) -> int:
    """Where a string ends that begins at `start`: brackets within it may be balanced instead of escaped (7.3.4.2)."""
    depth, at = 0, start
    while True:
        byte = content[at : at + 1]
        at += 2 if byte == b"\\" else 1
        depth += (byte == b"(") - (byte == b")")
        if depth == 0:
            return at


def _unescaped(match: re.Match[bytes]) -> bytes:
    token = match[1]
    return bytes([int(token, 8)]) if token[:1] in b"01234567" else _NAMED.get(token, token)


def _map(cmap: bytes) -> dict[int, str]:
    pairs = re.findall(rb"^<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>$", cmap, re.MULTILINE)
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}


def _stream(body: bytes) -> bytes:
    match = _STREAM.search(body)
    try:
        return zlib.decompress(match[1]) if match else b""
    except zlib.error:
        return b""

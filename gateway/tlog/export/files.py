"""A log as static files: which ones, and what stands in them. Pure, over what can be read of a log.

Specification: C2SP tlog-tiles (https://c2sp.org/tlog-tiles); the files beside those of the specification are ours.

Rules:
- Only what the checkpoint covers is exported. Tiles and bundles are cut to its size: a log that grows meanwhile is read
  as it was.
- A file never changes its content, save the small ones that tell of the whole log (`small_files`).
- What is stored is copied, never made anew. Whether it is right the verifier says; here it must fill its place.

    checkpoint                    signed note
    tile/<L>/<N>[.p/<W>]          hashes of 32 bytes
    tile/entries/<N>[.p/<W>]      leaves, each after its length as a big-endian uint16
    bodies/<N>[.p/<W>]            each record's id of its subject's key (16 bytes, zeros where it has none), id of its
                                  case's key (16 bytes), length (big-endian uint32) and sealed body; zeros without one
    statements                    a line a statement: {"index":N,"statement":"…"}
    keys, policy                  verifier keys and a tlog-policy, as the log's keeper has them: advice, not authority
    stamps/<day>.tsr, .checkpoint RFC 3161 token and the signed note that it is about
    sums                          `sha256sum` lines, by path, of every file that no hash of the tree covers
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson

from gateway.errors import Fault
from gateway.tlog.at_rest import Body, ReadableLog, all_statements
from gateway.tlog.growth import TILE_HEIGHT, TILE_WIDTH
from gateway.tlog.tiles import place

File = tuple[str, bytes]
PAGE = 16 * TILE_WIDTH
NO_KEY = bytes(16)
_OF_RECORDS = ("tile/0", "tile/entries", "bodies")


def tile_files(log: ReadableLog, covered: int, size: int) -> Iterator[File]:
    """The entry bundles and tiles of the tree of `size`, without those whole ones that a tree of `covered` had."""
    start = covered // TILE_WIDTH * TILE_WIDTH
    for page in range(start, size, PAGE):
        leaves = log.entries(page, min(PAGE, size - page))
        if len(leaves) != min(PAGE, size - page):
            raise _damaged(f"records are missing from {page} on")
        for at in range(0, len(leaves), TILE_WIDTH):
            part = leaves[at : at + TILE_WIDTH]
            bundle = b"".join([len(leaf).to_bytes(2, "big") + leaf for leaf in part])
            yield f"tile/entries/{place((page + at) // TILE_WIDTH, len(part))}", bundle
    level = 0
    while count := size >> TILE_HEIGHT * level:
        for index in range((covered >> TILE_HEIGHT * level) // TILE_WIDTH, -(-count // TILE_WIDTH)):
            width = min(TILE_WIDTH, count - index * TILE_WIDTH)
            hashes = (log.tile(level, index) or b"")[: 32 * width]
            if len(hashes) != 32 * width:
                raise _damaged(f"tile {level}/{index} is missing or too narrow")
            yield f"tile/{level}/{place(index, width)}", hashes
        level += 1


def partial_files(size: int) -> set[str]:
    """The names of all partial files that an export of `size` records may have."""
    names, level = set(), 0
    while count := size >> TILE_HEIGHT * level:
        index, width = divmod(count, TILE_WIDTH)
        if width:
            names |= {f"{kind}/{place(index, width)}" for kind in ([f"tile/{level}"] if level else _OF_RECORDS)}
        level += 1
    return names


def body_files(log: ReadableLog, covered: int, size: int) -> Iterator[File]:
    """The bundles of sealed bodies, without the whole ones below `covered`."""
    for start in range(covered // TILE_WIDTH * TILE_WIDTH, size, TILE_WIDTH):
        width = min(TILE_WIDTH, size - start)
        found = log.bodies(start, width)
        parts = (_body(found.get(index)) for index in range(start, start + width))
        yield f"bodies/{place(start // TILE_WIDTH, width)}", b"".join(parts)


def small_files(log: ReadableLog, size: int, keys: Sequence[str], policy: str | None) -> Iterator[File]:
    """What tells of the whole log up to `size`; `keys` are verifier keys, `policy` is a tlog-policy."""
    said = ({"index": index, "statement": text.decode()} for index, text in all_statements(log) if index < size)
    yield "statements", b"".join(orjson.dumps(each) + b"\n" for each in said)
    if keys:
        yield "keys", "".join(f"{key}\n" for key in keys).encode()
    if policy is not None:
        yield "policy", policy.encode()
    for stamp in log.stamps():
        if int(stamp.checkpoint.split("\n", 2)[1]) > size:
            continue
        yield f"stamps/{stamp.day.isoformat()}.checkpoint", stamp.checkpoint.encode()
        yield f"stamps/{stamp.day.isoformat()}.tsr", stamp.token


def _body(row: Body | None) -> bytes:
    sealed, subject, case = row or (b"", None, NO_KEY)
    return (subject or NO_KEY) + case + len(sealed).to_bytes(4, "big") + sealed


def _damaged(what: str) -> Fault:
    return Fault("log-damaged", retry_after=3600, log=what)

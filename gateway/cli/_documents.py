"""Standard input as documents, read as they come.

Rules:
- It is one document, on however many lines, where its first line begins an object that does not end there and the
  whole of it is one object.
- Else every line is a document, also an empty one, also one that is no JSON; a line ends at a line feed or where the
  input ends, and a line feed at the very end begins no other.
- Of a line no more is kept than shows that it is too large.
"""

import asyncio
import os
import threading
from collections.abc import AsyncIterator

from gateway.pdp.documents import SIZE, read_leniently

CHUNK = 1 << 16
CHUNKS_AHEAD = 8


class UnreadableInput(OSError):
    """The system cannot read the input."""


async def cut(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Cut the input into documents."""
    lines = _lines(chunks, SIZE + 1)
    held: list[bytes] = []
    size = 0
    async for line in lines:
        held.append(line)
        if len(held) == 1 and (not line.lstrip().startswith(b"{") or read_leniently(line) is not None):
            break
        size += len(line) + 1
        if size > SIZE:
            break
    whole = b"\n".join(held)
    for document in [whole] if len(held) > 1 and read_leniently(whole) is not None else held:
        yield document
    async for line in lines:
        yield line


async def _lines(chunks: AsyncIterator[bytes], most: int) -> AsyncIterator[bytes]:
    """Cut at line feeds. Of a line no more than its first `most` bytes are kept: by then it is too large."""
    line = bytearray()
    async for chunk in chunks:
        *ended, begun = chunk.split(b"\n")
        for part in ended:
            yield bytes(line + part)[:most]
            line.clear()
        line += begun
        del line[most:]
    if line:
        yield bytes(line)


async def read_chunks(descriptor: int) -> AsyncIterator[bytes]:
    """Read a descriptor of any kind, a few chunks ahead. The thread that waits for it keeps nobody from ending."""
    loop = asyncio.get_running_loop()
    chunks: asyncio.Queue[bytes | OSError] = asyncio.Queue()
    room = threading.Semaphore(CHUNKS_AHEAD)

    def pump() -> None:
        chunk: bytes | OSError = b"-"
        while chunk and not isinstance(chunk, OSError):
            room.acquire()
            try:
                chunk = os.read(descriptor, CHUNK)
            except OSError as error:
                chunk = error
            try:
                loop.call_soon_threadsafe(chunks.put_nowait, chunk)
            except RuntimeError:  # the loop ended: nobody reads on
                return

    threading.Thread(target=pump, daemon=True).start()
    while chunk := await chunks.get():
        if isinstance(chunk, OSError):
            raise UnreadableInput(*chunk.args) from chunk
        yield chunk
        room.release()

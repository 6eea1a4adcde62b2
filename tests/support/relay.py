"""A door before several gateways, as a load balancer is: each connection goes to the next of them that answers."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import count


@asynccontextmanager
async def relaying(port: int, behind: Sequence[int]) -> AsyncIterator[None]:
    """Listen on 127.0.0.1 and pass connections on to the ports behind, in turn."""
    turns, passing = count(), set[asyncio.Task[None]]()

    async def arrive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        turn = next(turns)
        for each in range(len(behind)):
            with suppress(OSError):
                there = await asyncio.open_connection("127.0.0.1", behind[(turn + each) % len(behind)])
                break
        else:
            writer.close()
            return
        for source, target in ((reader, there[1]), (there[0], writer)):
            task = asyncio.create_task(_pass(source, target))
            passing.add(task)
            task.add_done_callback(passing.discard)

    server = await asyncio.start_server(arrive, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()
        for task in list(passing):
            task.cancel()


async def _pass(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(1 << 16):
            target.write(data)
            await target.drain()
    with suppress(OSError):
        target.close()

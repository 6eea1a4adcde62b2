"""What a gateway does by itself while it serves. A task that fails in what it does says so and goes on."""

import asyncio
from contextlib import suppress

import structlog

from gateway.errors import Fault
from gateway.tlog.logs import Logs

SWEEP = 600.0
MEND = 1.0


async def sweep(logs: Logs) -> None:
    """Erase answers that are no longer kept, now and every ten minutes; a log that fails says so by itself."""
    while True:
        with suppress(Fault):
            await logs.erase_answers()
        await asyncio.sleep(SWEEP)


async def mend(logs: Logs) -> None:
    """Open anew what failed, as soon as it can be: nothing else brings a log back."""
    while True:
        await asyncio.sleep(MEND)
        try:
            await logs.mend()
        except Exception as error:
            structlog.get_logger("gateway.log").error("log-not-mended", why=type(error).__name__)


async def cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

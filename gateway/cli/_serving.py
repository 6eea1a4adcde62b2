"""Serving an application on a socket until the process is told to stop: then it first answers what it took."""

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SOONEST = 5
BACKLOG = 2048
KEEP_ALIVE = 75  # longer than a proxy keeps its own idle connections, so that none is cut as it is used


def listen(host: str, port: int) -> socket.socket:
    """Raises `OSError` where the port is not free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


async def serve(app: Any, listener: socket.socket, patience: float) -> None:
    """`patience`: seconds in which what was asked must be answered."""
    import uvicorn

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            loop = asyncio.get_running_loop()
            for each in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(each, self.handle_exit, each, None)
            yield

    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        lifespan="off",
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=int(patience) + SOONEST,
        h11_max_incomplete_event_size=16 * 1024,
    )
    await Server(config).serve(sockets=[listener])


def new_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()

"""Serving an application on a socket until the process is told to stop: then it first answers what it took."""

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Callable, Coroutine, Iterator
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


def run_on(settings: Any, port: int, serving: Callable[[socket.socket], Coroutine[Any, Any, None]]) -> int:
    """Serve on a port of the settings' host until told to stop; the exit status. `serving`: given the socket."""
    try:
        listener = listen(settings.host, port)
    except OSError as error:
        print(f"gateway: {settings.host}:{port} is not free: {error.strerror}", file=sys.stderr)
        return 2
    log_as_json()
    try:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            runner.run(serving(listener))
    except OSError as error:
        print(f"gateway: {error.filename or settings.state} cannot be used: {error.strerror}", file=sys.stderr)
        return 3
    return 0


class _WhoSpoke(logging.Formatter):
    """Says that a library said something: its words and its traceback could hold what a caller sent."""

    def format(self, record: logging.LogRecord) -> str:
        return self.formatMessage(record)


def log_as_json() -> None:
    """One JSON object a line on standard output; libraries speak only when something is wrong."""
    import structlog

    handler = logging.StreamHandler()
    handler.setFormatter(_WhoSpoke('{"level":"%(levelname)s","event":"library","logger":"%(name)s"}'))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
    )

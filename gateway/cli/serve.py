"""`gateway serve`: the gateway alone, configured by `SLUIS_…` settings.

Told to stop (SIGTERM, SIGINT), it first answers what it took. Told to hang up (SIGHUP), it looks for new policies.
"""

import argparse
import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SOONEST = 5
BACKLOG = 2048
KEEP_ALIVE = 75  # longer than a proxy keeps its own idle connections, so that none is cut as it is used


def add(subparsers: argparse._SubParsersAction) -> None:
    parser = subparsers.add_parser("serve", help="run the gateway", description=__doc__)
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    from gateway.settings import Settings

    os.umask(0o077)
    settings = Settings()
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as error:
        print(f"gateway: {settings.host}:{settings.port} is not free: {error.strerror}", file=sys.stderr)
        return 2
    log_as_json()
    try:
        with asyncio.Runner(loop_factory=_loop) as runner:
            runner.run(_serve(settings, listener))
    except OSError as error:
        print(f"gateway: {error.filename or settings.state} cannot be used: {error.strerror}", file=sys.stderr)
        return 3
    return 0


async def _serve(settings, listener: socket.socket) -> None:
    import structlog
    import uvicorn

    from gateway.app import open_gateway

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            loop = asyncio.get_running_loop()
            for each in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(each, self.handle_exit, each, None)
            yield

    log = structlog.get_logger()
    async with open_gateway(settings) as gateway:
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, gateway.policies.hurry)
        config = uvicorn.Config(
            gateway.api,
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            lifespan="off",
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=int(settings.request_timeout) + SOONEST,
            h11_max_incomplete_event_size=16 * 1024,
        )
        log.info(
            "serving",
            url=settings.public_url,
            profile=settings.profile,
            engine=settings.engine,
            revision=gateway.revision,
        )
        await Server(config).serve(sockets=[listener])
    log.info("stopped")


def _loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def log_as_json() -> None:
    """One JSON object a line on standard output; libraries speak only when something is wrong."""
    import structlog

    logging.basicConfig(level=logging.WARNING, format='{"level":"%(levelname)s","event":"library","logger":"%(name)s"}')
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
    )

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

from gateway.cli._serving import listen, new_loop, serve


def add(subparsers: argparse._SubParsersAction) -> None:
    parser = subparsers.add_parser("serve", help="run the gateway", description=__doc__)
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    from gateway.settings import Settings

    os.umask(0o077)
    settings = Settings()
    try:
        listener = listen(settings.host, settings.port)
    except OSError as error:
        print(f"gateway: {settings.host}:{settings.port} is not free: {error.strerror}", file=sys.stderr)
        return 2
    log_as_json()
    try:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            runner.run(_serve(settings, listener))
    except OSError as error:
        print(f"gateway: {error.filename or settings.state} cannot be used: {error.strerror}", file=sys.stderr)
        return 3
    return 0


async def _serve(settings, listener: socket.socket) -> None:
    import structlog

    from gateway.app import open_gateway

    log = structlog.get_logger()
    async with open_gateway(settings) as gateway:
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, gateway.policies.hurry)
        log.info(
            "serving",
            url=settings.public_url,
            profile=settings.profile,
            engine=settings.engine,
            revision=gateway.revision,
        )
        await serve(gateway.api, listener, settings.request_timeout)
    log.info("stopped")


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

"""`gateway serve`: the gateway alone, configured by `SLUIS_…` settings.

Told to stop (SIGTERM, SIGINT), it first answers what it took. Told to hang up (SIGHUP), it looks for new policies.
"""

import argparse
import asyncio
import os
import signal
import socket
from functools import partial

from gateway.cli._serving import run_on, serve


def add(subparsers: argparse._SubParsersAction) -> None:
    parser = subparsers.add_parser("serve", help="run the gateway", description=__doc__)
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    from gateway.settings import Settings

    os.umask(0o077)
    settings = Settings()
    return run_on(settings, settings.port, partial(_serve, settings))


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

"""`gateway desk`: the desk of the FG, a process of its own beside the gateway, configured by `SLUIS_…` settings.

It reads the logs where they stand and writes to the audit logs alone. In development, beside `gateway run`, people of
the sandbox sign in; elsewhere the provider of OpenID Connect is named by `SLUIS_DESK_…`. Told to stop (SIGTERM,
SIGINT), it first answers what it took.
"""

import argparse
import os
import socket
import sys
from functools import partial

from gateway.cli._serving import run_on, serve


def add(subparsers: argparse._SubParsersAction) -> None:
    parser = subparsers.add_parser("desk", help="run the desk of the FG", description=__doc__)
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    from gateway.app.site import missing
    from gateway.settings import Settings

    os.umask(0o077)
    settings = Settings()
    if settings.development and settings.desk_issuer is None:
        settings = _of_the_sandbox(settings)
    if lacking := missing(settings):
        names = ", ".join(f"SLUIS_{name.upper()}" for name in lacking)
        print(f"gateway: nobody can sign in to the desk without {names}", file=sys.stderr)
        return 2
    return run_on(settings, settings.desk_port, partial(_serve, settings))


async def _serve(settings, listener: socket.socket) -> None:
    import structlog

    from gateway.app.site import open_site

    log = structlog.get_logger()
    async with open_site(settings) as app:
        log.info("serving", url=settings.desk_url, profile=settings.profile, issuer=settings.desk_issuer)
        await serve(app, listener, settings.request_timeout)
    log.info("stopped")


def _of_the_sandbox(settings):
    """The same settings, with the sandbox's provider where there is one."""
    from gateway.sandbox.provider import SandboxProvider
    from gateway.settings import Settings

    provider = SandboxProvider(settings.state / "sandbox")
    if not provider.prepared:
        return settings
    url = settings.desk_url or f"http://127.0.0.1:{settings.desk_port}"
    for name, value in provider.environment(settings.desk_port + 1, url).items():
        os.environ.setdefault(name, value)
    return Settings()

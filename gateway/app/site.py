"""The desk as it is served: its pages, and people's sign-in before them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from fastapi import FastAPI

from gateway.app.background import cancel
from gateway.app.desk import open_desk
from gateway.desk.app import create_desk
from gateway.desk.signin.provider import Provider
from gateway.desk.signin.sessions import KeptSessions
from gateway.desk.signin.signin import BACK, SignIn
from gateway.errors import Fault
from gateway.settings import Settings
from gateway.store.review.sessions import SessionFile

NEEDED = ("desk_url", "desk_issuer", "desk_client_id", "desk_client_secret_file")


def missing(settings: Settings) -> list[str]:
    """The settings without which nobody can sign in to the desk."""
    return [name for name in NEEDED if getattr(settings, name) is None]


@asynccontextmanager
async def open_site(settings: Settings) -> AsyncIterator[FastAPI]:
    """The application of a desk of which no setting is `missing`. `Fault` where a part is missing or damaged."""
    provider = _provider(settings)
    with closing(SessionFile(settings.state / "desk.sqlite")) as rows:
        async with open_desk(settings, KeptSessions(rows, provider.issuer)) as desk:
            every_day = asyncio.create_task(desk.checks.every_day())
            await desk.signals.warm(desk.clock.now())
            try:
                yield create_desk(desk, SignIn(desk, provider, url=str(settings.desk_url)))
            finally:
                await cancel(every_day)


def _provider(settings: Settings) -> Provider:
    try:
        secret = Path(str(settings.desk_client_secret_file)).read_text().strip()
    except (OSError, ValueError) as error:
        raise Fault("desk-state-unavailable", log=f"the desk's secret: {type(error).__name__}") from None
    return Provider(
        str(settings.desk_issuer),
        client_id=str(settings.desk_client_id),
        client_secret=secret,
        back=f"{settings.desk_url}{BACK}",
        roles_claim=settings.desk_roles_claim,
        development=settings.development,
    )

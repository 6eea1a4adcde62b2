"""Who vouches for the log: witnesses by a policy, and an authority of time. All of it runs beside the requests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

from gateway.app.background import cancel
from gateway.app.clock import SystemClock
from gateway.app.keys import publisher
from gateway.crypto.certificates import read_certificates
from gateway.crypto.errors import CryptoError
from gateway.crypto.keystore import KeyStore
from gateway.errors import Fault
from gateway.settings import Settings
from gateway.tlog.logs import Logs
from gateway.tlog.publication.publisher import Vouching
from gateway.tlog.publication.publishing import Pace, Publishing
from gateway.tlog.publication.stamping import Stamping
from gateway.verify.errors import VerificationError
from gateway.verify.policy import Policy
from gateway.witness.client import WitnessClient
from gateway.witness.http import SmallPosts
from gateway.witness.stamp import StampAuthority


@asynccontextmanager
async def open_publishing(
    settings: Settings, logs: Logs, looked: Logs, keys: KeyStore, clock: SystemClock
) -> AsyncIterator[Publishing]:
    """Publish these logs and, aside, those of who looked at them, and have all of them stamped where the settings name
    an authority. `Fault` vouchers-unusable.
    """
    async with AsyncExitStack() as opened:
        posts = SmallPosts(development=settings.development)
        opened.push_async_callback(posts.close)
        pace = Pace(settings.publish_interval, timedelta(seconds=settings.witness_max_age))
        vouching = Vouching(read_policy(settings), WitnessClient(posts))
        publishing = Publishing([logs], vouching, partial(publisher, keys), clock.now, pace, aside=[looked])
        opened.push_async_callback(cancel, asyncio.create_task(publishing.run()))
        if settings.tsa_url is not None and settings.tsa_roots is not None:
            authority = StampAuthority(settings.tsa_url, _roots(settings.tsa_roots), posts, clock.now)
            stamping = Stamping([logs, looked], authority, clock.now)
            opened.push_async_callback(cancel, asyncio.create_task(stamping.run()))
        yield publishing


def read_policy(settings: Settings) -> Policy | None:
    """The policy of the settings; None where nobody vouches. `Fault` vouchers-unusable."""
    if not isinstance(settings.witnesses, Path):
        return None
    try:
        policy = Policy.parse(settings.witnesses.read_bytes())
    except (VerificationError, OSError) as error:
        raise Fault("vouchers-unusable", log=f"{settings.witnesses.name}: {error}") from error
    if unknown := [peer.name for peer in policy.witnesses.values() if peer.url is None]:
        raise Fault("vouchers-unusable", log=f"{settings.witnesses.name}: no address of {', '.join(unknown)}")
    return policy


def _roots(path: Path) -> list:
    try:
        return read_certificates(path)
    except (CryptoError, OSError) as error:
        raise Fault("vouchers-unusable", log=f"{path.name}: {error}") from error

"""The review's indexes: a file a tenant in the desk's own folder, and one follower that keeps them level."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import structlog

from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.review.alias import Aliases
from gateway.review.follow import Follower
from gateway.review.index import Index
from gateway.settings import Settings
from gateway.store.review.index import SqliteIndexFile
from gateway.store.review.secret import desk_secret
from gateway.tlog.at_rest import LogsAtRest

FOLDER = "desk-index"
"""Below the state folder: what the desk alone writes."""
PATIENCE = 5.0
"""Seconds that an opening desk waits for lines that it has not read yet; what takes longer comes while it serves."""


@dataclass(frozen=True, slots=True)
class Indexes:
    of: Mapping[Tenant, Index]
    follower: Follower


@contextmanager
def open_indexes(settings: Settings, logs: LogsAtRest) -> Iterator[Indexes]:
    """Loaded from their files, and followed from here on. `Fault` desk-state-unavailable where a file cannot be used.
    The block ends when the follower has.
    """
    folder = settings.state / FOLDER
    aliases = Aliases(desk_secret(folder / "alias.secret", os.urandom))
    with ExitStack() as opened:
        indexes: dict[Tenant, Index] = {}
        for tenant in Tenant:
            file = SqliteIndexFile(folder / f"index-{tenant}.sqlite")
            opened.callback(file.close)
            indexes[tenant] = Index(tenant, file, aliases)
        follower = Follower(logs, indexes, _tell)
        follower.start()
        opened.callback(follower.stop)
        follower.settled(PATIENCE)
        yield Indexes(indexes, follower)


def _tell(fault: Fault | None) -> None:
    log = structlog.get_logger("gateway.review")
    if fault is None:
        log.info("index-follows")
    else:
        log.error("index-behind", code=fault.code, why=fault.log)

"""The logs as they are opened: to be served, to be written beside whoever serves them, and to be read."""

import os
from collections.abc import Sequence
from functools import partial

from gateway.app.clock import SystemClock, Uuid7
from gateway.app.keys import log_keys, log_signer
from gateway.app.stores import databases
from gateway.crypto.keystore import KeyStore
from gateway.model.codes import Tenant
from gateway.settings import Settings
from gateway.store.postgres.shelf import PostgresShelf
from gateway.store.sqlite.log_folder import LogFolder
from gateway.store.sqlite.shelf import SharedShelf, SqliteShelf
from gateway.tlog.at_rest import LogsAtRest
from gateway.tlog.audit import STREAMS
from gateway.tlog.logs import Logs
from gateway.tlog.ports import Shelf


def make_logs(settings: Settings, keys: KeyStore, shelf: Shelf, streams: Sequence[str] = tuple(Tenant)) -> Logs:
    """The logs of these streams on a shelf, signed by the gateway's keys. Whoever gets them closes them."""
    return Logs(
        shelf=shelf,
        host=settings.log_host,
        signer=partial(log_signer, keys),
        clock=SystemClock(),
        identifiers=Uuid7(),
        randomness=os.urandom,
        queue=settings.log_queue,
        former=partial(log_keys, keys),
        streams=streams,
    )


def open_served(settings: Settings, keys: KeyStore) -> Logs:
    """The logs of disclosures, for a command. `Fault` state-in-use where a gateway serves them from files."""
    return make_logs(settings, keys, SqliteShelf(settings.state) if settings.database is None else open_shelf(settings))


def open_looked(settings: Settings, keys: KeyStore) -> Logs:
    """The logs of who looked, which several processes write."""
    return make_logs(settings, keys, open_shelf(settings), STREAMS)


def open_shelf(settings: Settings) -> Shelf:
    """The logs and the keys of their bodies, without the lock of whoever serves."""
    return SharedShelf(settings.state) if settings.database is None else PostgresShelf(*databases(settings))


def logs_at_rest(settings: Settings) -> LogsAtRest:
    """All logs where they stand, to be read."""
    return LogFolder(settings.state) if settings.database is None else PostgresShelf(*databases(settings))

"""The public side of the logs, by tenant and year: what anyone may read without asking (C2SP tlog-tiles).

Everything here is commitments: no leaf holds personal data. Reading is done beside the requests, in threads.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gateway.model.codes import Tenant
from gateway.tlog.log import Log
from gateway.tlog.logs import Logs
from gateway.tlog.tiles import TilePath


class PublicLogs:
    """Only logs that are open can be read. None: there is no such log, tile or size. `published_key`: the verifier key
    of a stream's ML-DSA-44 signer under an origin's name, None where there is none.
    """

    def __init__(self, logs: Logs, published_key: Callable[[str, str], str | None] = lambda *_: None) -> None:
        self._logs, self._published_key = logs, published_key

    async def origins(self) -> Sequence[Mapping[str, Any]]:
        """One mapping a log: `origin`, `tenant`, `year`, `size`, the `verifier_key` to check it with, and those of
        its former signers too in `verifier_keys`; `published_key` signs what is published beside it (ML-DSA-44).
        """
        logs = sorted(self._logs.opened.items())
        return await asyncio.to_thread(lambda: [self._told(stream, year, log) for (stream, year), log in logs])

    async def checkpoint(self, tenant: Tenant, year: int) -> str | None:
        """What was published last, with the cosignatures that it has; the committed head before that."""
        log = self._find(tenant, year)
        if log is None:
            return None
        published = await asyncio.to_thread(log.published)
        return log.checkpoint if published is None else published.checkpoint

    async def tile(self, tenant: Tenant, year: int, path: str) -> bytes | None:
        """What follows `/tile/`: `<L>/<N>[.p/<W>]` or `entries/<N>[.p/<W>]`."""
        log, asked = self._find(tenant, year), TilePath.parse(path)
        if log is None or asked is None:
            return None
        if asked.level is None:
            return await asyncio.to_thread(log.entry_bundle, asked.index, asked.width)
        return await asyncio.to_thread(log.tile, asked.level, asked.index, asked.width)

    async def inclusion(self, tenant: Tenant, year: int, index: int, size: int) -> Sequence[bytes] | None:
        """RFC 6962 section 2.1.1: leaf `index` in the tree of `size`."""
        log = self._find(tenant, year)
        try:
            return log and await asyncio.to_thread(log.inclusion, index, size)
        except ValueError:
            return None

    async def consistency(self, tenant: Tenant, year: int, old: int, size: int) -> Sequence[bytes] | None:
        """RFC 6962 section 2.1.2: the tree of `old` in the tree of `size`."""
        log = self._find(tenant, year)
        try:
            return log and await asyncio.to_thread(log.consistency, old, size)
        except ValueError:
            return None

    def _told(self, stream: str, year: int, log: Log) -> Mapping[str, Any]:
        return {
            "origin": log.origin,
            "tenant": stream,
            "year": year,
            "size": log.size,
            "verifier_key": str(log.verifier),
            "verifier_keys": [str(key) for key in log.verifiers],
            "published_key": self._published_key(stream, log.origin),
        }

    def _find(self, tenant: Tenant, year: int) -> Log | None:
        return self._logs.opened.get((tenant, year))

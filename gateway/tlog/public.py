"""The public side of the logs, by tenant and year: what anyone may read without asking (C2SP tlog-tiles).

Everything here is commitments: no leaf holds personal data.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.model.codes import Tenant
from gateway.tlog.log import Log
from gateway.tlog.logs import Logs
from gateway.tlog.tiles import TilePath


class PublicLogs:
    """Only logs that are open can be read. None: there is no such log, tile or size."""

    def __init__(self, logs: Logs) -> None:
        self._logs = logs

    async def origins(self) -> Sequence[Mapping[str, Any]]:
        """One mapping a log: `origin`, `tenant`, `year`, `size`, the `verifier_key` to check it with, and those of
        its former signers too in `verifier_keys`.
        """
        return [
            {
                "origin": log.origin,
                "tenant": tenant,
                "year": year,
                "size": log.size,
                "verifier_key": str(log.verifier),
                "verifier_keys": [str(key) for key in log.verifiers],
            }
            for (tenant, year), log in sorted(self._logs.opened.items())
        ]

    async def checkpoint(self, tenant: Tenant, year: int) -> str | None:
        log = self._find(tenant, year)
        return log and log.checkpoint

    async def tile(self, tenant: Tenant, year: int, path: str) -> bytes | None:
        """What follows `/tile/`: `<L>/<N>[.p/<W>]` or `entries/<N>[.p/<W>]`."""
        log, asked = self._find(tenant, year), TilePath.parse(path)
        if log is None or asked is None:
            return None
        if asked.level is None:
            return log.entry_bundle(asked.index, asked.width)
        return log.tile(asked.level, asked.index, asked.width)

    async def inclusion(self, tenant: Tenant, year: int, index: int, size: int) -> Sequence[bytes] | None:
        """RFC 6962 section 2.1.1: leaf `index` in the tree of `size`."""
        log = self._find(tenant, year)
        try:
            return log and log.inclusion(index, size)
        except ValueError:
            return None

    async def consistency(self, tenant: Tenant, year: int, old: int, size: int) -> Sequence[bytes] | None:
        """RFC 6962 section 2.1.2: the tree of `old` in the tree of `size`."""
        log = self._find(tenant, year)
        try:
            return log and log.consistency(old, size)
        except ValueError:
            return None

    def _find(self, tenant: Tenant, year: int) -> Log | None:
        return self._logs.opened.get((tenant, year))

"""What the API needs from what lies below it. `app` fills these; nothing here knows who does.

Every call may raise `errors.Rejected` or `errors.Fault`, which `problems.py` turns into a problem document. Any other
exception is answered with `internal-fault` and told to nobody but the service log.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from gateway.model.codes import Tenant
from gateway.model.disclosure import Answer
from gateway.model.parties import Credentials
from gateway.model.request import Call

Pairs = Sequence[tuple[str, str]]
"""Names and values as they came: what stands twice, stands here twice."""


class Token(Protocol):
    """The token endpoint (RFC 6749 section 3.2): status, headers and JSON of its answer; only a `Fault` is raised."""

    async def __call__(self, method: str, url: str, headers: Pairs, form: Pairs) -> tuple[int, Pairs, bytes]: ...


class Logs(Protocol):
    """The public side of the logs (C2SP tlog-tiles). None: there is no such log, tile or size."""

    async def origins(self) -> Sequence[Mapping[str, Any]]:
        """One mapping a log: at least `origin`, `tenant`, `year`, `verifier_key` (C2SP signed-note vkey)."""

    async def checkpoint(self, tenant: Tenant, year: int) -> str | None: ...

    async def tile(self, tenant: Tenant, year: int, path: str) -> bytes | None:
        """What follows `/tile/`: `<L>/<N>[.p/<W>]`, `entries/<N>[.p/<W>]`."""

    async def inclusion(self, tenant: Tenant, year: int, index: int, size: int) -> Sequence[bytes] | None:
        """RFC 6962 section 2.1.1: leaf `index` in the tree of `size`."""

    async def consistency(self, tenant: Tenant, year: int, old: int, size: int) -> Sequence[bytes] | None:
        """RFC 6962 section 2.1.2: the tree of `old` in the tree of `size`."""


@dataclass(frozen=True, slots=True)
class Services:
    """`collect(credentials, id, trace_id)`; `receipts`: media type → `(credentials, id)`, the first one where none is
    named; `metadata` is RFC 8414's document, `token_keys` and `release_keys` are JWK
    sets (RFC 7517). `dictionary` is published as it is and `field_names` are the names in it. `readiness` tells for
    each part whether it works: at least engine, log, keys, disk.
    """

    disclose: Callable[[Call], Awaitable[Answer]]
    collect: Callable[[Credentials, str, str], Awaitable[Answer]]
    token: Token
    metadata: Callable[[], Mapping[str, Any]]
    token_keys: Callable[[], Mapping[str, Any]]
    release_keys: Callable[[], Mapping[str, Any]]
    receipts: Mapping[str, Callable[[Credentials, str], Awaitable[bytes]]]
    logs: Logs
    dictionary: Mapping[str, Any] = field(repr=False)
    field_names: frozenset[str] = field(repr=False)
    readiness: Callable[[], Mapping[str, bool] | Awaitable[Mapping[str, bool]]]

"""Partners' key sets (RFC 7517 section 5), fetched from where they publish them.

Rules:
- https, a host of the operator's list by name, addresses checked (`address.py`), no redirects, 200 alone, 64 KiB, 3 s.
- A set counts as fresh for what its owner says (`max-age`, RFC 9111), but at least 5 minutes and at most 24 hours; when
  it can't be fetched anew, the old one serves until it is 24 hours old.
- A `kid` that is not in a fresh set may cause one fetch a minute; callers of one set wait for the same fetch.
- A key that we can't use is left out; a set without any usable key is a set without keys, not an error.
"""

import asyncio
import ipaddress
import re
import ssl
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver

from gateway.crypto.compact import json_object
from gateway.crypto.errors import CryptoError
from gateway.crypto.keys import public_key
from gateway.directory.address import CheckedResolver
from gateway.errors import Fault
from gateway.model.parties import PublicKey

LIMIT = 64 * 1024
TIMEOUT = 3.0
FRESH = (5 * 60, 24 * 60 * 60)
RETRY = 60
RETRY_WITHOUT_KEYS = 5
_MAX_AGE = re.compile(r"(?:^|,)\s*max-age=(\d{1,9})", re.IGNORECASE)
_UNREADABLE = (aiohttp.ClientError, TimeoutError, OSError, CryptoError, ValueError)


@lru_cache(maxsize=1024)
def read_key_set(text: str | bytes) -> tuple[PublicKey, ...]:
    """The keys of a JWK set that we can use. `CryptoError` when it is no JWK set."""
    members = json_object(text.encode() if isinstance(text, str) else text).get("keys")
    if not isinstance(members, list) or len(members) > 64:
        raise CryptoError("not a JWK set")
    keys = []
    for member in members:
        try:
            keys.append(public_key(member))
        except CryptoError:
            continue
    return tuple(keys)


@dataclass(slots=True)
class _Held:
    """What is held of one set, in seconds of the clock that was given."""

    keys: tuple[PublicKey, ...] | None = None
    fetched: float = 0.0
    fresh_until: float = 0.0
    tried: float | None = None
    failure: str = ""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class KeySets:
    """All sets that were fetched. `hosts`: `name` or `name:port`; `clock`: seconds that only go forward."""

    def __init__(
        self,
        hosts: Collection[str],
        *,
        clock: Callable[[], float] = time.monotonic,
        resolver: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self._hosts = frozenset(hosts)
        self._clock = clock
        self._resolver = resolver or CheckedResolver()
        self._tls = tls or ssl.create_default_context()
        self._timeout = timeout
        self._held: dict[str, _Held] = {}
        self._session: aiohttp.ClientSession | None = None

    async def keys(self, uri: str, *, kid: str | None = None) -> tuple[PublicKey, ...]:
        """The keys at an address; a set that lacks `kid` is fetched anew, once a minute. `Fault` without any."""
        held = self._held.setdefault(uri, _Held())
        if not self._satisfies(held, kid):
            async with held.lock:
                if self._may_try(held):
                    await self._refresh(uri, held)
        if held.keys is None or self._clock() - held.fetched > FRESH[1]:
            raise Fault("partner-keys-unavailable", retry_after=RETRY, log=f"no key set within its age: {held.failure}")
        return held.keys

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _satisfies(self, held: _Held, kid: str | None) -> bool:
        if held.keys is None or self._clock() >= held.fresh_until:
            return False
        return kid is None or any(kid in (key.jwk.get("kid"), key.thumbprint) for key in held.keys)

    def _may_try(self, held: _Held) -> bool:
        pause = RETRY_WITHOUT_KEYS if held.keys is None else RETRY
        return held.tried is None or self._clock() - held.tried >= pause

    async def _refresh(self, uri: str, held: _Held) -> None:
        held.tried = self._clock()
        try:
            body, max_age = await self._fetch(uri)
            held.keys = read_key_set(body)
        except _UNREADABLE as error:
            held.failure = type(error).__name__
            return
        held.fetched = self._clock()
        held.fresh_until = held.fetched + min(max(max_age, FRESH[0]), FRESH[1])

    async def _fetch(self, uri: str) -> tuple[bytes, int]:
        if not self._allowed(uri):
            raise ValueError("not an address from which key sets are fetched")
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=self._resolver, use_dns_cache=False, ssl=self._tls),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=self._timeout),
                auto_decompress=False,
                headers={"Accept": "application/jwk-set+json, application/json", "Accept-Encoding": "identity"},
            )
        async with self._session.get(uri, allow_redirects=False) as response:
            if response.status != 200 or "Content-Encoding" in response.headers:
                raise ValueError("not a plain answer")
            body = b""
            async for chunk in response.content.iter_chunked(LIMIT):
                body += chunk
                if len(body) > LIMIT:
                    raise ValueError("larger than a key set may be")
        max_age = _MAX_AGE.search(response.headers.get("Cache-Control", ""))
        return body, int(max_age[1]) if max_age else 0

    def _allowed(self, uri: str) -> bool:
        parts = urlsplit(uri)
        return (
            parts.scheme == "https"
            and parts.netloc in self._hosts
            and not parts.fragment
            and parts.hostname is not None
            and not _is_address(parts.hostname)
        )


def _is_address(host: str) -> bool:
    """aiohttp connects to a literal address without asking the resolver, so none is let through."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True

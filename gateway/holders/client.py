"""Asks holders, over HTTPS: what they have recorded on a request, and the values of what was granted.

Rules:
- Each call ends within the deadline; a holder that can't be reached is `holder-unavailable`, one that is slow
  `holder-timeout`, anything else that is wrong `holder-invalid`. Of a reply that does not count nothing is kept, and
  nothing of it stands in an exception.
- No redirects, no cookies, no proxy from the environment, no compression, at most 1 MiB.
- http is for loopback in development alone.

Trust: the operator's registers say where a source is and which keys speak for it (`SourceEntry`).
"""

import asyncio
import ssl
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

import aiohttp

from gateway.crypto.errors import CryptoError
from gateway.crypto.signing import JwsSigner
from gateway.crypto.subject import seal_subject
from gateway.errors import Fault
from gateway.holders.protocol import (
    CONTENT_TYPE,
    LIMIT,
    REQUEST_TYPE,
    Asked,
    Call,
    Types,
    invalid,
    read_reply,
    read_statement,
    read_values,
)
from gateway.model.disclosure import Found, Question
from gateway.model.facts import Statement

CONNECTIONS = 256
KEEP_ALIVE = 3.0
"""Seconds that an idle connection is kept: less than what servers commonly allow, so that none closes under a call."""
RETRY = 30
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_DOWN = frozenset({502, 503, 504})


class Clock(Protocol):
    def now(self) -> datetime: ...


class Identifiers(Protocol):
    def new(self) -> str: ...


class HolderClient:
    """Satisfies `exchange.ports.Holders`. `issuer`: the gateway's public URL; `timeout`: seconds for each call."""

    def __init__(
        self,
        signer: JwsSigner,
        types: Types,
        *,
        issuer: str,
        clock: Clock,
        identifiers: Identifiers,
        timeout: float,
        development: bool = False,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._signer = signer
        self._types = types
        self._issuer = issuer
        self._clock = clock
        self._identifiers = identifiers
        self._timeout = timeout
        self._development = development
        self._tls = tls or ssl.create_default_context()
        self._session: aiohttp.ClientSession | None = None

    async def statement(self, question: Question, fields: tuple[str, ...]) -> Statement | None:
        """What the holder has already recorded on such a request, with its signature; None: not assessed yet."""
        token, claims, _ = await self._ask(Call.STATEMENT, question, fields)
        document = read_statement(claims)
        return None if document is None else Statement(document, token.decode())

    async def fields(self, question: Question, fields: tuple[str, ...]) -> Found:
        """The values of these fields, as far as the holder has them."""
        _, claims, asked = await self._ask(Call.FIELDS, question, fields)
        return Found(read_values(claims, asked, self._types))

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _ask(
        self, call: Call, question: Question, fields: tuple[str, ...]
    ) -> tuple[bytes, Mapping[str, Any], Asked]:
        url = question.source.url.rstrip("/")
        if not self._allowed(url):
            raise Fault("holder-unavailable", retry_after=3600, log="the source has an address that may not be asked")
        try:
            subject, nonce = seal_subject(question.ask.bsn, question.source.encryption)
            asked = Asked(call, question, fields, self._issuer, self._identifiers.new(), nonce, subject)
            request = self._signer.sign(asked.claims(self._clock.now()), typ=REQUEST_TYPE)
            async with asyncio.timeout(self._timeout):
                token = await self._post(f"{url}/{call}", request)
            return token, read_reply(token, asked, self._clock.now()), asked
        except CryptoError as error:
            raise invalid(f"not JOSE that counts: {error}") from None
        except TimeoutError:
            raise Fault("holder-timeout", retry_after=RETRY, log=f"no reply in {self._timeout} s") from None
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, OSError) as error:
            raise Fault("holder-unavailable", retry_after=RETRY, log=type(error).__name__) from None
        except aiohttp.ClientError as error:
            raise invalid(f"not an answer: {type(error).__name__}") from None

    async def _post(self, url: str, request: str) -> bytes:
        headers = {"Content-Type": CONTENT_TYPE, "Accept": CONTENT_TYPE, "Accept-Encoding": "identity"}
        async with self._open().post(url, data=request.encode(), headers=headers, allow_redirects=False) as response:
            if response.status in _DOWN:
                raise Fault("holder-unavailable", retry_after=RETRY, log=f"status {response.status}")
            if response.status != 200 or response.content_type != CONTENT_TYPE:
                raise invalid(f"status {response.status} or another kind of content")
            body = bytearray()
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > LIMIT:
                    raise invalid("larger than a reply may be")
        return bytes(body)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._tls, limit=CONNECTIONS, keepalive_timeout=KEEP_ALIVE),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),
                auto_decompress=False,
            )
        return self._session

    def _allowed(self, url: str) -> bool:
        parts = urlsplit(url)
        return parts.scheme == "https" or (parts.scheme == "http" and self._development and parts.hostname in _LOOPBACK)

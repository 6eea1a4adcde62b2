"""How this gateway speaks to those who vouch for its log: one POST, an answer that is small, in a time that is set.

Rules: https, or http to loopback in development; no redirects, cookies, proxy of the environment or compression; what
is larger than `LIMIT`, late or broken is `Silent`, as is an address that may not be asked.
"""

import asyncio
import ssl
from urllib.parse import urlsplit

import aiohttp

from gateway.tlog.publication.doors import Silent

LIMIT = 64 * 1024
TIMEOUT = 5.0
KEEP_ALIVE = 15.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class SmallPosts:
    """`timeout`: seconds for each call, from the first byte sent to the last one read. Belongs to one event loop."""

    def __init__(
        self, *, development: bool = False, timeout: float = TIMEOUT, tls: ssl.SSLContext | None = None
    ) -> None:
        self._development, self._timeout = development, timeout
        self._tls = tls or ssl.create_default_context()
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, body: bytes, content_type: str) -> tuple[int, str, bytes]:
        """Status, content type and body of the answer. Raises `Silent`."""
        self._require_allowed(url)
        headers = {"Content-Type": content_type, "Accept-Encoding": "identity"}
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._open().post(url, data=body, headers=headers, allow_redirects=False) as response,
            ):
                received = bytearray()
                async for chunk in response.content.iter_any():
                    received += chunk
                    if len(received) > LIMIT:
                        raise Silent(f"an answer of more than {LIMIT} bytes")
                return response.status, response.content_type, bytes(received)
        except TimeoutError:
            raise Silent(f"no answer in {self._timeout:g} s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise Silent(type(error).__name__) from None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._tls, keepalive_timeout=KEEP_ALIVE),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),
                auto_decompress=False,
            )
        return self._session

    def _require_allowed(self, url: str) -> None:
        parts = urlsplit(url)
        loopback = parts.scheme == "http" and self._development and parts.hostname in _LOOPBACK
        if parts.scheme != "https" and not loopback:
            raise Silent("its address is not https")

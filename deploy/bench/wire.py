"""One HTTP/1.1 connection, read by httptools: as little of its own in a measurement as Python allows."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Self

import httptools

Connect = Callable[[Callable[[], asyncio.Protocol]], Awaitable[tuple[Any, Any]]]


class Wire(asyncio.Protocol):
    """One request at a time. It is kept open, and opened anew where the other side closed it meanwhile."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._body = bytearray()
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    @classmethod
    async def open(cls, port: int) -> Self:
        """A connection to a port of loopback."""
        return await cls(partial(asyncio.get_running_loop().create_connection, host="127.0.0.1", port=port))._opened()

    @classmethod
    async def open_unix(cls, path: Path) -> Self:
        return await cls(partial(asyncio.get_running_loop().create_unix_connection, path=str(path)))._opened()

    async def ask(self, message: bytes) -> tuple[int, bytes]:
        """Status and body of the answer. `ConnectionError` where none came."""
        if self._transport.is_closing():
            await self._opened()
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(message)
        return await self._answer

    def close(self) -> None:
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        if self._answer is not None:
            self._answer.set_result((self._parser.get_status_code(), bytes(self._body)))
        self._expect()

    def connection_lost(self, _: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError("the connection was closed before an answer"))

    async def _opened(self) -> Self:
        self._transport, _ = await self._connect(lambda: self)
        self._expect()
        return self

    def _expect(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._body.clear()


def message(method: str, target: str, headers: Mapping[str, str], content: bytes = b"") -> bytes:
    """A request as it goes over the wire."""
    lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(content)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + content

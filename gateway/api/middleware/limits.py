"""How large a request may be and how long it may take.

Rules: a body is read whole before anything sees it, and no further than its limit, whatever its length says of itself.
When time is up the caller is told so, but what was begun goes on: cutting it could lose an answer whose record already
stands. Asking again with the same key gives that answer.
"""

import asyncio
from collections.abc import Mapping

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.errors import Fault, TooLarge

BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})


class Limits:
    """`body_limit` in bytes, `timeout` in seconds for reading and answering together."""

    def __init__(self, app: ASGIApp, *, body_limit: int, timeout: float) -> None:
        self._app, self._body_limit, self._timeout = app, body_limit, timeout
        self._unfinished: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        ends = asyncio.get_running_loop().time() + self._timeout
        body = b"" if scope["method"] in BODILESS else await self._read(scope, receive, ends)
        begun, closed = False, False

        async def receive_body() -> Message:
            nonlocal body
            if body is None:
                return await receive()
            message, body = {"type": "http.request", "body": body, "more_body": False}, None
            return message

        async def send_in_time(message: Message) -> None:
            nonlocal begun
            if not closed:
                begun = True
                await send(message)

        task = asyncio.create_task(self._app(scope, receive_body, send_in_time))
        self._unfinished.add(task)
        task.add_done_callback(self._finished)
        await asyncio.wait({task}, timeout=ends - asyncio.get_running_loop().time())
        if task.done() or begun:
            await task
            return
        closed = True
        raise Fault("request-timeout", retry_after=1)

    async def _read(self, scope: Scope, receive: Receive, ends: float) -> bytes:
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        announced = headers.get(b"content-length", b"0")
        if announced.isdigit() and int(announced[:20]) > self._body_limit:
            raise TooLarge("body-too-large")
        parts, size, more = [], 0, True
        try:
            async with asyncio.timeout_at(ends):
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise ClientDisconnect
                    parts.append(message.get("body", b""))
                    size, more = size + len(parts[-1]), message.get("more_body", False)
                    if size > self._body_limit:
                        raise TooLarge("body-too-large")
        except TimeoutError:
            raise Fault("request-timeout", retry_after=1) from None
        return b"".join(parts)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._unfinished.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, so that asyncio does not print it: the caller was told already

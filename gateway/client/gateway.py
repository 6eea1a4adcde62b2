"""The conversation carried over HTTP by httpx: once synchronously, once asynchronously. Redirects are not followed."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Self

import httpx

from gateway.client.answer import Answer
from gateway.client.conversation import Conversation, Request, Response, Talk
from gateway.client.partner import Partner
from gateway.client.witnessed import Witnessed
from gateway.verify.policy import Policy

TIMEOUT = 20.0


class Gateway:
    """A gateway, synchronously. `language`: of the sentences, `nl` or `en`; `verify`: as httpx takes it."""

    def __init__(
        self, url: str, partner: Partner, *, log_keys: Sequence[str], language: str = "nl", verify: Any = True
    ) -> None:
        self._talk = Conversation(url, partner, log_keys, language)
        self._http = httpx.Client(timeout=TIMEOUT, verify=verify, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def ask(self, **question: Any) -> Answer:
        """As `Conversation.ask`. Raises `Rejected`, `Faulted` or `Untrustworthy`; a refusal is returned."""
        return self._hold(self._talk.ask(**question))

    def fetch(self, id: str) -> Answer:
        """As `Conversation.fetch`."""
        return self._hold(self._talk.fetch(id))

    def witnessed(self, id: str, policy: str) -> Witnessed:
        """As `Conversation.witnessed`; `policy`: the text of a tlog-policy."""
        return self._hold(self._talk.witnessed(id, Policy.parse(policy)))

    def _hold(self, talk: Talk) -> Any:
        request = next(talk)
        while True:
            time.sleep(request.after)
            try:
                response = _read(self._http.send(_build(self._http, request)))
            except httpx.TransportError:
                response = Response(0)
            try:
                request = talk.send(response)
            except StopIteration as end:
                return end.value


class AsyncGateway:
    """A gateway, asynchronously."""

    def __init__(
        self, url: str, partner: Partner, *, log_keys: Sequence[str], language: str = "nl", verify: Any = True
    ) -> None:
        self._talk = Conversation(url, partner, log_keys, language)
        self._http = httpx.AsyncClient(timeout=TIMEOUT, verify=verify, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._http.aclose()

    async def ask(self, **question: Any) -> Answer:
        """As `Conversation.ask`. Raises `Rejected`, `Faulted` or `Untrustworthy`; a refusal is returned."""
        return await self._hold(self._talk.ask(**question))

    async def fetch(self, id: str) -> Answer:
        """As `Conversation.fetch`."""
        return await self._hold(self._talk.fetch(id))

    async def witnessed(self, id: str, policy: str) -> Witnessed:
        """As `Conversation.witnessed`; `policy`: the text of a tlog-policy."""
        return await self._hold(self._talk.witnessed(id, Policy.parse(policy)))

    async def _hold(self, talk: Talk) -> Any:
        request = next(talk)
        while True:
            await asyncio.sleep(request.after)
            try:
                response = _read(await self._http.send(_build(self._http, request)))
            except httpx.TransportError:
                response = Response(0)
            try:
                request = talk.send(response)
            except StopIteration as end:
                return end.value


def _build(http: httpx.Client | httpx.AsyncClient, request: Request) -> httpx.Request:
    return http.build_request(
        request.method, request.url, headers=dict(request.headers), content=request.content or None
    )


def _read(response: httpx.Response) -> Response:
    if response.headers.get("content-type", "").startswith("text/plain"):
        return Response(response.status_code, response.text)
    try:
        return Response(response.status_code, response.json())
    except ValueError:
        return Response(response.status_code)

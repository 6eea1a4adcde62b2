"""The door of a witness over HTTP: what is no small answer in time is no answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from gateway.tlog.publication.doors import Reply, Silent
from gateway.witness.client import WitnessClient
from gateway.witness.http import LIMIT, SmallPosts
from tests.support.serving import make_certificate, serving

Answer = Callable[[Request], Awaitable[Response]]


@asynccontextmanager
async def door(answer: Answer, **how: object) -> AsyncIterator[tuple[WitnessClient, str]]:
    posts = SmallPosts(development=True, **how)  # type: ignore[arg-type]
    app = Starlette(routes=[Route("/sub/add-checkpoint", answer, methods=["POST"])])
    try:
        async with serving(app) as port:
            yield WitnessClient(posts), f"http://127.0.0.1:{port}/sub/"
    finally:
        await posts.close()


async def test_status_and_body_come_as_they_are():
    async def echo(request: Request) -> Response:
        assert "cookie" not in request.headers
        return Response(await request.body(), 409, {"set-cookie": "a=b"})

    async with door(echo) as (client, url):
        for _ in range(2):
            assert await client.add_checkpoint(url, b"old 0\n") == Reply(409, b"old 0\n")


async def huge(_: Request) -> Response:
    return Response(b"x" * (LIMIT + 1))


async def endless(_: Request) -> Response:
    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.02)

    return StreamingResponse(drip())


async def silent(_: Request) -> Response:
    await asyncio.sleep(3)
    return Response(b"late")


@pytest.mark.parametrize("answer", [huge, endless, silent])
async def test_no_answer(answer: Answer):
    async with door(answer, timeout=0.5) as (client, url):
        with pytest.raises(Silent):
            await client.add_checkpoint(url, b"")


async def test_a_redirect_is_not_followed():
    async def away(_: Request) -> Response:
        return RedirectResponse("/sub/add-checkpoint")

    async with door(away) as (client, url):
        assert (await client.add_checkpoint(url, b"")).status == 307


async def test_nobody_there():
    posts = SmallPosts(development=True)
    with pytest.raises(Silent):
        await WitnessClient(posts).add_checkpoint("http://127.0.0.1:1", b"")
    await posts.close()


@pytest.mark.parametrize(
    ("development", "url"),
    [
        (False, "http://127.0.0.1:1"),
        (True, "http://witness.example"),
        (True, "file:///etc/passwd"),
        (True, "http://127.0.0.1.example"),
        (True, ""),
    ],
)
async def test_an_address_that_may_not_be_asked(development: bool, url: str):
    with pytest.raises(Silent, match="not https"):
        await WitnessClient(SmallPosts(development=development)).add_checkpoint(url, b"")


async def test_a_certificate_must_be_trusted(tmp_path: Path):
    async def yes(_: Request) -> Response:
        return Response(b"yes")

    certificate, trusting = make_certificate(tmp_path, "127.0.0.1")
    app = Starlette(routes=[Route("/add-checkpoint", yes, methods=["POST"])])
    async with serving(app, certificate=certificate) as port:
        for tls, believed in ((trusting, True), (None, False)):
            posts = SmallPosts(tls=tls)
            try:
                if believed:
                    assert await WitnessClient(posts).add_checkpoint(f"https://127.0.0.1:{port}", b"") == Reply(
                        200, b"yes"
                    )
                else:
                    with pytest.raises(Silent):
                        await WitnessClient(posts).add_checkpoint(f"https://127.0.0.1:{port}", b"")
            finally:
                await posts.close()

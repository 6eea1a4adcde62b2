"""Key sets fetched from a real TLS server on loopback, each rule of `jwks.py` by what breaks it."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from fastapi import FastAPI, Request, Response

from gateway.crypto.keys import PrivateKey
from gateway.directory.address import CheckedResolver
from gateway.directory.jwks import LIMIT, KeySets, read_key_set
from gateway.errors import Fault
from tests.support.serving import make_certificate, serving

HOST = "partner.example"


@dataclass
class Publisher:
    """A partner's web server. `keys`: what it publishes now."""

    keys: list[dict[str, Any]]
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    body: bytes | None = None
    seconds: float = 0.0
    asked: list[str] = field(default_factory=list)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/{path:path}")
        async def publish(path: str, request: Request) -> Response:
            self.asked.append(path)
            await asyncio.sleep(self.seconds)
            body = json.dumps({"keys": self.keys}).encode() if self.body is None else self.body
            return Response(body, status_code=self.status, headers=self.headers)

        return app


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Scene:
    def __init__(self, publisher: Publisher, port: int, tls: Any) -> None:
        self.publisher = publisher
        self.clock = Seconds()
        self.uri = f"https://{HOST}:{port}/jwks"
        self.port = port
        self.tls = tls
        self._made: list[KeySets] = []

    def sets(self, *, acceptable=lambda _: True, hosts: frozenset[str] | None = None, timeout: float = 3.0) -> KeySets:
        """Names lead to 127.0.0.1; `acceptable` stands for what counts as public."""

        async def find(_: str) -> list[str]:
            return ["127.0.0.1"]

        resolver = CheckedResolver(find, acceptable) if acceptable else CheckedResolver(find)
        allowed = hosts if hosts is not None else {f"{HOST}:{self.port}"}
        made = KeySets(allowed, clock=self.clock, resolver=resolver, tls=self.tls, timeout=timeout)
        self._made.append(made)
        return made

    async def close(self) -> None:
        for made in self._made:
            await made.close()


@pytest_asyncio.fixture
async def scene(tmp_path) -> AsyncIterator[Scene]:
    certificate, tls = make_certificate(tmp_path, HOST, "127.0.0.1")
    publisher = Publisher([jwk()])
    async with serving(publisher.app(), certificate=certificate) as port:
        made = Scene(publisher, port, tls)
        yield made
        await made.close()


def jwk(use: str = "sig") -> dict[str, Any]:
    return {**PrivateKey.generate("ES256").public.jwk, "use": use}


def kids(keys) -> list[str]:
    return [key.jwk["kid"] for key in keys]


async def test_fetches_what_the_partner_publishes_and_remembers_it(scene):
    sets = scene.sets()
    assert kids(await sets.keys(scene.uri)) == [scene.publisher.keys[0]["kid"]]
    assert kids(await sets.keys(scene.uri)) == [scene.publisher.keys[0]["kid"]]
    assert scene.publisher.asked == ["jwks"]


@pytest.mark.parametrize(
    ("max_age", "fresh", "stale"), [(None, 299, 301), (10, 299, 301), (3600, 3599, 3601), (999_999, 86_399, 86_401)]
)
async def test_freshness_follows_the_owner_between_five_minutes_and_a_day(scene, max_age, fresh, stale):
    if max_age is not None:
        scene.publisher.headers["Cache-Control"] = f"public, max-age={max_age}"
    sets, start = scene.sets(), scene.clock.now
    await sets.keys(scene.uri)
    scene.clock.now = start + fresh
    await sets.keys(scene.uri)
    assert len(scene.publisher.asked) == 1
    scene.clock.now = start + stale
    await sets.keys(scene.uri)
    assert len(scene.publisher.asked) == 2


async def test_an_unknown_kid_causes_one_fetch_a_minute(scene):
    sets, new = scene.sets(), jwk()
    await sets.keys(scene.uri)
    scene.publisher.keys = [new]
    assert new["kid"] not in kids(await sets.keys(scene.uri, kid=new["kid"]))
    scene.clock.now += 61
    assert new["kid"] in kids(await sets.keys(scene.uri, kid=new["kid"]))
    for _ in range(5):
        await sets.keys(scene.uri, kid="never-seen")
    assert len(scene.publisher.asked) == 2
    scene.clock.now += 61
    await sets.keys(scene.uri, kid="never-seen")
    await sets.keys(scene.uri, kid="never-seen-either")
    assert len(scene.publisher.asked) == 3


async def test_many_who_wait_for_one_set_cause_one_fetch(scene):
    scene.publisher.seconds = 0.1
    sets = scene.sets()
    answers = await asyncio.gather(*(sets.keys(scene.uri) for _ in range(20)))
    assert {tuple(kids(answer)) for answer in answers} == {(scene.publisher.keys[0]["kid"],)}
    assert len(scene.publisher.asked) == 1


async def test_an_old_set_serves_while_its_owner_is_down_and_not_beyond_a_day(scene):
    sets = scene.sets()
    await sets.keys(scene.uri)
    scene.publisher.status = 500
    scene.clock.now += 7200
    assert kids(await sets.keys(scene.uri)) == [scene.publisher.keys[0]["kid"]]
    assert len(scene.publisher.asked) == 2
    scene.clock.now += 86_400
    with pytest.raises(Fault) as told:
        await sets.keys(scene.uri)
    assert told.value.code == "partner-keys-unavailable"


async def refused(scene: Scene, sets: KeySets, uri: str | None = None) -> None:
    with pytest.raises(Fault) as told:
        await sets.keys(uri or scene.uri)
    assert told.value.code == "partner-keys-unavailable"


async def test_a_redirect_is_not_followed(scene):
    scene.publisher.status, scene.publisher.headers = 302, {"Location": f"https://{HOST}:{scene.port}/elsewhere"}
    await refused(scene, scene.sets())
    assert scene.publisher.asked == ["jwks"]


async def test_64_kib_is_read_and_one_byte_more_is_not(scene):
    body = json.dumps({"keys": scene.publisher.keys}).encode()
    scene.publisher.body = body + b" " * (LIMIT - len(body))
    assert len(await scene.sets().keys(scene.uri)) == 1
    scene.publisher.body += b" "
    await refused(scene, scene.sets())


async def test_a_slow_partner_is_not_waited_for(scene):
    scene.publisher.seconds = 0.5
    loop = asyncio.get_running_loop()
    start = loop.time()
    await refused(scene, scene.sets(timeout=0.1))
    assert loop.time() - start < 0.4


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"keys": 1}', b'{"keys": [], "keys": []}', b"\xff", b"<html>"])
async def test_what_is_no_key_set_is_not_read(scene, body):
    scene.publisher.body = body
    await refused(scene, scene.sets())


async def test_compressed_answers_are_not_unpacked(scene):
    scene.publisher.headers = {"Content-Encoding": "gzip"}
    await refused(scene, scene.sets())


async def test_a_name_that_leads_to_a_private_address_is_not_followed(scene):
    await refused(scene, scene.sets(acceptable=None))
    assert scene.publisher.asked == []


async def test_a_host_that_is_not_on_the_list_is_not_asked(scene):
    await refused(scene, scene.sets(hosts=frozenset({HOST, f"other.example:{scene.port}"})))
    assert scene.publisher.asked == []


@pytest.mark.parametrize(
    "uri", ["http://{h}:{p}/jwks", "https://u@{h}:{p}/jwks", "https://{h}:{p}/jwks#x", "https://127.0.0.1:{p}/jwks"]
)
async def test_an_address_of_another_form_is_not_asked(scene, uri):
    allowed = frozenset({f"{HOST}:{scene.port}", f"127.0.0.1:{scene.port}", f"u@{HOST}:{scene.port}"})
    if "u@" in uri:
        allowed -= {f"u@{HOST}:{scene.port}"}
    await refused(scene, scene.sets(hosts=allowed), uri.format(h=HOST, p=scene.port))
    assert scene.publisher.asked == []


async def test_a_key_set_is_never_read_in_the_clear(scene):
    async with serving(scene.publisher.app()) as port:
        scene.port = port
        await refused(scene, scene.sets(), f"http://{HOST}:{port}/jwks")
    assert scene.publisher.asked == []


async def test_a_certificate_that_we_do_not_trust_or_of_another_host_ends_it(scene, tmp_path):
    _, other = make_certificate(tmp_path, "another.example")
    scene.tls = other
    await refused(scene, scene.sets())
    assert scene.publisher.asked == []


async def test_a_failed_first_fetch_is_tried_again_after_a_few_seconds(scene):
    sets = scene.sets()
    scene.publisher.status = 503
    await refused(scene, sets)
    await refused(scene, sets)
    assert len(scene.publisher.asked) == 1
    scene.publisher.status = 200
    scene.clock.now += 6
    assert len(await sets.keys(scene.uri)) == 1


def test_keys_that_we_cannot_use_are_left_out():
    good = jwk()
    odd = [{"kty": "oct", "k": "c2VjcmV0"}, {"kty": "EC", "crv": "P-521", "x": "x", "y": "y"}, 7, {**good, "d": "x"}]
    assert kids(read_key_set(json.dumps({"keys": [*odd, good]}))) == [good["kid"]]

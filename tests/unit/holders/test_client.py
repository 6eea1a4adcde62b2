"""The client of the holder protocol against holders on loopback: an honest one, and one for each way of being wrong."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from gateway.crypto.keys import PrivateKey
from gateway.crypto.signing import verify
from gateway.crypto.subject import subject_proof
from gateway.errors import Fault
from gateway.holders.protocol import LIMIT, REPLY_TYPE, REQUEST_TYPE
from gateway.model.disclosure import Question
from gateway.sandbox.holder import SystemClock
from tests.support.lying_holder import Lie, LyingHolder
from tests.support.questions import BSN, RECLASSERING, make_ask, make_question
from tests.support.sandbox import ISSUER, Side
from tests.support.serving import make_certificate, serving

FIELDS = ("adres_huidig", "toezicht_tot")
VALUES = {"adres_huidig": "Lindelaan 14", "toezicht_tot": "2027-06-30", "naam": "Ruben Voorbeeldman"}
STRANGER = "999990019"


class Scene:
    def __init__(self, side: Side, holder: LyingHolder, port: int) -> None:
        self.side = side
        self.holder = holder
        self.port = port
        self._clients: list[Any] = []

    def client(self, clock: Any = None, **changes: Any):
        made = self.side.client(clock or SystemClock(), **changes)
        self._clients.append(made)
        return made

    def question(self, **changes: Any) -> Question:
        return make_question(self.side.source(self.holder.oin, self.holder.source, self.url, **changes))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def close(self) -> None:
        for made in self._clients:
            await made.close()


@pytest_asyncio.fixture
async def scene(tmp_path) -> AsyncIterator[Scene]:
    side = Side(tmp_path / "sandbox")
    holder = LyingHolder(RECLASSERING.oin, "toezicht", side.keys, side.keys.trusted(), values=VALUES)
    async with serving(holder.app()) as port:
        made = Scene(side, holder, port)
        yield made
        await made.close()


async def faulted(coroutine: Any) -> Fault:
    with pytest.raises(Fault) as told:
        await coroutine
    assert told.value.__cause__ is None
    assert not any(value in str(told.value) for value in (*VALUES.values(), BSN))
    return told.value


async def test_gives_what_the_holder_has_of_what_was_asked(scene):
    client = scene.client()
    assert (await client.fields(scene.question(), FIELDS)).values == {
        "adres_huidig": "Lindelaan 14",
        "toezicht_tot": "2027-06-30",
    }
    assert (await client.fields(scene.question(), ("verblijf",))).values == {}


async def test_gives_the_holders_word_and_its_signature(scene):
    scene.holder.statement = {"serious_reasons": False, "conditions": ["alleen dit overleg"]}
    question = scene.question()
    statement = await scene.client().statement(question, FIELDS)
    assert statement.document == scene.holder.statement
    kept = verify(statement.signed, question.source.keys, types=(REPLY_TYPE,), limit=LIMIT).claims
    assert (kept["request_id"], kept["statement"]) == (question.id, scene.holder.statement)
    assert BSN not in json.dumps(dict(kept))


async def test_not_assessed_yet_is_no_word(scene):
    scene.holder.statement = None
    assert await scene.client().statement(scene.question(), FIELDS) is None


async def test_the_request_says_what_it_must_and_the_bsn_is_sealed(scene):
    question = scene.question()
    await scene.client().statement(question, FIELDS)
    received = scene.holder.received[0]
    claims = dict(received.claims)
    assert received.bsn == BSN
    assert BSN not in json.dumps(claims)
    assert claims["subject"].count(".") == 4
    assert claims["exp"] - claims["iat"] == 60
    said = ("iss", "aud", "call", "request_id", "source", "basis", "activity", "case", "fields")
    assert {name: claims[name] for name in said} == {
        "iss": ISSUER,
        "aud": RECLASSERING.oin,
        "call": "statement",
        "request_id": question.id,
        "source": "toezicht",
        "basis": "wgs.zvh.casusoverleg",
        "activity": "opvragen",
        "case": "ZVH-2026-0417",
        "fields": list(FIELDS),
    }


async def test_two_calls_of_one_request_are_never_the_same_bytes(scene):
    client, question = scene.client(), scene.question()
    await client.statement(question, FIELDS)
    await client.fields(question, FIELDS)
    first, second = (received.claims for received in scene.holder.received)
    assert first["jti"] != second["jti"]
    assert first["subject"] != second["subject"]


def put(**changes: Any) -> Callable:
    return lambda claims, _: {**claims, **changes}


def without(name: str) -> Callable:
    return lambda claims, _: {key: value for key, value in claims.items() if key != name}


def values(**changes: Any) -> Callable:
    return lambda claims, _: {**claims, "values": {**claims["values"], **changes}}


def now(seconds: int = 0) -> int:
    return int(datetime.now(UTC).timestamp()) + seconds


LIES = {
    "another request": Lie(put(request_id="0193a000-0000-7000-8000-000000000000")),
    "another call of this request": Lie(put(reply_to="0193a000-0000-7000-8000-000000000000")),
    "the other kind of call": Lie(put(call="statement")),
    "for another gateway": Lie(put(aud="https://other.example")),
    "an audience that is a list": Lie(put(aud=[ISSUER])),
    "from another holder": Lie(put(iss="00000001800000003000")),
    "another subject": Lie(lambda claims, got: {**claims, "subject_proof": subject_proof(got.nonce, STRANGER)}),
    "a subject without proof": Lie(without("subject_proof")),
    "an empty proof": Lie(put(subject_proof="")),
    "of an hour ago": Lie(lambda claims, _: {**claims, "iat": now(-3600), "exp": now(60)}),
    "of an hour ahead": Lie(lambda claims, _: {**claims, "iat": now(3600), "exp": now(3660)}),
    "over already": Lie(lambda claims, _: {**claims, "iat": now(-30), "exp": now(-1)}),
    "no time": Lie(without("iat")),
    "no end": Lie(without("exp")),
    "a time that is text": Lie(put(iat="now")),
    "more fields than asked": Lie(values(naam="Ruben Voorbeeldman")),
    "a value of another type": Lie(values(toezicht_tot="in de zomer")),
    "a value that is null": Lie(values(adres_huidig=None)),
    "values that are a list": Lie(put(values=[VALUES])),
    "no values": Lie(without("values")),
    "signed by somebody else": Lie(signer=PrivateKey.generate("ES256")),
    "signed by nobody": Lie(token=lambda token: token.rpartition(".")[0] + "."),
    "one character changed": Lie(token=lambda token: token[:-8] + ("A" if token[-8] != "A" else "B") + token[-7:]),
    "another kind of token": Lie(typ="JWT"),
    "our own kind of token": Lie(typ=REQUEST_TYPE),
    "no token": Lie(token=lambda _: "Ruben Voorbeeldman"),
    "nothing": Lie(token=lambda _: ""),
    "too much": Lie(token=lambda token: token + "A" * LIMIT),
    "another content type": Lie(headers={"Content-Type": "text/html"}),
    "not found": Lie(status=404),
    "an error": Lie(status=500),
    "created": Lie(status=201),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
async def test_a_reply_that_is_wrong_in_any_way_does_not_count(scene, lie):
    scene.holder.lie = lie
    fault = await faulted(scene.client().fields(scene.question(), FIELDS))
    assert fault.code == "holder-invalid"
    scene.holder.lie = Lie()
    assert (await scene.client().fields(scene.question(), FIELDS)).values["adres_huidig"] == "Lindelaan 14"


@pytest.mark.parametrize(
    "claims",
    [
        {"assessed": True},
        {"assessed": "true", "statement": {}},
        {"assessed": 1, "statement": {}},
        {"assessed": False, "statement": {}},
        {"assessed": None},
        {"statement": {}},
        {"assessed": True, "statement": []},
        {"assessed": True, "statement": {"serious_reasons": "nee"}},
        {"assessed": True, "statement": {"conditions": "geen"}},
        {"assessed": True, "statement": {"conditions": [7]}},
        {"assessed": True, "statement": {"note": "Ruben Voorbeeldman belde"}},
        {"assessed": True, "statement": {"secrecy_exception": {"kind": "omdat"}}},
        {"assessed": True, "statement": {"secrecy_exception": {"name": "x"}}},
        {"assessed": True, "statement": {"competent_authority_agreed": "ja"}},
        {"assessed": True, "statement": {"conditions": ["x" * 1001]}},
    ],
)
async def test_a_statement_in_another_form_does_not_count(scene, claims):
    scene.holder.lie = Lie(
        lambda honest, _: {k: v for k, v in honest.items() if k not in ("assessed", "statement")} | claims
    )
    assert (await faulted(scene.client().statement(scene.question(), FIELDS))).code == "holder-invalid"


async def test_a_redirect_is_not_followed(scene):
    async with serving(scene.holder.app()) as elsewhere:
        place = f"http://127.0.0.1:{elsewhere}/{RECLASSERING.oin}/toezicht/fields"
        scene.holder.lie = Lie(status=307, headers={"Location": place})
        assert (await faulted(scene.client().fields(scene.question(), FIELDS))).code == "holder-invalid"
        assert len(scene.holder.received) == 1


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_holder_that_says_it_is_down_is_down(scene, status):
    scene.holder.lie = Lie(status=status)
    assert (await faulted(scene.client().fields(scene.question(), FIELDS))).code == "holder-unavailable"


async def test_a_slow_holder_is_left_at_the_deadline(scene):
    scene.holder.lie = Lie(seconds=0.6)
    start = asyncio.get_running_loop().time()
    fault = await faulted(scene.client(timeout=0.2).fields(scene.question(), FIELDS))
    assert fault.code == "holder-timeout"
    assert asyncio.get_running_loop().time() - start < 0.5


async def test_a_holder_that_drips_is_left_at_the_deadline_too(scene):
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/jose\r\nContent-Length: 1000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"a")
            await asyncio.sleep(0.02)

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        fault = await faulted(scene.client(timeout=0.2).fields(scene.question(url=url), FIELDS))
    assert fault.code == "holder-timeout"


async def test_a_holder_that_never_ends_is_left_at_the_limit(scene):
    async def flood(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/jose\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
        with suppress(ConnectionError):
            while not writer.is_closing():
                writer.write(chunk)
                await writer.drain()

    server = await asyncio.start_server(flood, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        fault = await faulted(scene.client().fields(scene.question(url=url), FIELDS))
    assert fault.code == "holder-invalid"


async def test_a_holder_that_is_not_there_is_told_so(scene):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    fault = await faulted(scene.client().fields(scene.question(url=f"http://127.0.0.1:{port}"), FIELDS))
    assert fault.code == "holder-unavailable"


async def test_a_holder_that_hangs_up_is_told_so(scene):
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        fault = await faulted(scene.client().fields(scene.question(url=url), FIELDS))
    assert fault.code == "holder-unavailable"


@pytest.mark.parametrize("url", ["http://holder.example/x", "ftp://127.0.0.1/x", "http://127.0.0.1.example/x"])
async def test_plain_http_leaves_this_machine_never(scene, url):
    fault = await faulted(scene.client().fields(scene.question(url=url), FIELDS))
    assert fault.code == "holder-unavailable"


async def test_plain_http_is_for_development_alone(scene):
    fault = await faulted(scene.client(development=False).fields(scene.question(), FIELDS))
    assert fault.code == "holder-unavailable"
    assert scene.holder.received == []


async def test_https_is_checked_against_the_authorities_that_are_trusted(scene, tmp_path):
    certificate, tls = make_certificate(tmp_path, "127.0.0.1")
    async with serving(scene.holder.app(), certificate=certificate) as port:
        question = scene.question(url=f"https://127.0.0.1:{port}/{RECLASSERING.oin}/toezicht")
        found = await scene.client(development=False, tls=tls).fields(question, FIELDS)
        assert found.values["adres_huidig"] == "Lindelaan 14"
        fault = await faulted(scene.client(development=False).fields(question, FIELDS))
        assert fault.code == "holder-unavailable"


async def test_a_key_that_does_not_seal_asks_nobody(scene):
    question = scene.question(encryption=scene.side.signing.public)
    assert (await faulted(scene.client().fields(question, FIELDS))).code == "holder-invalid"
    assert scene.holder.received == []


async def test_a_gateway_whose_clock_is_an_hour_off_is_not_answered(scene):
    class Ahead:
        def now(self) -> datetime:
            return datetime.now(UTC) + timedelta(hours=1)

    assert (await faulted(scene.client(Ahead()).fields(scene.question(), FIELDS))).code == "holder-invalid"


async def test_a_request_without_a_case_says_so(scene):
    question = replace(scene.question(), ask=make_ask(case=None, basis="vitaal_belang"))
    await scene.client().fields(question, FIELDS)
    assert scene.holder.received[0].claims["case"] is None

"""oauth4webapi, a strict client that knows nothing of us, finds the server, gets a bound token and enters with it."""

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from gateway.crypto.keys import PrivateKey
from gateway.crypto.keystore import KeyStore
from gateway.errors import Unauthenticated
from gateway.model.parties import Client, Credentials
from gateway.oauth.server.metadata import JWKS_PATH, METADATA_PATH, TOKEN_PATH, metadata
from gateway.store.sqlite.replay import ReplayStore
from tests.peers.node.conftest import Peer
from tests.profiles.world import OIN, Clock, World
from tests.support.challenge import challenge

pytestmark = pytest.mark.part("node")


class Now(Clock):
    def now(self) -> datetime:
        return datetime.now(UTC)


class Handler(BaseHTTPRequestHandler):
    world: World
    issuer: str

    def do_GET(self) -> None:
        if self.path == METADATA_PATH:
            return self._send(200, [("Content-Type", "application/json")], json.dumps(metadata(self.issuer)).encode())
        if self.path == JWKS_PATH:
            return self._send(
                200, [("Content-Type", "application/json")], json.dumps(self.world.keys.jwks("token")).encode()
            )
        url = self.issuer + urlsplit(self.path).path
        credentials = Credentials(self.headers["Authorization"], self.headers["DPoP"], "GET", url)
        try:
            requester = asyncio.run(self.world.validator.authenticate(credentials))
        except Unauthenticated as error:
            return self._send(401, [("WWW-Authenticate", challenge(error))], error.code.encode())
        return self._send(200, [], requester.client_id.encode())

    def do_POST(self) -> None:
        assert self.path == TOKEN_PATH
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = parse_qsl(body, keep_blank_values=True)
        self._send(*asyncio.run(self.world.endpoint.respond("POST", self.path, self.headers.items(), form)))

    def _send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, World]]:
    now = Now().now()
    keys = KeyStore.create(tmp_path / "keys", b"a passphrase of a test", now=now)
    replay = ReplayStore.open(tmp_path / "replay.sqlite", now=now, ahead=10)
    server = HTTPServer(("127.0.0.1", 0), Handler)
    Handler.issuer = f"http://127.0.0.1:{server.server_port}"
    Handler.world = World(keys, replay, Now(), issuer=Handler.issuer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield Handler.issuer, Handler.world
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("algorithm", ["ES256", "PS256", "Ed25519"])
def test_a_strict_client_gets_in(peer: Peer, served: tuple[str, World], algorithm: str) -> None:
    issuer, world = served
    key = PrivateKey.generate(algorithm)
    world.register.clients["peer"] = Client("peer", OIN, (key.public,))
    document = {"issuer": issuer, "clientId": "peer", "key": key.to_jwk(), "algorithm": algorithm}
    entered = peer("oauth4webapi.mjs", document=document)
    assert entered == {"type": "dpop", "expires": 600, "status": 200, "requester": "peer"}


def test_a_stranger_hears_it_in_the_words_of_the_rfc(peer: Peer, served: tuple[str, World]) -> None:
    issuer, _ = served
    document = {
        "issuer": issuer,
        "clientId": "stranger",
        "key": PrivateKey.generate("ES256").to_jwk(),
        "algorithm": "ES256",
    }
    with pytest.raises(AssertionError, match="invalid_client"):
        peer("oauth4webapi.mjs", document=document)

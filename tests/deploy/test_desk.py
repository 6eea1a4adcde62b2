"""deploy/nginx/desk.conf in the real nginx, before somebody who tells what reached the desk."""

import http.client
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from gateway.desk.failures import BODY_LIMIT
from tests.deploy.conftest import NGINX_MAIN
from tests.deploy.processes import listens, running, wait_for
from tests.support.waiting import until

pytestmark = pytest.mark.part("nginx")
CONFIGURATION = "deploy/nginx/desk.conf"


class Told(BaseHTTPRequestHandler):
    """Stands where the desk stands, and answers with the headers that reached it."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.dumps(dict(self.headers.items())).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", "default-src 'none'")
        self.send_header("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def door(root: Path, tmp_path: Path, certificate: Path, free_port: Callable[[], int]) -> Iterator[tuple[int, Path]]:
    """The port of nginx, and the file of its access log."""
    behind, port, log = ThreadingHTTPServer(("127.0.0.1", 0), Told), free_port(), tmp_path / "access.log"
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    text = (root / CONFIGURATION).read_text()
    for here, there in (
        ("listen 443 ", f"listen 127.0.0.1:{port} "),
        ("127.0.0.1:8403;", f"127.0.0.1:{behind.server_port};"),
        ("/etc/nginx/tls/", f"{certificate}/"),
        ("/dev/stdout", str(log)),
    ):
        assert here in text, f"{CONFIGURATION} no longer says {here!r}"
        text = text.replace(here, there)
    (tmp_path / "sluis.conf").write_text(text)
    main = tmp_path / "nginx.conf"
    main.write_text(NGINX_MAIN.format(work=tmp_path))
    with running(["nginx", "-c", str(main)]) as process:
        wait_for(lambda: listens(port), process)
        yield port, log
    behind.shutdown()
    behind.server_close()


def ask(port: int, certificate: Path, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    trust = ssl.create_default_context(cafile=str(certificate / "fullchain.pem"))
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=trust, timeout=20)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    assert answer.getheader("Strict-Transport-Security") in (None, "max-age=31536000; includeSubDomains")
    said = answer.status, answer.read()
    connection.close()
    return said


def test_what_the_desk_hears_of_the_connection_is_nginx_word(door: tuple[int, Path], certificate: Path) -> None:
    port, _ = door
    status, said = ask(port, certificate, "GET", "/zvh", X_Forwarded_For="203.0.113.9", Forwarded="for=x", Cookie="a=b")
    heard = {name.lower(): value for name, value in json.loads(said).items()}
    assert status == 200
    assert (heard["x-forwarded-for"], heard["x-forwarded-proto"], heard["cookie"]) == ("127.0.0.1", "https", "a=b")
    assert "forwarded" not in heard


async def test_what_is_looked_for_is_in_no_log(door: tuple[int, Path], certificate: Path) -> None:
    port, log = door
    ask(port, certificate, "GET", "/zvh/verstrekkingen?casus=ZVH-2026-0417")
    await until(lambda: '"status":200' in log.read_text())
    assert "ZVH-2026-0417" not in log.read_text()
    assert "verstrekkingen" not in log.read_text()


def test_more_than_a_form_can_hold_is_refused(door: tuple[int, Path], certificate: Path) -> None:
    port, _ = door
    assert ask(port, certificate, "POST", "/zvh/controle", b"x" * BODY_LIMIT)[0] == 200
    assert ask(port, certificate, "POST", "/zvh/controle", b"x" * (BODY_LIMIT + 1))[0] == 413

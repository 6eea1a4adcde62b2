"""deploy/nginx/sluis.conf in the real nginx: what it lets through, what it overwrites and what it says itself."""

import http.client
import json
import re
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from gateway.settings import Settings

pytestmark = pytest.mark.part("nginx")

Ask = Callable[..., tuple[http.client.HTTPResponse, bytes]]
Nginx = Callable[[int], AbstractContextManager[int]]


class Echo(BaseHTTPRequestHandler):
    """Stands where the gateway stands, and answers with the headers that reached it."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.dumps([[name, value] for name, value in self.headers.items()]).encode()
        self.send_response(503 if self.path == "/fault" else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Strict-Transport-Security", "max-age=1")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def upstream() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def nginx(nginx_in_front: Callable[[int, int], AbstractContextManager[None]], free_port: Callable[[], int]) -> Nginx:
    """`with nginx(gateway_port) as port`."""

    @contextmanager
    def start(gateway_port: int) -> Iterator[int]:
        port = free_port()
        with nginx_in_front(port, gateway_port):
            yield port

    return start


@pytest.fixture
def ask(certificate: Path) -> Ask:
    """`ask(port, method, path, ...)` over TLS that is verified against the certificate of this run."""
    trust = ssl.create_default_context(cafile=str(certificate / "fullchain.pem"))

    def send(
        port: int, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPSConnection("127.0.0.1", port, context=trust, timeout=10)
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        return answer, said

    return send


def test_the_file_is_valid(nginx_configuration: Callable[[int, int], Path], free_port: Callable[[], int]) -> None:
    main = nginx_configuration(free_port(), free_port())
    checked = subprocess.run(["nginx", "-t", "-c", str(main)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr


def test_headers_about_the_connection_are_overwritten(nginx: Nginx, upstream: int, ask: Ask) -> None:
    forged = {
        "X_Forwarded_For": "203.0.113.7",
        "X_Forwarded_Proto": "http",
        "X_Forwarded_Host": "elsewhere.example",
        "X_Real_IP": "203.0.113.7",
        "Forwarded": "for=203.0.113.7",
        "Client_Cert": ":Zm9yZ2Vk:",
        "Client_Cert_Chain": ":Zm9yZ2Vk:",
    }
    with nginx(upstream) as port:
        answer, said = ask(port, "POST", "/v1/disclosures", b"{}", DPoP="proof", Idempotency_Key="k", **forged)
    reached = [(name.lower(), value) for name, value in json.loads(said)]
    assert answer.status == 200
    assert [v for n, v in reached if n == "x-forwarded-for"] == ["127.0.0.1"]
    assert [v for n, v in reached if n == "x-forwarded-proto"] == ["https"]
    assert {n for n, _ in reached} & {
        "x-forwarded-host",
        "x-real-ip",
        "forwarded",
        "client-cert",
        "client-cert-chain",
    } == set()
    assert ("dpop", "proof") in reached
    assert ("idempotency-key", "k") in reached


def test_transport_security_is_said_once(nginx: Nginx, upstream: int, ask: Ask) -> None:
    with nginx(upstream) as port:
        answer, _ = ask(port, "GET", "/v1/dictionary")
    assert answer.headers.get_all("Strict-Transport-Security") == ["max-age=63072000"]
    assert answer.headers.get_all("Cache-Control") == ["no-store"]
    assert "nginx/" not in answer.headers["Server"]


def test_a_large_body_is_refused_before_it_arrives(nginx: Nginx, upstream: int, ask: Ask) -> None:
    limit = Settings.model_fields["body_limit"].default * 1024
    with nginx(upstream) as port:
        assert ask(port, "POST", "/v1/disclosures", b"x" * limit)[0].status == 200
        answer, said = ask(port, "POST", "/v1/disclosures", b"x" * (limit + 1))
    problem(answer, said, 413)


def test_health_is_not_for_outside(nginx: Nginx, upstream: int, ask: Ask) -> None:
    with nginx(upstream) as port:
        for path in ("/livez", "/readyz", "/%6civez", "/x/../readyz"):
            problem(*ask(port, "GET", path), 404)


def test_a_gateway_that_is_down_is_a_problem_document(nginx: Nginx, ask: Ask, free_port: Callable[[], int]) -> None:
    with nginx(free_port()) as port:
        answer, said = ask(port, "POST", "/v1/disclosures", b"{}")
    problem(answer, said, 503)
    assert answer.headers["Retry-After"] == "5"


def test_the_gateways_own_fault_passes_unchanged(nginx: Nginx, upstream: int, ask: Ask) -> None:
    with nginx(upstream) as port:
        answer, said = ask(port, "POST", "/fault", b"{}")
    assert answer.status == 503
    assert answer.headers["Retry-After"] is None
    assert json.loads(said)


def test_the_log_holds_no_query_no_body_and_no_header(nginx: Nginx, upstream: int, ask: Ask, tmp_path: Path) -> None:
    with nginx(upstream) as port:
        ask(port, "POST", "/v1/disclosures?bsn=999993653", b'{"bsn":"999993653"}', Authorization="DPoP secret")
    line = json.loads((tmp_path / "access.log").read_text())
    assert (line["path"], line["status"]) == ("/v1/disclosures", 200)
    assert not re.search(
        "999993653|secret", (tmp_path / "access.log").read_text() + (tmp_path / "error.log").read_text()
    )


@pytest.mark.parametrize(
    ("version", "cipher"),
    [
        (ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0"),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES128-SHA256"),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES256-SHA"),
    ],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1")
def test_weak_tls_is_refused(
    nginx: Nginx, upstream: int, certificate: Path, version: ssl.TLSVersion, cipher: str
) -> None:
    def connect(port: int) -> str | None:
        connection = http.client.HTTPSConnection("127.0.0.1", port, context=trust, timeout=10)
        connection.connect()
        return connection.sock.version()

    trust = ssl.create_default_context(cafile=str(certificate / "fullchain.pem"))
    with nginx(upstream) as port:
        assert connect(port) == "TLSv1.3"
        trust.set_ciphers(cipher)
        trust.minimum_version = trust.maximum_version = version
        with pytest.raises(ssl.SSLError):
            connect(port)


def problem(answer: http.client.HTTPResponse, said: bytes, status: int) -> None:
    """RFC 9457, with what every answer carries."""
    document = json.loads(said)
    assert (answer.status, document["status"]) == (status, status)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert answer.headers.get_all("Cache-Control") == ["no-store"]
    assert answer.headers["Strict-Transport-Security"]
    assert document["title"]
    assert document["detail"]

"""The whole of deploy/ at once: nginx in front, the image's program and files behind it, OPA with its file server."""

import http.client
import json
import os
import signal
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.pdp.bundle import Bundle
from tests.deploy.opa import of_compose, started
from tests.deploy.processes import running, wait_for
from tests.support.policies import Publisher

pytestmark = [pytest.mark.part("nginx"), pytest.mark.part("opa")]


@dataclass(frozen=True)
class Front:
    """What a partner reaches: https, and behind it the gateway's own port."""

    port: int
    gateway_port: int
    trust: ssl.SSLContext

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[http.client.HTTPResponse, dict]:
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.trust, timeout=20)
        return answered(connection, method, path, body, headers)

    def answers(self) -> bool:
        """Whether the gateway behind it is up: its port listens before it has opened what it needs."""
        try:
            return self.ask_behind("/livez")[0].status == 200
        except OSError:
            return False

    def ask_behind(self, path: str) -> tuple[http.client.HTTPResponse, dict]:
        return answered(http.client.HTTPConnection("127.0.0.1", self.gateway_port, timeout=20), "GET", path, b"", {})


def answered(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes, headers: dict[str, str]
) -> tuple[http.client.HTTPResponse, dict]:
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    return answer, json.loads(said)


def file_server(root: Path, folder: Path, policies: Path, port: int) -> Path:
    """deploy/nginx/policies.conf on another port and folder, in a file."""
    text = (root / "deploy/nginx/policies.conf").read_text()
    for there, here in (("/tmp/", f"{folder}/"), ("/var/lib/sluis-policies", str(policies)), ("8401", str(port))):
        assert there in text
        text = text.replace(there, here)
    by_root = "user root;\n" if os.geteuid() == 0 else ""  # else its workers would be nobody, who reads nothing here
    (folder / "policies.conf").write_text(by_root + text)
    return folder / "policies.conf"


@pytest.fixture
def front(
    nginx_in_front: Callable[[int, int], AbstractContextManager[None]],
    certificate: Path,
    image: Path,
    root: Path,
    opa_binary: Path,
    short_path: Path,
    free_port: Callable[[], int],
    tmp_path: Path,
) -> Iterator[Front]:
    port, gateway_port, file_port = free_port(), free_port(), free_port()
    publisher = Publisher(tmp_path)
    publisher.publish(Bundle.read(image / "policies/rules"))
    config = publisher.opa_config(root, f"http://127.0.0.1:{file_port}")
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(image),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SLUIS_STATE": str(tmp_path / "state"),
        "SLUIS_HOST": "127.0.0.1",
        "SLUIS_PORT": str(gateway_port),
        "SLUIS_PUBLIC_URL": f"https://127.0.0.1:{port}",
        "SLUIS_DEVELOPMENT": "true",
        "SLUIS_ENGINE": "opa",
        "SLUIS_OPA_SOCKET": str(short_path / "opa.sock"),
        **publisher.settings,
    }
    serve = [sys.executable, "-m", "gateway", "serve"]
    with (
        running(["nginx", "-c", str(file_server(root, tmp_path, publisher.place.parent, file_port))]),
        started(of_compose(root), root, opa_binary, short_path, config),
        running(serve, env=environment, cwd=image) as gateway,
        nginx_in_front(port, gateway_port),
    ):
        reached = Front(port, gateway_port, ssl.create_default_context(cafile=str(certificate / "fullchain.pem")))
        wait_for(reached.answers, gateway, 60)
        yield reached
        gateway.terminate()
        said, _ = gateway.communicate(timeout=30)
        assert gateway.returncode in {0, -signal.SIGTERM}, said
        assert "Traceback" not in said


def test_a_partner_reaches_the_gateway_through_nginx(front: Front) -> None:
    answer, ready = front.ask_behind("/readyz")
    assert answer.status == 200, ready

    answer, described = front.ask("GET", "/openapi.json")
    assert (answer.status, described["openapi"][:2]) == (200, "3.")
    assert answer.headers["Strict-Transport-Security"]

    answer, metadata = front.ask("GET", "/.well-known/oauth-authorization-server")
    assert (answer.status, metadata["issuer"]) == (200, f"https://127.0.0.1:{front.port}")

    answer, problem = front.ask(
        "POST",
        "/v1/disclosures",
        b"{}",
        Content_Type="application/json",
        Idempotency_Key="4f9e5b1c-7d1e-4a57-9a0e-0d4f1f6b1a11",
    )
    assert (answer.status, problem["status"]) == (401, 401), problem
    assert answer.headers["Content-Type"] == "application/problem+json"
    for header in ("Strict-Transport-Security", "X-Content-Type-Options", "Cache-Control"):
        assert len(answer.headers.get_all(header)) == 1, header

    assert front.ask("GET", "/readyz")[0].status == 404

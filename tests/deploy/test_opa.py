"""The command lines of compose.yaml and of the unit start the real OPA: it verifies, decides, shows what it holds."""

import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.pdp.bundle import Bundle
from gateway.pdp.opa import OpaEngine
from tests.deploy.opa import ask, of_compose, of_systemd, started
from tests.support.policies import Publisher

pytestmark = pytest.mark.part("opa")

DECISION = "/v1/data/sluis/main/decision?strict-builtin-errors=true"


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Publisher:
    """The policies as they stand, signed and in force."""
    publisher = Publisher(tmp_path_factory.mktemp("published"))
    publisher.publish(Bundle.read(root / "policies/rules"))
    return publisher


@pytest.fixture(scope="module", params=[of_compose, of_systemd], ids=["compose", "systemd"])
def opa(request: pytest.FixtureRequest, root: Path, opa_binary: Path, publisher: Publisher) -> Iterator[Path]:
    """The socket of an OPA that was started by the very command line and has taken its bundle."""
    with (
        tempfile.TemporaryDirectory(prefix="sluis-") as folder,
        publisher.served() as url,
        started(request.param(root), root, opa_binary, Path(folder), publisher.opa_config(root, url)) as path,
    ):
        for _ in range(1000):
            if "result" in ask(path, "POST", DECISION, {"input": {}})[1]:
                break
            time.sleep(0.01)
        yield path


def test_it_decides_and_refuses_by_default(opa: Path) -> None:
    status, said = ask(opa, "POST", DECISION, {"input": {}})
    assert status == 200
    assert said["result"]["outcome"] == "geweigerd"
    assert said["result"]["reasons"]


def test_it_verifies_by_itself(root: Path, opa_binary: Path, short_path: Path, publisher: Publisher) -> None:
    """By a configuration that knows another signer it takes nothing, and decides nothing."""
    stranger = short_path / "stranger"
    stranger.mkdir()
    with (
        publisher.served() as url,
        started(of_systemd(root), root, opa_binary, short_path, Publisher(stranger).opa_config(root, url)) as path,
    ):
        time.sleep(2)
        assert "result" not in ask(path, "POST", DECISION, {"input": {}})[1]


async def test_the_gateway_compares_what_it_holds_and_asks_it(opa: Path, root: Path) -> None:
    engine, bundle = OpaEngine(opa), Bundle.read(root / "policies/rules")
    try:
        assert await engine.load(bundle) == bundle.revision
        assert await engine.ready()
        assert (await engine.decide(b"{}", timeout=5)).revision == bundle.revision
    finally:
        await engine.aclose()


def test_its_socket_is_for_one_group(opa: Path) -> None:
    assert stat.S_IMODE(opa.stat().st_mode) == 0o660


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("GET", "/v1/policies/authz.rego", None),
        ("PUT", "/v1/policies/x", "package x"),
        ("PUT", "/v1/data/sluis/main", {"decision": {"outcome": "toegestaan"}}),
        ("PATCH", "/v1/data", []),
        ("DELETE", "/v1/policies/authz", None),
        ("POST", "/v1/data", {"input": {}}),
        ("GET", "/v1/data/sluis/main/decision", None),
        ("POST", "/v1/query", {"query": "data"}),
        ("POST", "/v1/compile", {"query": "data.sluis"}),
        ("GET", "/v1/config", None),
        ("POST", "/", {}),
    ],
)
def test_nothing_else_may_be_asked(opa: Path, method: str, target: str, body: object) -> None:
    status, said = ask(opa, method, target, body)
    assert status == 401
    assert said["code"] == "unauthorized"


def test_both_start_it_alike(root: Path) -> None:
    assert flags(of_compose(root)) == flags(of_systemd(root))


def flags(command: list[str]) -> list[str]:
    return [word for word in command if word.startswith("--") and not word.startswith("--config-file")]

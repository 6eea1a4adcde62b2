"""deploy/compose.yaml: every service is confined, every path is there, every setting exists and is accepted."""

import re
from pathlib import Path

import pytest
import yaml

from gateway.settings import Settings

GIVEN = {
    "SLUIS_PUBLIC_URL": "https://sluis.example",
    "SLUIS_LOG_HOST": "sluis.example",
    "SLUIS_WITNESSES": "/var/lib/sluis/witnesses.policy",
    "SLUIS_TLS": "/etc/sluis/tls",
    "SLUIS_PASSPHRASE_FILE": "/etc/sluis/passphrase",
    "SLUIS_OPA_CONFIG": "/etc/sluis/opa.yaml",
    "SLUIS_DESK_URL": "https://bureau.sluis.example",
    "SLUIS_DESK_ISSUER": "https://aanmelden.example",
    "SLUIS_DESK_CLIENT_ID": "sluis-desk",
    "SLUIS_DESK_CLIENT_SECRET_FILE": "/etc/sluis/desk-secret",
}
SERVICES = ("proxy", "gateway", "desk", "opa", "policies")


@pytest.fixture
def compose(root: Path) -> dict:
    """The file with the variables that an operator gives, each of which it must ask for by name and reason."""
    text = (root / "deploy/compose.yaml").read_text()
    asked = re.findall(r"\$\{(\w+):\?[^}]+\}", text)
    assert set(asked) == set(GIVEN)
    assert len(asked) == text.count("${")
    return yaml.safe_load(re.sub(r"\$\{(\w+):\?[^}]+\}", lambda variable: GIVEN[variable[1]], text))


def test_these_services_and_no_other(compose: dict) -> None:
    assert set(compose["services"]) == set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_is_confined(compose: dict, service: str) -> None:
    said = compose["services"][service]
    assert said["read_only"] is True
    assert said["cap_drop"] == ["ALL"]
    assert said["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in said
    assert re.fullmatch(r"[\w./-]+:\d+\.\d+[\w.-]*", said["image"])


def test_only_the_proxy_is_reached_from_outside(compose: dict) -> None:
    assert [name for name, said in compose["services"].items() if "ports" in said] == ["proxy"]
    for service in ("gateway", "desk"):
        assert compose["services"][service]["network_mode"] == "service:proxy"
        assert compose["services"][service]["environment"]["SLUIS_HOST"] == "127.0.0.1"
    assert compose["services"]["opa"]["network_mode"] == "none"
    assert compose["services"]["policies"]["network_mode"] == "service:opa"


def test_the_gateway_accepts_its_settings(compose: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = compose["services"]["gateway"]["environment"]
    assert all(isinstance(value, str) for value in environment.values())
    assert {name.removeprefix("SLUIS_").lower() for name in environment} <= set(Settings.model_fields)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.development is False
    assert settings.engine == "opa"
    assert settings.opa_socket == Path("/run/sluis-opa/opa.sock")


def test_the_desk_accepts_its_settings(compose: dict, monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    environment = compose["services"]["desk"]["environment"]
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert {name.removeprefix("SLUIS_").lower() for name in environment} <= set(Settings.model_fields)
    assert (settings.development, settings.desk_port) == (False, 8403)
    shared = {name for name in environment if not name.startswith("SLUIS_DESK_")}
    gateway = compose["services"]["gateway"]["environment"]
    assert {name: environment[name] for name in shared} == {name: gateway[name] for name in shared}
    assert f"server 127.0.0.1:{settings.desk_port};" in (root / "deploy/nginx/desk.conf").read_text()


def test_every_mounted_path_is_there(compose: dict, root: Path) -> None:
    named = set(compose["volumes"])
    for said in compose["services"].values():
        for volume in said["volumes"]:
            source = volume.partition(":")[0]
            if source.startswith("."):
                assert (root / "deploy" / source).exists(), source
                assert volume.endswith(":ro"), f"{volume} is part of the project: read only"
            else:
                assert source in named | {GIVEN["SLUIS_TLS"], GIVEN["SLUIS_OPA_CONFIG"]}


def test_the_socket_is_shared_by_group_alone(compose: dict, root: Path) -> None:
    user, group = compose["services"]["opa"]["user"].split(":")
    options = compose["volumes"]["opa-socket"]["driver_opts"]["o"].split(",")
    assert {f"uid={user}", f"gid={group}", "mode=0750"} <= set(options)
    assert f"USER 10001:{group}\n" in (root / "deploy/Containerfile").read_text()
    assert user != "10001"


def test_the_policies_are_written_by_the_gateway_and_read_by_the_file_server(compose: dict, root: Path) -> None:
    services, (_, group) = compose["services"], compose["services"]["opa"]["user"].split(":")
    followed = Path(services["gateway"]["environment"]["SLUIS_POLICIES"])
    assert f"policies:{followed.parent}" in services["gateway"]["volumes"]
    assert f"policies:{followed.parent}:ro" in services["policies"]["volumes"]
    assert services["policies"]["user"].split(":")[1] == group
    assert f"root {followed.parent};" in (root / "deploy/nginx/policies.conf").read_text()
    assert f"--group sluis --mode 0750 {followed.parent}\n" in (root / "deploy/Containerfile").read_text()


def test_the_image_is_built_from_the_containerfile(compose: dict, root: Path) -> None:
    build = compose["services"]["gateway"]["build"]
    assert (root / "deploy" / build["context"] / build["dockerfile"]).resolve() == root / "deploy/Containerfile"

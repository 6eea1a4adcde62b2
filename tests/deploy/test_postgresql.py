"""deploy/compose.postgresql.yaml: confined, apart, and started here by its own command lines, roles and addresses."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import yaml

from gateway.cli import main
from gateway.settings import Settings
from gateway.store.postgres.database import read_both, told
from gateway.store.postgres.schema import require_current
from tests.support.postgres import Server, as_account, make_folder

GIVEN = {"SLUIS_POSTGRES_SECRETS": "/etc/sluis/postgresql", "SLUIS_PGPASS": "/etc/sluis/gateway.pgpass"}
PASSWORDS = {"superuser": "s-geheim", "owner": "o-geheim", "gateway": "g-geheim"}
SERVERS = ("store", "bodykeys")


@pytest.fixture(scope="module")
def compose(request: pytest.FixtureRequest) -> dict:
    root: Path = request.getfixturevalue("root")
    text = (root / "deploy/compose.postgresql.yaml").read_text()
    assert set(re.findall(r"\$\{(\w+):\?[^}]+\}", text)) == set(GIVEN)
    return yaml.safe_load(re.sub(r"\$\{(\w+):\?[^}]+\}", lambda variable: GIVEN[variable[1]], text))


@pytest.mark.parametrize("service", SERVERS)
def test_a_server_is_confined_and_reached_by_its_socket_alone(compose: dict, service: str) -> None:
    said = compose["services"][service]
    assert said["read_only"] is True
    assert said["cap_drop"] == ["ALL"]
    assert said["security_opt"] == ["no-new-privileges:true"]
    assert said["network_mode"] == "none"
    assert "--listen_addresses=" in said["command"]
    assert "ports" not in said
    assert re.fullmatch(r"[\w./-]+:\d+\.\d+[\w.-]*", said["image"])
    socket = next(volume for volume in said["volumes"] if volume.endswith(":/run/sluis"))
    options = compose["volumes"][socket.partition(":")[0]]["driver_opts"]["o"].split(",")
    assert {f"uid={said['user'].split(':')[0]}", "gid=10001", "mode=0750"} <= set(options)
    assert f"{socket.partition(':')[0]}:/run/sluis-{service}" in compose["services"]["gateway"]["volumes"]


def test_the_two_share_no_volume(compose: dict) -> None:
    used = [{v.partition(":")[0] for v in compose["services"][each]["volumes"]} for each in SERVERS]
    assert {v for v in used[0] & used[1] if not v.startswith((".", "/"))} == set()


def test_only_known_services_and_paths_that_are_there(compose: dict, root: Path) -> None:
    assert set(compose["services"]) == {"gateway", "desk", *SERVERS}
    assert compose["services"]["desk"] == compose["services"]["gateway"]
    for said in compose["services"].values():
        for volume in said["volumes"]:
            source = volume.partition(":")[0]
            assert (
                source in {*compose["volumes"], GIVEN["SLUIS_POSTGRES_SECRETS"]} or (root / "deploy" / source).exists()
            )


def test_the_gateway_accepts_its_settings_in_production(compose: dict) -> None:
    environment = compose["services"]["gateway"]["environment"]
    values = {name.removeprefix("SLUIS_").lower(): value for name, value in environment.items()}
    settings = Settings(public_url="https://sluis.example", witnesses="none", **values)
    assert settings.database != settings.bodykeys_database
    assert read_both(settings.database, settings.bodykeys_database, development=False)


@pytest.fixture(scope="module")
def started(compose: dict, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict]:
    """Both servers, begun as their image begins: service → server."""
    root: Path = request.getfixturevalue("root")
    servers: dict[str, Server] = {}
    try:
        for service in SERVERS:
            servers[service] = begin(compose["services"][service], root)
        yield servers
    finally:
        for server in servers.values():
            server.stop()


def begin(said: dict, root: Path) -> Server:
    """`initdb` with the arguments of the image's environment, the server by its command, then what `initdb.d` holds."""
    folder = make_folder()
    for name, password in PASSWORDS.items():
        (folder / name).write_text(password)
        (folder / name).chmod(0o644)
    make = f"initdb -D {folder}/data -U postgres --pwfile={folder}/superuser --no-sync"
    arguments = [*make.split(), *said["environment"]["POSTGRES_INITDB_ARGS"].split()]
    subprocess.run([*as_account(), *arguments], check=True, capture_output=True, cwd=folder)
    settings = [each.removeprefix("--") for each in said["command"][1:]]
    assert settings[1] == "unix_socket_directories=/var/run/postgresql,/run/sluis"
    server = Server(folder, settings=(settings[0],), password=PASSWORDS["superuser"])
    server.start()
    [script] = [volume.partition(":")[0] for volume in said["volumes"] if ":/docker-entrypoint-initdb.d/" in volume]
    roles = (root / "deploy" / script).read_text().replace("/run/secrets/sluis/", f"{folder}/")
    done = subprocess.run(
        ["psql", "--no-password", "--quiet", server.url("postgres")], input=roles, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    return server


def addresses(compose: dict, started: dict, tmp_path: Path, role: str) -> dict[str, str]:
    """The addresses of the compose file on these servers, for a role and its passfile."""
    passfile = tmp_path / f"{role}.pgpass"
    passfile.write_text(f"*:*:*:sluis_{role}:{PASSWORDS[role]}\n")
    passfile.chmod(0o400)
    found = {}
    for name, service in (("SLUIS_DATABASE", "store"), ("SLUIS_BODYKEYS_DATABASE", "bodykeys")):
        url = compose["services"]["gateway"]["environment"][name]
        for here, there in (
            (f"/run/sluis-{service}", str(started[service].folder)),
            ("/run/secrets/pgpass", str(passfile)),
            ("//sluis_gateway@", f"//sluis_{role}@"),
        ):
            assert here in url
            url = url.replace(here, there)
        found[name] = url
    return found


@pytest.mark.part("postgresql")
def test_the_owner_migrates_and_the_gateway_may_what_it_needs(
    compose: dict, started: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLUIS_PUBLIC_URL", "https://sluis.example")
    monkeypatch.setenv("SLUIS_WITNESSES", "none")
    for name, url in addresses(compose, started, tmp_path, "owner").items():
        monkeypatch.setenv(name, url)
    assert main(["store", "migrate", "--role", "sluis_gateway"]) == 0
    urls = addresses(compose, started, tmp_path, "gateway")
    for database in read_both(*urls.values(), development=False):
        with told("store-unavailable"), database.connect() as connection:
            require_current(database, connection)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("CREATE TABLE mine (n integer)")


@pytest.mark.part("postgresql")
@pytest.mark.parametrize("service", SERVERS)
def test_nobody_comes_in_without_a_password(started: dict, service: str) -> None:
    for user in ("postgres", "sluis_owner", "sluis_gateway"):
        with pytest.raises(psycopg.OperationalError, match=r"no password|password authentication failed"):
            psycopg.connect(f"postgresql://{user}@/sluis?host={started[service].folder}&passfile=/dev/null")

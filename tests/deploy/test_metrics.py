"""What a running gateway measures: on loopback and only where it is asked for, without a label that could be a person;
and every metric that the alerts and the dashboard name is one that it serves.
"""

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import yaml

from gateway.client import Faulted
from gateway.model.log import Stamp
from gateway.sandbox.demo import SCENES
from gateway.store.sqlite.log import SqliteLogStorage
from tests.faults.town import FragileTown, free_ports

ALERTS, DASHBOARD = "deploy/metrics/alerts.yaml", "deploy/metrics/dashboard.json"
LABELS = {"call", "class", "code", "le", "outcome", "stream", "tenant", "year"}
NAME = re.compile(r"\bsluis_[a-z_]+")


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FragileTown, int]]:
    """A town whose gateway is measured, whose log a witness cosigns, and has been stamped once."""
    folder, [port, witness_port] = tmp_path_factory.mktemp("town"), free_ports(2)
    town = FragileTown(folder, SLUIS_METRICS_PORT=str(port))
    town.start_gateway()
    town.await_ready()
    town.stop_gateway()
    for path in (town.state / "log").glob("*-2*.sqlite"):
        storage = SqliteLogStorage(path)
        storage.stamp(Stamp(datetime.now(UTC).date(), "a checkpoint", b"a token"))
        storage.close()
    with a_witness(folder, town, witness_port) as policy:
        town.change(SLUIS_WITNESSES=str(policy))
        with town:
            yield town, port


@contextmanager
def a_witness(folder: Path, town: FragileTown, port: int) -> Iterator[Path]:
    """The tlog-policy of a witness that runs as long as the block."""
    (folder / "passphrase").write_text("a passphrase of the witness\n")
    place, secret = str(folder / "witness"), ["--passphrase-file", str(folder / "passphrase")]
    command = [sys.executable, "-m", "gateway", "witness"]
    name = ["--name", "witness.example/sluis"]
    init = subprocess.run([*command, "init", place, *name, *secret], capture_output=True, text=True, check=True)
    keys = [key for key in town.log_keys if "/audit-" not in key]
    subprocess.run([*command, "add-log", place, *keys], check=True, capture_output=True)
    policy, vkey = folder / "policy", init.stdout.split()[0]
    logs = "".join(f"log {key}\n" for key in keys)
    policy.write_text(f"{logs}witness w1 {vkey} http://127.0.0.1:{port}\nquorum w1\n")
    process = subprocess.Popen([*command, "serve", place, "--port", str(port), *secret], stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        assert b"witnessing" in process.stdout.readline()
        yield policy
    finally:
        process.terminate()
        process.communicate(timeout=30)


def fetch(port: int) -> str:
    return httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False, timeout=10).text


async def test_what_passes_is_measured(measured: tuple[FragileTown, int]) -> None:
    town, port = measured
    async with town.client() as client:
        for scene in SCENES:
            await client.ask(**scene.question)
    served = fetch(port)
    assert 'sluis_records_total{class="verstrekking",outcome="recorded",tenant="zvh"} 1.0' in served
    assert 'sluis_answers_total{outcome="geweigerd"} 1.0' in served
    assert re.search(r"^sluis_log_commit_seconds_count [1-9]", served, re.MULTILINE)
    assert re.search(r'^sluis_holder_seconds_count{call="fields"} [1-9]', served, re.MULTILINE)
    assert re.search(r'^sluis_log_size{stream="zvh",year="\d{4}"} [1-9]', served, re.MULTILINE)
    age = re.search(r'^sluis_log_witness_age_seconds{stream="zvh",year="\d{4}"} (\S+)', served, re.MULTILINE)
    assert age is not None
    assert -5 < float(age[1]) < 600


async def test_a_fault_is_counted_by_its_code(measured: tuple[FragileTown, int]) -> None:
    town, port = measured
    assert town.holder is not None
    town.holder.terminate()
    town.holder.wait(30)
    async with town.client() as client:
        with pytest.raises(Faulted):
            await client.ask(**SCENES[0].question)
    town.start_holder()
    served = fetch(port)
    assert re.search(r'^sluis_faults_total{code="holder-unavailable"} [1-9]', served, re.MULTILINE)
    assert 'sluis_records_total{class="storing",outcome="recorded",tenant="' in served


async def test_every_metric_that_is_named_is_served(measured: tuple[FragileTown, int], root: Path) -> None:
    await test_what_passes_is_measured_again(measured)
    served = set(NAME.findall(re.sub(r"(?m)^#.*$", "", fetch(measured[1]))))
    for file in (ALERTS, DASHBOARD):
        named = set(NAME.findall((root / file).read_text()))
        assert len(named) > 8
        assert named - served == set(), file


async def test_what_passes_is_measured_again(measured: tuple[FragileTown, int]) -> None:
    """Whichever test runs alone, all has happened once: an answer, a fault."""
    town, port = measured
    async with town.client() as client:
        await client.ask(**SCENES[0].question)
    if "sluis_faults_total{" not in fetch(port):
        await test_a_fault_is_counted_by_its_code(measured)


async def test_no_label_can_hold_a_person_or_a_party(measured: tuple[FragileTown, int]) -> None:
    await test_what_passes_is_measured_again(measured)
    served = fetch(measured[1])
    labels = {name for inside in re.findall(r"{(.*?)}", served) for name in re.findall(r'(\w+)="', inside)}
    assert labels <= LABELS
    assert not re.search(r"\d{8,}\"", served), "a number of a person, an organisation or a request"
    assert len(served.splitlines()) < 600


def test_the_public_listener_serves_none_and_the_other_is_on_loopback_alone(
    measured: tuple[FragileTown, int],
) -> None:
    town, port = measured
    assert httpx.get(f"{town.url}/metrics", trust_env=False).status_code == 404
    others = {each[4][0] for each in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in others - {"127.0.0.1"}:
        with socket.socket() as probe:
            probe.settimeout(2)
            assert probe.connect_ex((address, port)) != 0


def test_the_alerts_have_the_form_of_prometheus(root: Path) -> None:
    document = yaml.safe_load((root / ALERTS).read_text())
    [group] = document["groups"]
    names = [rule["alert"] for rule in group["rules"]]
    assert len(names) == len(set(names)) > 8
    for rule in group["rules"]:
        assert rule.keys() == {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"].keys() == {"summary", "action"}
        assert re.fullmatch(r"\d+[smh]", rule["for"])


def test_the_dashboard_has_the_form_of_grafana(root: Path) -> None:
    document = json.loads((root / DASHBOARD).read_text())
    assert {panel["type"] for panel in document["panels"]} == {"timeseries"}
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in document["panels"]]
    assert len(set(places)) == len(places) == len({panel["id"] for panel in document["panels"]})
    assert all(target["expr"] for panel in document["panels"] for target in panel["targets"])


def test_a_port_that_is_not_free_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        town = FragileTown(tmp_path, SLUIS_METRICS_PORT=str(port))
        town.start_gateway()
        assert town.gateway is not None
        assert town.gateway.wait(60) == 3
        assert f"127.0.0.1:{port} cannot be used" in town.log.read_text()


def test_where_nobody_measures_each_part_is_itself_and_nothing_is_loaded() -> None:
    program = (
        "import sys\n"
        "from gateway.app.metrics import open_measuring\n"
        "from gateway.settings import Settings\n"
        "with open_measuring(Settings(development=True)) as measuring:\n"
        "    for name in ('shelf', 'policy', 'holders', 'records', 'answers'):\n"
        "        part = object()\n"
        "        assert getattr(measuring, name)(part) is part\n"
        "    with measuring.watch(None):\n"
        "        pass\n"
        "heavy = ('opentelemetry.sdk', 'opentelemetry.exporter', 'prometheus')\n"
        "assert not [name for name in sys.modules if name.startswith(heavy)]\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)

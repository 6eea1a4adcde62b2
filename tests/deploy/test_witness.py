"""deploy/nginx/witness.conf in the real nginx, before a real witness."""

import re
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from gateway.store.sqlite.witness import WitnessState
from gateway.witness.judge import MAX_BODY
from gateway.witness.server import Witness, make_app
from tests.deploy.conftest import NGINX_MAIN
from tests.deploy.processes import listens, running, wait_for
from tests.support.serving import serving
from tests.unit.verify.oracle import Key
from tests.unit.witness.logs import Log, make_cosigners, require_cosigned

pytestmark = pytest.mark.part("nginx")
LOG = Log()
CONFIGURATION = "deploy/nginx/witness.conf"


@pytest.fixture
async def door(
    root: Path, tmp_path: Path, certificate: Path, free_port: Callable[[], int]
) -> AsyncIterator[tuple[httpx.AsyncClient, Witness]]:
    cosigners = make_cosigners()
    state = WitnessState.create(tmp_path / "w" / "witness.sqlite", (str(each.verifier) for each in cosigners))
    state.follow(LOG.vkey, every_year=False)
    witness, port = Witness(cosigners, state), free_port()
    async with serving(make_app(witness)) as behind:
        text = (root / CONFIGURATION).read_text()
        for here, there in (
            ("listen 443 ", f"listen 127.0.0.1:{port} "),
            ("127.0.0.1:8500;", f"127.0.0.1:{behind};"),
            ("/etc/nginx/tls/", f"{certificate}/"),
        ):
            assert here in text, f"{CONFIGURATION} no longer says {here!r}"
            text = text.replace(here, there)
        (tmp_path / "sluis.conf").write_text(text)
        main = tmp_path / "nginx.conf"
        main.write_text(NGINX_MAIN.format(work=tmp_path))
        with running(["nginx", "-c", str(main)]) as process:
            wait_for(lambda: listens(port), process)
            trust = ssl.create_default_context(cafile=str(certificate / "fullchain.pem"))
            async with httpx.AsyncClient(base_url=f"https://127.0.0.1:{port}", verify=trust) as client:
                yield client, witness
    state.close()


async def test_a_log_is_cosigned_through_it(door: tuple[httpx.AsyncClient, Witness]) -> None:
    client, witness = door
    answer = await client.post("/add-checkpoint", content=LOG.request(0, 5))
    assert answer.status_code == 200
    keys = [each.verifier for each in witness.cosigners]
    require_cosigned(answer.text, LOG.note(5).partition("\n\n")[0] + "\n", keys)
    stale = await client.post("/add-checkpoint", content=LOG.request(0, 7))
    assert (stale.status_code, stale.headers["content-type"], stale.text) == (409, "text/x.tlog.size", "5\n")
    assert (await client.get("/")).text.splitlines() == [str(key) for key in keys]


async def test_what_is_too_large_or_not_for_others_does_not_pass(door: tuple[httpx.AsyncClient, Witness]) -> None:
    client, _ = door
    assert (await client.get("/healthz")).status_code == 404
    many = Log(Key(), *(Key(f"k{number}") for number in range(90)))
    assert len(many.request(0, 5)) < MAX_BODY
    assert (await client.post("/add-checkpoint", content=many.request(0, 5))).status_code == 200
    assert (await client.post("/add-checkpoint", content=b"x" * (MAX_BODY + 1))).status_code == 413


def test_it_takes_what_the_witness_takes(root: Path) -> None:
    [size] = re.findall(r"client_max_body_size (\d+)k;", (root / CONFIGURATION).read_text())
    assert int(size) * 1024 == MAX_BODY

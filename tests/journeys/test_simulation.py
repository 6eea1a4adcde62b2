"""A simulation is a gateway of its own: it may use a bill that is no law, and says what it is wherever it speaks."""

from collections.abc import Iterator

import pytest

from gateway.cli import main
from gateway.verify import verify_receipt
from tests.faults.caller import Caller
from tests.faults.town import FragileTown
from tests.support.requests import EXAMPLES

SIMULATION = {"SLUIS_PROFILE": "simulatie", "SLUIS_LOG_HOST": "simulatie.sluis.localhost"}
BILL = EXAMPLES["a bill that is no law"]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FragileTown]:
    with FragileTown(tmp_path_factory.mktemp("town"), **SIMULATION) as town:
        yield town


async def test_it_grants_under_a_bill(town: FragileTown, caller: Caller, tmp_path, capsys):
    response = await caller.ask(BILL.document)
    document = response.json()
    assert (response.status_code, document["outcome"]) == (200, "toegestaan"), response.text
    client = town.client()
    assert (await client.fetch(document["id"])).open() == {
        "naam": "Daan Verzonnen",
        "voorzieningen": ["opvoedondersteuning", "dagbesteding"],
    }
    await client.aclose()
    assert document["simulation"] is True
    assert document["title"].endswith("(simulatie)")
    proof = verify_receipt(document["receipt"], town.log_keys, released=document["sealed"].encode())
    assert proof.leaf.simulation is True
    assert proof.checkpoint.origin.startswith("simulatie.")
    file = tmp_path / "receipt.tlog-proof"
    file.write_text(document["receipt"])
    assert main(["verify", "--keys", str(town.state / "sandbox" / "log.vkeys"), str(file)]) == 0
    assert "simulatie" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["the ordinary case", "not screened", "re-use beyond consent", "registering a case"])
async def test_every_answer_says_what_it_is(town: FragileTown, caller: Caller, name: str):
    for language, word in (("nl", "(simulatie)"), ("en", "(simulation)")):
        for dry_run in (False, True):
            response = await caller.ask(EXAMPLES[name].document | {"dry_run": dry_run}, Accept_Language=language)
            document = response.json()
            assert document["simulation"] is True
            assert document["title"].endswith(word)
            proof = verify_receipt(document["receipt"], town.log_keys)
            assert proof.leaf.simulation is True


async def test_its_keys_and_logs_have_names_of_their_own(town: FragileTown):
    for path in ("/oauth/jwks", "/v1/release-keys"):
        assert all(key["kid"].startswith("simulatie-") for key in (await town.get(path)).json()["keys"])
    for log in (await town.get("/v1/logs")).json()["logs"]:
        assert log["origin"].startswith("simulatie.")
    assert all(leaf["simulation"] is True for tenant in ("zvh", "gemeente") for leaf in town.leaves(tenant))


async def test_it_does_not_open_as_the_real_thing(town: FragileTown, tmp_path):
    real = FragileTown(tmp_path, SLUIS_STATE=str(tmp_path / "state"))
    real.change(**SIMULATION)
    real.start_gateway()
    assert real.gateway.wait(60) == 3
    assert "keys-unreadable" in real.log.read_text()

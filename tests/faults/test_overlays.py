"""Partners' own policies through a gateway that serves: whose fails refuses, the others go on, a change is followed."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.crypto.durable import write_whole
from gateway.pdp.bundle import Bundle
from gateway.workbench.publish.build import build
from gateway.workbench.publish.signer import new_signer
from tests.faults.caller import Caller, assert_closed
from tests.faults.town import FragileTown
from tests.support.requests import EXAMPLES, POLICE, PROBATION
from tests.support.waiting import until

ORDINARY = EXAMPLES["the ordinary case"].document
OTHER = EXAMPLES["police data with agreement"].document
HEAD = "package overlay\n\nimport rego.v1\n\n"
FINE = HEAD + 'decision := {"fields": {f.name: {"granted": true, "reasons": []} | some f in input.decision.fields}}\n'
ADDRESS = HEAD + (
    'decision := {"fields": {"adres_huidig": {"granted": true, "reasons": []}, '
    '"toezicht_voorwaarden": {"granted": false, "reasons": ["na overleg"]}}}\n'
)
ENDLESS = HEAD + (
    "many := {o | some f in input.facts.case.participants; some o in [f.oin, f.kind, f.public, f.involved]}\n\n"
    'decision := {"fields": {}} if count([1 | some a in many; some b in many; some c in many; some d in many; '
    'some e in many; some f in many; some g in many; some h in many; h == "nobody"]) == 7\n'
)
SWELLING = HEAD + "t0 := input.facts.basis\n" + "".join(
    f't{n} := concat("", [t{n - 1}, t{n - 1}, t{n - 1}])\n' for n in range(1, 41)
) + '\ndecision := {"fields": {"adres_huidig": t40}}\n'  # fmt: skip


@pytest.fixture(scope="module")
def overlays(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("overlays")
    write(folder, PROBATION, FINE)
    write(folder, POLICE, FINE)
    return folder


@pytest.fixture(scope="module")
def town(overlays: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FragileTown]:
    with FragileTown(tmp_path_factory.mktemp("town"), SLUIS_OVERLAYS=str(overlays), SLUIS_OVERLAY_TIMEOUT="3") as town:
        yield town


def write(folder: Path, oin: str, text: str) -> None:
    (folder / oin).mkdir(exist_ok=True)
    (folder / oin / "main.rego").write_text(text)


def told(town: FragileTown, event: str) -> list[dict[str, Any]]:
    """The lines of the service log about an event."""
    lines = map(json.loads, town.log.read_text().splitlines())
    return [line for line in lines if line.get("event") == event]


async def changed(town: FragileTown, overlays: Path, text: str, event: str = "overlay-loaded") -> None:
    """Give the probation service another overlay, and wait until the gateway has read it."""
    before = len(told(town, event))
    write(overlays, PROBATION, text)
    await until(lambda: len(told(town, event)) > before)


def fields(document: dict[str, Any]) -> dict[str, list[str]]:
    """Field → why not; nothing where it was granted."""
    return {field["name"]: [reason["code"] for reason in field["reasons"]] for field in document["fields"]}


async def test_a_change_narrows_the_next_request_and_says_whose_it_was(town, caller: Caller, overlays: Path):
    assert fields((await caller.ask(ORDINARY)).json()) == {"adres_huidig": [], "toezicht_voorwaarden": []}
    await changed(town, overlays, ADDRESS)
    response = await caller.ask(ORDINARY)
    document = response.json()
    assert (response.status_code, document["outcome"]) == (200, "gedeeltelijk")
    assert fields(document) == {"adres_huidig": [], "toezicht_voorwaarden": ["beperkt-door-partner"]}
    by = {"oin": PROBATION, "code": "beperkt-door-partner", "reasons": ["na overleg"]}
    assert document["fields"][1]["narrowed_by"] == [by]
    assert document["fields"][1]["reasons"][0]["type"].endswith("/codes/beperkt-door-partner")
    assert_closed(response, town.log)


@pytest.mark.parametrize(
    ("text", "failures"),
    [(ENDLESS, {"timeout"}), (SWELLING, {"unavailable", "timeout"}), (HEAD + "decision := data.sluis", {"rejected"})],
)
async def test_one_that_fails_refuses_its_partner_and_nobody_else(
    town: FragileTown, caller: Caller, overlays: Path, text: str, failures: set[str]
):
    await changed(town, overlays, text, "overlay-failed" if "rejected" in failures else "overlay-loaded")
    refused, other = await asyncio.gather(caller.ask(ORDINARY), caller.ask(OTHER))
    assert (refused.status_code, refused.json()["code"]) == (403, "partnerbeleid-werkt-niet")
    assert set(map(tuple, fields(refused.json()).values())) == {("partnerbeleid-werkt-niet",)}
    assert other.status_code == 200
    last = told(town, "overlay-failed")[-1]
    assert (last["oin"], last["level"]) == (PROBATION, "error")
    assert last["failure"] in failures
    assert town.leaves("zvh")[-1]["class"] in ("weigering", "verstrekking")
    assert_closed(refused, town.log)


async def test_one_that_its_partner_signed_is_taken_and_another_s_is_not(town, caller: Caller, overlays: Path):
    own, stranger = new_signer("ES256"), new_signer("ES256")

    def publish(document: dict[str, Any]) -> None:
        [probation] = [each for each in document["organisations"] if each["oin"] == PROBATION]
        probation["jwks"]["keys"].append(dict(own.public.jwk))

    town.enter(publish)
    bundle = Bundle.of({"main.rego": ADDRESS.encode()})
    (overlays / PROBATION / "main.rego").unlink()
    (overlays / PROBATION).rmdir()
    for signer, status in ((stranger, 403), (own, 200)):
        before = len(told(town, "overlay-loaded")) + len(told(town, "overlay-failed"))
        write_whole(overlays / f"{PROBATION}.tar.gz", build(bundle, signer).packed)
        await until(lambda n=before: len(told(town, "overlay-loaded")) + len(told(town, "overlay-failed")) > n)
        response = await caller.ask(ORDINARY)
        assert response.status_code == status
    assert fields(response.json())["toezicht_voorwaarden"] == ["beperkt-door-partner"]
    assert told(town, "overlay-loaded")[-1]["revision"] == bundle.revision
    (overlays / f"{PROBATION}.tar.gz").unlink()


async def test_it_heals_by_a_better_one(town: FragileTown, caller: Caller, overlays: Path):
    await changed(town, overlays, FINE + "\n# again\n")
    assert (await caller.ask(ORDINARY)).status_code == 200
    assert (await town.get("/readyz")).status_code == 200

"""After a full run nobody of the region stands in the state folder, in a log, in a URL or in what was answered.

The run: every example, for real, dry and under keys that are BSNs; every person at every holder; what is pushed and
collected; faults; and people's data sent where it does not belong. Then the files as a crash leaves them (with what the
write-ahead logs still hold), and as a clean stop does. The search is shown to find each spelling.
"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.sandbox.region import Region
from tests.faults.caller import Caller
from tests.faults.town import FragileTown
from tests.support.people import held_texts, people_in, people_in_files, telling_texts
from tests.support.requests import EXAMPLES

REGION = Region.load()
NEED = {"task": "WGS 2.25", "reason": "bepalen wat nodig is"}
ORDINARY = EXAMPLES["the ordinary case"].document
NAME, BSN, ADDRESS = "Anouk Onbestaand", "999995790", "Geheimhof 1, 9999 ZW Voorbeeldstad"


def everybody() -> Iterator[dict[str, Any]]:
    """For each person, at each source that has something: all of it, in the case of the ordinary request."""
    for person in REGION.document["people"]:
        for place, holding in person["holders"].items():
            oin, source = place.split("/")
            names = list(holding.get("values", {})) or ["naam"]
            yield ORDINARY | {
                "subject": {"bsn": person["bsn"]},
                "holder": {"oin": oin, "source": source},
                "fields": [{"name": name, "necessity": NEED} for name in names],
            }


def misplaced() -> Iterator[dict[str, Any]]:
    """People's data where it does not belong."""
    for text in (NAME, BSN, ADDRESS):
        yield ORDINARY | {"actor": text}
        yield ORDINARY | {"case": text}
        yield ORDINARY | {text: text}
        yield ORDINARY | {"subject": {"bsn": text, "naam": text}}
        yield ORDINARY | {"subject": {"bsn": BSN}, "holder": {"oin": text, "source": text}}
        yield ORDINARY | {"fields": [{"name": text, "necessity": {"task": text, "reason": text}}]}
        yield ORDINARY | {"fields": [{"name": "naam", "necessity": {"task": "WGS 2.25", "reason": text}}]}
        yield ORDINARY | {"activity": text, "basis": text}


async def run(town: FragileTown) -> list[httpx.Response]:
    """Everything that can happen to a person's data here; what was answered."""
    answered: list[httpx.Response] = []
    callers = {name: Caller(town, name) for name in REGION.clients()}
    municipality = callers["voorbeeldstad"]
    for example in EXAMPLES.values():
        bsn, asks = example.document["subject"]["bsn"], callers[example.client].ask
        answered += [await asks(example.document), await asks(example.document | {"dry_run": True})]
        answered.append(await asks(example.document, key=bsn))
        if answered[-3].json().get("collected_by_recipient"):
            answered.append(await callers["politie-voorbeeld"].collect(answered[-3].json()["id"]))
    for document in (*everybody(), *misplaced()):
        answered.append(await municipality.ask(document))
    answered.append(await municipality.ask(json.dumps(ORDINARY | {"naam": NAME}).encode()[:-1]))
    for text in (BSN, NAME):
        answered.append(await municipality.collect(text))
        for path in (f"/v1/disclosures?bsn={text}", f"/codes/{text}", f"/{text}", f"/v1/logs/{text}/2026/checkpoint"):
            answered.append(await town.get(path))
        answered.append(await municipality.ask(ORDINARY, X_Person=text, Traceparent=text, Accept_Language=text))
        answered.append(await municipality.ask(ORDINARY, Authorization=f"DPoP {text}", DPoP=text))
        answered.append(await municipality.ask_token(client_id=text))
        answered.append(await municipality.ask_token(scope=text))
    town.holder.kill()
    town.holder.wait()
    answered.append(await municipality.ask(ORDINARY))
    town.start_holder()
    for caller in callers.values():
        await caller.http.aclose()
    return answered


@pytest.mark.timeout(180)
async def test_nobody_stands_anywhere_after_a_full_run(tmp_path: Path):
    town = FragileTown(tmp_path, SLUIS_HOLDER_TIMEOUT="1")
    town.start_holder()
    town.start_gateway()
    try:
        await town.ready()
        answered = await run(town)
        statuses = {response.status_code for response in answered}
        assert statuses >= {200, 400, 401, 403, 404, 503}, "the run was not full"
        assert 500 not in statuses
        for response in answered:
            headers = b"\n".join(name + value for name, value in response.headers.raw)
            assert people_in(response.content + headers) == set(), response.request.method
        classes = {leaf["class"] for tenant in ("zvh", "gemeente") for leaf in town.requests(tenant)}
        assert classes == {"verstrekking", "weigering", "proef", "storing", "outcome"}

        town.kill()
        assert list(town.state.rglob("*-wal")), "what a crash leaves was not looked at"
        assert people_in_files(tmp_path) == {}
        town.start_gateway()
        await town.ready()
        town.stop_gateway()
        assert people_in_files(tmp_path) == {}
        assert b"999993653" not in town.log.read_bytes()
    finally:
        town.stop()


def test_what_is_looked_for_is_everything_that_tells_of_somebody():
    assert len(telling_texts()) == 31
    assert len(held_texts() - telling_texts()) >= 15
    assert {"lithium 400 mg", "vaak moe en zonder lunch op school"} <= held_texts()


@pytest.mark.parametrize("text", [NAME, BSN, ADDRESS, "lithium 400 mg", "zus, telefoon 06-00000000"])
def test_the_search_finds_each_spelling(tmp_path: Path, text: str):
    raw = text.encode()
    planted = {
        "raw": raw,
        "json": json.dumps({"a": text}).encode(),
        "escaped": "".join(f"\\u{ord(letter):04x}" for letter in text).encode(),
        "Escaped": "".join(f"\\u{ord(letter):04X}" for letter in text).encode(),
        "hex": raw.hex().encode(),
        "HEX": raw.hex().upper().encode(),
    }
    for shift in range(3):
        around = b"~~"[:shift] + raw + b" ~?~?~ en zo voort"
        planted |= {f"base64 {shift}": base64.b64encode(around), f"base64url {shift}": base64.urlsafe_b64encode(around)}
    for name, content in planted.items():
        (tmp_path / name).write_bytes(b"\0\1 before " + content + b" after \xff")
    assert people_in_files(tmp_path) == {tmp_path / name: {text} for name in planted}

"""`kill -9` at random moments under load, and then: does every answer that a client ever got stand in the log?

Clients ask without pause and write every answer's receipt to a journal that is fsynced on arrival. After the last kill
the journal is held
against the restarted log: each receipt verifies, its record stands at its place, the tree that it was signed in is a
beginning of
today's tree, and asking again under the same key gives the same answer.
"""

import asyncio
import base64
import hashlib
import json
import os
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.client import Answer, AsyncGateway, Faulted
from gateway.sandbox.demo import SCENES
from gateway.verify import VerifierKey, open_checkpoint, verify_receipt
from gateway.verify.merkle import leaf_hash, verify_consistency, verify_inclusion
from tests.faults.tally import Tally
from tests.faults.town import FragileTown

CLIENTS = 6
PAUSE = (1.5, 3.5)
REPLAYED = 40


@dataclass
class Journal:
    """What clients were told, one JSON line an answer, on disk before the client goes on."""

    path: Path
    entries: list[dict[str, Any]] = field(default_factory=list)

    def write(self, scene: int, key: str, answer: Answer) -> None:
        sealed = answer.document["sealed"]
        entry = {
            "scene": scene,
            "key": key,
            "id": answer.id,
            "outcome": str(answer.outcome),
            "sealed": sealed and hashlib.sha256(sealed.encode()).hexdigest(),
            "receipt": answer.receipt,
        }
        with self.path.open("a") as file:
            file.write(json.dumps(entry) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self.entries.append(entry)


async def run(folder: Path, *, count: int, seed: int) -> list[Tally]:
    """Kill a gateway `count` times. `AssertionError` for the first thing that does not hold."""
    counts = await kill(folder, kills=count, seed=seed)
    tally = Tally("kills", times=count, acknowledged=counts.pop("answers"), notes=counts)
    del counts["kills"]
    return [tally]


async def kill(folder: Path, *, kills: int, seed: int) -> Counter[str]:
    """The counts."""
    chance, counts = random.Random(seed), Counter[str]()
    town, journal = FragileTown(folder), Journal(folder / "journal.ndjson")
    town.start_holder()
    town.start_gateway()
    try:
        await town.ready()
        stop = asyncio.Event()
        clients = [town.client() for _ in range(CLIENTS)]
        load = [asyncio.create_task(_ask(client, n, seed, journal, counts, stop)) for n, client in enumerate(clients)]
        for _ in range(kills):
            await asyncio.sleep(chance.uniform(*PAUSE))
            town.kill()
            counts["kills"] += 1
            town.start_gateway()
            await town.ready()
        await asyncio.sleep(chance.uniform(*PAUSE))
        stop.set()
        await asyncio.gather(*load)
        town.kill()
        town.start_gateway()
        await town.ready()
        await _hold_against_log(town, journal, counts)
        await _ask_again(clients[0], journal, counts)
        for client in clients:
            await client.aclose()
    finally:
        town.stop()
    return counts


async def _ask(
    client: AsyncGateway, number: int, seed: int, journal: Journal, counts: Counter[str], stop: asyncio.Event
) -> None:
    chance, asked = random.Random(f"{seed}/{number}"), 0
    while not stop.is_set():
        scene, key = chance.randrange(len(SCENES)), f"client-{number}-request-{asked}"
        asked += 1
        while True:
            try:
                journal.write(scene, key, await client.ask(**SCENES[scene].question, idempotency_key=key))
                counts["answers"] += 1
                break
            except Faulted as error:
                counts[f"told: {error}"] += 1
                await asyncio.sleep(0.05)


async def _hold_against_log(town: FragileTown, journal: Journal, counts: Counter[str]) -> None:
    heads: dict[str, Any] = {}
    keys = [VerifierKey.parse(key) for key in town.log_keys]
    for log in (await town.get("/v1/logs")).json()["logs"]:
        base = f"/v1/logs/{log['tenant']}/{log['year']}"
        heads[log["origin"]] = base, open_checkpoint((await town.get(f"{base}/checkpoint")).text, keys)
    places = Counter[tuple[str, int]]()
    for entry in journal.entries:
        proof = verify_receipt(entry["receipt"], keys)
        base, head = heads[proof.checkpoint.origin]
        places[proof.checkpoint.origin, proof.index] += 1
        assert proof.leaf.request_id == entry["id"], "a receipt of another answer"
        assert proof.leaf.released_sha256 == entry["sealed"], "bytes were released that no record has"
        assert head.size >= proof.checkpoint.size, "the log has become shorter than a receipt of it"
        path = await _proof(town, f"{base}/proofs/inclusion", index=proof.index, treeSize=head.size)
        leaf = base64.b64decode(entry["receipt"].split("\n")[1].removeprefix("extra "))
        verify_inclusion(proof.index, head.size, leaf_hash(leaf), path, head.root)
        path = await _proof(town, f"{base}/proofs/consistency", oldSize=proof.checkpoint.size, treeSize=head.size)
        verify_consistency(proof.checkpoint.size, head.size, proof.checkpoint.root, head.root, path)
        counts["verified"] += 1
    assert max(places.values(), default=1) == 1, "two answers share a place in the log"
    counts["records"] = sum(head.size for _, head in heads.values())
    assert counts["verified"] == counts["answers"]


async def _ask_again(client: AsyncGateway, journal: Journal, counts: Counter[str]) -> None:
    for entry in journal.entries[-REPLAYED:]:
        answer = await client.ask(**SCENES[entry["scene"]].question, idempotency_key=entry["key"])
        assert (answer.id, answer.receipt) == (entry["id"], entry["receipt"]), "asked again, answered otherwise"
        counts["asked again, same answer"] += 1


async def _proof(town: FragileTown, path: str, **query: int) -> tuple[bytes, ...]:
    response = await town.get(path, **query)
    assert response.status_code == 200, response.text
    return tuple(base64.b64decode(each) for each in response.json()["hashes"])

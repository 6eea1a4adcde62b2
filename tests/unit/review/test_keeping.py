"""The seal that the FG takes along, as the page tells of it."""

import asyncio
import hashlib
from dataclasses import replace
from pathlib import Path

from gateway.model.codes import Tenant
from gateway.model.log import Published
from gateway.review.checks.keeping import seals_to_keep
from gateway.store.sqlite.log import SqliteLogStorage
from gateway.store.sqlite.log_folder import LogFolder
from gateway.verify.note import sign_note
from gateway.verify.policy import Policy
from tests.unit.review.checking import FIRST, HOST, SECOND, WITNESS, WITNESSED, record, seal, trust
from tests.unit.verify.oracle import Cosigner, Key


def test_a_seal_counts_the_witnesses_that_the_verdict_names(tmp_path: Path) -> None:
    asyncio.run(record(tmp_path))
    second = Cosigner(WITNESS.name, 6, at=WITNESS.at)
    policy = Policy.parse(f"witness region {WITNESS.vkey}\nwitness region-pq {second.vkey}\nquorum region\n")
    signer = Key(f"{HOST}/zvh/2027", hashlib.sha256(b"zvh").digest())
    text = seal(tmp_path, published=True).partition("\n\n")[0] + "\n"
    log = SqliteLogStorage(tmp_path / "log" / "zvh-2027.sqlite")
    log.publish(Published(SECOND + 1, sign_note(text, [signer, WITNESS, second]), WITNESSED))
    log.close()
    kept = seals_to_keep(
        LogFolder(tmp_path), Tenant.ZVH, lambda stream, log: replace(trust(stream, log), policy=policy)
    )
    assert [(each.year, each.checkpoint.size, each.witnesses) for each in kept] == [(2027, 21, 2), (2026, FIRST + 1, 1)]

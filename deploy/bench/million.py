"""A log of a million records: exported as static tiles, verified by the verifier as anyone runs it, and checked by
Tessera's fsck where it is there.

The leaves are those of the gateway, byte for byte of that form; bodies are left out, since an export has none unless it
is asked for them. Beside it: what copying the same bytes into one file takes, and hashing them as leaves alone, in one
thread.
"""

import hashlib
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ledger import STREAM

from gateway.app import SystemClock, Uuid7
from gateway.crypto.keys import PrivateKey
from gateway.crypto.notes import NoteSigner
from gateway.model.log import LogRow, LogState
from gateway.model.record import Leaf, RecordClass
from gateway.settings import ROOT
from gateway.store.sqlite.log_folder import LogFolder
from gateway.store.sqlite.shelf import SqliteShelf
from gateway.tlog.export.export import export
from gateway.tlog.growth import grow
from gateway.tlog.ports import LogTransaction
from gateway.tlog.tiles import edge_tiles
from gateway.verify.checkpoint import Checkpoint
from gateway.verify.keys import VerifierKey
from gateway.verify.merkle import EMPTY_ROOT, leaf_hash
from gateway.verify.note import sign_note

PAGE, YEAR = 8192, 2026
ORIGIN = f"bench.localhost/{STREAM}/{YEAR}"
PATIENCE = 300


def measure(folder: Path, count: int) -> dict[str, Any]:
    """`records`, `leaf_bytes`, seconds of each thing, and the verifier's memory at its highest, in MB."""
    folder.mkdir()
    signer = NoteSigner(ORIGIN, PrivateKey.generate("Ed25519"))
    leaves = _fill(folder / "state", signer, count)
    logs = LogFolder(folder / "state")
    log, target, keys = logs.storage(STREAM, YEAR), folder / "export", folder / "keys"
    keys.write_text(f"{VerifierKey(signer.name, signer.public)}\n")
    exported = _seconds(lambda: export(log, target))
    log.close()
    verify = [sys.executable, "-m", "gateway", "verify", str(target), "--keys", str(keys)]
    verified = _seconds(lambda: _run(verify))
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    told = {
        "records": count,
        "leaf_bytes": round(leaves / count),
        "export_s": exported,
        "copy_s": _seconds(lambda: _copy(target, folder / "copy")),
        "verify_s": verified,
        "verify_mb": round(memory),
        "hash_s": _hash(target),
    }
    if fsck := shutil.which("fsck", path=str(ROOT / ".parts" / "bin")):
        check = [fsck, f"--storage_url=file://{target}/", f"--public_key={keys}", "--ui=false"]
        told["tessera_fsck_s"] = _seconds(lambda: _run(check))
    shutil.rmtree(folder)
    return told


def _fill(state: Path, signer: NoteSigner, count: int) -> int:
    """A log of `count` records; how many bytes its leaves have."""
    shelf = SqliteShelf(state)
    storage, size, total = shelf.storage(STREAM, YEAR), 0, 0
    empty = LogState(0, 1, (), sign_note(Checkpoint(ORIGIN, 0, EMPTY_ROOT).to_text(), [signer]))
    storage.transact(lambda change: change.write(empty, (), {}))
    for leaves in _leaves(count):
        data = [leaf.to_bytes() for leaf in leaves]

        def extend(change: LogTransaction, data: list[bytes] = data, leaves: list[Leaf] = leaves) -> None:
            before = change.head
            assert before is not None
            growth = grow(before.size, before.compact, [leaf_hash(each) for each in data])
            text = Checkpoint(ORIGIN, growth.size, growth.root).to_text()
            after = LogState(growth.size, 1, growth.compact, sign_note(text, [signer]))
            rows = [
                LogRow(index, leaf.id, leaf.request_id, each, b"", None, b"", None, "", None, None)
                for index, (leaf, each) in enumerate(zip(leaves, data, strict=True), before.size)
            ]
            change.write(after, rows, growth.tiles(edge_tiles(change.tile, before.size)))

        storage.transact(extend)
        size, total = size + len(data), total + sum(map(len, data))
    storage.close()
    shelf.close()
    assert size == count
    return total


def _leaves(count: int) -> Iterator[list[Leaf]]:
    new, time_of = Uuid7().new, SystemClock().now
    for start in range(0, count, PAGE):
        stamp = time_of().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        page = []
        for index in range(start, min(start + PAGE, count)):
            digest = hashlib.sha256(index.to_bytes(8, "big")).hexdigest()
            revision = "sha256:" + digest
            page.append(
                Leaf(new(), stamp, STREAM, RecordClass.VERSTREKKING, False, new(), revision, digest, digest, digest)
            )
        yield page


def _hash(folder: Path) -> float:
    """Seconds to hash every leaf of the export once, its bundles read already."""
    bundles = [path.read_bytes() for path in (folder / "tile" / "entries").rglob("*") if path.is_file()]
    begun = time.perf_counter()
    for bundle in bundles:
        at = 0
        while at < len(bundle):
            size = int.from_bytes(bundle[at : at + 2], "big")
            leaf_hash(bundle[at + 2 : at + 2 + size])
            at += 2 + size
    return round(time.perf_counter() - begun, 2)


def _copy(folder: Path, target: Path) -> None:
    with target.open("wb") as file:
        for path in folder.rglob("*"):
            if path.is_file():
                file.write(path.read_bytes())


def _seconds(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return round(time.perf_counter() - begun, 2)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=PATIENCE, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")

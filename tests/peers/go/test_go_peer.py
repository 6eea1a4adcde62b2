"""Go's golang.org/x/mod (`sumdb/note`, `sumdb/tlog`) reads what we write, and we read what it signs."""

import asyncio
import base64
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from gateway.api import create_api
from gateway.catalogue import Catalogue
from gateway.settings import Settings
from gateway.tlog.export.export import export
from gateway.tlog.public import PublicLogs
from gateway.verify import VerificationError, VerifierKey, merkle, open_checkpoint, verify_receipt
from gateway.verify.note import parse_note, sign_note, verify_note
from tests.support.programs import build
from tests.unit.api.simulators import Simulator
from tests.unit.tlog.bench import Bench
from tests.unit.tlog.memory import SIGNER, Memory
from tests.unit.verify.oracle import Cosigner
from tests.unit.witness.logs import Log

pytestmark = [pytest.mark.part("go"), pytest.mark.timeout(600)]  # a first build fetches and compiles everything
Peer = Callable[[str, str, Sequence[bytes]], list[str]]


@pytest.fixture(scope="module")
def peer(tmp_path_factory) -> Peer:
    """(command, key or name, cases) → an answer each."""
    program = build(Path(__file__).parent, tmp_path_factory.mktemp("peers"))

    def ask(command: str, key: str, cases: Sequence[bytes]) -> list[str]:
        lines = b"".join(base64.b64encode(each) + b"\n" for each in cases)
        done = subprocess.run([program, command, key], input=lines, capture_output=True, timeout=60, check=True)
        answers = done.stdout.decode().splitlines()
        assert len(answers) == len(cases)
        return answers

    return ask


@pytest.fixture
async def receipts(tmp_path) -> tuple[str, list[str]]:
    """The verifier key of a log and its receipts under several checkpoints."""
    bench = Bench(tmp_path / "state")
    logs = await bench.logs()
    made = [await bench.append(logs) for _ in range(3)]
    made += await asyncio.gather(*(bench.append(logs) for _ in range(20)))
    logs.close()
    return next(key for key in logs.verifiers if "zvh" in key), [each.text for each in made]


async def test_go_accepts_our_receipts(peer, receipts):
    key, texts = receipts
    assert peer("receipt", key, [each.encode() for each in texts]) == [f"ok {number}" for number in range(len(texts))]


async def test_go_accepts_our_checkpoints_and_how_they_grew(peer, tmp_path):
    bench = Bench(tmp_path / "state")
    logs = await bench.logs()
    log = next(log for log in logs.recent if "zvh" in log.origin)
    notes = {log.size: log.checkpoint}
    for _ in range(12):
        await bench.append(logs)
        notes[log.size] = log.checkpoint
    key = str(log.verifier)
    assert peer("checkpoint", key, [each.encode() for each in notes.values()]) == [f"ok {size}" for size in notes]
    cases, other = [], []
    for old in range(1, 12):
        proof = "\n".join(base64.b64encode(each).decode() for each in log.consistency(old, 12))
        cases.append("\f".join((notes[old], notes[12], proof)).encode())
        other.append("\f".join((notes[old], notes[11], proof)).encode())
    assert peer("grown", key, cases) == ["ok "] * len(cases)
    assert all(each.startswith("error") for each in peer("grown", key, other))
    logs.close()


@pytest.mark.parametrize("size", [1, 255, 256, 257, 1_000])
def test_go_proves_every_record_from_the_tiles_of_an_export(peer, tmp_path, size):
    export(Memory(size), tmp_path)
    assert peer("exported", SIGNER.vkey, [bytes(tmp_path)]) == [f"ok {size}"]
    [bundle] = (tmp_path / "tile" / "entries").glob("000*/*") if size < 256 else [tmp_path / "tile" / "entries" / "000"]
    bundle.write_bytes(bundle.read_bytes().replace(b"\x010", b"\x01x", 1))
    [answer] = peer("exported", SIGNER.vkey, [bytes(tmp_path)])
    assert answer.startswith("error")


async def test_go_accepts_the_proofs_that_are_served(peer, tmp_path):
    bench = Bench(tmp_path / "state")
    logs = await bench.logs()
    services = replace(Simulator().services(), logs=PublicLogs(logs))
    app = create_api(services, Settings(development=True, requests_per_minute=10**6), Catalogue.load())
    key, base = next(key for key in logs.verifiers if "zvh" in key), "/v1/logs/zvh/2026"
    notes, records = {}, {}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://gateway.test") as http:

        async def hashes(path: str) -> list[str]:
            return (await http.get(f"{base}/proofs/{path}")).raise_for_status().json()["hashes"]

        for size in range(1, 8):
            await bench.append(logs)
            notes[size] = (await http.get(f"{base}/checkpoint")).text
        bundle = (await http.get(f"{base}/tile/entries/000.p/7")).content
        proofs, grown = [], []
        for index in range(7):
            end = 2 + int.from_bytes(bundle[:2], "big")
            records[index], bundle = base64.b64encode(bundle[2:end]).decode(), bundle[end:]
            for size in range(index + 1, 8):
                lines = await hashes(f"inclusion?index={index}&treeSize={size}")
                head = ["c2sp.org/tlog-proof@v1", f"extra {records[index]}", f"index {index}", *lines, ""]
                proofs.append(("\n".join([*head, notes[size]])).encode())
                lines = await hashes(f"consistency?oldSize={index + 1}&treeSize={size}")
                grown.append("\f".join((notes[index + 1], notes[size], "\n".join(lines))).encode())
    assert peer("receipt", key, proofs) == [f"ok {index}" for index in range(7) for _ in range(index + 1, 8)]
    assert peer("grown", key, grown) == ["ok "] * len(grown)
    logs.close()


def test_go_reads_the_log_through_all_that_a_published_checkpoint_carries(peer):
    log = Log()
    text = parse_note(log.note(5)).text
    published = sign_note(text, [*log.keys, Cosigner(log.origin), Cosigner("w.example"), Cosigner("w.example", 4)])
    assert peer("checkpoint", log.vkey, [published.encode()]) == ["ok 5"]


async def test_every_flipped_byte_fails_on_both_sides(peer, receipts):
    key, texts = receipts
    good = texts[-1].encode()
    flipped = [good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :] for at in range(len(good))]
    for each in flipped:
        with pytest.raises(VerificationError):
            verify_receipt(each, [key])
    accepted = [at for at, answer in enumerate(peer("receipt", key, flipped)) if answer.startswith("ok")]
    # Go's note.Open reads base64 loosely: two bits of a signature's last letter say nothing there. We refuse them.
    assert set(accepted) <= {good.rindex(b"=") - 1}


def test_we_accept_what_go_signed(peer):
    origin = "go.example/zvh/2026"
    text = f"{origin}\n0\n{base64.b64encode(merkle.EMPTY_ROOT).decode()}\n"
    [answer] = peer("sign", origin, [text.encode()])
    _, vkey, encoded = answer.split(" ")
    note, key = base64.b64decode(encoded).decode(), VerifierKey.parse(vkey)
    parsed, [signer] = verify_note(note, [key])
    assert (parsed.text, signer.name) == (text, origin)
    assert open_checkpoint(note, [key], origin=origin).size == 0
    data = note.encode()
    for at in range(len(data)):
        with pytest.raises((VerificationError, UnicodeDecodeError)):
            verify_note((data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]).decode(), [key])

"""A second writer of exports and of evidence, from the specifications alone: what the verifier's tests break.

Rules: it shares no code with the gateway; it can be told to lie in any one thing.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests.unit.verify import oracle
from tests.unit.verify.oracle import Cosigner, Key

ORIGIN = oracle.ORIGIN
CASE_KEY = bytes(range(32))


def canonical(document: object) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def seal(number: int, body: bytes, subject: bytes = b"", case: bytes = CASE_KEY) -> tuple[bytes, str]:
    """A sealed body of record `number`, and its commitment in hexadecimal."""
    record_id = f"01999999-0000-7000-8000-{number:012x}".encode()
    key = HKDF(SHA256(), 32, None, b"sluis body v1" + record_id).derive(subject + case)
    salt, nonce = hashlib.sha256(b"salt%d" % number).digest(), hashlib.sha256(b"nonce%d" % number).digest()[:12]
    return nonce + AESGCM(key).encrypt(nonce, salt + body, record_id), hashlib.sha256(salt + body).hexdigest()


@dataclass
class Record:
    """A record with what goes beside it. `ids`: of the subject's (or zeros) and the case's key."""

    leaf: bytes
    sealed: bytes
    statement: bytes | None = None
    ids: tuple[bytes, bytes] = (bytes(16), b"case" * 4)

    @property
    def hash(self) -> bytes:
        return oracle.leaf_hash(self.leaf)


def record(number: int, statement: object = None, kind: str | None = None, **members: object) -> Record:
    """Record `number`; `statement`: of an act, or of the `kind` that is given."""
    sealed, commitment = seal(number, b'{"number":%d}' % number)
    said = None if statement is None else canonical(statement)
    members = {"commitment": commitment, "body_sha256": hashlib.sha256(sealed).hexdigest()} | members
    if said is not None:
        members = {"class": kind or "act", "released_sha256": hashlib.sha256(said).hexdigest()} | members
    return Record(oracle.leaf(number, **members), sealed, said)


def records(count: int, **special: Record) -> list[Record]:
    """`count` records; `special`: by place, as `at12=…`."""
    return [special.get(f"at{number}") or record(number) for number in range(count)]


def place(index: int, width: int) -> str:
    """tlog-tiles: each three digits a folder, all but the last with an x."""
    text = f"{index:03d}"
    while len(text) % 3:
        text = "0" + text
    parts = [text[at : at + 3] for at in range(0, len(text), 3)]
    return "/".join([*("x" + part for part in parts[:-1]), parts[-1]]) + ("" if width == 256 else f".p/{width}")


@dataclass
class Export:
    """An export in the making. `files` is what gets written, by path."""

    records: Sequence[Record]
    signers: Sequence[Key | Cosigner] = (Key(),)
    bodies: bool = True
    policy: str | None = "quorum none\n"
    stamps: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    origin: str = ORIGIN

    def checkpoint(self, size: int | None = None) -> str:
        """The signed note over the first `size` records."""
        hashes = [each.hash for each in self.records[:size]]
        text = f"{self.origin}\n{len(hashes)}\n{oracle.b64(oracle.mth(hashes))}\n"
        return text + "\n" + "".join(signer.line(text) for signer in self.signers)

    def files(self) -> dict[str, bytes]:
        """Every file of the export."""
        files = {"checkpoint": self.checkpoint().encode()} | self._tree() | self._beside()
        sums = {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if not name.startswith("tile/")}
        sums.pop("checkpoint")
        files["sums"] = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())).encode()
        return files

    def _tree(self) -> dict[str, bytes]:
        files: dict[str, bytes] = {}
        for start in range(0, len(self.records), 256):
            part = self.records[start : start + 256]
            bundle = b"".join(len(each.leaf).to_bytes(2, "big") + each.leaf for each in part)
            files[f"tile/entries/{place(start // 256, len(part))}"] = bundle
        level, hashes = 0, [each.hash for each in self.records]
        while hashes:
            for start in range(0, len(hashes), 256):
                part = hashes[start : start + 256]
                files[f"tile/{level}/{place(start // 256, len(part))}"] = b"".join(part)
            full = [hashes[start : start + 256] for start in range(0, len(hashes) // 256 * 256, 256)]
            level, hashes = level + 1, [oracle.mth(each) for each in full]
        return files

    def _beside(self) -> dict[str, bytes]:
        keys = "".join(f"{signer.vkey}\n" for signer in self.signers)
        said = [(index, each.statement) for index, each in enumerate(self.records) if each.statement is not None]
        lines = [canonical({"index": index, "statement": text.decode()}) + b"\n" for index, text in said]
        files = {"keys": keys.encode(), "statements": b"".join(lines)}
        if self.policy is not None:
            files["policy"] = self.policy.encode()
        for start in range(0, len(self.records) if self.bodies else 0, 256):
            part = self.records[start : start + 256]
            bodies = (b"".join(each.ids) + len(each.sealed).to_bytes(4, "big") + each.sealed for each in part)
            files[f"bodies/{place(start // 256, len(part))}"] = b"".join(bodies)
        for day, (note, token) in self.stamps.items():
            files |= {f"stamps/{day}.checkpoint": note.encode(), f"stamps/{day}.tsr": token}
        return files

    def write(self, folder: Path, change: Callable[[dict[str, bytes]], object] = lambda _files: None) -> Path:
        """Write the export, after `change` did what it wants to its files."""
        files = self.files()
        change(files)
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        return folder


def evidence(export: Export, indexes: Sequence[int], **members: object) -> dict:
    """An evidence document of these records, before it is spelled."""
    hashes = [each.hash for each in export.records]
    found = [
        {
            "body": None,
            "index": index,
            "leaf": oracle.b64(export.records[index].leaf),
            "proof": [oracle.b64(each) for each in oracle.path(index, hashes)],
            "statement": said and said.decode(),
        }
        for index in indexes
        for said in [export.records[index].statement]
    ]
    keys = [signer.vkey for signer in export.signers]
    whole = {"checkpoint": export.checkpoint(), "keys": keys, "later": None, "records": found, "stamps": []}
    return whole | {"type": "sluis-evidence", "version": 1} | members


def spelled(document: dict) -> bytes:
    return (json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()

"""A second writer of evidence packages, from their specification and Python's own zip, for tests to break."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence

from tests.support.exports import Export, evidence, spelled
from tests.unit.verify.oracle import Key


def zipped(files: Mapping[str, bytes], **members: object) -> bytes:
    """A zip as packages are; `members`: what is otherwise in each member's header."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, 0o100644 << 16
            for member, value in members.items():
                setattr(info, member, value)
            archive.writestr(info, files[name])
    return stream.getvalue()


def signed(manifest: dict, signers: Sequence[Key]) -> dict[str, bytes]:
    """A manifest and its note."""
    data = spelled(manifest)
    text = f"sluis evidence package v1\n{hashlib.sha256(data).hexdigest()}\n"
    note = text + "\n" + "".join(signer.line(text) for signer in signers)
    return {"manifest.json": data, "manifest.note": note.encode()}


def package(exports: Sequence[tuple[Export, Sequence[int]]], *, signers: Sequence[Key] = (Key(),)) -> dict[str, bytes]:
    """The files of a package of these records of these logs."""
    files = {"LEESMIJ.html": b"<!doctype html><title>Bewijs</title>\n", "sleutels/log.vkeys": b"made up\n"}
    logs = []
    for export, indexes in exports:
        year = export.origin.rpartition("/")[2]
        files[f"bewijs/{year}.evidence.json"] = spelled(evidence(export, indexes))
        found = []
        for index in indexes:
            name = f"regels/{year}-{index}.json"
            files[name] = b'{"number":%d}\n' % index
            record_id = json.loads(export.records[index].leaf)["id"]
            found.append({"file": name, "id": record_id, "number": index})
        logs.append({"file": f"bewijs/{year}.evidence.json", "origin": export.origin, "records": found})
    manifest = {
        "bodies": False,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
        "logs": logs,
        "made": "2026-11-26T08:00:00.000Z",
        "tenant": "zvh",
        "type": "sluis-evidence-package",
        "version": 1,
    }
    return files | signed(manifest, signers)

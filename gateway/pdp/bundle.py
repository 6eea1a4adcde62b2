"""A folder of policies as one immutable value with a revision.

Rules:
- A folder holds `*.rego` and at most one of `data.yaml`, `data.json`; any other name, a link or a special file is
  refused, so that nothing decides without being seen, and nothing that is seen is ignored.
- Data is merged by folder, as `opa eval -d FOLDER` does: `bases/x/data.yaml` becomes `data.bases.x`. Two values for
  one path are refused.
- No data under a root of a package: OPA refuses a rule and a value in one place, regorus would let the value win.
- The revision is SHA-256, in hex, over `sluis policies 1` and a line feed, then for every file, sorted by its path's
  bytes: the length of its path as eight bytes (big endian), the path (UTF-8, `/` between), the length of its content
  likewise, the content. Line endings and comments count.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from gateway.errors import Fault
from gateway.model.canonical import canonical
from gateway.pdp.documents import Malformed, parse_json
from gateway.pdp.yaml import parse_yaml

POLICIES_REJECTED = "policies-rejected"
_HEADER = b"sluis policies 1\n"
_PACKAGE = re.compile(r"package\s+([A-Za-z_]\w*)", re.ASCII)
_DATA = {"data.yaml": parse_yaml, "data.json": parse_json}


class BrokenBundle(Fault):
    """These policies cannot be read. `log` names the file and what is wrong with it: policies hold no personal data."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(POLICIES_REJECTED, log=f"{path}: {why}")


@dataclass(frozen=True, slots=True)
class Bundle:
    """`policies`: path → Rego text. `data`: the merged documents as canonical JSON. `files`: path → content, as read.

    Paths are relative, with `/`, and sorted. `roots`: the first parts of the packages' names.
    """

    revision: str
    policies: Mapping[str, str] = field(repr=False)
    data: bytes = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)
    roots: frozenset[str]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read a folder; `BrokenBundle` where a rule of this module is broken."""
        return cls.of({path: _content(path, file) for path, file in _walk(folder)})

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Self:
        """Make a bundle of files by relative path."""
        files = {path: files[path] for path in sorted(files, key=str.encode)}
        policies, data = _policies(files), _data(files)
        roots = frozenset(package_root(text) for text in policies.values())
        for root in roots & data.keys():
            raise BrokenBundle(root, "data stands under the root of a package")
        return cls(_revision(files), MappingProxyType(policies), _encode(data), MappingProxyType(files), roots)


def package_root(text: str) -> str:
    """The first part of the name of a policy's package, which stands before all but comments."""
    for line in map(str.strip, text.split("\n")):
        if line and not line.startswith("#"):
            package = _PACKAGE.match(line)
            return package.group(1) if package else ""
    return ""


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise BrokenBundle(folder.name, error.strerror or "cannot be read") from error
    for entry in entries:
        if entry.is_symlink() or not (entry.is_dir() or entry.is_file()):
            raise BrokenBundle(entry.name, "a link or a special file")
        if entry.is_dir():
            yield from ((f"{entry.name}/{path}", file) for path, file in _walk(entry))
        else:
            yield entry.name, entry


def _content(path: str, file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BrokenBundle(path, error.strerror or "cannot be read") from error


def _policies(files: Mapping[str, bytes]) -> dict[str, str]:
    policies = {path: _text(path, content) for path, content in files.items() if path.endswith(".rego")}
    if not policies:
        raise BrokenBundle(".", "no Rego file")
    for path in files.keys() - policies.keys():
        if path.rpartition("/")[2] not in _DATA:
            raise BrokenBundle(path, "neither Rego nor data.yaml nor data.json")
    return policies


def _data(files: Mapping[str, bytes]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    folders: set[str] = set()
    for path, content in files.items():
        folder, _, name = path.rpartition("/")
        if path.endswith(".rego"):
            continue
        if folder in folders:
            raise BrokenBundle(path, "a second data file in one folder")
        folders.add(folder)
        try:
            document = _DATA[name](_text(path, content))
        except Malformed as error:
            raise BrokenBundle(path, error.why) from error
        if not isinstance(document, dict):
            raise BrokenBundle(path, "not a mapping")
        for part in reversed(folder.split("/") if folder else []):
            document = {part: document}
        _merge(merged, document, path)
    return merged


def _merge(into: dict[str, Any], document: Mapping[str, Any], path: str) -> None:
    for key, value in document.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value, path)
        elif key in into:
            raise BrokenBundle(path, f"a second value for {key!r}")
        else:
            into[key] = value


def _text(path: str, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise BrokenBundle(path, "not UTF-8") from error


def _revision(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256(_HEADER)
    for path, content in files.items():
        for part in (path.encode(), content):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _encode(document: Mapping[str, Any]) -> bytes:
    try:
        return canonical(document)
    except TypeError as error:
        raise BrokenBundle(".", "data with ill-formed Unicode, or too deep") from error

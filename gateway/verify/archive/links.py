"""What records say of the log itself: statements, the joints between years, and which bodies were erased.

Rules:
- A tombstone has a statement, and an act may have one: its SHA-256 stands in the record.
- `log-opened` is the first record and says how the year before ended; `log-closed` is the last.
- A body that nobody can open is accounted for by a tombstone that names one of its keys.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Any

from ..checkpoint import Checkpoint
from ..encoding import decode_base64
from .errors import BodyKeyMissing, BodyMissing, WrongLink, WrongStatement
from .tiles import KEY_ID

SPEAKING = frozenset({"act", "tombstone"})
Speaking = tuple[int, str, str | None]
GONE = struct.Struct(">Q16s16s?")
"""A body that nobody can open: the index of its record, the ids of the subject's key (zeros where it has none) and of
the case's, whether it is still there sealed. Packed, since a log may have as many as records.
"""
_NO_KEY = bytes(KEY_ID)


@dataclass(frozen=True, slots=True)
class Joints:
    """What the statements came to. `opened`: how the year before ended, as the first record says; `closed`: whether the
    last record closes the log; `erased`: the ids of all keys that were destroyed.
    """

    opened: Checkpoint | None
    closed: bool
    erased: frozenset[bytes]


def read_statements(speaking: Sequence[Speaking], statements: Iterable[tuple[int, bytes]], size: int) -> Joints:
    """Hold every statement against its record. Raises `WrongStatement`, `WrongLink`."""
    opened, closed, erased = None, False, set[bytes]()
    given = iter(statements)
    for index, kind, digest in speaking:
        if digest is None and kind == "act":
            continue
        place, statement = next(given, (None, b""))
        if place != index:
            raise WrongStatement(f"the next statement is of record {place}").at(record=index, file="statements")
        if hashlib.sha256(statement).hexdigest() != digest:
            raise WrongStatement("not the statement that was logged").at(record=index, file="statements")
        said = _read(index, statement)
        match kind, said.get("act"):
            case "act", "log-opened":
                opened = _opened(index, said)
            case "act", "log-closed":
                closed = _closed(index, size)
            case "tombstone", "erased":
                erased.update(_keys(index, said))
            case "tombstone", act:
                raise WrongStatement(f"a tombstone that states {act!r}").at(record=index, file="statements")
    if (place := next(given, (None, b""))[0]) is not None:
        raise WrongStatement(f"record {place} is no act and no tombstone").at(record=place, file="statements")
    return Joints(opened, closed, frozenset(erased))


def require_previous(joints: Joints, previous: Checkpoint) -> None:
    """Check that this log begins where the year before ended, at `previous`. Raises `WrongLink`."""
    if joints.opened is None:
        raise WrongLink("the first record does not say which year went before").at(record=0)
    if joints.opened != previous:
        raise WrongLink(f"it says {joints.opened.origin} ended at {joints.opened.size}").at(record=0)


def require_erased(gone: bytes | bytearray, erased: Set[bytes]) -> int:
    """Check that a tombstone accounts for each body that nobody can open (`GONE`, joined); how many there are. Raises
    `BodyMissing`, `BodyKeyMissing`.
    """
    for index, subject_id, case_id, sealed in GONE.iter_unpack(gone):
        if subject_id not in erased and case_id not in erased:
            missing = BodyKeyMissing if sealed else BodyMissing
            raise missing(f"no tombstone names key {case_id.hex()}" + _other(subject_id)).at(record=index)
    return len(gone) // GONE.size


def _other(subject_id: bytes) -> str:
    return "" if subject_id == _NO_KEY else f" or {subject_id.hex()}"


def _read(index: int, statement: bytes) -> dict[str, Any]:
    try:
        said = json.loads(statement)
    except (ValueError, RecursionError) as error:
        raise WrongStatement("the statement is not JSON").at(record=index, file="statements") from error
    if not isinstance(said, dict):
        raise WrongStatement("the statement is no object").at(record=index, file="statements")
    return said


def _opened(index: int, said: dict[str, Any]) -> Checkpoint:
    if index:
        raise WrongLink("only the first record opens a log").at(record=index)
    match said.get("previous"):
        case {"origin": str(origin), "size": int(size), "root": str(root)}:
            try:
                return Checkpoint(origin, size, _root(root))
            except ValueError as error:
                raise WrongLink(str(error)).at(record=index) from error
    raise WrongLink("it does not say how the year before ended").at(record=index)


def _root(root: str) -> bytes:
    """A root in base64, 32 bytes; `ValueError` otherwise."""
    decoded = decode_base64(root)
    if len(decoded) != 32:
        raise ValueError("a root has 32 bytes")
    return decoded


def _closed(index: int, size: int) -> bool:
    if index != size - 1:
        raise WrongLink("records follow on the one that closed the log").at(record=index)
    return True


def _keys(index: int, said: dict[str, Any]) -> Iterable[bytes]:
    try:
        keys = {bytes.fromhex(key) for key in said["keys"]}
        if any(len(key) != KEY_ID or key == _NO_KEY for key in keys):
            raise ValueError("a key's id has 16 bytes")
        return keys
    except (KeyError, TypeError, ValueError) as error:
        raise WrongStatement("a tombstone that names no keys").at(record=index, file="statements") from error

"""Leaves: what the log says about one record, read independently of the program that wrote it.

Rules:
- A leaf is canonical JSON: sorted members, no whitespace, each member exactly once, no other members.
- It is only ever hashed as the bytes that were given; reading it comes after.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .errors import MalformedLeaf

CLASSES = frozenset({"verstrekking", "weigering", "proef", "storing", "outcome", "tombstone", "act"})
VERSION = 1

_SHA256 = re.compile(r"[0-9a-f]{64}")
_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
_REVISION = re.compile(r'(?:(?!["\\])[!-~]){1,128}')
_TENANT = re.compile(r"[a-z][a-z0-9-]{0,31}")


@dataclass(frozen=True, slots=True)
class LoggedLeaf:
    """A record's line: `kind` is its class, the digests are hexadecimal SHA-256, `released_sha256` is None where
    nothing was released."""

    id: str
    time: datetime
    tenant: str
    kind: str
    simulation: bool
    request_id: str
    revision: str
    commitment: str
    body_sha256: str
    released_sha256: str | None


def parse_leaf(data: bytes) -> LoggedLeaf:
    """Read the bytes of a leaf. Raises `MalformedLeaf`, naming the member that is wrong."""
    try:
        members = json.loads(data.decode("ascii"), parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise MalformedLeaf("not JSON of this kind") from error
    if not isinstance(members, dict) or data != json.dumps(members, sort_keys=True, separators=(",", ":")).encode():
        raise MalformedLeaf("not canonical JSON")
    version = members.pop("version", None)
    if type(version) is not int or version != VERSION:
        raise MalformedLeaf(f"version {version!r} is not known")
    leaf = LoggedLeaf(
        id=_take(members, "id", _UUID7),
        time=_take_time(members),
        tenant=_take(members, "tenant", _TENANT),
        kind=_take_class(members),
        simulation=_take_flag(members, "simulation"),
        request_id=_take(members, "request_id", _UUID7),
        revision=_take(members, "revision", _REVISION),
        commitment=_take(members, "commitment", _SHA256),
        body_sha256=_take(members, "body_sha256", _SHA256),
        released_sha256=_take_nullable(members, "released_sha256", _SHA256),
    )
    if members:
        raise MalformedLeaf("members that do not belong there")
    return leaf


def _take(members: dict[str, Any], name: str, form: re.Pattern[str]) -> str:
    value = members.pop(name, None)
    if not isinstance(value, str) or form.fullmatch(value) is None:
        raise MalformedLeaf(f"{name} is missing or has a wrong form")
    return value


def _take_nullable(members: dict[str, Any], name: str, form: re.Pattern[str]) -> str | None:
    if name in members and members[name] is None:
        return members.pop(name)
    return _take(members, name, form)


def _take_flag(members: dict[str, Any], name: str) -> bool:
    value = members.pop(name, None)
    if not isinstance(value, bool):
        raise MalformedLeaf(f"{name} is missing or has a wrong form")
    return value


def _take_class(members: dict[str, Any]) -> str:
    value = members.pop("class", None)
    if not isinstance(value, str) or value not in CLASSES:
        raise MalformedLeaf("class is missing or not known")
    return value


def _take_time(members: dict[str, Any]) -> datetime:
    try:
        return datetime.fromisoformat(_take(members, "time", _TIME))
    except ValueError as error:
        raise MalformedLeaf("time does not exist") from error


def _refuse(_: str) -> Any:
    raise ValueError("a number that is not an integer")

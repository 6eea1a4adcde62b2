"""The records of a bundle, read strictly and fast.

Rules:
- Two readings that must agree: one expression and a few checks over all records of a bundle at once say whether all are
  good; leaf.py, member by member, says of the first that is not what is wrong with it.
- The expression leaves hexadecimal digits open, since looking at all of a bundle together is faster.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ..errors import MalformedLeaf, VerificationError, WrongOrigin
from ..leaf import CLASSES, parse_leaf

_SHA256, _UUID7 = ".{64}", ".{8}-.{4}-7.{3}-[89ab].{3}-.{12}"
_LEAF = re.compile(
    rf'\{{"body_sha256":"({_SHA256})","class":"({"|".join(sorted(CLASSES))})","commitment":"({_SHA256})","id":"({_UUID7})"'
    rf',"released_sha256":(?:null|"({_SHA256})"),"request_id":"({_UUID7})","revision":"[!#-\[\]-~]{{1,128}}"'
    r',"simulation":(?:true|false),"tenant":"([a-z][a-z0-9-]{0,31})"'
    r',"time":"(([0-9]{4}-[0-9]{2}-[0-9]{2})T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z)","version":1\}'.encode(),
    re.DOTALL,
)
_HEXADECIMAL, _UUID_DIGITS = b"0123456789abcdef", 32


@dataclass(frozen=True, slots=True)
class Leaves:
    """The members that are compared, a tuple each, as they are spelled; `ids`: 16 bytes a record, joined."""

    bodies: tuple[bytes, ...]
    kinds: tuple[bytes, ...]
    released: tuple[bytes | None, ...]
    times: tuple[bytes, ...]
    ids: bytes


def read_leaves(entries: Sequence[bytes], tenant: str) -> Leaves:
    """Read at least one record, all of `tenant`. Raises `MalformedLeaf` or `WrongOrigin`, of which `record` is the
    place within `entries`.
    """
    matches = list(map(_LEAF.fullmatch, entries))
    if None not in matches:
        columns = zip(*[match.groups() for match in matches if match], strict=True)
        bodies, kinds, commitments, ids, released, requests, tenants, times, days = columns
        digests = b"".join([*bodies, *commitments, *filter(None, released)])
        names, others = (b"".join(each).replace(b"-", b"") for each in (ids, requests))
        whole = len(names) == len(others) == _UUID_DIGITS * len(entries)
        good = whole and not (digests + names + others).translate(None, _HEXADECIMAL)
        if good and {*tenants} == {tenant.encode()} and all(map(_exists, {*days})):
            return Leaves(bodies, kinds, released, times, bytes.fromhex(names.decode()))
    raise _first_wrong(entries, tenant)


def _first_wrong(entries: Sequence[bytes], tenant: str) -> VerificationError:
    for number, entry in enumerate(entries):
        try:
            leaf = parse_leaf(entry)
        except MalformedLeaf as error:
            return error.at(record=number)
        if leaf.tenant != tenant:
            return WrongOrigin(f"a record of tenant {leaf.tenant} in the log of {tenant}").at(record=number)
    return MalformedLeaf("two readings of these records differ").at(record=0)


def _exists(day: bytes) -> bool:
    try:
        date.fromisoformat(day.decode())
    except ValueError:
        return False
    return True

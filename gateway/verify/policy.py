"""Policies: which logs and which witnesses a reader trusts, and how many of the witnesses must have cosigned.

Specification: C2SP tlog-policy (https://c2sp.org/tlog-policy).

Rules:
- A policy that is not exactly as specified is refused whole: a rule half read would trust too much.
- A witness that signs with two keys is two witnesses in a policy: who means one organisation makes a group of them,
  `all` to demand both kinds of signature, `any` to accept either.
- Quorums are judged at a moment that is given: nothing here reads a clock. A cosignature counts from its own moment;
  one from the future (by more than `AHEAD`), without a moment or with a wrong signature counts for nothing and is
  named; the others count all the same.
- The time of a quorum is the moment at which it was reached at last: for k of n the k-th newest of its members' times.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from .cosignature import split_timestamp
from .encoding import decode_decimal
from .errors import BadSignature, MalformedKey, MalformedPolicy
from .keys import OF_LOGS, OF_WITNESSES, VerifierKey
from .note import Note, Signature, parse_note

AHEAD = timedelta(seconds=30)
MAX_POLICY_BYTES = 1_000_000
NONE = "none"
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_SPACE = re.compile("[ \t]+")


@dataclass(frozen=True, slots=True)
class Peer:
    """A log or a witness of a policy. `name`: of a witness, within the policy alone; `url`: where it is reached."""

    name: str
    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """`needed` of `members`, each a witness or an earlier group, by name."""

    name: str
    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as it was read: witnesses and groups by name, groups in their order; `quorum`: a name, or `none`."""

    logs: tuple[Peer, ...]
    witnesses: Mapping[str, Peer]
    groups: tuple[Group, ...]
    quorum: str

    @classmethod
    def parse(cls, text: str | bytes) -> Self:
        """Read a policy. Raises `MalformedPolicy`, which names the line."""
        reading = _Reading()
        for number, line in enumerate(_lines(text), 1):
            words = [word for word in _SPACE.split(line) if word]
            if words and not words[0].startswith("#"):
                try:
                    reading.take(words)
                except MalformedPolicy as error:
                    raise MalformedPolicy(f"line {number}: {error}") from error
        if reading.quorum is None:
            raise MalformedPolicy("no line says the quorum")
        return cls(tuple(reading.logs), reading.witnesses, tuple(reading.groups), reading.quorum)

    @property
    def log_keys(self) -> tuple[VerifierKey, ...]:
        """The keys of the logs, for `open_checkpoint`."""
        return tuple(log.key for log in self.logs)


@dataclass(frozen=True, slots=True)
class Refused:
    """A cosignature of a witness of the policy that does not count, and why, in English."""

    witness: str
    why: str


@dataclass(frozen=True, slots=True)
class Quorum:
    """Which witnesses cosigned a checkpoint. `cosigned`: by name in the policy, the newest moment of each, UTC, whole
    seconds; `reached`: whether the policy is content; `time`: when it came to be so, None where it is not or where it
    demands nobody; `refused`: what does not count.
    """

    reached: bool
    time: datetime | None
    cosigned: Mapping[str, datetime]
    refused: tuple[Refused, ...]


def evaluate(note: str | Note, policy: Policy, *, now: datetime) -> Quorum:
    """Say which witnesses of `policy` cosigned the checkpoint `note` as of `now` (with a time zone), and whether that
    is a quorum.

    Whether a log of the policy signed it is for `open_checkpoint`. Raises `MalformedNote` for a text that is no note,
    and nothing else.
    """
    parsed = parse_note(note) if isinstance(note, str) else note
    known = {(peer.key.name, peer.key.id): peer for peer in policy.witnesses.values()}
    text, moment = parsed.text.encode(), int(now.timestamp())
    newest: dict[str, int] = {}
    refused = []
    for signature in parsed.signatures:
        peer = known.get((signature.name, signature.key_id))
        if peer is None:
            continue
        try:
            newest[peer.name] = max(_time(peer.key, signature, text, moment), newest.get(peer.name, 0))
        except BadSignature as error:
            refused.append(Refused(peer.name, str(error)))
    reached, time = _quorum(policy, newest)
    cosigned = {name: datetime.fromtimestamp(each, UTC) for name, each in newest.items()}
    return Quorum(reached, None if time is None else datetime.fromtimestamp(time, UTC), cosigned, tuple(refused))


def _time(key: VerifierKey, signature: Signature, text: bytes, now: int) -> int:
    """The moment of a cosignature that counts, no later than `now`; `BadSignature` for one that does not."""
    key.verify(signature.value, text)
    timestamp, _ = split_timestamp(signature.value)
    if timestamp == 0:
        raise BadSignature(f"the cosignature of {key.name} tells no time")
    if timestamp > now + AHEAD.total_seconds():
        raise BadSignature(f"the cosignature of {key.name} is from the future")
    return min(timestamp, now)


def _quorum(policy: Policy, newest: Mapping[str, int]) -> tuple[bool, int | None]:
    if policy.quorum == NONE:
        return True, None
    times = dict(newest)
    for group in policy.groups:
        found = sorted((times[member] for member in group.members if member in times), reverse=True)
        if len(found) >= group.needed:
            times[group.name] = found[group.needed - 1]
    return policy.quorum in times, times.get(policy.quorum)


class _Reading:
    """What the lines so far said."""

    def __init__(self) -> None:
        self.logs: list[Peer] = []
        self.witnesses: dict[str, Peer] = {}
        self.groups: list[Group] = []
        self.quorum: str | None = None
        self._names: set[str] = set()
        self._grouped: set[str] = set()

    def take(self, words: list[str]) -> None:
        match words:
            case ["log", vkey, *url] if len(url) <= 1:
                key = _key(vkey, OF_LOGS, self.logs)
                self.logs.append(Peer(key.name, key, *url))
            case ["witness", name, vkey, *url] if len(url) <= 1:
                key = _key(vkey, OF_WITNESSES, self.witnesses.values())
                self._define(name)
                self.witnesses[name] = Peer(name, key, *url)
            case ["group", name, needed, *members] if members:
                for member in members:
                    if member not in self._names:
                        raise MalformedPolicy(f"{member!r} is no witness or group of an earlier line")
                    if member in self._grouped:
                        raise MalformedPolicy(f"{member!r} is a member already")
                    self._grouped.add(member)
                self._define(name)
                self.groups.append(Group(name, _needed(needed, len(members)), tuple(members)))
            case ["quorum", name] if self.quorum is None:
                if name != NONE and name not in self._names:
                    raise MalformedPolicy(f"{name!r} is no witness or group of an earlier line")
                self.quorum = name
            case _:
                raise MalformedPolicy("it reads not as log, witness, group or the one quorum does")

    def _define(self, name: str) -> None:
        if name == NONE or name in self._names:
            raise MalformedPolicy(f"the name {name!r} is taken")
        self._names.add(name)


def _key(vkey: str, kinds: tuple[int, ...], others: Iterable[Peer]) -> VerifierKey:
    try:
        key = VerifierKey.parse(vkey)
    except MalformedKey as error:
        raise MalformedPolicy(str(error)) from error
    if key.kind not in kinds:
        raise MalformedPolicy(f"a key of type {key.kind:#04x} cannot stand here")
    if any(key.public == other.key.public for other in others):
        raise MalformedPolicy("the same key stands twice")
    return key


def _needed(text: str, members: int) -> int:
    if text in ("any", "all"):
        return 1 if text == "any" else members
    try:
        needed = decode_decimal(text)
    except ValueError:
        needed = 0
    if not 1 <= needed <= members:
        raise MalformedPolicy(f"{text!r} is not any, all or a number from 1 to {members}")
    return needed


def _lines(text: str | bytes) -> list[str]:
    """The lines; octets that are not UTF-8 stay what they are, opaque."""
    if len(text) > MAX_POLICY_BYTES:
        raise MalformedPolicy("the policy is too large")
    decoded = text.decode("utf-8", "surrogateescape") if isinstance(text, bytes) else text
    if _FORBIDDEN.search(decoded):
        raise MalformedPolicy("a control character other than tab and newline")
    *lines, rest = decoded.split("\n")
    if rest:
        raise MalformedPolicy("the last line does not end")
    return lines

"""Whom a reader trusts and what they saw before; every signature under a note, held to that.

Rules:
- Only the reader's own keys, policy and checkpoints count. What a log says of its signers is held to, not trusted: its
  signatures too must be right, and one of nobody whom anybody names is refused: no byte stands there for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .archive.errors import Forked, QuorumMissing, UnnamedSignature
from .checkpoint import Checkpoint, open_checkpoint
from .errors import VerificationError
from .keys import VerifierKey
from .note import parse_note
from .policy import Policy, Quorum, evaluate
from .stamp import Roots


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom the reader trusts, and what they saw before.

    `keys`: of the log; `policy`: which witnesses, and how many; `roots`: of time-stamping authorities; `seen`: a signed
    checkpoint that was kept; `previous`: the last signed checkpoint of the year before; `origin`: the log expected.
    """

    keys: Sequence[VerifierKey]
    policy: Policy | None = None
    roots: Roots | None = None
    seen: str | None = None
    previous: str | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint that holds. `trusted`: who of those whom the reader trusts signed it; `unknown`: names and key ids
    under which signatures stand that could not be checked, since the log names nobody.
    """

    checkpoint: Checkpoint
    trusted: tuple[VerifierKey, ...]
    unknown: tuple[str, ...]


def open_signed(
    note: str, named: Sequence[VerifierKey] | None, reader: Reader, origin: str | None, *, stamped: bool = False
) -> Signed:
    """Open a checkpoint of `origin`, with every signature checked; `named`: whom the log names as its signers, None
    where it names nobody; `stamped`: a stamp covers every byte of the note, so that it may bear signatures of witnesses
    whom nobody names any more.

    Raises the errors of `open_checkpoint`, and `UnnamedSignature`.
    """
    checkpoint, parsed = open_checkpoint(note, reader.keys, origin=origin), parse_note(note)
    trusted, unknown = [], []
    own = [*reader.keys, *(peer.key for peer in (reader.policy.witnesses.values() if reader.policy else ()))]
    known = {(key.name, key.id): key for key in (*(named or ()), *own)}
    for signature in parsed.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is not None:
            key.verify(signature.value, parsed.text.encode())
            trusted += [key] if key in own else []
        elif named is None or stamped:
            unknown.append(f"{signature.name} ({signature.key_id.hex()})")
        else:
            raise UnnamedSignature(f"signed by {signature.name}, key {signature.key_id.hex()}")
    return Signed(checkpoint, tuple(trusted), tuple(unknown))


def require_quorum(note: str, reader: Reader, now: datetime) -> Quorum | None:
    """What the witnesses of the reader's policy say, None where they have none. Raises `QuorumMissing`."""
    if reader.policy is None:
        return None
    quorum = evaluate(note, reader.policy, now=now)
    if not quorum.reached:
        raise QuorumMissing(f"cosigned by {', '.join(quorum.cosigned) or 'nobody'}")
    return quorum


def open_kept(reader: Reader, name: str, *, origin: str | None = None) -> Checkpoint:
    """The reader's own checkpoint, `seen` or `previous`, of the log `origin`. What is wrong with it bears its name."""
    try:
        return open_checkpoint(getattr(reader, name), reader.keys, origin=origin)
    except VerificationError as error:
        raise error.at(file=name) from None


def as_seen(reader: Reader, known: Sequence[Checkpoint]) -> bool:
    """Whether one of the `known` checkpoints of a log is of the size that the reader saw, and then of the same root.

    Raises `Forked`, and what `open_kept` raises.
    """
    seen, compared = open_kept(reader, "seen", origin=known[0].origin), False
    for each in known:
        if each.size == seen.size and each.root != seen.root:
            raise Forked(f"another root of {seen.size} records was seen")
        compared = compared or each.size == seen.size
    return compared

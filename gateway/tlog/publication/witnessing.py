"""What a witness is told of a log, and what its answers mean.

Specification: C2SP tlog-witness (https://c2sp.org/tlog-witness), `add-checkpoint`.

Rules:
- A witness gets a proof from the size that it knows: the one that it cosigned last, or the one that it names (409);
  after such an answer it is asked once more, and no further.
- Of its cosignatures those count that are of a key that the policy gives it, hold, and are not of the future.
- Whoever says that it knows a larger tree (`Ahead`), or another tree than ours (`Contradicted`), is listened to: what
  that means for the log is the publisher's to decide.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from gateway.tlog.publication.doors import Silent, WitnessDoor
from gateway.verify.encoding import decode_decimal
from gateway.verify.errors import MalformedNote
from gateway.verify.note import Note, Signature, parse_note, parse_signatures
from gateway.verify.policy import Policy, evaluate

Prove = Callable[[int, int], Awaitable[Sequence[bytes]]]
"""The consistency proof from an old size to a size (RFC 6962 section 2.1.2)."""


class Contradicted(Exception):
    """A witness cosigned a tree of `size` that ours did not grow from."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


class Ahead(Contradicted):
    """A witness knows a larger tree than the one that was handed in."""


class Correspondent:
    """One witness and one log. `known`: the size that the witness knows, as far as we heard; `why`: what was wrong with
    its last answer, empty when nothing was.
    """

    def __init__(self, prefix: str, policy: Policy, door: WitnessDoor) -> None:
        self.prefix, self.known, self.why = prefix, 0, ""
        self._policy, self._door = policy, door
        self._keys = {(peer.key.name, peer.key.id) for peer in policy.witnesses.values() if peer.url == prefix}

    async def cosign(self, note: str, size: int, prove: Prove, now: Callable[[], datetime]) -> tuple[Signature, ...]:
        """The cosignatures of this witness under `note`, a checkpoint of `size`. Raises `Silent`, `Ahead` and
        `Contradicted`.
        """
        for _ in range(2):
            if self.known > size:
                raise Ahead(self.known)
            proof = await prove(self.known, size)
            reply = await self._door.add_checkpoint(self.prefix, request(self.known, proof, note))
            if reply.status == 200:
                cosignatures = self._counting(reply.body, parse_note(note), now())
                self.known = size
                return cosignatures
            if reply.status == 422 and self.known:
                raise Contradicted(self.known)
            if reply.status != 409:
                raise Silent(f"status {reply.status}")
            told = _size(reply.body)
            if told is None or told == self.known:
                if self.known == size and size:
                    raise Contradicted(size)
                raise Silent("it takes no proof from the size that it names")
            self.known = told
        if self.known > size:
            raise Ahead(self.known)
        raise Silent("it names another size each time")

    def _counting(self, body: bytes, note: Note, now: datetime) -> tuple[Signature, ...]:
        try:
            signatures = parse_signatures(body.decode())
        except (MalformedNote, UnicodeDecodeError) as error:
            raise Silent("no signature lines") from error
        own = {(each.name, each.key_id): each for each in signatures if (each.name, each.key_id) in self._keys}
        counting = tuple(
            each for each in own.values() if evaluate(Note(note.text, (each,)), self._policy, now=now).cosigned
        )
        if not counting:
            raise Silent("no cosignature of its own that holds")
        return counting


def correspondents(policy: Policy, door: WitnessDoor) -> list[Correspondent]:
    """The witnesses of a policy that can be asked, one for each address: it may sign with more than one key."""
    prefixes = dict.fromkeys(peer.url for peer in policy.witnesses.values() if peer.url)
    return [Correspondent(prefix, policy, door) for prefix in prefixes]


def request(old: int, proof: Sequence[bytes], note: str) -> bytes:
    """The body of `add-checkpoint`."""
    lines = [f"old {old}", *(base64.b64encode(each).decode() for each in proof), "", note]
    return "\n".join(lines).encode()


def with_cosignatures(note: str, cosignatures: Sequence[Signature]) -> str:
    """The note with these signature lines after its own."""
    lines = (f"— {each.name} {base64.b64encode(each.key_id + each.value).decode()}\n" for each in cosignatures)
    return note + "".join(lines)


def _size(body: bytes) -> int | None:
    """The size that a conflict tells; None where it tells none, as when two trees of one size have two roots."""
    try:
        return decode_decimal(body.decode("ascii").removesuffix("\n"))
    except ValueError:
        return None

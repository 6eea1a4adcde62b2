"""Publishes one log: its newest head, signed for everybody and cosigned by witnesses.

Rules:
- What is published is the committed head: its signed checkpoint, with the log's ML-DSA-44 signature beside the Ed25519
  one, and the cosignatures that were gathered. Where a policy demands a quorum, nothing is published without it.
- All witnesses are asked at once. A round ends soon after the quorum, the first one since a start less soon, so that
  every witness is heard once; whoever is late finishes by itself. No two questions are put to one witness at once.
- A log is rolled back when a witness knows a larger tree than is committed anywhere, or another tree. It is stopped
  before anything more is released, and only an operator can end that. One witness is enough: to believe the others
  would be to fork the log.
- Any number of processes may publish one log: what one does, another's witness has seen, and the larger size is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog

from gateway.errors import Fault
from gateway.model.log import LogState, Published
from gateway.tlog.log import Log
from gateway.tlog.publication.doors import Silent, WitnessDoor
from gateway.tlog.publication.witnessing import Ahead, Contradicted, Correspondent, correspondents, with_cosignatures
from gateway.verify.note import Signature, Signer, parse_note, signature_lines
from gateway.verify.policy import Policy, evaluate

LINGER = 0.2
AT_FIRST = 6.0
"""Seconds that a round waits for the other witnesses once the quorum is there, and that the first one does."""
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Vouching:
    """By whom what is published is vouched for. `policy` None: by nobody but the log itself."""

    policy: Policy | None
    door: WitnessDoor | None

    def correspondents(self) -> list[Correspondent]:
        return [] if self.policy is None or self.door is None else correspondents(self.policy, self.door)


class Publisher:
    """`log` gives the open log, which may be another one after it was opened anew; `signer` is the log's ML-DSA-44 key.

    `size`: what was published last by this process, -1 before; `witnessed_at`: when the freshest quorum since this
    start was reached, UTC; `rolled_back`: why the log was stopped, if it was.
    `guards`: whether releases wait for this log.
    """

    def __init__(
        self,
        log: Callable[[], Log],
        vouching: Vouching,
        signer: Signer,
        now: Callable[[], datetime],
        *,
        guards: bool = True,
    ) -> None:
        self.size = -1
        self.witnessed_at: datetime | None = None
        self.rolled_back: Fault | None = None
        self._log, self._policy, self._signer, self._now = log, vouching.policy, signer, now
        self._guards = guards
        self._witnesses = vouching.correspondents()
        self._asked: dict[Correspondent, asyncio.Task[tuple[Signature, ...]]] = {}
        self._heard_all = False
        self._journal = structlog.get_logger("gateway.publication")

    @property
    def witnesses(self) -> Sequence[Correspondent]:
        """Each witness: where it is, what it knows and what is wrong with it."""
        return self._witnesses

    async def publish(self) -> bool:
        """Publish the head as it is now. False where not enough witnesses answered, or the log may not be published.

        Raises the `Fault` of a log that records nothing any more.
        """
        head = await asyncio.to_thread(lambda: self._log().head)
        note = await asyncio.to_thread(self._sign, head)
        cosignatures = await self._gather(note, head.size)
        if self.rolled_back is not None:
            return False
        note = with_cosignatures(note, cosignatures)
        witnessed_at = None
        if self._policy is not None:
            quorum = evaluate(note, self._policy, now=self._now())
            if not quorum.reached:
                return False
            witnessed_at = quorum.time
        await self._log().publish(Published(head.size, note, witnessed_at))
        self.size = head.size
        if witnessed_at is not None:
            self.witnessed_at = max(witnessed_at, self.witnessed_at or witnessed_at)
        return True

    async def close(self) -> None:
        """Let go of whoever is still asked."""
        for task in self._asked.values():
            task.cancel()
        await asyncio.gather(*self._asked.values(), return_exceptions=True)

    def _sign(self, head: LogState) -> str:
        return head.checkpoint + signature_lines(parse_note(head.checkpoint).text, [self._signer])

    async def _gather(self, note: str, size: int) -> list[Signature]:
        """The cosignatures of those that answered in this round, in the order of the policy."""
        asked: dict[Correspondent, asyncio.Task[tuple[Signature, ...]]] = {}
        for witness in self._witnesses:
            before = self._asked.get(witness)
            if before is None or before.done():
                asked[witness] = asyncio.create_task(self._ask(witness, note, size))
        self._asked |= asked
        linger, waiting, enough = LINGER if self._heard_all else AT_FIRST, set(asked.values()), False
        while waiting:
            done, waiting = await asyncio.wait(
                waiting, timeout=linger if enough else None, return_when=asyncio.FIRST_COMPLETED
            )
            if enough and not done:
                break
            enough = self._reached(note, _heard(asked))
        self._heard_all = True
        return _heard(asked)

    def _reached(self, note: str, cosignatures: Sequence[Signature]) -> bool:
        assert self._policy is not None
        return evaluate(with_cosignatures(note, cosignatures), self._policy, now=self._now()).reached

    async def _ask(self, witness: Correspondent, note: str, size: int) -> tuple[Signature, ...]:
        cosignatures: tuple[Signature, ...] = ()
        why = ""
        try:
            cosignatures = await witness.cosign(note, size, self._prove, self._now)
        except Contradicted as word:
            why = await self._weigh(witness, word, size)
        except Silent as silent:
            why = str(silent)
        except Exception as error:  # whatever it is, it concerns this witness alone and must not end the publication
            why = type(error).__name__
        self._tell(witness, why)
        return cosignatures

    async def _prove(self, old: int, size: int) -> list[bytes]:
        return await asyncio.to_thread(partial(self._log().consistency, old, size))

    async def _weigh(self, witness: Correspondent, word: Contradicted, size: int) -> str:
        """Stop the log, unless another process has committed meanwhile what the witness knows; what to say of it."""
        committed = (await asyncio.to_thread(lambda: self._log().head)).size
        if isinstance(word, Ahead) and word.size <= committed:
            return ""
        log = self._log()
        said = f"{witness.prefix} knows {log.origin} at {word.size}, here it has {committed}"
        self.rolled_back = Fault("log-rolled-back", retry_after=HOUR, log=said)
        log.stop(self.rolled_back)
        self._journal.critical(
            "log-rolled-back",
            log=log.origin,
            witness=witness.prefix,
            witness_size=word.size,
            our_size=committed,
            submitted_size=size,
            says="The witness knows another log than this one. Was a backup put back? "
            + ("Nothing is released." if self._guards else "Releases go on: tell whoever looks after the log at once."),
        )
        return "it knows another log than this one"

    def _tell(self, witness: Correspondent, why: str) -> None:
        if why == witness.why:
            return
        witness.why = why
        if why:
            after = "Releases stop when too few answer for too long." if self._guards else "Releases go on without it."
            says = f"A witness gives no cosignature. {after}"
            self._journal.warning("witness-silent", log=self._log().origin, witness=witness.prefix, why=why, says=says)
        else:
            self._journal.info("witness-answers", log=self._log().origin, witness=witness.prefix)


def _heard(asked: dict[Correspondent, asyncio.Task[tuple[Signature, ...]]]) -> list[Signature]:
    return [each for task in asked.values() if task.done() and not task.cancelled() for each in task.result()]

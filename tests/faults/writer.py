"""The process that is killed: writes to the logs without end, and tells each acknowledgement as it comes.

Arguments: the state folder, a number of its own, the time; the URLs of the store and of the keys where they are in
PostgreSQL. One JSON line each on standard output: an acknowledgement, a checkpoint that was read, an erased answer, or
the time.
"""

import asyncio
import json
import os
import random
import sys
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from gateway.model.record import CommittedReceipt, NewRecord
from gateway.store.postgres.database import read_both
from gateway.store.postgres.shelf import PostgresShelf
from gateway.tlog import Logs
from tests.faults.ledger import Ledger
from tests.faults.life import Life
from tests.unit.tlog.bench import Clock

ENDLESS = 1_000_000


def tell(**members: object) -> None:
    os.write(1, json.dumps(members).encode() + b"\n")


@dataclass
class TellingLedger(Ledger):
    """A ledger that keeps nothing and tells everything."""

    def write(self, tenant: str, new: NewRecord, receipt: CommittedReceipt) -> None:
        super().write(tenant, new, receipt)
        told = self.told.pop()
        tell(
            tenant=tenant,
            receipt=told.receipt,
            body=told.body.decode(),
            answer=told.answer and b64encode(told.answer).decode(),
            until=told.answer_until and told.answer_until.isoformat(),
        )

    def pass_time(self, time: timedelta) -> None:
        super().pass_time(time)
        tell(now=self.clock.now().isoformat())

    def look(self, logs: Logs) -> None:
        super().look(logs)
        for tenant, checkpoint in self.shown:
            tell(shown=checkpoint, tenant=tenant)
        self.shown.clear()


class Erased(list[bytes]):
    """Tells what is put into it."""

    def extend(self, answers: Iterable[bytes]) -> None:
        tell(erased=[b64encode(each).decode() for each in answers])


if __name__ == "__main__":
    state, number, moment = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    ledger = TellingLedger(clock=Clock(datetime.fromisoformat(moment)))
    life = Life(state, number, random.Random(number), ledger, callers=40, acts=ENDLESS)
    if urls := sys.argv[4:]:
        databases = read_both(*urls, development=True)
        life = Life(
            state,
            number,
            random.Random(number),
            ledger,
            acts=ENDLESS,
            expiring=False,
            open_shelf=lambda _: PostgresShelf(*databases),
        )
    life.erased = Erased()
    asyncio.run(life.lead())
    sys.exit(f"it ended by itself: {life.faults}")

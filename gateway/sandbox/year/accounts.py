"""What the FG wrote in the year of emergencies: the accounts that came afterwards, in time, late or never.

Rule: they are written where a desk writes them, in the audit log of the tenant, each at the moment at which it came.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from functools import partial

from gateway.app.keys import log_keys, log_signer, open_keys
from gateway.model.amsterdam import day_of
from gateway.model.codes import Tenant
from gateway.model.writing import NewWriting, WritingKind
from gateway.review.judged import justification
from gateway.sandbox.year.clock import MovedClock, MovedIds
from gateway.sandbox.year.writing import Written
from gateway.settings import Settings
from gateway.store.sqlite.shelf import SharedShelf
from gateway.tlog.audit import STREAMS, AuditLog
from gateway.tlog.logs import Logs

EMERGENCY = "emergency"
CAME_AFTER = (2, 1, 3, 9, None, 2, None)
"""Days after which the account of each emergency of the plan came, oldest first; None: it did not."""
FG = {Tenant.ZVH: "fenna-fg-zvh", Tenant.GEMEENTE: "frits-fg-gemeente"}


async def write_accounts(settings: Settings, written: Sequence[Written]) -> None:
    """Write them down, oldest first."""
    emergencies = [each for each in written if each.event.mark == EMERGENCY]
    came = [
        (each.event.at + timedelta(days=days, hours=9), each)
        for each, days in zip(emergencies, CAME_AFTER, strict=True)
        if days is not None
    ]
    clock = MovedClock(came[0][0])
    keys = open_keys(settings)
    logs = Logs(
        shelf=SharedShelf(settings.state),
        host=settings.log_host,
        signer=partial(log_signer, keys),
        clock=clock,
        identifiers=MovedIds(clock),
        randomness=os.urandom,
        queue=settings.log_queue,
        former=partial(log_keys, keys),
        streams=STREAMS,
    )
    with closing(logs):
        audit = AuditLog(logs, clock=clock, identifiers=MovedIds(clock), simulation=False)
        for moment, each in sorted(came, key=lambda one: one[0]):
            clock.base = moment
            digest = hashlib.sha256(each.request.encode()).hexdigest()
            content = justification(day_of(moment).isoformat(), each.event.ask.by, digest)
            await audit.wrote(
                each.tenant,
                NewWriting(FG[each.tenant], "fg", WritingKind.JUSTIFICATION, (each.record,), content),
            )

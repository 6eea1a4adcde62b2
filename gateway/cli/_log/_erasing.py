"""What the commands that erase share: beginning it, and having it finished, beside a gateway or without one.

Rules:
- To begin is one transaction in the file of keys; whoever serves the log sees it within seconds and records it. Nobody
  needs to stop a gateway.
- Where no gateway serves, the command finishes it by itself; unless witnesses are demanded, since only a gateway that
  has heard them may record anything: then it is finished when one starts.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.model.erasure import Erasure
    from gateway.settings import Settings
    from gateway.tlog.ports import BodyKeys

PATIENCE, LOOK = 30.0, 0.2
BEGUN = 4


def carry_out(
    settings: "Settings", stream: str, begin: "Callable[[BodyKeys], Sequence[Erasure]]"
) -> "tuple[Sequence[Erasure], list[str]]":
    """Begin and wait; what was begun, and the ids of the tombstones of what is finished. Raises `Fault`."""
    from gateway.app.logs import open_shelf

    shelf = open_shelf(settings)
    try:
        if not shelf.years(stream):
            return (), []
        keys = shelf.keys(stream)
        try:
            begun = begin(keys)
            return begun, _finished(settings, stream, keys, begun)
        finally:
            keys.close()
    finally:
        shelf.close()


def counted(records: "Mapping[tuple[str, str, str], int]") -> list[str]:
    """Lines that tell how many records there are, by log, class and day."""
    return [
        f"  {log}  {event:13} tot {until or 'onbepaald':10}  {number}"
        for (log, event, until), number in sorted(records.items())
    ]


def _finished(settings: "Settings", stream: str, keys: "BodyKeys", begun: "Sequence[Erasure]") -> list[str]:
    deadline = time.monotonic() + PATIENCE
    while True:
        told = [keys.tombstone_of(each.id) for each in begun]
        if all(told) or time.monotonic() > deadline:
            return [each for each in told if each is not None]
        if not _alone(settings, stream):
            time.sleep(LOOK)


def _alone(settings: "Settings", stream: str) -> bool:
    """Finish what was begun, if no gateway does so; whether that was tried."""
    from gateway.app.erasing import make_erasing
    from gateway.app.logs import open_looked, open_served
    from gateway.cli._log._logs import open_keys
    from gateway.errors import Fault
    from gateway.model.codes import Tenant

    if settings.witnesses not in (None, "none"):
        return False
    private = open_keys(settings)
    try:
        logs = open_served(settings, private) if stream in set(Tenant) else open_looked(settings, private)
    except Fault as fault:
        if fault.code == "state-in-use":
            return False
        raise
    try:
        erasing, _ = make_erasing(settings, logs, logs)
        asyncio.run(erasing.resume())
    finally:
        logs.close()
    return True

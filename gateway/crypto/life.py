"""The steps in the life of a signing key: pending → active → retiring → destroyed.

Rules:
- Each step waits `OVERLAP`, which is longer than others cache key sets (24 hours), tokens live (10 minutes) and
  sealed answers are kept (24 hours).
- The successor is written before its predecessor changes: a crash between the two leaves both, and the younger signs.
- Secrets have no successor here: the pseudonyms that they made stand in registers and logs.
"""

from datetime import datetime, timedelta

from gateway.crypto.keyfile import Metadata
from gateway.crypto.keystore import PUBLISHED, PURPOSES, SECRET, KeyStore, stamp
from gateway.errors import Fault

OVERLAP = timedelta(hours=26)
KEY_LIFE = timedelta(days=730)
"""How long after it was made a key that signs should be replaced."""


def rotate(store: KeyStore, purpose: str, *, now: datetime) -> Metadata:
    """Take the next step that is due, and return the key that took it.

    Retired long enough: destroyed. None pending: a new one. Pending long enough: active, and the one before it
    retiring. `Fault` keys-waiting where nothing is due.
    """
    _has_successors(purpose)
    due = stamp(now - OVERLAP)
    for held in store.held(purpose, "retiring"):
        if held.metadata.since <= due:
            return store.change(held, "destroyed", now=now)
    pending = store.held(purpose, "pending")
    if not pending:
        return store.fresh(purpose, "pending", now=now)
    if pending[0].metadata.since > due:
        raise Fault(
            "keys-waiting",
            log=f"{purpose}: pending since {pending[0].metadata.since}; {OVERLAP} must pass, so that others know it",
        )
    predecessors = store.held(purpose, "active")
    successor = store.change(pending[0], "active", now=now)
    for held in predecessors:
        store.change(held, "retiring", now=now)
    return successor


def replace(store: KeyStore, purpose: str, *, now: datetime) -> Metadata:
    """For a key that leaked: a new one signs at once and every other one is destroyed. Whoever cached the old set
    must fetch it again.
    """
    _has_successors(purpose)
    leaked = store.held(purpose, *PUBLISHED)
    successor = store.fresh(purpose, "active", now=now)
    for held in leaked:
        store.change(held, "destroyed", now=now)
    return successor


def first(store: KeyStore, purpose: str, *, now: datetime) -> Metadata:
    """The first key of a purpose that came after the store was made. `Fault` keys-fixed where there ever was one, or
    where it would be a secret: a second one would not know what the first one made.
    """
    _has_successors(purpose)
    if store.held(purpose, *PUBLISHED, "destroyed"):
        raise Fault("keys-fixed", log=f"{purpose} has keys already: gateway keys rotate")
    return store.fresh(purpose, "active", now=now)


def _has_successors(purpose: str) -> None:
    if PURPOSES.get(purpose) in (None, SECRET):
        raise Fault("keys-fixed", log=f"{purpose!r} is no purpose whose key can be replaced")

"""Everything that can go wrong, as one tree. A refusal is not here: it is a decision, and is recorded and receipted
like a grant.

    SluisError
    ├── Rejected            the caller's doing, before any decision; in the service log only
    │   ├── BadRequest      400  the form is wrong; names every wrong member at once, never echoes one
    │   ├── Unauthenticated 401  who asks is not proved
    │   ├── NotFound        404
    │   ├── InFlight        409  the same idempotency key is being answered
    │   ├── TooLarge        413
    │   ├── KeyReused       422  the same idempotency key, another body
    │   └── TooMany         429
    └── Fault               503  ours or a holder's doing: nothing was released, asking again is safe

Codes are stable, English for what software does, and each stands in `catalogue` with its sentences. The one mapping to
HTTP is `api/problems.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class SluisError(Exception):
    """`code` is stable and stands in the catalogue. `args` are for the log: never a value that a caller or a holder
    sent.
    """

    def __init__(self, code: str, *, log: str = "") -> None:
        super().__init__(f"{code}: {log}" if log else code)
        self.code = code
        self.log = log


class Rejected(SluisError):
    """The caller's doing: nothing was decided."""


@dataclass(frozen=True, slots=True)
class WrongMember:
    """`pointer`: RFC 6901 into the request (`/fields/0/name`); `code`: a catalogue code such as `member-missing`."""

    pointer: str
    code: str


class BadRequest(Rejected):
    def __init__(self, code: str, *members: WrongMember, log: str = "") -> None:
        super().__init__(code, log=log)
        self.members = members


class Unauthenticated(Rejected):
    """`skew`: whole seconds that the caller's clock differs from ours, where that is why (positive: ahead)."""

    def __init__(self, code: str, *, skew: int | None = None, log: str = "") -> None:
        super().__init__(code, log=log)
        self.skew = skew


class NotFound(Rejected):
    pass


class InFlight(Rejected):
    pass


class TooLarge(Rejected):
    pass


class KeyReused(Rejected):
    pass


class TooMany(Rejected):
    """`retry_after`: seconds."""

    def __init__(self, code: str, *, retry_after: int, log: str = "") -> None:
        super().__init__(code, log=log)
        self.retry_after = retry_after


class Fault(SluisError):
    """Nothing was released. `retry_after`: seconds after which asking again may help.

    `revision` is that of the policies and `evidence` what the record keeps of it, as JSON, where there is any: it may
    say what the facts say, so it goes into an encrypted body and nowhere else.
    """

    def __init__(
        self,
        code: str,
        *,
        retry_after: int = 5,
        log: str = "",
        revision: str | None = None,
        evidence: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code, log=log)
        self.retry_after = retry_after
        self.revision = revision
        self.evidence = evidence

"""What a partner's system may meet. Whatever it is, an answer that is not proved to be recorded is never handed over.

GatewayError
├── Rejected        4xx: the request was not accepted; `problem` says why, every wrong member at once
├── Faulted         5xx, no connection, or what passes by itself (in flight, just started): nothing was released, or
│                   it can be asked for again with the same idempotency key
└── Untrustworthy   the answer does not prove what it should: no receipt, another answer's receipt, a wrong seal
"""

from collections.abc import Mapping
from typing import Any


class GatewayError(Exception):
    pass


class Rejected(GatewayError):
    """`problem`: the problem document (RFC 9457)."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('code', 'unknown')}")
        self.status = status
        self.problem = problem


class Faulted(GatewayError):
    """`idempotency_key`: ask again with it, and what was recorded meanwhile is given instead of asked twice."""

    def __init__(self, code: str, idempotency_key: str) -> None:
        super().__init__(code)
        self.code = code
        self.idempotency_key = idempotency_key


class Untrustworthy(GatewayError):
    pass

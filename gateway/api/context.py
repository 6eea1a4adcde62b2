"""What one request is known by while it is answered. Never a person: a trace id, a route and a client system.

W3C Trace Context level 1: a `traceparent` that arrives in the right form is continued, any other is ignored.
"""

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from gateway.api.language import negotiate
from gateway.catalogue.catalogue import Language

KEY = "sluis.context"
_TRACEPARENT = re.compile(rb"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_current: ContextVar["Context"] = ContextVar(KEY)


@dataclass(slots=True)
class Context:
    """`client`: a system whose token was proved, None before that. `code`: what a problem document said."""

    trace_id: str
    span_id: str
    language: Language
    client: str | None = None
    route: str = "-"
    code: str | None = None
    log: str | None = None

    @property
    def traceparent(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-01"


def begin(headers: Mapping[bytes, bytes], token_hex: Callable[[int], str]) -> Context:
    """The context of a request, which `authenticated` then finds wherever it is called from."""
    parent = _TRACEPARENT.fullmatch(headers.get(b"traceparent", b""))
    trace_id = parent[1].decode() if parent else token_hex(16)
    context = Context(trace_id, token_hex(8), negotiate(headers.get(b"accept-language")))
    _current.set(context)
    return context


def of(scope: Mapping[str, Any]) -> Context:
    """The context of the request that this ASGI scope belongs to."""
    return scope[KEY]


def authenticated(client_id: str) -> None:
    """Tell that the request at hand was proved to come from this client: for its rate and the access log."""
    if context := _current.get(None):
        context.client = client_id

"""The one place where ports meet adapters: what is opened, in which order, and how it is let go of again."""

from gateway.app.clock import SystemClock, Uuid7
from gateway.app.gateway import Gateway, open_gateway
from gateway.app.keys import log_keys, log_purpose, open_keys, published_purpose
from gateway.app.stores import databases, open_registers

__all__ = [
    "Gateway",
    "SystemClock",
    "Uuid7",
    "databases",
    "log_keys",
    "log_purpose",
    "open_gateway",
    "open_keys",
    "open_registers",
    "published_purpose",
]

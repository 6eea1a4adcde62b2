"""The world in which who may ask is tried."""

from tests.profiles.fixtures import keys, world

__all__ = ["keys", "world"]
from tests.support.postgres import postgres_server  # noqa: F401

"""The world in which who may ask is tried, and a PostgreSQL that remembers."""

from tests.profiles.fixtures import keys, world
from tests.support.postgres import postgres_server

__all__ = ["keys", "postgres_server", "world"]

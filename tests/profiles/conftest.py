"""The world in which who may ask is tried."""

from tests.profiles.fixtures import keys, world

__all__ = ["keys", "world"]

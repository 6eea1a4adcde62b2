"""A key store for each test that asks for one."""

from tests.unit.crypto.stores import folder, made, store

__all__ = ["folder", "made", "store"]

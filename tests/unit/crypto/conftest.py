"""A key store for each test that asks for one."""

from tests.unit.crypto.stores import derived_once, folder, made, store

__all__ = ["derived_once", "folder", "made", "store"]

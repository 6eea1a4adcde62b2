"""The world of these tests: a gate over real parts, whose registers and holders tests change."""

from tests.support.world import key_folder, world

__all__ = ["key_folder", "world"]

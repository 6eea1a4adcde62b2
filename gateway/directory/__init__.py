"""Organisations, the people whom they designated, their systems and their keys: what is believed of partners."""

from gateway.directory.directory import Directory
from gateway.directory.jwks import KeySets

__all__ = ["Directory", "KeySets"]

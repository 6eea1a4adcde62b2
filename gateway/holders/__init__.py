"""The client of the holder protocol: `protocol.py` says what is asked and what counts as answered, `client.py` asks."""

from gateway.holders.client import HolderClient

__all__ = ["HolderClient"]

"""A secret that stays with one desk, in a file of its own: what aliases are made with outlives the index."""

from collections.abc import Callable
from pathlib import Path

from gateway.crypto.durable import write_whole
from gateway.store.sqlite.database import told

SIZE = 32


def desk_secret(path: Path, randomness: Callable[[int], bytes]) -> bytes:
    """The secret of a file, made where there is none. `Fault` desk-state-unavailable where it cannot be read, or is
    not one.

    Trust: whoever has it and the key of the pseudonyms can tell whom an alias stands for.
    """
    with told("desk-state-unavailable"):
        if not path.exists():
            write_whole(path, randomness(SIZE))
        secret = path.read_bytes()
        if len(secret) != SIZE:
            raise OSError("not a secret of this desk")
    return secret

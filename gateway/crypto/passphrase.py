"""Where the passphrase of the private keys comes from: a file of the operator, or in development one beside the keys.

Rules: no passphrase in an environment variable or an argument, where other processes can read it; a random one is
made in development alone, because a passphrase beside the keys that it protects protects nothing.
"""

import secrets
from pathlib import Path

from gateway.crypto.durable import write_whole
from gateway.errors import Fault

DEVELOPMENT_FILE = "passphrase"


def read_passphrase(file: Path | None, *, state: Path, development: bool) -> bytes:
    """The passphrase, without the newline at its end. `Fault` key-missing where there is none and none may be made."""
    if file is None and not development:
        raise Fault("key-missing", log="no passphrase file is set")
    place = file or state / DEVELOPMENT_FILE
    if file is None and not place.exists():
        write_whole(place, secrets.token_urlsafe(32).encode() + b"\n")
    try:
        return place.read_bytes().rstrip(b"\r\n")
    except OSError as error:
        raise Fault("key-missing", log=f"the passphrase file cannot be read: {type(error).__name__}") from None

"""The folder of a witness that a partner runs: its keys, and what it remembers.

Rules:
- Made whole or not at all; a folder that is there is never made over. `keys/` is sealed as the gateway's own keys are
  (crypto/keystore.py), `witness.sqlite` is store/sqlite/witness.py.
- Two keys under one name: Ed25519, and ML-DSA-44 that a quantum computer does not forge. They never change: a witness
  with another key is another witness.
- Keys and memory belong together: a folder whose memory is of other keys does not open.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gateway.crypto import durable
from gateway.crypto.keystore import KeyStore
from gateway.crypto.notes import Cosigner
from gateway.crypto.postquantum import ML_DSA_44
from gateway.errors import Fault
from gateway.store.sqlite.witness import WitnessState
from gateway.verify.cosignature import MAX_NAME
from gateway.verify.errors import MalformedKey
from gateway.verify.keys import VerifierKey

PURPOSES = {"cosign": "Ed25519", "cosign-later": ML_DSA_44}
_KEYS, _STATE = "keys", "witness.sqlite"


@dataclass(frozen=True, slots=True)
class WitnessFolder:
    """An opened witness: who signs, the shorter signature first, and what it remembers."""

    cosigners: tuple[Cosigner, ...]
    state: WitnessState


def create(folder: Path, name: str, passphrase: bytes, *, now: datetime) -> Sequence[str]:
    """Make the folder of a new witness; return its verifier keys. Raises `MalformedKey` for a name that is none,
    `Fault` keys-unreadable where the folder is there or the passphrase too short.
    """
    VerifierKey(name, bytes(32))
    if len(name.encode()) > MAX_NAME:
        raise MalformedKey(f"a name of more than {MAX_NAME} bytes cannot cosign")
    if folder.exists():
        raise Fault("keys-unreadable", log=f"{folder} is there already: nothing was made")
    making = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    making.mkdir(mode=0o700, parents=True)
    try:
        keys = KeyStore.create(making / _KEYS, passphrase, now=now, purposes=PURPOSES)
        vkeys = [str(each.verifier) for each in _cosigners(keys, name)]
        WitnessState.create(making / _STATE, vkeys).close()
        durable.rename(making, folder)
    except BaseException:
        shutil.rmtree(making)
        raise
    return vkeys


def open_folder(folder: Path, passphrase: bytes) -> WitnessFolder:
    """Open a witness to serve. Raises `Fault`: keys-unreadable, key-missing or store-unavailable."""
    keys = KeyStore.open(folder / _KEYS, passphrase, purposes=PURPOSES)
    state = remembered(folder)
    vkeys = state.vkeys()
    cosigners = _cosigners(keys, vkeys[0].partition("+")[0]) if vkeys else ()
    if not cosigners or tuple(str(each.verifier) for each in cosigners) != vkeys:
        state.close()
        raise Fault("keys-unreadable", log="these keys are not those of what this witness remembers")
    return WitnessFolder(cosigners, state)


def remembered(folder: Path) -> WitnessState:
    """What a witness remembers, without its keys. `Fault` store-unavailable where there is none."""
    return WitnessState.open(folder / _STATE)


def _cosigners(keys: KeyStore, name: str) -> tuple[Cosigner, ...]:
    return tuple(keys.cosigner(purpose, name) for purpose in PURPOSES)

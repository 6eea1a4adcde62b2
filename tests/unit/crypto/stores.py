"""What the tests of a key store share: one that was made once, copied for each test."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.crypto.keystore import KeyStore

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PASSPHRASE = b"a passphrase of a test"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "keys"
    KeyStore.create(folder, PASSPHRASE, now=NOW)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "keys"


@pytest.fixture
def store(folder: Path, made: Path) -> KeyStore:
    """A store of this test alone, copied from one that was made in the same way."""
    shutil.copytree(made, folder)
    return KeyStore.open(folder, PASSPHRASE)

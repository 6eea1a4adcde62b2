"""A world for each test; the keys are made once, because deriving their key is slow on purpose."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.crypto.keystore import KeyStore
from gateway.store.sqlite.replay import ReplayStore
from tests.profiles.world import Clock, World


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyStore:
    folder = tmp_path_factory.mktemp("keys", numbered=True) / "keys"
    return KeyStore.create(folder, b"a passphrase of a test", now=Clock().now())


@pytest.fixture
def world(keys: KeyStore, tmp_path: Path) -> Iterator[World]:
    clock = Clock()
    replay = ReplayStore.open(tmp_path / "replay.sqlite", now=clock.now(), ahead=10)
    yield World(keys, replay, clock)
    replay.close()

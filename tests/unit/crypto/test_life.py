"""The life of a signing key, over restarts and crashes."""

from datetime import timedelta
from pathlib import Path

import pytest

from gateway.crypto import life
from gateway.crypto.keystore import KeyStore
from gateway.crypto.life import OVERLAP, rotate
from gateway.errors import Fault
from tests.unit.crypto.stores import NOW, PASSPHRASE


def test_the_life_of_a_key(folder: Path, store: KeyStore) -> None:
    """pending → active → retiring → destroyed, with the overlap in between, over restarts."""
    first = store.key("token").kid
    second = rotate(store, "token", now=NOW).kid
    assert [key.jwk["kid"] for key in store.published("token")] == [first, second]
    assert [key.jwk["kid"] for key in store.verifying("token")] == [first]
    assert store.key("token").kid == first
    with pytest.raises(Fault, match="keys-waiting"):
        rotate(store, "token", now=NOW + OVERLAP - timedelta(seconds=1))
    store = KeyStore.open(folder, PASSPHRASE)
    assert rotate(store, "token", now=NOW + OVERLAP).kid == second
    assert store.key("token").kid == second
    assert {key.jwk["kid"] for key in store.verifying("token")} == {first, second}
    store = KeyStore.open(folder, PASSPHRASE)
    assert rotate(store, "token", now=NOW + 2 * OVERLAP).state == "destroyed"
    store = KeyStore.open(folder, PASSPHRASE)
    assert [key.jwk["kid"] for key in store.published("token")] == [second]
    destroyed = next(metadata for metadata in store.describe() if metadata.state == "destroyed")
    assert (destroyed.kid, destroyed.public is not None) == (first, True)


def test_a_crash_between_successor_and_predecessor_leaves_the_successor(
    folder: Path, store: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = rotate(store, "token", now=NOW).kid
    change = store.change

    def crash(held, state, *, now):
        if state == "retiring":
            raise KeyboardInterrupt
        return change(held, state, now=now)

    monkeypatch.setattr(store, "change", crash)
    with pytest.raises(KeyboardInterrupt):
        rotate(store, "token", now=NOW + OVERLAP)
    assert KeyStore.open(folder, PASSPHRASE).key("token").kid == second


def test_a_leaked_key_is_destroyed_at_once(folder: Path, store: KeyStore) -> None:
    leaked = store.key("token").kid
    fresh = life.replace(store, "token", now=NOW).kid
    again = KeyStore.open(folder, PASSPHRASE)
    assert [key.jwk["kid"] for key in again.published("token")] == [fresh] != [leaked]


@pytest.mark.parametrize("purpose", ["pseudonym-zvh", "digest", "nonsense"])
def test_secrets_have_no_successor(store: KeyStore, purpose: str) -> None:
    for step in (rotate, life.replace):
        with pytest.raises(Fault, match="keys-fixed"):
            step(store, purpose, now=NOW)

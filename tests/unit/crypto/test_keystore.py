"""Keys on disk: nothing readable, nothing changeable, and a life that others can follow."""

import json
import shutil
import stat
from pathlib import Path

import pytest

from gateway.crypto import durable, life
from gateway.crypto.keystore import PURPOSES, KeyStore
from gateway.crypto.passphrase import read_passphrase
from gateway.crypto.pseudonym import HmacPseudonyms
from gateway.errors import Fault
from gateway.model.codes import Tenant
from tests.unit.crypto.stores import NOW, PASSPHRASE


def test_a_store_comes_back_as_it_was(folder: Path, store: KeyStore) -> None:
    again = KeyStore.open(folder, PASSPHRASE)
    assert again.missing() == ()
    assert again.describe() == store.describe()
    assert again.key("token").to_pkcs8() == store.key("token").to_pkcs8()
    assert again.secret("digest") == store.secret("digest")
    assert {metadata.purpose for metadata in again.describe()} == set(PURPOSES)


def test_every_purpose_has_a_key_of_its_own(store: KeyStore) -> None:
    kids = [metadata.kid for metadata in store.describe() if metadata.public]
    assert len(set(kids)) == len(kids) == 9
    assert len({store.secret(purpose)[1] for purpose in ("digest", "pseudonym-zvh", "pseudonym-gemeente")}) == 3


def test_files_are_their_owners_alone_and_say_nothing_secret(folder: Path, store: KeyStore) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = list(folder.iterdir())
    assert len(files) == len(PURPOSES) + 1
    secret = store.key("token").to_jwk()["d"]
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert secret not in file.read_text()
        assert "PRIVATE" not in file.read_text()


def test_another_passphrase_opens_nothing(folder: Path, store: KeyStore) -> None:
    with pytest.raises(Fault, match="keys-unreadable"):
        KeyStore.open(folder, b"another passphrase")


@pytest.mark.parametrize(
    "member", ["state", "purpose", "algorithm", "created", "since", "public", "kid", "sealed", "nonce", "version"]
)
def test_whoever_edits_a_file_makes_it_unreadable(folder: Path, store: KeyStore, member: str) -> None:
    file = next(folder.glob("token.*.json"))
    document = json.loads(file.read_text())
    document[member] = {"state": "retiring", "purpose": "release", "public": None, "version": 2}.get(member, "AAAA")
    file.write_text(json.dumps(document))
    with pytest.raises(Fault, match="keys-unreadable"):
        KeyStore.open(folder, PASSPHRASE)


@pytest.mark.parametrize(
    "edit",
    [
        {"simulation": True},
        {"salt": "AAAA"},
        {"kdf": {"name": "argon2id", "memory_kib": 8, "iterations": 1, "lanes": 1}},
    ],
)
def test_whoever_edits_the_store_makes_it_unreadable(folder: Path, store: KeyStore, edit: dict) -> None:
    file = folder / "store.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | edit))
    for simulation in (False, True):
        with pytest.raises(Fault, match="keys-unreadable"):
            KeyStore.open(folder, PASSPHRASE, simulation=simulation)


def test_a_file_under_another_name_is_refused(folder: Path, store: KeyStore) -> None:
    next(folder.glob("token.*.json")).rename(folder / "release.x.json")
    with pytest.raises(Fault, match="keys-unreadable"):
        KeyStore.open(folder, PASSPHRASE)


def test_files_that_others_can_read_are_not_read(folder: Path, store: KeyStore) -> None:
    next(folder.glob("token.*.json")).chmod(0o640)
    with pytest.raises(Fault, match="keys-unreadable"):
        KeyStore.open(folder, PASSPHRASE)


def test_a_missing_key_is_a_fault_for_what_needs_it_alone(folder: Path, store: KeyStore) -> None:
    next(folder.glob("release.*.json")).unlink()
    again = KeyStore.open(folder, PASSPHRASE)
    assert again.missing() == ("release",)
    with pytest.raises(Fault, match="key-missing"):
        again.signer("release")
    assert again.signer("token").key.kid == store.key("token").kid


def test_a_store_of_before_opens_and_gets_the_keys_that_it_lacks(folder: Path, store: KeyStore) -> None:
    later = ("audit-zvh", "audit-gemeente", "published-zvh", "published-gemeente")
    for purpose in later:
        next(folder.glob(f"{purpose}.*.json")).unlink()
    old = KeyStore.open(folder, PASSPHRASE)
    assert old.missing() == later
    assert old.key("log-zvh").kid == store.key("log-zvh").kid
    for purpose in later:
        assert life.first(old, purpose, now=NOW).state == "active"
    again = KeyStore.open(folder, PASSPHRASE)
    assert again.missing() == ()
    assert again.key("published-zvh").algorithm == "ML-DSA-44"


@pytest.mark.parametrize("purpose", ["published-zvh", "log-zvh", "pseudonym-zvh", "nonsense"])
def test_a_first_key_is_made_once_and_a_secret_never(folder: Path, store: KeyStore, purpose: str) -> None:
    for file in folder.glob("pseudonym-zvh.*.json"):
        file.unlink()
    life.replace(store, "published-zvh", now=NOW)
    before = sorted(folder.iterdir())
    with pytest.raises(Fault, match="keys-fixed"):
        life.first(KeyStore.open(folder, PASSPHRASE), purpose, now=NOW)
    assert sorted(folder.iterdir()) == before


def test_a_store_may_have_purposes_of_its_own(folder: Path, store: KeyStore, tmp_path: Path) -> None:
    purposes = {"one": "Ed25519", "two": "ML-DSA-44"}
    other = KeyStore.create(tmp_path / "other", PASSPHRASE, now=NOW, purposes=purposes)
    assert [each.purpose for each in other.describe()] == ["one", "two"]
    again = KeyStore.open(tmp_path / "other", PASSPHRASE, purposes=purposes)
    assert again.missing() == ()
    assert again.cosigner("two", "name").public == other.cosigner("two", "name").public
    for place, known in ((tmp_path / "other", PURPOSES), (folder, purposes)):
        with pytest.raises(Fault, match="keys-unreadable"):
            KeyStore.open(place, PASSPHRASE, purposes=known)


def test_no_store_and_half_a_store_do_not_open(folder: Path, made: Path) -> None:
    with pytest.raises(Fault, match="key-missing"):
        KeyStore.open(folder, PASSPHRASE)
    shutil.copytree(made, folder)
    (folder / "store.json").unlink()
    with pytest.raises(Fault, match="key-missing"):
        KeyStore.open(folder, PASSPHRASE)
    with pytest.raises(Fault, match="keys-unreadable"):
        KeyStore.create(folder, PASSPHRASE, now=NOW)


def test_a_crash_while_it_is_made_leaves_no_store(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(durable, "rename", crash)
        with pytest.raises(KeyboardInterrupt):
            KeyStore.create(folder, PASSPHRASE, now=NOW)
    assert not folder.exists()
    assert KeyStore.create(folder, PASSPHRASE, now=NOW).missing() == ()


def test_a_store_is_not_made_twice_nor_with_a_short_passphrase(folder: Path, store: KeyStore, tmp_path: Path) -> None:
    with pytest.raises(Fault, match="keys-unreadable"):
        KeyStore.create(folder, PASSPHRASE, now=NOW)
    with pytest.raises(Fault, match="keys-unreadable"):
        KeyStore.create(tmp_path / "other", b"short", now=NOW)


def test_a_simulation_has_keys_of_its_own(folder: Path) -> None:
    store = KeyStore.create(folder, PASSPHRASE, now=NOW, simulation=True)
    assert store.key("release").kid.startswith("simulatie-")
    assert KeyStore.open(folder, PASSPHRASE, simulation=True).missing() == ()
    with pytest.raises(Fault, match="keys-unreadable"):
        KeyStore.open(folder, PASSPHRASE)


def test_purposes_are_not_mixed_up(store: KeyStore) -> None:
    with pytest.raises(Fault, match="key-missing"):
        store.key("digest")
    with pytest.raises(Fault, match="key-missing"):
        store.secret("token")
    with pytest.raises(Fault, match="key-missing"):
        store.key("nonsense")


def test_a_key_set_holds_public_members_alone(store: KeyStore) -> None:
    keys = store.jwks("token", "release")["keys"]
    assert [key.keys() for key in keys] == [{"kty", "crv", "x", "y", "kid", "alg", "use"}] * 2


def test_pseudonyms_are_of_one_tenant_one_store_and_one_version(store: KeyStore, tmp_path: Path) -> None:
    pseudonyms = HmacPseudonyms(store)
    other = HmacPseudonyms(KeyStore.create(tmp_path / "other", PASSPHRASE, now=NOW))
    mine = pseudonyms.of(Tenant.ZVH, "999993653")
    assert mine == HmacPseudonyms(store).of(Tenant.ZVH, "999993653")
    assert mine.startswith("v1.")
    assert len(mine) == 3 + 43
    assert (
        len(
            {
                mine,
                pseudonyms.of(Tenant.GEMEENTE, "999993653"),
                pseudonyms.of(Tenant.ZVH, "999990019"),
                other.of(Tenant.ZVH, "999993653"),
            }
        )
        == 4
    )
    assert pseudonyms.digest(b"{}") == pseudonyms.digest(b"{}") != pseudonyms.digest(b"{ }")


def test_the_passphrase_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_bytes(b"a passphrase of a test\r\n")
    assert read_passphrase(file, state=tmp_path, development=False) == PASSPHRASE
    with pytest.raises(Fault, match="key-missing"):
        read_passphrase(tmp_path / "absent", state=tmp_path, development=True)


def test_a_passphrase_is_made_in_development_alone(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with pytest.raises(Fault, match="key-missing"):
        read_passphrase(None, state=state, development=False)
    assert not state.exists()
    made = read_passphrase(None, state=state, development=True)
    assert made == read_passphrase(None, state=state, development=True)
    assert len(made) >= 32
    assert stat.S_IMODE((state / "passphrase").stat().st_mode) == 0o600

"""The sandbox's keys: made once, private, and readable by those for whom they are."""

import stat

import pytest

from gateway.client import Partner
from gateway.crypto.errors import CryptoError
from gateway.crypto.keys import PrivateKey
from gateway.sandbox.keys import SandboxKeys

OIN = "00000001800000001000"


def test_keys_are_made_once_and_then_only_read(tmp_path):
    keys = SandboxKeys(tmp_path / "state" / "sandbox")
    first = keys.partner("voorbeeldstad", OIN)
    assert SandboxKeys(tmp_path / "state" / "sandbox").partner("voorbeeldstad", OIN) == first
    assert keys.holder("00000001800000002000", "toezicht") != keys.holder("00000001800000003000", "meldingen")


def test_what_is_told_to_others_has_no_private_part(tmp_path):
    pair = SandboxKeys(tmp_path / "sandbox").partner("voorbeeldstad", OIN)
    assert "d" not in pair.signing
    assert "d" not in pair.decryption
    assert (pair.signing["use"], pair.decryption["use"]) == ("sig", "enc")


def test_folder_and_files_are_their_owners_alone(tmp_path):
    keys = SandboxKeys(tmp_path / "state" / "sandbox")
    keys.partner("voorbeeldstad", OIN)
    keys.holder("00000001800000002000", "toezicht")
    keys.trust("http://127.0.0.1:8400", {"keys": []})
    places = list((tmp_path / "state").rglob("*"))
    assert {stat.S_IMODE(place.stat().st_mode) for place in places if place.is_file()} == {0o600}
    assert {stat.S_IMODE(place.stat().st_mode) for place in places if place.is_dir()} == {0o700}


def test_a_file_that_others_can_read_is_not_used(tmp_path):
    keys = SandboxKeys(tmp_path / "sandbox")
    keys.partner("voorbeeldstad", OIN)
    keys.partner_file("voorbeeldstad").chmod(0o644)
    with pytest.raises(CryptoError):
        keys.partner("voorbeeldstad", OIN)


def test_a_partner_can_use_its_file(tmp_path):
    keys = SandboxKeys(tmp_path / "sandbox")
    public = keys.partner("voorbeeldstad", OIN)
    partner = Partner.load(keys.partner_file("voorbeeldstad"))
    assert partner.client_id == "voorbeeldstad"
    assert partner.signing.thumbprint() == public.signing["kid"]
    assert partner.decryption.thumbprint() == public.decryption["kid"]


def test_the_sandbox_trusts_whom_it_was_told_to_trust_last(tmp_path):
    keys, key = SandboxKeys(tmp_path / "sandbox"), PrivateKey.generate("ES256")
    with pytest.raises(FileNotFoundError):
        keys.trusted()
    keys.trust("http://127.0.0.1:1", {"keys": []})
    keys.trust("http://127.0.0.1:2", {"keys": [dict(key.public.jwk)]})
    trusted = keys.trusted()
    assert (trusted.issuer, trusted.keys) == ("http://127.0.0.1:2", (key.public,))

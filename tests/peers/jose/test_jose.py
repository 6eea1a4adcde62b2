"""The C implementation of JOSE (Debian's `jose`) opens what was sealed and verifies the signature inside."""

import json
import subprocess
from pathlib import Path

import pytest

from gateway.crypto.envelope import Envelopes
from gateway.crypto.keys import PrivateKey
from tests.unit.crypto.envelopes import ISSUER, RECIPIENT, RELEASE, Clock, Release, seal_request

pytestmark = pytest.mark.part("jose")


def jose(*arguments: str, given: bytes, key: dict, folder: Path) -> subprocess.CompletedProcess[bytes]:
    file = folder / "key.jwk"
    file.write_text(json.dumps({name: value for name, value in key.items() if name not in ("use", "alg", "kid")}))
    return subprocess.run(
        ["jose", *arguments, "-k", str(file)], input=given, capture_output=True, timeout=30, check=False
    )


def test_the_c_library_opens_and_verifies(tmp_path: Path) -> None:
    sealed = Envelopes(ISSUER, Release(), Clock()).seal(seal_request())
    opened = jose("jwe", "dec", "-i", "-", given=sealed.jwe, key=RECIPIENT.to_jwk(), folder=tmp_path)
    assert opened.returncode == 0, opened.stderr
    public = dict(RELEASE.public.jwk)
    verified = jose("jws", "ver", "-i", "-", "-O", "-", given=opened.stdout, key=public, folder=tmp_path)
    assert verified.returncode == 0, verified.stderr
    assert json.loads(verified.stdout)["disclosure"]["fields"] == {"adres_huidig": "Dorpsstraat 1 – België"}


def test_the_c_library_refuses_another_key(tmp_path: Path) -> None:
    sealed = Envelopes(ISSUER, Release(), Clock()).seal(seal_request())
    other = PrivateKey.generate("ECDH-ES+A256KW").to_jwk()
    assert jose("jwe", "dec", "-i", "-", given=sealed.jwe, key=other, folder=tmp_path).returncode != 0

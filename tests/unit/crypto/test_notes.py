"""Who signs notes: a log, and cosigners of both kinds."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey

from gateway.crypto.errors import CryptoError, InvalidKey
from gateway.crypto.keys import PrivateKey, public_key
from gateway.crypto.notes import Cosigner, NoteSigner
from gateway.verify.errors import BadSignature
from gateway.verify.keys import VerifierKey
from gateway.verify.note import sign_note, verify_note
from gateway.verify.policy import Policy, evaluate
from tests.unit.verify.oracle import b64

AT = datetime(2026, 11, 26, 3, 30, 59, 900_000, tzinfo=UTC)
TEXT = f"sluis.example/zvh/2026\n1\n{b64(bytes(32))}\n"


@pytest.fixture(scope="module")
def mldsa() -> PrivateKey:
    return PrivateKey.generate("ML-DSA-44", prefix="simulatie-")


def test_a_key_of_ml_dsa_is_kept_as_its_seed_and_reads_back(mldsa: PrivateKey) -> None:
    der = mldsa.to_pkcs8()
    again = PrivateKey.from_pkcs8(der, algorithm="ML-DSA-44", kid=mldsa.kid)
    assert (again.algorithm, again.kid, again.public) == (mldsa.algorithm, mldsa.kid, mldsa.public)
    assert (len(der), len(mldsa.raw_public), again.raw_public) == (54, 1312, mldsa.raw_public)
    assert {name: value for name, value in mldsa.public.jwk.items() if name != "pub"} == {
        "kty": "AKP", "alg": "ML-DSA-44", "use": "sig", "kid": f"simulatie-{mldsa.public.thumbprint}"
    }  # fmt: skip
    assert mldsa.to_jwk()["priv"] not in repr(mldsa)


def test_no_other_key_passes_for_one(mldsa: PrivateKey) -> None:
    other = MLDSA65PrivateKey.generate().private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for der in (other, PrivateKey.generate("Ed25519").to_pkcs8(), b"nonsense"):
        with pytest.raises(CryptoError):
            PrivateKey.from_pkcs8(der, algorithm="ML-DSA-44", kid="k")


def test_such_a_key_is_read_from_no_partner(mldsa: PrivateKey) -> None:
    with pytest.raises(InvalidKey):
        public_key(mldsa.public.jwk)
    with pytest.raises(InvalidKey):
        PrivateKey.from_jwk({**mldsa.to_jwk(), "d": mldsa.to_jwk()["priv"]})


@pytest.mark.parametrize(("algorithm", "kind"), [("Ed25519", 4), ("ML-DSA-44", 6)])
def test_a_cosigner_signs_the_checkpoint_with_the_whole_second(algorithm: str, kind: int) -> None:
    cosigner = Cosigner("witness.example", PrivateKey.generate(algorithm), lambda: AT)
    note = sign_note(TEXT, [cosigner])
    _, [key] = verify_note(note, [VerifierKey.parse(str(cosigner.verifier))])
    assert key.kind == kind
    quorum = evaluate(note, Policy.parse(f"witness w {cosigner.verifier}\nquorum w\n"), now=AT)
    assert (quorum.reached, quorum.time) == (True, AT.replace(microsecond=0))
    with pytest.raises(ValueError, match="checkpoint"):
        sign_note("no checkpoint\n", [cosigner])


def test_a_log_signs_as_itself_and_as_its_own_cosigner(mldsa: PrivateKey) -> None:
    log = NoteSigner("sluis.example/zvh/2026", PrivateKey.generate("Ed25519"))
    published = Cosigner(log.name, mldsa, lambda: AT)
    keys = [VerifierKey(each.name, each.public, each.kind) for each in (log, published)]
    _, signed = verify_note(sign_note(TEXT, [log, published]), keys)
    assert [key.kind for key in signed] == [1, 6]
    with pytest.raises(BadSignature):
        verify_note(sign_note(TEXT, [log, published]).replace(b64(bytes(32)), b64(b"\1" * 32)), keys)

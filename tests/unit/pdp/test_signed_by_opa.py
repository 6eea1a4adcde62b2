"""Bundles between us and the real OPA: it accepts what we sign and refuses what we refuse; we accept what it signs."""

import json
import random
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from gateway.crypto.keys import PrivateKey
from gateway.pdp.bundle import Bundle
from gateway.pdp.signed import SignedBundle, roots_of
from gateway.pdp.tarball import pack, unpack
from gateway.workbench.publish.build import build
from tests.unit.pdp.signing import FILES, KEYS

pytestmark = [pytest.mark.part("opa"), pytest.mark.filterwarnings("ignore:EdDSA is deprecated")]
BOTH = pytest.mark.parametrize("algorithm", ["EdDSA", "ES256"])


def keys(folder: Path, key: PrivateKey) -> tuple[str, str]:
    """Files with the private and the public key as OPA reads them."""
    pem = serialization.Encoding.PEM
    private = key.native.private_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = key.native.public_key.public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    for name, content in (("private", private), ("public", public)):
        (folder / name).write_bytes(content)
    return str(folder / "private"), str(folder / "public")


def accepts(opa: Path, folder: Path, packed: bytes, key: PrivateKey) -> str:
    """What OPA says against a bundle; nothing where it accepts it. `opa build` verifies what it reads."""
    (folder / "bundle.tar.gz").write_bytes(packed)
    verifying = ["--verification-key", keys(folder, key)[1], "--verification-key-id", key.kid]
    command = [opa, "build", "--bundle", folder / "bundle.tar.gz", "-o", folder / "out", *verifying]
    done = subprocess.run([*command, "--signing-alg", key.algorithm], capture_output=True, text=True, check=False)
    assert (done.returncode == 0) is (done.stdout == "")
    return done.stdout


def signed_by_opa(opa: Path, folder: Path, files: dict[str, bytes], key: PrivateKey) -> bytes:
    for path, content in files.items():
        (folder / "rules" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "rules" / path).write_bytes(content)
    private, _ = keys(folder, key)
    signing = ["--signing-key", private, "--signing-alg", key.algorithm, "--verification-key-id", key.kid]
    command = [opa, "build", "--bundle", ".", "-o", folder / "bundle.tar.gz", *signing]
    subprocess.run(command, cwd=folder / "rules", check=True, capture_output=True)
    return (folder / "bundle.tar.gz").read_bytes()


@BOTH
def test_opa_accepts_what_we_sign_and_no_byte_of_it_changed(opa_binary: Path, tmp_path: Path, algorithm: str) -> None:
    key = KEYS[algorithm]
    packed = build(Bundle.of(FILES), key).packed
    assert accepts(opa_binary, tmp_path, packed, key) == ""
    files = unpack(packed)
    for path in FILES:
        flipped = files[path].replace(b"hint", b"Hint").replace(b'"z"', b'"Z"')
        assert flipped != files[path]
        assert "digest mismatch" in accepts(opa_binary, tmp_path, pack({**files, path: flipped}), key)


def test_every_policy_of_ours_is_accepted(opa_binary: Path, tmp_path: Path, root: Path) -> None:
    bundle = Bundle.read(root / "policies" / "rules")
    packed = build(bundle, KEYS["EdDSA"]).packed
    assert accepts(opa_binary, tmp_path, packed, KEYS["EdDSA"]) == ""
    assert "sluis" in roots_of(bundle)


@BOTH
def test_we_accept_what_opa_signs(opa_binary: Path, tmp_path: Path, algorithm: str) -> None:
    key = PrivateKey.from_jwk({**KEYS[algorithm].to_jwk(), "kid": "default"})
    packed = signed_by_opa(opa_binary, tmp_path, FILES, key)
    accepted = SignedBundle.verify(packed, [key.public])
    assert accepted.signer == "default"
    assert json.loads(accepted.bundle.data) == json.loads(Bundle.of(FILES).data)
    assert accepted.bundle.revision != Bundle.of(FILES).revision, (
        "OPA merges data into one file, which is another content"
    )


def test_we_walk_any_document_as_opa_does(opa_binary: Path, tmp_path: Path) -> None:
    """OPA verifies a bundle of ours with many documents: each digest is one that it computes itself."""
    dice = random.Random(20250301)
    files = dict(FILES)
    for number in range(200):
        files[f"words/d{number}/data.json"] = json.dumps(
            {"v": document(dice, 4)}, ensure_ascii=False, indent=1
        ).encode()
        files[f"words/y{number}/data.yaml"] = (
            f"hint: x{number} # why\nlist: [{number}, -1, ~, true, '{number}']\n".encode()
        )
    packed = build(Bundle.of(files), KEYS["EdDSA"]).packed
    assert accepts(opa_binary, tmp_path, packed, KEYS["EdDSA"]) == ""


ALPHABET = [chr(number) for number in range(0x80)] + list("éß\u2028\u2029\ufeff\uffff\U0001f6b2<>&/")


def text(dice: random.Random) -> str:
    return "".join(dice.choices(ALPHABET, k=dice.randrange(12)))


def document(dice: random.Random, depth: int) -> object:
    kind = dice.randrange(6 if depth else 4)
    if kind == 0:
        return dice.choice([True, False, None])
    if kind == 1:
        return dice.choice([0, -1, 2**53 - 1, 1 - 2**53, dice.randrange(10**6)])
    if kind in (2, 3):
        return text(dice)
    if kind == 4:
        return [document(dice, depth - 1) for _ in range(dice.randrange(4))]
    return {text(dice): document(dice, depth - 1) for _ in range(dice.randrange(4))}

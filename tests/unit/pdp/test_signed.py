"""Signed bundles: each way in which one can be wrong is refused, and what is accepted is what was signed."""

import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from gateway.errors import Fault
from gateway.pdp.bundle import BrokenBundle, Bundle
from gateway.pdp.signed import SignedBundle, manifest_of, read_signers
from gateway.pdp.tarball import pack, unpack
from gateway.workbench.publish.build import build
from gateway.workbench.publish.signer import new_signer, public_signer
from tests.unit.pdp.signing import FILES, KEYS, Parts, unsigned

pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
KNOWN = [KEYS["EdDSA"].public, KEYS["ES256"].public]
BUNDLE = Bundle.of(FILES)


def pem() -> bytes:
    key = KEYS["ES256"].native.public_key
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def by_hmac(secret: bytes, kid: str) -> Callable[[Parts], str]:
    """The public key as if it were a shared secret, which is how algorithms are confused."""

    def sign(parts: Parts) -> str:
        header = {"alg": "HS256", "kid": kid, "typ": "JWT"}
        return unsigned(parts, header, lambda text: hmac.digest(secret, text, hashlib.sha256))

    return sign


def headed(algorithm: str, kid: str) -> Callable[[Parts], str]:
    return lambda parts: unsigned(parts, {"alg": algorithm, "kid": kid, "typ": "JWT"}, lambda _: bytes(64))


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256"])
def test_what_we_build_is_accepted(algorithm: str) -> None:
    built = build(BUNDLE, KEYS[algorithm])
    accepted = SignedBundle.verify(built.packed, KNOWN)
    assert accepted == built
    assert (accepted.bundle, accepted.signer) == (BUNDLE, KEYS[algorithm].kid)
    assert accepted.bundle.files == BUNDLE.files
    assert unpack(built.packed)[".manifest"] == manifest_of(BUNDLE)


def test_the_same_policies_give_the_same_bytes() -> None:
    assert build(BUNDLE, KEYS["EdDSA"]).packed == build(Bundle.of(dict(reversed(FILES.items()))), KEYS["EdDSA"]).packed


def test_the_parts_of_a_test_make_a_good_bundle() -> None:
    assert SignedBundle.verify(Parts.of().packed(), KNOWN).bundle == BUNDLE


SIGNATURES: dict[str, tuple[Callable[[], Parts], str]] = {
    "an unknown key": (lambda: Parts.of(key=KEYS["other"]), "no such key"),
    "a known name, another key": (lambda: Parts.of(key=KEYS["other"], header={"kid": KEYS["EdDSA"].kid}), "signature"),
    "no kid": (lambda: Parts.of(token=lambda parts: unsigned(parts, {"alg": "EdDSA", "typ": "JWT"})), "no such key"),
    "another keyid in the claims": (lambda: with_claims(keyid=KEYS["ES256"].kid), "does not name its key"),
    "no algorithm at all": (lambda: Parts.of(token=headed("none", KEYS["EdDSA"].kid)), "algorithm"),
    "HS256 with the public key": (lambda: Parts.of(token=by_hmac(pem(), KEYS["ES256"].kid)), "algorithm"),
    "ES256 for a key of EdDSA": (lambda: Parts.of(token=headed("ES256", KEYS["EdDSA"].kid)), "signature"),
    "EdDSA for a key of ES256": (lambda: Parts.of(token=headed("EdDSA", KEYS["ES256"].kid)), "signature"),
    "PS256": (lambda: Parts.of(token=headed("PS256", KEYS["EdDSA"].kid)), "algorithm"),
    "another kind of token": (lambda: Parts.of(header={"typ": "dpop+jwt"}), "another kind"),
    "an extension": (
        lambda: Parts.of(token=lambda parts: unsigned(parts, {"alg": "EdDSA", "crit": ["x"]})),
        "extension",
    ),
    "a scope": (lambda: with_claims(scope="write"), "scope"),
    "no list of files": (lambda: with_claims(files=None), "lists no files"),
    "a list of texts": (lambda: with_claims(files=["main.rego"]), "lists no files"),
    "a file listed twice": (lambda: with_claims(files=[*Parts.of().listed(), Parts.of().listed()[0]]), "twice"),
    "another hash": (
        lambda: with_claims(files=[{**entry, "algorithm": "SHA-512"} for entry in Parts.of().listed()]),
        "another hash",
    ),
    "two signatures": (lambda: Parts.of(wrapper={"signatures": ["a.b.c", "a.b.c"]}), "one signature"),
    "no signature": (lambda: Parts.of(wrapper={"signatures": []}), "one signature"),
    "signatures that are no list": (lambda: Parts.of(wrapper={"signatures": 1}), "one signature"),
    "a signature that is no text": (lambda: Parts.of(wrapper={"signatures": [1]}), "bundle"),
    "another verifier": (lambda: Parts.of(wrapper={"plugin": "x"}), "needs what is not here"),
}


def with_claims(**claims: object) -> Parts:
    parts = Parts.of()
    parts.claims |= claims
    return parts


@pytest.mark.parametrize(("parts", "why"), SIGNATURES.values(), ids=SIGNATURES)
def test_a_wrong_signature_is_refused(parts: Callable[[], Parts], why: str) -> None:
    with pytest.raises(BrokenBundle, match=why):
        SignedBundle.verify(parts().packed(), KNOWN)


def test_nobody_is_known_by_default() -> None:
    with pytest.raises(BrokenBundle, match="no such key"):
        SignedBundle.verify(Parts.of().packed(), [])


def changed(path: str, content: bytes | None) -> Parts:
    """Sign, then put another file in the place of one, or take it away (None)."""
    parts = Parts.of()
    parts.claims["files"] = parts.listed()
    if content is None:
        del parts.files[path]
    else:
        parts.files[path] = content
    return parts


TAMPERED: dict[str, tuple[Callable[[], Parts], str]] = {
    "a rule": (lambda: changed("main.rego", FILES["main.rego"] + b"\n"), "not what was signed"),
    "a value in YAML": (lambda: changed("bases/a.b/data.yaml", b"hint: x\n"), "not what was signed"),
    "a value in JSON": (lambda: changed("words/data.json", b'{"z": 1}'), "not what was signed"),
    "the spelling of YAML": (
        lambda: changed("bases/a.b/data.yaml", FILES["bases/a.b/data.yaml"].replace(b"  #", b" #")),
        "another revision",
    ),
    "the spelling of JSON": (lambda: changed("words/data.json", FILES["words/data.json"] + b" "), "another revision"),
    "the spelling of the manifest": (lambda: changed(".manifest", manifest_of(BUNDLE) + b" "), "spelled"),
    "no manifest": (lambda: changed(".manifest", None), "signed and is not there"),
    "a file less": (lambda: changed("words/data.json", None), "signed and is not there"),
    "a rule more": (lambda: changed("more.rego", b"package sluis.more\n"), "not signed"),
    "data more": (lambda: changed("data.json", b"{}"), "not signed"),
    "what OPA compiled": (lambda: changed("policy.wasm", b""), "not signed"),
    "a second signature": (lambda: changed("x/.signatures.json", b"{}"), "not signed"),
    "JSON with a member twice": (lambda: changed("words/data.json", b'{"z": 1, "z": {"b": 1}}'), "cannot be read"),
    "YAML that could be read in two ways": (lambda: changed("bases/a.b/data.yaml", b"hint: no\n"), "cannot be read"),
    "no Unicode": (lambda: changed("words/data.json", b"\xff"), "cannot be read"),
}


@pytest.mark.parametrize(("parts", "why"), TAMPERED.values(), ids=TAMPERED)
def test_a_changed_bundle_is_refused(parts: Callable[[], Parts], why: str) -> None:
    with pytest.raises(BrokenBundle, match=why):
        SignedBundle.verify(parts().packed(), KNOWN)


@pytest.mark.parametrize("path", [*FILES, ".manifest", ".signatures.json"])
def test_every_flipped_byte_of_every_file_is_refused(path: str) -> None:
    files = unpack(build(BUNDLE, KEYS["EdDSA"]).packed)
    for at, byte in enumerate(files[path]):
        for bit in (1, 32):
            flipped = files[path][:at] + bytes([byte ^ bit]) + files[path][at + 1 :]
            with pytest.raises(BrokenBundle):
                SignedBundle.verify(pack({**files, path: flipped}), KNOWN)


def manifested(**change: object) -> Parts:
    manifest = json.loads(manifest_of(BUNDLE)) | change
    return Parts.of(manifest=json.dumps(manifest, separators=(",", ":")).encode() + b"\n")


MANIFESTS: dict[str, tuple[Callable[[], Parts], str]] = {
    "another revision": (lambda: manifested(revision="0" * 64), "another revision"),
    "a revision that is no text": (lambda: manifested(revision=None), "data are one data.json"),
    "a narrower root": (lambda: manifested(roots=["sluis/main", "bases", "words"]), "roots"),
    "a root more": (lambda: manifested(roots=["bases", "sluis", "system", "words"]), "roots"),
    "no roots": (lambda: manifested(roots=[]), "roots"),
    "an older Rego": (lambda: manifested(rego_version=0), "another version of Rego"),
    "an older Rego for one file": (lambda: manifested(file_rego_versions={"/main.rego": 0}), "spelled"),
    "another order": (
        lambda: Parts.of(manifest=b'{"roots":[""],"revision":"","rego_version":1}\n'),
        "spelled",
    ),
    "a list": (lambda: Parts.of(manifest=b"[]\n"), "spelled"),
}


@pytest.mark.parametrize(("parts", "why"), MANIFESTS.values(), ids=MANIFESTS)
def test_a_signed_manifest_that_is_wrong_is_refused_all_the_same(parts: Callable[[], Parts], why: str) -> None:
    with pytest.raises(BrokenBundle, match=why):
        SignedBundle.verify(parts().packed(), KNOWN)


@pytest.mark.parametrize(
    "files",
    [
        {**FILES, "authz.rego": b"package system.authz\n\ndefault allow := true\n"},
        {**FILES, "data.json": b'{"system": {}}\n'},
        {**FILES, "patch.json": b"{}"},
        {**FILES, "x.manifest": b"{}"},
        {path: content for path, content in FILES.items() if not path.endswith(".rego")},
    ],
    ids=["a package of the engine", "data of the engine", "a patch", "a second manifest", "no rule"],
)
def test_what_signers_may_not_sign_is_refused(files: dict[str, bytes]) -> None:
    parts = Parts.of()
    parts.files = {**files, ".manifest": manifest_of(BUNDLE)}
    with_system = {path: each for path, each in files.items() if path.endswith(("rego", "data.json", "data.yaml"))}
    if "main.rego" in with_system:
        parts.files[".manifest"] = manifest_of(Bundle.of(with_system))
    parts.claims["files"] = parts.listed()
    with pytest.raises(BrokenBundle):
        SignedBundle.verify(parts.packed(), KNOWN)


def without_revision(files: dict[str, bytes]) -> Parts:
    return Parts.of(files, manifest=b'{"revision":"","roots":[""],"rego_version":1}\n')


def test_without_a_revision_the_data_have_one_spelling() -> None:
    files = {"main.rego": FILES["main.rego"], "data.json": b'{"a":{"b":"\\u003c\\u2028"},"c":[1]}\n'}
    accepted = SignedBundle.verify(without_revision(files).packed(), KNOWN)
    assert accepted.bundle == Bundle.of(files)
    for data in (
        b'{"a":{"b":"<\\u2028"},"c":[1]}\n',
        files["data.json"] + b"\n",
        b'{"c":[1],"a":{"b":"\\u003c\\u2028"}}\n',
    ):
        with pytest.raises(BrokenBundle, match=r"one data\.json"):
            SignedBundle.verify(without_revision(files | {"data.json": data}).packed(), KNOWN)
    with pytest.raises(BrokenBundle, match=r"one data\.json"):
        SignedBundle.verify(without_revision(FILES).packed(), KNOWN)


def test_what_is_not_signed_is_refused() -> None:
    with pytest.raises(BrokenBundle, match="not signed"):
        SignedBundle.verify(pack(FILES), KNOWN)


def signers(folder: Path, *jwks: object) -> Path:
    file = folder / "signers.json"
    file.write_text(json.dumps({"keys": jwks}))
    return file


def test_signers_are_read_from_a_key_set(tmp_path: Path) -> None:
    jwks = [public_signer(KEYS[name]) for name in ("EdDSA", "ES256")]
    keys = read_signers(signers(tmp_path, *jwks))
    for name in ("EdDSA", "ES256"):
        assert SignedBundle.verify(build(BUNDLE, KEYS[name]).packed, keys).signer == KEYS[name].kid
    assert read_signers(signers(tmp_path)) == ()


PUBLIC = public_signer(KEYS["EdDSA"])


@pytest.mark.parametrize(
    "jwks",
    [
        [{name: value for name, value in PUBLIC.items() if name != "kid"}],
        [PUBLIC, {**public_signer(KEYS["other"]), "kid": PUBLIC["kid"]}],
        [{**PUBLIC, "kid": "a b"}],
        [{**PUBLIC, "alg": "ES256"}],
        [{**PUBLIC, "use": "enc"}],
        [{"kty": "oct", "k": "c2xldXRlbA", "kid": "x"}],
        [new_signer().to_jwk()],
        ["x"],
        [{}],
    ],
    ids=[
        "no name",
        "a name twice",
        "no such name",
        "another algorithm",
        "not to sign",
        "a secret",
        "private",
        "text",
        "-",
    ],
)
def test_a_file_of_signers_that_holds_something_else_is_a_fault(tmp_path: Path, jwks: list[object]) -> None:
    with pytest.raises(Fault, match="policies-rejected"):
        read_signers(signers(tmp_path, *jwks))


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"keys": {}}x'])
def test_a_file_of_signers_that_is_none_is_a_fault(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "signers.json").write_text(content)
    with pytest.raises(Fault, match="policies-rejected"):
        read_signers(tmp_path / "signers.json")

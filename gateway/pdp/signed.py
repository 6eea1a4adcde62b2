"""Signed bundles: OPA's own format, verified before anything in it is loaded.

Rules (openpolicyagent.org, "Bundles", sections "Bundle file format" and "Signing"):
- `.signatures.json` holds exactly one JWS (RFC 7515) whose header names by `kid` a key that is known here, EdDSA with
  Ed25519 or ES256 with P-256, and no other; the key, not the header, says which. It is checked first.
- The JWS lists every other file exactly once with its SHA-256 (`digest`), and no file that is not there. A `scope` is
  refused: none is used here.
- `.manifest` holds a revision, roots and Rego version 1, spelled as OPA spells it. Its revision is that of the
  content (`bundle`). Its roots are those of the content, or everything.
- It may name no revision, as `opa build` does when it is not told one. Then no whitespace and no comment is vouched
  for, so its data must be one `data.json` spelled as OPA spells it: one signature, one revision.
- No package and no value under `system`: there OPA keeps who may ask it.

Whom it trusts: the keys in the file of signers. Whoever can write that file decides who may write policies.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from gateway.crypto.compact import json_object
from gateway.crypto.errors import CryptoError
from gateway.crypto.keys import public_key
from gateway.crypto.signing import LARGE, verify
from gateway.errors import Fault
from gateway.model.parties import PublicKey
from gateway.pdp.bundle import POLICIES_REJECTED, BrokenBundle, Bundle
from gateway.pdp.digest import ALGORITHM, MANIFEST, STRUCTURED, digest, spelled
from gateway.pdp.documents import Malformed, parse_json
from gateway.pdp.tarball import unpack

SIGNATURES = ".signatures.json"
ALGORITHMS = {"OKP": "EdDSA", "EC": "ES256"}
REGO_VERSION = 1
_MEMBERS = ("revision", "roots", "rego_version")
_KID = re.compile(r"[A-Za-z0-9_-]{1,128}")


@dataclass(frozen=True, slots=True)
class SignedBundle:
    """What was verified. `signer`: the `kid` of the key; `packed`: the file as it came."""

    bundle: Bundle
    signer: str
    packed: bytes = field(repr=False)

    @classmethod
    def verify(cls, packed: bytes, signers: Iterable[PublicKey]) -> "SignedBundle":
        """Verify a bundle file by the keys of signers; `BrokenBundle` where a rule of this module is broken."""
        files = unpack(packed)
        signature = files.pop(SIGNATURES, None)
        if signature is None:
            raise _broken("it is not signed")
        signer, listed = _signed(signature, tuple(signers))
        _compare(files, listed)
        manifest = _manifest(files)
        bundle = Bundle.of({path: content for path, content in files.items() if path != MANIFEST})
        _match(bundle, manifest)
        return cls(bundle, signer, packed)


def read_signers(file: Path) -> tuple[PublicKey, ...]:
    """The keys whose bundles are accepted, from a JWK set (RFC 7517), each named by a `kid` of its own; a `Fault`
    where the set cannot be read, or holds what is no such key.
    """
    try:
        keys = tuple(public_key(jwk) for jwk in json_object(file.read_bytes())["keys"])
    except OSError as error:
        raise Fault(POLICIES_REJECTED, log=f"the keys of signers cannot be read: {file}: {error.strerror}") from None
    except (CryptoError, KeyError, TypeError) as error:
        raise Fault(POLICIES_REJECTED, log=f"the keys of signers are no JWK set: {file}: {error}") from None
    names = [key.jwk.get("kid", "") for key in keys]
    if len(set(names)) != len(names) or not all(map(_KID.fullmatch, names)):
        raise Fault(
            POLICIES_REJECTED, log=f"{file}: each key of a signer has a kid of its own, of letters, digits, - and _"
        )
    for key in keys:
        algorithm = ALGORITHMS.get(key.jwk["kty"])
        if algorithm is None or key.jwk.get("alg", algorithm) != algorithm or key.jwk.get("use", "sig") != "sig":
            raise Fault(POLICIES_REJECTED, log=f"{file}: {key.jwk['kid']} is no key for EdDSA or ES256")
    return keys


def roots_of(bundle: Bundle) -> list[str]:
    """What a bundle owns of all that an engine holds: the first parts of its packages and of its data, sorted."""
    return sorted(bundle.roots | orjson.loads(bundle.data).keys())


def manifest_of(bundle: Bundle) -> bytes:
    """The `.manifest` of a bundle, as we write it."""
    return _spell({"revision": bundle.revision, "roots": roots_of(bundle), "rego_version": REGO_VERSION})


def _signed(signatures: bytes, signers: tuple[PublicKey, ...]) -> tuple[str, Any]:
    """Who signed, and the list of files that was signed."""
    try:
        document = json_object(signatures)
        [token] = document["signatures"]
        if document.keys() - {"signatures", "plugin"} or document.get("plugin", "_default") != "_default":
            raise _broken("its signature needs what is not here")
        proved = verify(token, signers, types=("jwt",), algorithms=tuple(ALGORITHMS.values()), limit=LARGE)
    except CryptoError as error:
        raise _broken(f"its signature is not accepted: {error}") from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _broken("it does not hold one signature") from None
    kid = proved.header.get("kid")
    if kid is None or kid != proved.key.jwk.get("kid") or proved.claims.get("keyid", kid) != kid:
        raise _broken("its signature does not name its key")
    if proved.header["alg"] != ALGORITHMS[proved.key.jwk["kty"]]:
        raise _broken("its signature is of another algorithm than its key")
    if proved.claims.get("scope"):
        raise _broken("it was signed for a scope, and none is used here")
    return kid, proved.claims.get("files")


def _compare(files: Mapping[str, bytes], listed: Any) -> None:
    """Every file stands in the list once, with its digest, and the list names no other."""
    entries = listed if isinstance(listed, list) else [None]
    if not all(isinstance(entry, dict) and isinstance(entry.get("name"), str) for entry in entries):
        raise _broken("its signature lists no files")
    hashes = {entry["name"]: entry.get("hash") for entry in listed}
    if len(hashes) != len(listed) or any(entry.get("algorithm") != ALGORITHM for entry in listed):
        raise _broken("its signature lists a file twice, or by another hash than SHA-256")
    if missing := hashes.keys() - files.keys():
        raise BrokenBundle(repr(min(missing)), "it was signed and is not there")
    for path, content in files.items():
        if path not in hashes:
            raise BrokenBundle(path, "it is there and was not signed")
        try:
            found = digest(path, content)
        except (Malformed, UnicodeDecodeError) as error:
            raise BrokenBundle(path, f"it cannot be read: {error}") from None
        if found != hashes[path]:
            raise BrokenBundle(path, "it is not what was signed")


def _manifest(files: Mapping[str, bytes]) -> dict[str, Any]:
    content = files.get(MANIFEST)
    if content is None:
        raise _broken("it has no manifest")
    manifest = parse_json(content.decode())
    if not isinstance(manifest, dict) or tuple(manifest) != _MEMBERS or content != _spell(manifest):
        raise BrokenBundle(MANIFEST, "not a revision, roots and Rego version, spelled as OPA spells them")
    if manifest["rego_version"] != REGO_VERSION:
        raise BrokenBundle(MANIFEST, "another version of Rego")
    if not manifest["revision"]:
        for path, data in files.items():
            if path.rpartition("/")[2] in STRUCTURED and path != MANIFEST and not _is_spelled(path, data):
                raise BrokenBundle(path, "without a revision in the manifest, data are one data.json as OPA writes it")
    return manifest


def _match(bundle: Bundle, manifest: Mapping[str, Any]) -> None:
    if manifest["revision"] not in ("", bundle.revision):
        raise BrokenBundle(MANIFEST, f"it names another revision than its content has ({bundle.revision})")
    if manifest["roots"] not in ([""], roots_of(bundle)):
        raise BrokenBundle(MANIFEST, f"its roots are not those of its content: {', '.join(roots_of(bundle))}")
    if "system" in roots_of(bundle):
        raise _broken("it holds something under system, which is the engine's own")


def _spell(manifest: Mapping[str, Any]) -> bytes:
    return orjson.dumps(manifest) + b"\n"


def _is_spelled(path: str, data: bytes) -> bool:
    return path == "data.json" and data == spelled(parse_json(data.decode()))


def _broken(why: str) -> BrokenBundle:
    return BrokenBundle("bundle", why)

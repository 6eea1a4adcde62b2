"""Building a signed bundle of a folder of policies, in OPA's own format (`gateway.pdp.signed` has its rules).

Rules: the same policies give the same files in the same order; with EdDSA the same bytes, with ES256 another signature
each time. What was built is verified before it is given.
"""

import json

from gateway.crypto.keys import PrivateKey
from gateway.crypto.signing import JwsSigner
from gateway.pdp.bundle import Bundle
from gateway.pdp.digest import ALGORITHM, MANIFEST, digest
from gateway.pdp.signed import SIGNATURES, SignedBundle, manifest_of
from gateway.pdp.tarball import pack


def build(bundle: Bundle, signer: PrivateKey) -> SignedBundle:
    """Sign policies with the key of a signer."""
    files = {MANIFEST: manifest_of(bundle), **bundle.files}
    listed = [{"name": path, "hash": digest(path, content), "algorithm": ALGORITHM} for path, content in files.items()]
    token = JwsSigner(signer).sign({"files": listed, "keyid": signer.kid}, typ="JWT")
    signatures = json.dumps({"signatures": [token]}, separators=(",", ":")).encode() + b"\n"
    return SignedBundle.verify(pack({**files, SIGNATURES: signatures}), [signer.public])

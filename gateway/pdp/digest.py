"""The digest of a file as OPA's bundle signatures state it.

Rules (openpolicyagent.org, "Bundles", section "Signature format"):
- `data.json`, `data.yaml` and `.manifest` are hashed by what they say, not by their bytes: the walk over the document
  writes objects with their keys sorted by bytes, without whitespace, and each text and number as JSON.
- A text is escaped as Go's encoder does without its HTML escapes: `"`, `\\`, what is below U+0020, U+2028 and U+2029.
- Any other file is hashed as it is. SHA-256 alone is accepted.

So whitespace and comments of a structured file are not signed. The revision covers them: `gateway.pdp.signed` says
what follows.
"""

import hashlib
import json
from typing import Any

from gateway.pdp.documents import parse_json
from gateway.pdp.yaml import parse_yaml

ALGORITHM = "SHA-256"
MANIFEST = ".manifest"
STRUCTURED = {"data.json": parse_json, "data.yaml": parse_yaml, MANIFEST: parse_json}
_LINES = {"\u2028": "\\u2028", "\u2029": "\\u2029"}


def digest(path: str, content: bytes) -> str:
    """SHA-256 in hex of a file at `path`; `Malformed` or `UnicodeDecodeError` where it is structured and unreadable."""
    read = STRUCTURED.get(path.rpartition("/")[2])
    return hashlib.sha256(content if read is None else walk(read(content.decode()))).hexdigest()


def walk(document: Any) -> bytes:
    """The bytes that OPA hashes of a document of objects, lists, texts, integers, booleans and null."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for line, escaped in _LINES.items():
        text = text.replace(line, escaped)
    return text.encode()


def spelled(document: Any) -> bytes:
    """A document as Go writes one to a file: as in the walk, with its HTML escapes and a line feed."""
    html = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
    return walk(document).decode().translate(str.maketrans(html)).encode() + b"\n"

"""What the gateway reads at all: ill-formed Unicode and numbers are stopped before an engine sees them."""

from gateway.pdp.documents import Malformed, read_json


def is_read(document: bytes) -> bool:
    """Whether a document gets as far as an engine."""
    try:
        read_json(document)
    except Malformed:
        return False
    return True

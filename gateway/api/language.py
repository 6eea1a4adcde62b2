"""Dutch or English, as the caller prefers (RFC 9110 section 12.5.4). Dutch when it says nothing or neither."""

from functools import lru_cache

from gateway.catalogue.catalogue import Language

LONGEST = 256


@lru_cache(maxsize=512)
def negotiate(header: bytes | None) -> Language:
    """The language of an `Accept-Language` header; a malformed one says nothing."""
    if not header or len(header) > LONGEST:
        return "nl"
    wanted: dict[str, float] = {}
    for part in header.decode("latin-1").lower().split(","):
        tag, _, parameter = part.strip().partition(";")
        try:
            quality = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            continue
        language = tag.strip().partition("-")[0]
        wanted[language] = max(quality, wanted.get(language, 0.0))
    other = wanted.get("*", 0.0)
    return "en" if wanted.get("en", other) > wanted.get("nl", other) else "nl"

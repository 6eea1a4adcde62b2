"""What a form brought: texts, days of Amsterdam and files. Of a file the hash is taken, and nothing of it is kept."""

from __future__ import annotations

from hashlib import sha256

from starlette.datastructures import UploadFile

from gateway.desk.visit import Visit
from gateway.model.amsterdam import day_of
from gateway.review.judged import Unwritable

MOST_BYTES = 4_000_000
CHUNK = 1 << 20


def text_of(visit: Visit, name: str) -> str:
    """What was typed under a name; empty where nothing was."""
    said = visit.form.get(name)
    return said if isinstance(said, str) else ""


def past_day(visit: Visit, name: str) -> str:
    """A day as it was typed, that is not still to come. Raises `Unwritable`."""
    said = text_of(visit, name)
    if said > day_of(visit.now).isoformat():
        raise Unwritable(name)
    return said


async def digest_of(visit: Visit, file: str = "file", typed: str = "sha256") -> str:
    """The SHA-256 of the file that came with a form, or else the one that was typed. Raises `Unwritable` for a file
    that is empty or larger than `MOST_BYTES`.
    """
    sent = visit.form.get(file)
    if not isinstance(sent, UploadFile) or not sent.filename:
        return text_of(visit, typed)
    found, size = sha256(), 0
    while chunk := await sent.read(CHUNK):
        found.update(chunk)
        size += len(chunk)
        if size > MOST_BYTES:
            raise Unwritable(file)
    await sent.close()
    if not size:
        raise Unwritable(file)
    return found.hexdigest()

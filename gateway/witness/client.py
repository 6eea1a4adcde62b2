"""The door of a witness, from outside: `add-checkpoint` over HTTP.

Specification: C2SP tlog-witness. What an answer means is for `tlog/publication/witnessing.py` to say; here it only
travels.
"""

from gateway.tlog.publication.doors import Reply
from gateway.witness.http import SmallPosts


class WitnessClient:
    """Satisfies `tlog.publication.doors.WitnessDoor`."""

    def __init__(self, posts: SmallPosts) -> None:
        self._posts = posts

    async def add_checkpoint(self, prefix: str, body: bytes) -> Reply:
        """Hand in `body` at the witness whose submission prefix is `prefix`. Raises `Silent`."""
        status, _, answer = await self._posts.post(f"{prefix.rstrip('/')}/add-checkpoint", body, "text/plain")
        return Reply(status, answer)

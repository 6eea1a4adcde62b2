"""Time stamps from an authority of our own, and from ones that lie."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.responses import Response

from gateway.crypto.certificates import read_certificates
from gateway.crypto.errors import CryptoError
from gateway.tlog.publication.doors import Silent
from gateway.witness.http import LIMIT, SmallPosts
from gateway.witness.stamp import StampAuthority
from tests.support.authority import Authority
from tests.support.serving import serving

NOTE = b"log.example/zvh/2026\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n" + "— a b\n".encode()


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
async def posts() -> AsyncIterator[SmallPosts]:
    posts = SmallPosts(development=True)
    yield posts
    await posts.close()


async def ask(authority: Authority, posts: SmallPosts, roots: Path, now: datetime | None = None) -> bytes:
    moment = now or datetime.now(UTC)
    async with serving(authority.app()) as port:
        asked = StampAuthority(f"http://127.0.0.1:{port}/", read_certificates(roots), posts, lambda: moment)
        return await asked.stamp(NOTE)


async def test_a_stamp_that_openssl_verifies_too(own: Authority, posts: SmallPosts):
    own.answer = None
    token = await ask(own, posts, own.roots)
    assert own.holds(token, NOTE)


async def test_of_an_authority_that_is_not_trusted(own: Authority, posts: SmallPosts, tmp_path: Path):
    own.answer = None
    other = Authority(tmp_path / "other")
    with pytest.raises(Silent, match="does not hold"):
        await ask(own, posts, other.roots)


async def test_an_old_answer_again(own: Authority, posts: SmallPosts):
    own.answer = None
    old = await ask(own, posts, own.roots)
    own.answer = lambda _: Response(old, media_type="application/timestamp-reply")
    with pytest.raises(Silent, match="Nonce"):
        await ask(own, posts, own.roots)


async def test_a_stamp_of_another_time(own: Authority, posts: SmallPosts):
    own.answer = None
    with pytest.raises(Silent, match="another time"):
        await ask(own, posts, own.roots, datetime.now(UTC) + timedelta(hours=1))


@pytest.mark.parametrize(
    "answer",
    [
        Response(b"", status_code=503),
        Response(b"", media_type="application/timestamp-reply"),
        Response(b"<html>", media_type="text/html"),
        Response(b"\x30\x84\xff\xff\xff\xff", media_type="application/timestamp-reply"),
        Response(b"\x30" * LIMIT + b"\x30", media_type="application/timestamp-reply"),
        Response(status_code=302, headers={"location": "http://127.0.0.1:1/"}),
    ],
    ids=["busy", "empty", "html", "not DER", "huge", "elsewhere"],
)
async def test_no_stamp(own: Authority, posts: SmallPosts, answer: Response):
    own.answer = lambda _: answer
    with pytest.raises(Silent):
        await ask(own, posts, own.roots)


async def test_every_byte_of_a_stamp_counts(own: Authority, posts: SmallPosts):
    """A stamp with a changed byte is no stamp, wherever the byte stands; the library may not fall over it either."""
    own.answer = None
    good = bytearray()

    def spoil(query: bytes) -> Response:
        good[:] = own.stamp(query)
        good[spoil.at % len(good)] ^= 0x41
        return Response(bytes(good), media_type="application/timestamp-reply")

    own.answer = spoil
    for spoil.at in range(0, 900, 97):
        with pytest.raises(Silent):
            await ask(own, posts, own.roots)


def test_roots_that_are_none(tmp_path: Path):
    (tmp_path / "roots.pem").write_text("no certificate")
    with pytest.raises(CryptoError):
        read_certificates(tmp_path / "roots.pem")

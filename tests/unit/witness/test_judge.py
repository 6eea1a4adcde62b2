"""What a witness answers, C2SP tlog-witness: every status, and that nothing malformed is anything but a refusal."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.verify.checkpoint import Checkpoint
from gateway.verify.keys import VerifierKey
from gateway.verify.merkle import EMPTY_ROOT
from gateway.witness import judge
from gateway.witness.judge import Refused, TrustedLog
from tests.unit.verify import oracle
from tests.unit.verify.oracle import ORIGIN, Cosigner, Key, b64
from tests.unit.witness.logs import NOW, Log

LOG = Log()
KNOWN = [TrustedLog(VerifierKey.parse(LOG.vkey))]
GOOD = LOG.request(3, 5)


def answer(body: bytes, seen: Checkpoint | None, logs: list[TrustedLog] = KNOWN) -> None:
    """All that is judged, in the order of the protocol."""
    request = judge.read(body)
    judge.authenticate(request, logs, NOW)
    judge.judge(request, seen)


def status(body: bytes, seen: Checkpoint | None, logs: list[TrustedLog] = KNOWN) -> int:
    try:
        answer(body, seen, logs)
    except Refused as refused:
        return refused.status
    return 200


def seen(size: int, log: Log = LOG) -> Checkpoint:
    return Checkpoint(log.origin, size, oracle.mth(log.hashes(size)))


@given(old=st.integers(0, 40), size=st.integers(0, 40))
def test_what_only_grew_is_cosigned(old, size):
    body = LOG.request(old, size)
    if old <= size:
        assert status(body, seen(old)) == 200
        assert old > 0 or status(body, None) == 200
    else:
        assert status(body, seen(old)) == 400


@given(old=st.integers(0, 20), size=st.integers(1, 20), since=st.integers(0, 19))
def test_a_fork_is_never_cosigned(old, size, since):
    """The log shows another history from leaf `since` on, with the best proof that it can make."""
    other = Log(branch="other ", since=since)
    if old <= size and since < old:
        assert status(other.request(old, size), seen(old)) == 422
        assert status(other.request(old, size, proof=oracle.proof(old, LOG.hashes(size))), seen(old)) == 422


def test_another_root_at_the_same_size_is_told_as_a_fork():
    request = judge.read(Log(branch="other ").request(5, 5))
    with pytest.raises(Refused) as caught:
        judge.judge(request, seen(5))
    assert (caught.value.status, caught.value.fork, caught.value.media) == (422, True, judge.PLAIN)
    with pytest.raises(Refused) as caught:
        judge.judge(judge.read(Log(branch="other ").request(3, 5)), seen(3))
    assert (caught.value.status, caught.value.fork) == (422, False)


@pytest.mark.parametrize(("old", "size", "held"), [(0, 5, 3), (2, 5, 3), (4, 5, 3), (3, 3, 4), (5, 5, None), (2, 2, 3)])
def test_from_another_size_than_was_cosigned_the_size_is_told(old, size, held):
    with pytest.raises(Refused) as caught:
        answer(LOG.request(old, size), None if held is None else seen(held))
    refused = caught.value
    assert (refused.status, refused.body, refused.media) == (409, f"{held or 0}\n", "text/x.tlog.size")


@pytest.mark.parametrize(
    "body",
    [
        LOG.request(3, 5, proof=[]),
        LOG.request(3, 5, proof=[*oracle.proof(3, LOG.hashes(5)), bytes(32)]),
        LOG.request(3, 5, proof=oracle.proof(3, LOG.hashes(5))[::-1]),
        LOG.request(3, 5, proof=oracle.proof(2, LOG.hashes(5))),
        LOG.request(3, 5, proof=[bytes(32)] * 63),
        LOG.request(3, 3, proof=[bytes(32)]),
    ],
)
def test_a_proof_that_does_not_hold(body):
    assert status(body, seen(3)) == 422


def test_the_first_proof_is_empty():
    assert status(LOG.request(0, 5, proof=[bytes(32)]), None) == 422
    assert status(LOG.request(0, 0), None) == 200
    assert status(LOG.request(0, 4), Checkpoint(ORIGIN, 0, EMPTY_ROOT)) == 200


def test_the_empty_tree_has_one_root():
    wrong = LOG.request(0, 0, note=Log().note(0).replace(b64(EMPTY_ROOT), b64(bytes(32))))
    assert status(wrong, None) == 422
    assert status(wrong.replace(b"\n0\n", b"\n00\n"), None) == 400
    assert status(wrong.replace(b64(bytes(32)).encode(), b"AAAA"), None) == 400


def test_who_is_not_known_and_who_did_not_sign():
    stranger, thief = Log(origin="log.example/gemeente/2026"), Log(Key(ORIGIN, b"t" * 32))
    assert status(stranger.request(0, 5), None) == 404
    assert status(thief.request(0, 5), None) == 403
    assert status(LOG.request(3, 5, note=LOG.note(5).replace("\n5\n", "\n6\n")), seen(3)) == 403
    assert status(GOOD, seen(3), []) == 404
    both = Log(thief.keys[0], Key())
    assert status(both.request(3, 5), seen(3)) == 200
    spoiled = LOG.note(5) + f"— {ORIGIN} {b64(Key().id + bytes(64))}\n"
    assert status(LOG.request(3, 5, note=spoiled), seen(3)) == 403


def test_a_log_may_be_known_by_its_key_of_ml_dsa():
    mldsa = Cosigner(ORIGIN, at=1_795_000_000)
    logs = [TrustedLog(VerifierKey.parse(mldsa.vkey))]
    published = Log(Key(), mldsa)
    assert status(published.request(3, 5), seen(3), logs) == 200
    assert status(GOOD, seen(3), logs) == 403
    assert status(published.request(3, 5), seen(3), KNOWN + logs) == 200


def test_refusals_come_in_the_order_of_the_protocol():
    later = LOG.request(9, 5, proof=[bytes(32)])
    assert status(later, seen(3), []) == 404
    assert status(Log(Key(ORIGIN, b"t" * 32)).request(9, 5, proof=[]), seen(3)) == 403
    assert status(later, seen(3)) == 400
    assert status(LOG.request(4, 5, proof=[bytes(32)]), seen(3)) == 409


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 3",
        b"\n\n" + LOG.note(5).encode(),
        GOOD.replace(b"old 3", b"old 03"),
        GOOD.replace(b"old 3", b"old -3"),
        GOOD.replace(b"old 3", b"old  3"),
        GOOD.replace(b"old 3", b"Old 3"),
        GOOD.replace(b"old 3", b"old 9223372036854775808"),
        GOOD.replace(b"old 3", "old ٣".encode()),
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.replace(b"old 3\n", b"old 3\nAAAA\n"),
        GOOD.replace(b"old 3\n", b"old 3\nnot base64\n"),
        GOOD.replace(b"old 3\n", b"old 3\n \n"),
        LOG.request(3, 5, proof=[bytes(32)] * 64),
        GOOD + b"trailing",
        GOOD[:-1],
        GOOD[:40],
        GOOD.replace(b"\n5\n", b"\n5\n\xff"),
        LOG.request(3, 5, note=LOG.note(5).replace("\n\n", "\nextension\n\n")),
        LOG.request(3, 5, note=LOG.note(5).partition("\n\n")[0] + "\n"),
        LOG.request(3, 5, note=LOG.note(0).replace("\n0\n", "\n0\n\n")),
        Log(origin="o" * 256).request(0, 5),
    ],
)
def test_what_cannot_be_read(body):
    assert status(body, seen(3)) == 400


@given(body=st.binary(max_size=400))
def test_whatever_the_bytes_are_they_are_refused(body):
    assert status(body, None) == 400


@given(at=st.integers(0, len(GOOD) - 1), to=st.integers(0, 255), cut=st.booleans())
def test_no_changed_byte_makes_a_witness_cosign_anything_else(at, to, cut):
    changed = GOOD[:at] if cut else GOOD[:at] + bytes([to]) + GOOD[at + 1 :]
    if status(changed, seen(3)) == 200:
        assert judge.read(changed).checkpoint == judge.read(GOOD).checkpoint


def test_one_line_follows_every_later_year_under_the_same_key():
    yearly = [TrustedLog(VerifierKey.parse(LOG.vkey), every_year=True)]
    for year, expected in {"2026": 200, "2027": 200, "2028": 404, "2025": 404, "12026": 404, "x": 404}.items():
        origin = f"log.example/zvh/{year}"
        body = Log(Key(origin), origin=origin).request(0, 5)
        assert status(body, None, yearly) == expected
        assert status(body, None, KNOWN) == (200 if year == "2026" else 404)
    for origin, key in (
        ("log.example/gemeente/2027", Key("log.example/gemeente/2027")),
        ("other.example/zvh/2027", Key("other.example/zvh/2027")),
        ("log.example/zvh/2027/2027", Key("log.example/zvh/2027/2027")),
        ("log.example/zvh/٢٠٢٧", Key("log.example/zvh/٢٠٢٧")),
    ):
        assert status(Log(key, origin=origin).request(0, 5), None, yearly) == 404
    thief = Key("log.example/zvh/2027", b"t" * 32)
    assert status(Log(thief, origin=thief.name).request(0, 5), None, yearly) == 403
    assert status(Log(Key(ORIGIN), origin="log.example/zvh/2027").request(0, 5), None, yearly) == 403


def test_only_what_signs_for_a_log_and_ends_in_a_year_is_followed_so():
    key = VerifierKey.parse(LOG.vkey)
    for name in ("log.example", "2026", "/2026", "log.example/26"):
        with pytest.raises(ValueError, match="year"):
            TrustedLog(replace(key, name=name), every_year=True)
        TrustedLog(replace(key, name=name))
    with pytest.raises(ValueError, match="type"):
        TrustedLog(VerifierKey.parse(Cosigner(kind=4).vkey))

"""Evidence files: what they prove, and that nothing in them can be changed unseen."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.verify.errors import VerificationError
from gateway.verify.evidence import Evidence
from gateway.verify.evidence_verdict import verify_evidence
from gateway.verify.keys import VerifierKey
from gateway.verify.policy import Policy
from gateway.verify.stamp import Roots
from gateway.verify.trust import Reader
from tests.support.authority import Authority, openssl
from tests.support.exports import Export, evidence, record, records, spelled
from tests.unit.verify import oracle
from tests.unit.verify.oracle import RELEASED, Cosigner, Key

READER = Reader([VerifierKey.parse(Key().vkey)])
WITNESS = Cosigner("w.example", 4, at=1_700_000_000)
ERASED = {"act": "erased", "at": "x", "by": "y", "keys": ["5a" * 16], "reason": "z"}
EXPORT = Export(records(40, at30=record(30, ERASED, "tombstone")), signers=[Key(), WITNESS])
HASHES = [each.hash for each in EXPORT.records]


def refused(document: dict | bytes, code: str, *, reader: Reader = READER, **options: object) -> VerificationError:
    with pytest.raises(VerificationError) as caught:
        verify_evidence(document if isinstance(document, bytes) else spelled(document), reader, **options)
    assert caught.value.code == code, str(caught.value)
    return caught.value


def with_body(index: int) -> dict:
    """Evidence of one record whose body is opened."""
    body = b'{"number":%d}' % index
    salt = oracle.hashlib.sha256(b"salt%d" % index).digest()
    document = evidence(EXPORT, [index])
    document["records"][0]["body"] = {"opened": oracle.b64(body), "salt": oracle.b64(salt)}
    return document


def consistency(old: int, size: int) -> list[str]:
    return [oracle.b64(each) for each in oracle.proof(old, HASHES[:size])]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def stamped(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """A stamp of the time when the log had 35 records."""
    note, folder = EXPORT.checkpoint(35), tmp_path_factory.mktemp("stamp")
    (folder / "note").write_text(note, encoding="utf-8")
    query = openssl("ts", "-query", "-data", str(folder / "note"), "-sha256", "-cert")
    token = oracle.b64(authority.stamp(query))
    return {"checkpoint": note, "proof": consistency(35, 40), "token": token}


@pytest.mark.parametrize("indexes", [[0], [39], [3, 7, 30], list(range(40))])
def test_what_it_proves(indexes: list[int]) -> None:
    verified = verify_evidence(spelled(evidence(EXPORT, indexes)), READER)
    assert [each.index for each in verified.records] == indexes
    assert verified.checkpoint.size == 40
    assert [key.kind for key in verified.trusted] == [1]
    assert [each.statement for each in verified.records] == [EXPORT.records[index].statement for index in indexes]


def test_a_body_is_held_against_its_record() -> None:
    document = with_body(4)
    assert verify_evidence(spelled(document), READER).records[0].body == b'{"number":4}'
    for member, value in (("opened", b'{"number":5}'), ("salt", bytes(32)), ("salt", b"")):
        document = with_body(4)
        document["records"][0]["body"][member] = oracle.b64(value)
        assert refused(document, "body-wrong").record == 4
    moved = with_body(4)
    body = b'{"number":4}'
    whole = oracle.hashlib.sha256(b"salt4").digest() + body
    moved["records"][0]["body"] = {"opened": oracle.b64(whole[40:]), "salt": oracle.b64(whole[:40])}
    refused(moved, "body-wrong")


def test_an_answer_is_one_of_its_records() -> None:
    document = spelled(evidence(EXPORT, [3, 30]))
    assert verify_evidence(document, READER, released=RELEASED).answers == 1
    refused(document, "other-answer", released=b"another")
    statement = EXPORT.records[30].statement
    refused(spelled(evidence(EXPORT, [30])), "other-answer", released=statement)


def test_a_later_checkpoint(tmp_path: Path) -> None:
    early = Export(EXPORT.records[:20], EXPORT.signers)
    later = {"checkpoint": EXPORT.checkpoint(), "proof": consistency(20, 40)}
    verified = verify_evidence(spelled(evidence(early, [3], later=later)), READER)
    assert verified.later is not None
    assert verified.later.size == 40
    assert not verify_evidence(
        spelled(evidence(early, [3], later=later)), Reader(READER.keys, seen=EXPORT.checkpoint())
    ).unseen
    refused(evidence(early, [3], later=later | {"proof": consistency(19, 40)}), "not-consistent")
    other = Export(records(40, at2=record(77))).checkpoint()
    refused(evidence(early, [3], later=later | {"checkpoint": other}), "not-consistent")


def test_a_checkpoint_that_the_reader_kept() -> None:
    document = spelled(evidence(EXPORT, [3]))
    assert not verify_evidence(document, Reader(READER.keys, seen=EXPORT.checkpoint())).unseen
    assert verify_evidence(document, Reader(READER.keys, seen=EXPORT.checkpoint(39))).unseen
    fork = Export(records(40, at9=record(90))).checkpoint()
    refused(document, "log-forked", reader=Reader(READER.keys, seen=fork))


def test_a_stamp_dates_what_came_before_it(authority: Authority, stamped: dict) -> None:
    reader = Reader(READER.keys, roots=Roots.parse(authority.roots.read_bytes()))
    document = evidence(EXPORT, [3, 36], stamps=[stamped])
    verified = verify_evidence(spelled(document), reader)
    before, after = verified.records
    assert before.stamped is not None
    assert abs((before.stamped - datetime.now(UTC)).total_seconds()) < 300
    assert after.stamped is None
    assert not verified.unrooted
    assert verify_evidence(spelled(document), READER).unrooted
    token = oracle.b64(oracle.base64.b64decode(stamped["token"])[:-1] + b"\0")
    wrong = refused(evidence(EXPORT, [3], stamps=[stamped | {"token": token}]), "stamp-wrong", reader=reader)
    assert wrong.file == "stamps[0]"
    refused(evidence(EXPORT, [3], stamps=[stamped | {"checkpoint": EXPORT.checkpoint(34)}]), "not-consistent")
    refused(evidence(EXPORT, [3], stamps=[stamped | {"checkpoint": EXPORT.checkpoint(40), "proof": []}]), "stamp-wrong")


def test_the_quorum_of_the_reader() -> None:
    policy = f"log {Key().vkey}\nwitness w {WITNESS.vkey}\nquorum w\n"
    reader = Reader(READER.keys, policy=Policy.parse(policy))
    verified = verify_evidence(spelled(evidence(EXPORT, [3])), reader)
    assert verified.quorum is not None
    assert list(verified.quorum.cosigned) == ["w"]
    alone = Export(EXPORT.records, [Key()])
    refused(evidence(alone, [3]), "quorum-missing", reader=reader)


def test_signatures_of_whom_nobody_names() -> None:
    assert verify_evidence(spelled(evidence(EXPORT, [3], keys=[])), READER).unknown == ("w.example (5eda88e9)",)
    refused(evidence(EXPORT, [3], keys=[Key().vkey]), "signature-unnamed")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"records": []}, "not-included"),
        ({"records": evidence(EXPORT, [3, 3])["records"]}, "not-included"),
        ({"records": evidence(EXPORT, [4, 3])["records"]}, "not-included"),
        ({"version": 2}, "evidence-malformed"),
        ({"type": "else"}, "evidence-malformed"),
        ({"records": {}}, "not-included"),
        ({"records": [1]}, "evidence-malformed"),
        ({"keys": [7]}, "evidence-malformed"),
        ({"checkpoint": None}, "evidence-malformed"),
        ({"later": []}, "evidence-malformed"),
        ({"later": {"checkpoint": "x"}}, "evidence-malformed"),
        ({"stamps": [{}]}, "evidence-malformed"),
        ({"more": 1}, "evidence-malformed"),
    ],
)
def test_what_is_no_evidence(change: dict, code: str) -> None:
    with pytest.raises(VerificationError) as caught:
        verify_evidence(spelled(evidence(EXPORT, [3]) | change), READER)
    assert caught.value.code in {code, "evidence-malformed"}


def test_a_later_version_is_told_as_such() -> None:
    told = refused(evidence(EXPORT, [3], version=2), "evidence-malformed")
    assert str(told) == "not evidence of this version"


def test_a_record_must_be_what_it_says() -> None:
    document = evidence(EXPORT, [3])
    document["records"][0]["index"] = 4
    assert refused(document, "not-included").record == 4
    document = evidence(EXPORT, [1])
    document["records"][0]["index"] = True
    refused(document, "evidence-malformed")
    document = evidence(EXPORT, [30])
    document["records"][0]["statement"] = None
    assert refused(document, "statement-wrong").record == 30
    document = evidence(EXPORT, [3])
    document["records"][0]["statement"] = "{}"
    assert refused(document, "statement-wrong").record == 3
    released = RELEASED.decode()
    document["records"][0]["statement"] = released
    assert refused(document, "statement-wrong").record == 3
    document = evidence(EXPORT, [30])
    document["records"][0]["statement"] += " "
    assert refused(document, "statement-wrong").record == 30
    stranger = Export(records(3, at1=record(1, tenant="gemeente")))
    assert refused(evidence(stranger, [1]), "origin-wrong").record == 1


def test_every_byte_counts(stamped: dict) -> None:
    """One spelling, and every part of it is hashed, signed or compared."""
    document = with_body(4) | {"stamps": [stamped]}
    data, bits = spelled(document), random.Random(7)
    assert verify_evidence(data, READER).records[0].body is not None
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= bits.choice([1, 2, 4, 8, 16, 32, 64, 128, 255])
        with pytest.raises(VerificationError):
            verify_evidence(bytes(changed), READER)


@given(data=st.one_of(st.binary(max_size=60), st.text(alphabet='{}[]",:0a\n ', max_size=60).map(str.encode)))
def test_anything_at_all_ends_in_a_verdict(data: bytes) -> None:
    with pytest.raises(VerificationError):
        verify_evidence(data, READER)


def test_what_is_deep_ends_too() -> None:
    refused(b"[" * 100_000, "evidence-malformed")
    refused(b'{"records":' * 20_000, "evidence-malformed")


def test_there_and_back() -> None:
    data = spelled(with_body(4) | {"later": {"checkpoint": "x", "proof": [oracle.b64(bytes(32))]}})
    assert Evidence.parse(data).to_bytes() == data

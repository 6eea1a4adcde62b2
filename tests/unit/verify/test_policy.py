"""Policies of witnesses, C2SP tlog-policy: what is read, what is refused, and when a quorum was reached."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.verify.checkpoint import open_checkpoint
from gateway.verify.errors import MalformedNote, MalformedPolicy
from gateway.verify.note import parse_note
from gateway.verify.policy import AHEAD, MAX_POLICY_BYTES, Policy, evaluate
from tests.unit.verify import oracle
from tests.unit.verify.oracle import ORIGIN, Cosigner, Key, b64

LEAVES = [oracle.leaf(number) for number in range(3)]
NOW = datetime(2026, 11, 26, 3, 30, tzinfo=UTC)
EPOCH = int(NOW.timestamp())
LOG, LOG_PUBLISHED = Key(), Cosigner(ORIGIN, seed=b"l" * 32)
W = {f"w{n}": Cosigner(f"w{n}.example", 4 if n % 2 else 6, bytes([n]) * 32) for n in range(1, 7)}
WITNESSES = "".join(f"witness {name} {each.vkey}\n" for name, each in W.items())


def note(**ages: int) -> str:
    """A checkpoint that each named witness cosigned so many seconds ago."""
    text = oracle.checkpoint(LEAVES)
    body = text.partition("\n\n")[0] + "\n"
    return text + "".join(W[name].line(body, EPOCH - age) for name, age in ages.items())


def judged(rule: str, **ages: int) -> tuple[bool, int | None]:
    """Whether the quorum is reached, and how many seconds ago it was."""
    quorum = evaluate(note(**ages), Policy.parse(WITNESSES + rule), now=NOW)
    assert quorum.refused == ()
    assert quorum.cosigned == {name: NOW - timedelta(seconds=age) for name, age in ages.items()}
    return quorum.reached, None if quorum.time is None else EPOCH - int(quorum.time.timestamp())


def test_a_policy_reads_as_it_is_written():
    policy = Policy.parse(
        f"# who\n\n \t# is trusted\nlog {LOG.vkey}\nlog\t {LOG_PUBLISHED.vkey}  https://log.example/ \n"
        f"witness all {W['w1'].vkey} https://w1.example\nwitness \u212a {W['w2'].vkey}\n"
        f"group g 2 \u212a all\nwitness K {W['w3'].vkey}\nquorum g\nlog {Key('other/2026', b'o' * 32).vkey}\n"
    )
    assert [(log.name, log.key.kind, log.url) for log in policy.logs] == [
        (ORIGIN, 1, None), (ORIGIN, 6, "https://log.example/"), ("other/2026", 1, None)
    ]  # fmt: skip
    assert [(name, each.url) for name, each in policy.witnesses.items()] == [
        ("all", "https://w1.example"), ("\u212a", None), ("K", None)
    ]  # fmt: skip
    assert (policy.groups[0].needed, policy.groups[0].members, policy.quorum) == (2, ("\u212a", "all"), "g")
    assert open_checkpoint(note(), policy.log_keys).size == 3


def test_octets_that_are_not_utf_8_stay_apart():
    text = f"# \xff\nwitness w\xe9 {W['w1'].vkey}\nwitness w\xe8 {W['w2'].vkey}\nquorum w\xe9\n".encode("latin-1")
    policy = Policy.parse(text)
    assert len(policy.witnesses) == 2
    assert evaluate(note(w1=1), policy, now=NOW).reached
    assert not evaluate(note(w2=1), policy, now=NOW).reached


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        ("", "quorum"),
        (WITNESSES, "quorum"),
        ("quorum none", "line does not end"),
        ("quorum none\nquorum none\n", "line 2"),
        ("quorum w1\n" + WITNESSES, "line 1: 'w1'"),
        ("quorum\n", "reads not"),
        ("Quorum none\n", "reads not"),
        ("quorum none\r\n", "control"),
        ("quorum none\n\x0b\n", "control"),
        ("quorum none \x7f\n", "control"),
        ("quorum\u00a0none\n", "reads not"),
        (WITNESSES + "quorum all\n", "'all'"),
        (WITNESSES + "group g 2 w1\nquorum g\n", "from 1 to 1"),
        (WITNESSES + "group g 0 w1\nquorum g\n", "from 1 to 1"),
        (WITNESSES + "group g 01 w1\nquorum g\n", "from 1 to 1"),
        (WITNESSES + "group g ١ w1\nquorum g\n", "from 1 to 1"),
        (WITNESSES + "group g any\nquorum g\n", "reads not"),
        (WITNESSES + "group g any w1 w1\nquorum g\n", "member already"),
        (WITNESSES + "group g any w1\ngroup h any w1 w2\nquorum h\n", "member already"),
        (WITNESSES + "group g any g\nquorum g\n", "earlier line"),
        (WITNESSES + "group g any none\nquorum g\n", "earlier line"),
        (WITNESSES + "group w1 any w2\nquorum w1\n", "taken"),
        (WITNESSES + "group none any w2\nquorum none\n", "taken"),
        (f"witness none {W['w1'].vkey}\nquorum none\n", "taken"),
        (f"witness w {W['w1'].vkey}\nwitness w {W['w2'].vkey}\nquorum w\n", "taken"),
        (f"witness v {W['w1'].vkey}\nwitness w {W['w1'].vkey}\nquorum w\n", "stands twice"),
        (f"log {LOG.vkey}\nlog {Key('log.example/zvh/2027').vkey}\nquorum none\n", "stands twice"),
        (f"log {W['w1'].vkey}\nquorum none\n", "0x04"),
        (f"witness w {LOG.vkey}\nquorum w\n", "0x01"),
        (f"witness w {W['w1'].vkey}x\nquorum w\n", "base64"),
        (f"witness w {W['w1'].vkey} https://a https://b\nquorum w\n", "reads not"),
        (f"log {LOG.vkey} https://a https://b\nquorum none\n", "reads not"),
        ("quorum none\n" + "#" * MAX_POLICY_BYTES, "too large"),
    ],
)
def test_what_is_not_exactly_a_policy_is_refused_whole(policy, why):
    with pytest.raises(MalformedPolicy, match=why):
        Policy.parse(policy)


def test_one_key_in_two_kinds_is_the_same_witness():
    twice = Cosigner("v.example", 4, b"\1" * 32)
    with pytest.raises(MalformedPolicy, match="stands twice"):
        Policy.parse(f"{WITNESSES}witness v {twice.vkey}\nquorum v\n")


@pytest.mark.parametrize(
    ("rule", "ages", "verdict"),
    [
        ("quorum none\n", {}, (True, None)),
        ("quorum none\n", {"w1": 5}, (True, None)),
        ("quorum w1\n", {}, (False, None)),
        ("quorum w1\n", {"w2": 1}, (False, None)),
        ("quorum w1\n", {"w1": 7}, (True, 7)),
        ("group g any w1 w2 w3\nquorum g\n", {"w3": 9, "w2": 4}, (True, 4)),
        ("group g 2 w1 w2 w3\nquorum g\n", {"w3": 9}, (False, None)),
        ("group g 2 w1 w2 w3\nquorum g\n", {"w3": 9, "w1": 4}, (True, 9)),
        ("group g 2 w1 w2 w3\nquorum g\n", {"w3": 9, "w1": 4, "w2": 6}, (True, 6)),
        ("group g all w1 w2 w3\nquorum g\n", {"w3": 9, "w1": 4}, (False, None)),
        ("group g all w1 w2 w3\nquorum g\n", {"w3": 9, "w1": 4, "w2": 6}, (True, 9)),
        ("group x any w1 w2\ngroup y 2 w3 w4 w5\ngroup q all x y\nquorum q\n", {"w1": 1, "w3": 2}, (False, None)),
        ("group x any w1 w2\ngroup y 2 w3 w4 w5\ngroup q all x y\nquorum q\n", {"w1": 8, "w3": 2, "w5": 3}, (True, 8)),
        ("group x any w1 w2\ngroup q any x w3\nquorum x\n", {"w3": 1}, (False, None)),
    ],
)
def test_a_quorum_is_as_old_as_its_last_needed_member(rule, ages, verdict):
    assert judged(rule, **ages) == verdict


@given(ages=st.dictionaries(st.sampled_from(sorted(W)), st.integers(0, 10**6)), needed=st.integers(1, 6))
def test_k_of_n_is_reached_at_the_kth_newest_time(ages, needed):
    reached = len(ages) >= needed
    expected = (reached, sorted(ages.values())[needed - 1] if reached else None)
    assert judged(f"group g {needed} {' '.join(W)}\nquorum g\n", **ages) == expected


def test_a_cosignature_from_the_future_or_without_a_moment_does_not_count():
    policy, ahead = Policy.parse(WITNESSES + "quorum w1\n"), int(AHEAD.total_seconds())
    for age, why in ((-ahead - 1, "future"), (EPOCH - 2**63 + 1, "future"), (EPOCH, "no time")):
        quorum = evaluate(note(w1=age), policy, now=NOW)
        assert (quorum.reached, quorum.time, quorum.cosigned) == (False, None, {})
        assert [each.witness for each in quorum.refused] == ["w1"]
        assert why in quorum.refused[0].why
    within = evaluate(note(w1=-ahead), policy, now=NOW)
    assert (within.reached, within.time, within.cosigned) == (True, NOW, {"w1": NOW})


def test_a_wrong_cosignature_is_named_and_spoils_no_other():
    policy = Policy.parse(WITNESSES + "group g 1 w1 w2\nquorum g\n")
    good = note(w2=3)
    for value in (W["w1"].sign(b"o\n1\n" + b64(bytes(32)).encode() + b"\n"), b"\0" * 72, b"short"):
        quorum = evaluate(f"{good}— w1.example {b64(W['w1'].id + value)}\n", policy, now=NOW)
        assert (quorum.reached, [*quorum.cosigned], [each.witness for each in quorum.refused]) == (True, ["w2"], ["w1"])


def test_of_two_cosignatures_of_one_witness_the_newer_counts():
    policy = Policy.parse(WITNESSES + "quorum w1\n")
    body = oracle.checkpoint(LEAVES).partition("\n\n")[0] + "\n"
    twice = note(w1=5) + W["w1"].line(body, EPOCH - 50)
    assert evaluate(twice, policy, now=NOW).time == NOW - timedelta(seconds=5)


def test_who_is_not_in_the_policy_counts_for_nothing_whatever_it_signs():
    policy = Policy.parse(f"witness w2 {W['w2'].vkey}\nquorum w2\n")
    stranger = Cosigner("w2.example", 6, b"s" * 32)
    body = oracle.checkpoint(LEAVES).partition("\n\n")[0] + "\n"
    quorum = evaluate(note(w1=1) + stranger.line(body, EPOCH), policy, now=NOW)
    assert (quorum.reached, quorum.cosigned, quorum.refused) == (False, {}, ())


@given(text=st.text(), data=st.binary())
def test_whatever_is_asked_the_answer_is_a_verdict_or_says_what_is_malformed(text, data):
    policy = Policy.parse(WITNESSES + "quorum w1\n")
    for each in (text, data):
        with suppress(MalformedPolicy):
            policy = Policy.parse(each)
    with suppress(MalformedNote):
        assert evaluate(text, policy, now=NOW).cosigned == {}


def test_a_note_that_was_taken_apart_before_is_judged_alike():
    policy = Policy.parse(WITNESSES + "quorum w1\n")
    assert evaluate(parse_note(note(w1=2)), policy, now=NOW) == evaluate(note(w1=2), policy, now=NOW)

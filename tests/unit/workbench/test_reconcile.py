"""What was counted outside the log is held against it: nothing that passed it by is missed, and no alarm is false."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.codes import Tenant
from gateway.model.counted import Counted, Passage, day_of_request, moment_of
from gateway.model.record import RecordClass
from gateway.store.sqlite.counters import Tally
from gateway.workbench.reconcile.compare import Kind, compare
from gateway.workbench.reconcile.logged import Ledger, Logged
from gateway.workbench.reconcile.parties import PartyCounts, Role

SINCE = datetime(2026, 11, 20, tzinfo=UTC)
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
COLLEGE, POLICE, PROBATION = "00000001800000001000", "00000001800000003000", "00000001800000002000"
DIGEST = "ab" * 32


def request_id(number: int, at: datetime = NOW - timedelta(hours=1)) -> str:
    return str(UUID(int=int(at.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62 | number))


def released(id: str, party: str = COLLEGE, digest: str = DIGEST) -> Counted:
    return Counted(Passage.RELEASED, id, Tenant.ZVH, party, digest=digest)


def asked(id: str) -> Counted:
    return Counted(Passage.ASKED, id, Tenant.ZVH, PROBATION, "toezicht")


def granted(*classes: RecordClass, recipient: str | None = COLLEGE) -> Logged:
    return Logged(
        Tenant.ZVH, {RecordClass.VERSTREKKING, *classes}, DIGEST, COLLEGE, recipient, PROBATION, "toezicht", True
    )


def party(role: Role, *ids: str, oin: str | None = None) -> PartyCounts:
    holder = role is Role.HOLDER
    return PartyCounts(role, oin or (PROBATION if holder else COLLEGE), "toezicht" if holder else "", frozenset(ids))


def told(ledger: dict[str, Logged], counted: list[Counted], *parties: PartyCounts) -> dict[Kind, tuple[str, ...]]:
    found = compare(Ledger(ledger), Tally(SINCE, counted), parties, NOW)
    return {each.kind: each.requests for each in found}


A, B = request_id(1), request_id(2)


def test_where_all_agree_nothing_is_told() -> None:
    outcome = granted(RecordClass.OUTCOME, recipient=POLICE)
    collected = Counted(Passage.COLLECTED, B, Tenant.ZVH, POLICE)
    counted = [asked(A), released(A), asked(B), released(B, POLICE), collected]
    theirs = (party(Role.HOLDER, A, B), party(Role.RECIPIENT, A), party(Role.RECIPIENT, B, oin=POLICE))
    assert told({A: granted(), B: outcome}, counted, *theirs) == {}


@pytest.mark.parametrize(
    ("kind", "ledger", "counted", "parties"),
    [
        (Kind.LEFT, {}, [asked(A), released(A)], []),
        (Kind.LEFT, {A: Logged(Tenant.ZVH, {RecordClass.WEIGERING})}, [released(A)], []),
        (Kind.LEFT_OTHERWISE, {A: granted()}, [asked(A), released(A, digest="cd" * 32)], []),
        (
            Kind.COLLECTED,
            {A: granted(recipient=POLICE)},
            [asked(A), released(A, POLICE), Counted(Passage.COLLECTED, A, Tenant.ZVH, POLICE)],
            [],
        ),
        (Kind.RECEIVED, {}, [], [party(Role.RECIPIENT, A)]),
        (Kind.RECEIVED, {A: granted(recipient=POLICE)}, [asked(A), released(A, POLICE)], [party(Role.RECIPIENT, A)]),
        (Kind.GIVEN, {}, [], [party(Role.HOLDER, A)]),
        (Kind.GIVEN, {A: Logged(Tenant.ZVH, {RecordClass.WEIGERING})}, [], [party(Role.HOLDER, A)]),
    ],
)
def test_what_passed_the_log_by_is_an_alarm(kind, ledger, counted, parties) -> None:
    found = told(ledger, counted, *parties)
    assert kind.alarm
    assert [each for each in found if each.alarm] == [kind]
    assert found[kind] == (A,)


@pytest.mark.parametrize(
    ("kind", "ledger", "counted", "parties"),
    [
        (Kind.UNRECORDED, {}, [asked(A)], []),
        (Kind.NEVER_LEFT, {A: granted()}, [asked(A)], []),
        (Kind.UNCOLLECTED, {A: granted(recipient=POLICE)}, [asked(A)], []),
        (Kind.NOT_GIVEN_OUT, {A: granted(RecordClass.OUTCOME, recipient=POLICE)}, [asked(A)], []),
        (Kind.UNCOUNTED_SOURCE, {A: granted()}, [released(A)], []),
        (Kind.NOT_RECEIVED, {A: granted()}, [asked(A), released(A)], [party(Role.RECIPIENT)]),
        (Kind.NOT_GIVEN, {A: granted()}, [asked(A), released(A)], [party(Role.HOLDER)]),
    ],
)
def test_what_a_crash_leaves_is_told_and_is_no_alarm(kind, ledger, counted, parties) -> None:
    assert told(ledger, counted, *parties) == {kind: (A,)}
    assert not kind.alarm


def test_what_came_without_being_counted_at_the_exit_is_told() -> None:
    found = told({A: granted()}, [asked(A)], party(Role.RECIPIENT, A))
    assert found == {Kind.NEVER_LEFT: (A,), Kind.UNCOUNTED_EXIT: (A,)}


def test_a_fault_accounts_for_what_a_source_was_asked() -> None:
    fault = Logged(Tenant.ZVH, {RecordClass.STORING})
    assert told({A: fault}, [asked(A)], party(Role.HOLDER, A)) == {}


def test_what_is_still_on_its_way_and_what_was_before_counting_is_not_told() -> None:
    young, old = request_id(3, NOW - timedelta(seconds=30)), request_id(4, SINCE - timedelta(days=1))
    assert told({old: granted(), young: granted()}, [asked(young)]) == {}
    assert told({}, [released(young)]) == {Kind.LEFT: (young,)}


def test_an_erased_body_raises_no_alarm() -> None:
    erased = Logged(Tenant.ZVH, {RecordClass.VERSTREKKING}, DIGEST)
    theirs = (party(Role.HOLDER, A), party(Role.RECIPIENT, A))
    assert told({A: erased}, [asked(A), released(A)], *theirs) == {}


def test_a_party_that_only_counts_is_held_to_its_days() -> None:
    day = day_of_request(A)
    ledger, counted = {A: granted(), B: granted()}, [asked(A), asked(B), released(A), released(B)]

    def by(role: Role, count: int) -> PartyCounts:
        holder = role is Role.HOLDER
        return PartyCounts(role, PROBATION if holder else COLLEGE, "toezicht" if holder else "", None, {day: count})

    assert told(ledger, counted, by(Role.HOLDER, 2), by(Role.RECIPIENT, 2)) == {}
    for role, more, fewer in (
        (Role.HOLDER, Kind.MORE_GIVEN, Kind.FEWER_GIVEN),
        (Role.RECIPIENT, Kind.MORE_RECEIVED, Kind.FEWER_RECEIVED),
    ):
        [above] = compare(Ledger(ledger), Tally(SINCE, counted), [by(role, 5)], NOW)
        [below] = compare(Ledger(ledger), Tally(SINCE, counted), [by(role, 1)], NOW)
        assert (above.kind, above.many, above.day, below.kind, below.many) == (more, 3, day, fewer, 1)
        assert (above.kind.alarm, below.kind.alarm) == (True, False)


STAGES = ("nothing", "asked", "fetched", "recorded", "counted", "left", "came")


@given(st.lists(st.tuples(st.sampled_from(STAGES), st.booleans(), st.booleans()), max_size=12), st.randoms())
def test_killed_at_any_stage_no_alarm_is_false_and_no_real_one_is_missed(stages, chance) -> None:
    """Each request gets as far as its stage. Then some records are taken out of the log, as a restored backup would:
    each of which anything had left is an alarm, and nothing else is.
    """
    ledger, counted, given, received, lost = {}, [], set(), set(), set()
    for number, (stage, pushed, loses) in enumerate(stages):
        id, reached = request_id(number), STAGES.index(stage)
        recipient = POLICE if pushed else COLLEGE
        if reached >= 1:
            counted.append(asked(id))
        if reached >= 2:
            given.add(id)
        if reached >= 3 and not loses:
            classes = {RecordClass.OUTCOME} if pushed and reached >= 4 else set()
            ledger[id] = granted(*classes, recipient=recipient)
        if reached >= 4:
            counted += [Counted(Passage.COLLECTED, id, Tenant.ZVH, POLICE)] * pushed + [released(id, recipient)]
            if loses:
                lost.add(id)
        if reached >= 6:
            received.add((id, recipient))
    chance.shuffle(counted)
    theirs = [party(Role.RECIPIENT, *(id for id, who in received if who == oin), oin=oin) for oin in (COLLEGE, POLICE)]
    found = told(ledger, counted, party(Role.HOLDER, *given), *theirs)
    assert {id for kind, ids in found.items() if kind.alarm for id in ids} == lost
    assert set(found.get(Kind.LEFT, ())) == lost


def test_everybody_counts_on_the_day_in_amsterdam_on_which_the_request_was_made() -> None:
    just_after = request_id(1, datetime(2026, 12, 31, 23, 0, 0, 1000, tzinfo=UTC))
    just_before = request_id(1, datetime(2026, 12, 31, 22, 59, 59, 999000, tzinfo=UTC))
    assert (str(day_of_request(just_before)), str(day_of_request(just_after))) == ("2026-12-31", "2027-01-01")
    assert moment_of(just_after) == datetime(2026, 12, 31, 23, 0, 0, 1000, tzinfo=UTC)

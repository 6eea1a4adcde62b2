"""The comparison itself, pure: what was counted here, what parties counted, and what the log holds.

Who may be short, and by how much:
- The log never is: a record is durable (FULL) before anything of it leaves. So whatever left, or was collected, or lies
  at a recipient, without its record is an alarm, at any time and after any crash.
- The counters are written before what they count happens, and a killed process loses nothing of them. So a kill leaves
  at most one count too many for each request that was in flight: asked without a record, recorded and never released.
  Those are told, and are no alarm.
- A power cut may take the counters' last moments (NORMAL), never the log's. So a count that is missing beside a record
  is told, and is no alarm either. Of what was in flight at that moment a source may have given values and we have no
  trace: nothing left, and still it is an alarm, since we cannot tell it from a source that was asked behind our back.
- A party's own count is short by what it lost, and long by nothing: what it has and we have no trace of is an alarm.

Read the counters before the log, and ask for a party's file before both: then what is in flight now is never missing in
what is read later. What is younger than `SETTLED` may still be on its way, and only an alarm speaks of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from gateway.model.counted import Counted, Passage, moment_of
from gateway.model.record import RecordClass
from gateway.store.sqlite.counters import Tally
from gateway.workbench.reconcile.logged import Ledger, Logged
from gateway.workbench.reconcile.parties import PartyCounts, Role

SETTLED = timedelta(minutes=2)
ASKING = frozenset({RecordClass.VERSTREKKING, RecordClass.STORING})


class Kind(Enum):
    """A difference: whether it is an alarm, and its sentence in Dutch; `{who}` is a party."""

    LEFT = True, "verliet de gateway zonder logregel"
    LEFT_OTHERWISE = True, "ging uit met andere bytes dan in de logregel staan"
    COLLECTED = True, "is opgehaald zonder dat het logboek het zegt"
    RECEIVED = True, "ligt bij ontvanger {who}, zonder logregel voor die ontvanger"
    GIVEN = True, "is volgens bron {who} gegeven, en hier niet vastgelegd en niet geteld"
    MORE_RECEIVED = True, "meer telt ontvanger {who} dan er logregels voor die ontvanger zijn"
    MORE_GIVEN = True, "meer telt bron {who} dan hier is gevraagd of vastgelegd"
    UNRECORDED = (
        False,
        "is bij de bron gevraagd en niet vastgelegd: de gateway viel uit of het log nam niets aan; niets is verstrekt",
    )
    NEVER_LEFT = False, "is vastgelegd en nooit uitgegaan: de aanvrager kreeg geen antwoord en vroeg niet opnieuw"
    UNCOLLECTED = False, "wacht nog op de ontvanger, of is door die nooit opgehaald"
    NOT_GIVEN_OUT = False, "staat als opgehaald in het logboek, maar de uitgang telde het niet: de gateway viel uit"
    UNCOUNTED_SOURCE = False, "is vastgelegd als opgevraagd, maar niet geteld: de laatste tellingen gingen verloren"
    UNCOUNTED_EXIT = False, "ligt bij ontvanger {who} en is vastgelegd, maar de uitgang telde het niet"
    NOT_RECEIVED = False, "ging uit naar ontvanger {who}, die het niet heeft"
    NOT_GIVEN = False, "is volgens de gateway aan bron {who} gevraagd, en die telde het niet"
    FEWER_RECEIVED = False, "minder telt ontvanger {who} dan er naar die ontvanger uitgingen"
    FEWER_GIVEN = False, "minder telt bron {who} dan er is gevraagd"

    @property
    def alarm(self) -> bool:
        return self.value[0]


@dataclass(frozen=True, slots=True)
class Difference:
    """`requests`: which ones, in their order; none where a party only counted, and then `count` says how many."""

    kind: Kind
    requests: tuple[str, ...]
    who: str = ""
    count: int = 0
    day: date | None = None

    @property
    def many(self) -> int:
        return self.count or len(self.requests)

    @property
    def sentence(self) -> str:
        return self.kind.value[1].format(who=self.who)


def compare(ledger: Ledger, tally: Tally, parties: Iterable[PartyCounts], now: datetime) -> list[Difference]:
    """Every difference, alarms first."""
    found = [*_Here(ledger, tally, now).differences()]
    for party in parties:
        if party.role is Role.HOLDER:
            found += _of_holder(ledger, tally, party, now)
        else:
            found += _of_recipient(ledger, tally, party)
    return sorted((each for each in found if each.many), key=lambda each: not each.kind.alarm)


class _Here:
    """What this gateway counted itself, against its own log."""

    def __init__(self, ledger: Ledger, tally: Tally, now: datetime) -> None:
        self._requests, self._tally, self._now = ledger.requests, tally, now
        self._released = {each.request_id: each.digest for each in _passed(tally, Passage.RELEASED)}
        self._collected = {each.request_id for each in _passed(tally, Passage.COLLECTED)}
        self._asked = {each.request_id for each in _passed(tally, Passage.ASKED)}

    def differences(self) -> Iterator[Difference]:
        records = self._requests
        without = [id for id in self._released if not _leaves(records.get(id))]
        yield _difference(Kind.LEFT, without)
        others = [id for id, digest in self._released.items() if _leaves(records.get(id), otherwise_than=digest)]
        yield _difference(Kind.LEFT_OTHERWISE, others)
        silent = [id for id in self._collected if RecordClass.OUTCOME not in _classes(records.get(id))]
        yield _difference(Kind.COLLECTED, silent)
        unrecorded = [id for id in self._asked - records.keys() - self._released.keys() if self._settled(id)]
        yield _difference(Kind.UNRECORDED, unrecorded)
        kept = [(id, each) for id, each in records.items() if _leaves(each) and self._counting(id)]
        waiting = [(id, each) for id, each in kept if id not in self._released]
        fetched = {id for id, each in waiting if RecordClass.OUTCOME in each.classes}
        pushed = {id for id, each in waiting if each.requester != each.recipient} - fetched
        yield _difference(Kind.NOT_GIVEN_OUT, fetched)
        yield _difference(Kind.UNCOLLECTED, pushed)
        yield _difference(Kind.NEVER_LEFT, {id for id, _ in waiting} - fetched - pushed)
        yield _difference(Kind.UNCOUNTED_SOURCE, [id for id, each in kept if each.fetched and id not in self._asked])

    def _settled(self, id: str) -> bool:
        return moment_of(id) <= self._now - SETTLED

    def _counting(self, id: str) -> bool:
        """Whether it was asked while passages were counted, and has had its time."""
        return self._tally.since is not None and self._tally.since <= moment_of(id) and self._settled(id)


def _of_recipient(ledger: Ledger, tally: Tally, party: PartyCounts) -> Iterator[Difference]:
    theirs = {id for id, each in ledger.requests.items() if _leaves(each) and each.recipient in (party.oin, None)}
    left = {each.request_id for each in _passed(tally, Passage.RELEASED) if each.party == party.oin}
    if party.requests is None:
        yield from _by_day(party, theirs, left, Kind.MORE_RECEIVED, Kind.FEWER_RECEIVED)
        return
    yield _difference(Kind.RECEIVED, party.requests - theirs, party.oin)
    since = tally.since
    counted = {id for id in party.requests & theirs if since is not None and moment_of(id) >= since}
    yield _difference(Kind.UNCOUNTED_EXIT, counted - left, party.oin)
    yield _difference(Kind.NOT_RECEIVED, left - party.requests, party.oin)


def _of_holder(ledger: Ledger, tally: Tally, party: PartyCounts, now: datetime) -> Iterator[Difference]:
    who = f"{party.oin}/{party.source}"
    asked = {each.request_id for each in _passed(tally, Passage.ASKED) if (each.party, each.source) == _source(party)}
    recorded = {id for id, each in ledger.requests.items() if _may_have_asked(each, party)}
    if party.requests is None:
        yield from _by_day(party, asked | recorded, asked, Kind.MORE_GIVEN, Kind.FEWER_GIVEN, who)
        return
    yield _difference(Kind.GIVEN, party.requests - asked - recorded, who)
    settled = {id for id in asked if moment_of(id) <= now - SETTLED}
    yield _difference(Kind.NOT_GIVEN, settled - party.requests, who)


def _by_day(
    party: PartyCounts, known: set[str], expected: set[str], more: Kind, fewer: Kind, who: str = ""
) -> Iterator[Difference]:
    """A party that kept no ids: its counts against ours, day by day."""
    ours, least = _counts(known), _counts(expected)
    for day in sorted({*party.by_day, *least}):
        said = party.by_day.get(day, 0)
        above, below = said - ours.get(day, 0), least.get(day, 0) - said
        yield Difference(more, (), who or party.oin, max(above, 0), day)
        yield Difference(fewer, (), who or party.oin, max(below, 0), day)


def _counts(ids: set[str]) -> dict[date, int]:
    return dict(PartyCounts(Role.RECIPIENT, "", "", frozenset(ids)).by_day)


def _passed(tally: Tally, passage: Passage) -> list[Counted]:
    return [each for each in tally.counted if each.passage is passage]


def _leaves(logged: Logged | None, *, otherwise_than: str | None = None) -> bool:
    """Whether a record says that sealed bytes leave; other ones than those of a digest, where one is given."""
    return logged is not None and logged.digest not in (None, otherwise_than)


def _classes(logged: Logged | None) -> set[RecordClass]:
    return logged.classes if logged is not None else set()


def _source(party: PartyCounts) -> tuple[str, str]:
    return party.oin, party.source


def _may_have_asked(logged: Logged, party: PartyCounts) -> bool:
    """Whether a record is of a class for which a source is asked, and of this source or of one that it no longer names:
    a fault does not say whether it came before or after.
    """
    named = (logged.holder, logged.source)
    return bool(logged.classes & ASKING) and named in (_source(party), (None, None))


def _difference(kind: Kind, ids: Iterable[str], who: str = "") -> Difference:
    return Difference(kind, tuple(sorted(ids)), who)

"""What the comparison came to, on a screen, in Dutch: the counts, each difference with its requests, and a verdict."""

from collections.abc import Iterator, Sequence
from datetime import date

from gateway.model.codes import Tenant
from gateway.model.counted import Passage
from gateway.store.sqlite.counters import Tally
from gateway.workbench.reconcile.compare import Difference
from gateway.workbench.reconcile.logged import Ledger
from gateway.workbench.screen import safe, wrapped

SHOWN = 20
_COUNTED = ((Passage.ASKED, "gevraagd aan bronnen"), (Passage.RELEASED, "uitgegaan"), (Passage.COLLECTED, "opgehaald"))


def as_text(ledger: Ledger, tally: Tally, differences: Sequence[Difference], day: date | None) -> Iterator[str]:
    yield f"Logboek tegen tellingen, {f'dag {day}' if day else 'alle dagen'}"
    if tally.since is None:
        yield "Er is hier nog nooit geteld: alleen wat partijen zelf telden is te vergelijken."
    else:
        yield f"Geteld sinds {tally.since:%Y-%m-%d %H:%M} UTC"
    for tenant in Tenant:
        counts = [
            f"{sum(each.passage is passage and each.tenant is tenant for each in tally.counted)} {word}"
            for passage, word in _COUNTED
        ]
        recorded = sum(each.digest is not None and each.tenant is tenant for each in ledger.requests.values())
        yield f"  {tenant:<9} {recorded} vastgelegd als verstrekt; geteld: {', '.join(counts)}"
    for each in differences:
        yield from _told(each)
    yield _verdict(differences)


def _told(difference: Difference) -> Iterator[str]:
    head = "ALARM" if difference.kind.alarm else "Verschil"
    on = f" op {difference.day}" if difference.day else ""
    yield ""
    yield from wrapped(f"{head}: {difference.many} {difference.sentence}{on}.")
    yield from (f"  {safe(each)}" for each in difference.requests[:SHOWN])
    if len(difference.requests) > SHOWN:
        yield f"  … en nog {len(difference.requests) - SHOWN}"


def _verdict(differences: Sequence[Difference]) -> str:
    alarms = [each for each in differences if each.kind.alarm]
    if alarms:
        named, counted = {id for each in alarms for id in each.requests}, sum(each.count for each in alarms)
        return f"\nALARM: {len(named) + counted} verzoeken gingen langs het logboek. Zie deploy/completeness.md."
    if differences:
        return "\nNiets ging langs het logboek. De verschillen hierboven zijn uit te leggen."
    return "\nAlles klopt."

"""A comparison as text for a screen: the counts, what is newly allowed first, and what was changed in the files.

Rule: what is only told otherwise is told in short; the page has it in full.
"""

from collections.abc import Iterator

from gateway.tlog.sealed import DAMAGED, ERASED
from gateway.workbench.diff.change import Change, Effect, Side
from gateway.workbench.diff.comparison import Comparison
from gateway.workbench.diff.policies import Changed
from gateway.workbench.screen import listed, plain, wrapped

SHOWN = 5
SKIPPED = {
    ERASED: "overgeslagen, omdat een sleutel is vernietigd",
    DAMAGED: "overgeslagen, omdat de inhoud niet is wat er werd vastgelegd",
}
CAUTION = (
    "Let op: {count} vastgelegde verzoeken komen hier anders uit dan destijds, met dezelfde revisie. "
    "Zoek uit waarom voordat u iets vergelijkt."
)


def as_text(told: Comparison) -> Iterator[str]:
    """The lines of the report."""
    yield f"Beleid A  {told.before}"
    yield f"Beleid B  {told.after}"
    yield ""
    yield from (f"{count:>7}  {what}" for what, count in counts(told))
    if told.otherwise:
        yield ""
        yield from wrapped(CAUTION.format(count=told.otherwise))
    for (effect, basis, cause), changes in told.groups():
        yield ""
        yield f"{effect}: {plain(basis)}"
        yield from wrapped(cause, 2)
        for change, places in changes:
            yield from _change(change, places)
    yield ""
    yield from files(told.files)


def counts(told: Comparison) -> Iterator[tuple[str, int]]:
    """What is counted, in the order in which it is told."""
    yield f"nagespeeld ({told.cases} gevallen, {told.records} vastgelegde verzoeken)", told.cases + told.records
    yield "gelijk", told.equal
    yield from ((str(effect), told.count(effect)) for effect in Effect)
    yield from ((words, told.skipped[kind]) for kind, words in SKIPPED.items() if told.skipped[kind])


def files(changed: list[Changed]) -> Iterator[str]:
    if not changed:
        yield "De bestanden zijn gelijk."
        return
    yield "Wat er in de bestanden anders is"
    for each in changed:
        yield f"  {each.how}: {plain(each.file)}"
        for words in each.words:
            yield from wrapped(words, 4)


def side(word: str, told: Side) -> Iterator[str]:
    """One decision in a few lines, each `(what, words)` joined."""
    yield f"{word}: {told.outcome}"
    if told.reasons:
        yield f"redenen: {listed(told.reasons)}"
    if told.granted:
        yield f"velden ✔ {listed(told.granted)}"
    for name, codes in told.refused:
        yield f"veld ✕ {plain(name)}" + (f" ({listed(codes)})" if codes else "")


def _change(change: Change, places: list[str]) -> Iterator[str]:
    if change.effect is Effect.TOLD:
        before, after = map(_in_short, (change.before, change.after))
        yield from wrapped(before if before == after else f"{before} → {after}", 4)
    else:
        for word, told in (("eerst", change.before), ("dan", change.after)):
            first, *more = side(word, told)
            yield from wrapped(first, 4)
            for line in more:
                yield from wrapped(line, 6)
    if change.parts:
        yield from wrapped(f"ook anders: {'; '.join(change.parts)}", 4)
    for place in places[:SHOWN]:
        yield from wrapped(place, 6)
    if len(places) > SHOWN:
        yield f"      en nog {len(places) - SHOWN}"


def _in_short(told: Side) -> str:
    return f"{told.outcome} ({listed(told.reasons)})" if told.reasons else told.outcome

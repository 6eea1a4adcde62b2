"""What asks for attention on the first page: signals, samples, files and requests for access, each with its page.

Rule: nothing is told that its own page does not tell too; what has a day that has passed comes first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from gateway.desk.desk import Desk
from gateway.desk.notable import told
from gateway.desk.roles import Permission
from gateway.desk.visit import Visit
from gateway.model.amsterdam import day_of
from gateway.model.writing import WritingKind
from gateway.review.dossiers import due, fold
from gateway.review.judged import by_record
from gateway.review.samples import progress, samples_of

MOST_SIGNALS = 5
Say = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Item:
    """`urgent`: whether it stands out or its day has passed; `path`: below the tenant; `act`: a key of the words on the
    link.
    """

    urgent: bool
    text: str
    path: str
    act: str


@dataclass(frozen=True, slots=True)
class Attention:
    """`more`: signals beyond the first few, which are not among `items`; `reckoned`: whether all signals are found."""

    items: tuple[Item, ...]
    more: int
    reckoned: bool


async def attention(desk: Desk, visit: Visit) -> Attention:
    """Everything that this role may look at, what is urgent first."""
    say: Say = partial(desk.renderer.text, "today", visit.language)
    items: list[Item] = []
    more, reckoned = 0, True
    if visit.may(Permission.READ):
        found = await desk.signals.all(visit.tenant, visit.now)
        reckoned = found.found is not None
        more = max(0, len(found.signals) - MOST_SIGNALS)
        for signal in found.signals[:MOST_SIGNALS]:
            said = told(desk, visit.language, signal)
            items.append(Item(True, said.sentence, said.link, "look"))
        items += await _samples(desk, visit, say) + await _dossiers(desk, visit, say)
    if visit.may(Permission.SUBJECT):
        items += await _subjects(desk, visit, say)
    return Attention(tuple(sorted(items, key=lambda each: not each.urgent)), more, reckoned)


async def _samples(desk: Desk, visit: Visit, say: Say) -> list[Item]:
    written = await desk.writings.all(visit.tenant)
    said, items = by_record(written), []
    for sample in samples_of(written):
        judged = progress(sample.records, said).judged
        if judged < len(sample.records):
            text = say("sample", name=sample.title, judged=judged, size=len(sample.records))
            items.append(Item(False, text, f"/steekproeven/{sample.id}", "go_on"))
    return items


async def _dossiers(desk: Desk, visit: Visit, say: Say) -> list[Item]:
    found = due(fold(await desk.writings.all(visit.tenant, WritingKind.DOSSIER)), day_of(visit.now))
    return [Item(True, say("dossier", name=each.title), f"/dossiers/{each.id}", "open") for each in found]


async def _subjects(desk: Desk, visit: Visit, say: Say) -> list[Item]:
    items = []
    for each in await desk.subjects.due(visit.tenant, day_of(visit.now)):
        key = "subject.lines" if each.lines else "subject.late" if each.days < 0 else "subject"
        text = say(key, number=each.number, n=each.lines or abs(each.days))
        items.append(Item(each.days < 0, text, f"/betrokkene/{each.number}", "open"))
    return items

"""What a filter means, as one sentence: above a list, in what is taken along, and behind a saved question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.desk import dates
from gateway.desk.lists.labels import Labels
from gateway.model.amsterdam import day_of
from gateway.review.filter import FACETS, Filter
from gateway.review.level import Level

_WHOLE = frozenset({"tijd", "opgehaald", "beoordeeld", "vlag"})
"""Facets whose values are clauses by themselves."""


def sentence(filter: Filter, labels: Labels) -> str:
    """`Verzoeken met als besluit geweigerd, gevraagd door GGZ Noord, buiten kantoortijd.` Without the days: those are
    in `period`.
    """
    kinds = filter.values.get("soort")
    clauses = list(_clauses(filter, labels))
    if kinds:
        subject = listed([labels.text(f"subject.{kind}") for kind in kinds], labels, "and")
    else:
        subject = labels.text("subject.some" if clauses else "subject")
    return ", ".join([subject[:1].upper() + subject[1:], *clauses]) + "."


def period(filter: Filter, level: Level, labels: Labels) -> str:
    """The days that a list is of, told even where the filter names none: then up to the newest line there is."""
    since, until, language = filter.since, filter.until, labels.language
    newest = None if level.at is None else level.at
    last = dates.day(until, language) if until else None
    if last is None and newest is not None:
        last = dates.moment(newest, language)
    first = dates.day(since, language) if since else None
    if filter.after is not None and (since is None or since <= day_of(filter.after)):
        first = dates.moment(filter.after, language)
    if last is None:
        return labels.text("period.nothing")
    if first is None:
        return labels.text("period.until", last=last)
    return labels.text("period", first=first, last=last)


def listed(words: Sequence[str], labels: Labels, before_last: str = "or") -> str:
    """`a`, `a of b`, `a, b of c`."""
    *first, last = words
    return f"{', '.join(first)} {labels.text(before_last)} {last}" if first else last


def _clauses(filter: Filter, labels: Labels) -> Iterator[str]:
    for facet in FACETS:
        values = filter.values.get(facet)
        if not values or facet == "soort":
            continue
        words = [labels.value(facet, value) for value in values]
        if facet in _WHOLE:
            yield listed([labels.text(f"clause.{facet}.{value}") for value in values], labels)
        else:
            yield labels.text(f"clause.{facet}", list=listed([_within(facet, word) for word in words], labels))
    if filter.case:
        yield labels.text("clause.casus", case=filter.case)
    if filter.subject:
        yield labels.text("clause.betrokkene", subject=filter.subject)
    if filter.records:
        yield labels.text("clause.regel", n=len(filter.records))


def _within(facet: str, word: str) -> str:
    """A word as it stands inside a sentence: names and articles keep their capitals."""
    return word[:1].lower() + word[1:] if facet in {"besluit", "reden"} else word

"""A decision as a ladder, for a privacy officer: which rung broke, by which rule, and what somebody can do about it.

Rules:
- What is told is the decision: codes with their sentences, names of fields, paths of facts that lack, dates of
  obligations. No value of a fact is told, and no fact is read but to decide.
- Which reason stands with which rung is for `pdp.telling`; here it gets its words.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gateway.catalogue import Catalogue
from gateway.pdp.bundle import Bundle
from gateway.pdp.telling import Basis, Reason, Told, tell
from gateway.workbench.screen import PASSED, advice, listed, plain, wrapped

BROKEN = "  ◀ hier breekt de ladder"


def explain(decision: Mapping[str, Any], bundle: Bundle, catalogue: Catalogue) -> Iterator[str]:
    """The lines of it. `decision`: a document of the decision schema; `bundle`: the policies that say what a rung and
    an article mean. Raises `Unplaced` where these do not tell at which rung a code is given.
    """
    told = tell(decision, bundle)
    yield from _verdict(decision, catalogue)
    yield from _basis(told.basis, catalogue)
    yield from _ladder(told, catalogue)
    yield from _fields(decision, catalogue)
    for title, codes in (("VERPLICHTINGEN", _obligations(decision)), ("HINTS", [(c, "") for c in decision["hints"]])):
        if codes:
            yield f"\n{title}"
        for code, more in codes:
            first, *rest = advice(catalogue, code, 2)
            yield f"{first}{more}"
            yield from rest
    if decision["missing"]:
        yield "\nONTBREKENDE FEITEN"
        yield from (f"  {plain(path)}" for path in decision["missing"])
    yield f"\nBeleid: {decision['policy']['revision']}"


def _verdict(decision: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    text = catalogue[decision["outcome"]].nl
    yield f"BESLUIT: {text.title}{' (simulatie)' if decision['simulation'] else ''}"
    yield text.sentence


def _basis(basis: Basis, catalogue: Catalogue) -> Iterator[str]:
    yield "\nGRONDSLAG"
    if basis.id is None:
        yield "  Er is geen grondslag genoemd."
        return
    if not basis.known:
        yield f"  {plain(basis.id)}"
        return
    title = catalogue[basis.id].nl.title if basis.id in catalogue else basis.title
    yield from wrapped(f"{basis.id}: {title}", 2)
    yield f"  {f'in werking sinds {basis.since}' if basis.since else 'niet in werking'}; tekst gezien: " + (
        "ja" if basis.verified else "nee"
    )
    for article, summary in basis.articles:
        yield from wrapped(f"{article}: {summary}" if summary else article, 4)


def _ladder(told: Told, catalogue: Catalogue) -> Iterator[str]:
    yield "\nLADDER"
    for step in told.ladder:
        sentence = catalogue[step.rung].nl.sentence if step.rung in catalogue else ""
        yield f"  {PASSED[step.passed]} {step.rung:<17} {sentence}{BROKEN if step.passed is False else ''}"
        for reason in step.reasons:
            yield from _reason(reason, catalogue)
    if told.apart:
        yield "  Ook gezegd"
        for reason in told.apart:
            yield from _reason(reason, catalogue)


def _reason(reason: Reason, catalogue: Catalogue) -> Iterator[str]:
    yield from advice(catalogue, reason.code, 6)
    if reason.fields:
        yield from wrapped(f"Het gaat om: {listed(reason.fields)}", 8)
    if reason.articles:
        yield f"        Artikel: {', '.join(reason.articles)}"


def _fields(decision: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    yield "\nVELDEN"
    if not decision["fields"]:
        yield "  Er zijn geen velden gevraagd, of ze waren niet te lezen."
    for field in decision["fields"]:
        why = list(dict.fromkeys([*decision["reasons"], *field["reasons"]]))
        titles = "; ".join(catalogue[code].nl.title if code in catalogue else plain(code) for code in why)
        told = "toegestaan" if field["granted"] else f"geweigerd: {titles}"
        yield from wrapped(f"{PASSED[field['granted']]} {plain(field['name'])}: {told}", 2)


def _obligations(decision: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(each["code"], f" ({each['on']})" if each.get("on") else "") for each in decision["obligations"]]

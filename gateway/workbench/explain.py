"""A decision as a ladder, for a privacy officer: which rung broke, by which rule, and what somebody can do about it.

Rules:
- What is told is the decision: codes with their sentences, names of fields, paths of facts that lack, dates of
  obligations. No value of a fact is told, and no fact is read but to decide.
- A reason stands with each broken rung that can say it (`rungs`); one that no broken rung can say is told by itself, so
  that none is lost.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from gateway.catalogue import Catalogue
from gateway.pdp.bundle import Bundle
from gateway.pdp.rungs import Said, codes_by_rung
from gateway.workbench.screen import PASSED, advice, listed, plain, wrapped

BROKEN = "  ◀ hier breekt de ladder"


def explain(decision: Mapping[str, Any], bundle: Bundle, catalogue: Catalogue) -> Iterator[str]:
    """The lines of it. `decision`: a document of the decision schema; `bundle`: the policies that say what a rung and
    an article mean. Raises `Unplaced` where these do not tell at which rung a code is given.
    """
    yield from _verdict(decision, catalogue)
    data = orjson.loads(bundle.data)
    yield from _basis(decision["basis"], data, catalogue)
    yield from _ladder(decision, codes_by_rung(bundle.policies, data["vocabulary"]["rungs"]), catalogue)
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


def _basis(basis: Mapping[str, Any], data: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    claimed = basis["id"]
    yield "\nGRONDSLAG"
    if claimed is None:
        yield "  Er is geen grondslag genoemd."
        return
    known = data["bases"].get(claimed)
    if known is None:
        yield f"  {plain(claimed)}"
        return
    title = catalogue[claimed].nl.title if claimed in catalogue else known[max(known)]["title"]
    yield from wrapped(f"{claimed}: {title}", 2)
    since = basis["in_force_since"]
    yield f"  {f'in werking sinds {since}' if since else 'niet in werking'}; tekst gezien: " + (
        "ja" if basis["verified"] else "nee"
    )
    summaries = {
        entry["article"]: entry["summary"]
        for _, row in sorted(known.items())
        for entry in (*row.get("cited_law", ()), *row.get("law", ()))
    }
    for article in basis["articles"]:
        said = f": {summaries[article]}" if article in summaries else ""
        yield from wrapped(f"{article}{said}", 4)


def _ladder(decision: Mapping[str, Any], can_say: Mapping[str, Said], catalogue: Catalogue) -> Iterator[str]:
    said = _reasons(decision)
    placed: set[str] = set()
    yield "\nLADDER"
    for entry in decision["ladder"]:
        rung, passed = entry["rung"], entry["passed"]
        sentence = catalogue[rung].nl.sentence if rung in catalogue else ""
        yield f"  {PASSED[passed]} {rung:<17} {sentence}{BROKEN if passed is False else ''}"
        if passed is not False:
            continue
        here = can_say.get(rung, {})
        for code in (code for code in said if code in here):
            placed.add(code)
            articles = [article for article in here[code] if article in decision["basis"]["articles"]]
            yield from _reason(code, said[code], articles, catalogue)
    if left := [code for code in said if code not in placed]:
        yield "  Ook gezegd"
        for code in left:
            yield from _reason(code, said[code], [], catalogue)


def _reason(code: str, fields: list[str], articles: list[str], catalogue: Catalogue) -> Iterator[str]:
    yield from advice(catalogue, code, 6)
    if fields:
        yield from wrapped(f"Het gaat om: {listed(fields)}", 8)
    if articles:
        yield f"        Artikel: {', '.join(articles)}"


def _reasons(decision: Mapping[str, Any]) -> dict[str, list[str]]:
    """Every code that was said, and of which fields; none of them where it is of the whole request."""
    said: dict[str, list[str]] = {code: [] for code in decision["reasons"]}
    for field in decision["fields"]:
        for code in field["reasons"]:
            if code not in decision["reasons"]:
                said.setdefault(code, []).append(field["name"])
    return said


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

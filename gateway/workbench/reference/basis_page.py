"""The page of a basis: its texts newest first, each with its law, its conditions and what it brings; then examples.

Rule: what stands in a dated file stands on the page of its basis; what is said of a code stands on that code's page.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from gateway.catalogue.catalogue import Language
from gateway.workbench.reference.conditions import conditions
from gateway.workbench.reference.examples import examples
from gateway.workbench.reference.frame import Page, code, link, listed, section, table
from gateway.workbench.reference.openings import may_oblige
from gateway.workbench.reference.sources import Sources, Text
from gateway.workbench.reference.words import MARKS, dutch, label, mark

Row = Mapping[str, Any]


def basis_page(basis: str, sources: Sources, language: Language) -> Page:
    title, lead = sources.words(basis, language)
    texts = sources.bases[basis]
    newest = texts[0].row
    parts = [
        f'<p class="lead">{escape(lead, quote=False)}</p>',
        f"<p>{code(basis)}</p>",
        "" if newest["verified"] else f'<p class="note">{label("unverified", language)}</p>',
        f"<p>{dutch(newest['summary'], language)}</p>",
        *(_text(text, sources, language) for text in texts),
        examples(sources.cases_of[basis], sources.catalogue, language),
    ]
    return Page(f"bases/{basis}.html", language, title, "\n".join(filter(None, parts)))


def force(row: Row, language: Language) -> str:
    """Since and until when a row is in force, in words."""
    if row.get("forbidden"):
        return label("always_refused", language)
    if row["since"] is None:
        return label("not_in_force", language)
    ends = f" {label('ends', language)} {row['until']}" if row["until"] else ""
    return f"{row['since']}{ends}"


def _text(text: Text, sources: Sources, language: Language) -> str:
    row = text.row
    sure = label("true" if row["verified"] else "false", language)
    facts = (
        (label("in_force", language), force(row, language)),
        (label("verified", language), f"{sure}, {label('checked_on', language)} {row['checked_on']}"),
        (label("source", language), "; ".join(f"{each}: {mark(each, language)}" for each in _marks(row))),
    )
    return section(
        f"{label('text_from', language)} {text.begin}",
        "\n".join(
            [
                "<dl>" + "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts) + "</dl>",
                _sub("articles", _law(row["law"], language), language),
                _sub("conditions", _ladder(row, sources, language), language),
                _sub("comes_with", _obligations(row, language, sources), language),
                _sub("hints", _hints(row, language, sources), language),
                _sub("not_in_rules", _weighed(row["not_in_rules"], language), language),
                _sub("debatable", listed(dutch(each, language) for each in row.get("debatable", ())), language),
                _sub("cited", _law(row["cited_law"], language) if row["cited_law"] else "", language),
            ]
        ),
    )


def _marks(row: Row) -> list[str]:
    """How the basis and each of its articles are known, the surest first."""
    known = {row["mark"], *(entry["mark"] for entry in row["law"])}
    return [each for each in MARKS if each in known]


def _sub(name: str, body: str, language: Language) -> str:
    return section(label(name, language), body, level=3)


def _law(entries: list[Row], language: Language) -> str:
    heads = [label(name, language) for name in ("article", "says", "known_from")]
    return table(
        heads,
        ([_article(each, language), dutch(each["summary"], language), _source(each, language)] for each in entries),
    )


def _article(entry: Row, language: Language) -> str:
    name = dutch(entry["article"], language)
    return link(entry["url"], name) if entry["url"] else name


def _source(entry: Row, language: Language) -> str:
    read = f"{label('text_read', language)} {entry['version']}" if entry["version"] else label("not_read", language)
    since = (
        f"{label('since', language)} {entry['in_force_since']}"
        if entry["in_force_since"]
        else label("not_in_force", language)
    )
    if entry["in_force_until"]:
        since += f" {label('ends', language)} {entry['in_force_until']}"
    sure = f"{label('verified', language).lower()}: {label('true' if entry['verified'] else 'false', language)}"
    return f"{entry['mark']} · {read} · {since} · {sure} · {label('checked_on', language)} {entry['checked_on']}"


def _ladder(row: Row, sources: Sources, language: Language) -> str:
    """The rungs; of a basis that is always refused only the one that is asked."""
    if row.get("forbidden"):
        return listed(link(f"../reasons/{each}.html", code(each)) for each in sources.refusals(row, "grondslag"))
    passes = {entry["rung"]: entry["passed"] for entry in row["ladder"]}
    rows = []
    for rung in sources.vocabulary["rungs"]:
        must = conditions(row, rung, sources.vocabulary["kinds"], language)
        if passes[rung] is None and not must:
            must = [label("applies_not", language)]
        codes = [link(f"../reasons/{each}.html", code(each)) for each in sources.refusals(row, rung)]
        title = escape(sources.catalogue[rung].text(language).title)
        rows.append([title, "".join(f"<p>{each}</p>" for each in must), listed(codes)])
    return table([label(name, language) for name in ("rung", "condition", "refuses")], rows, tell=1)


def _obligations(row: Row, language: Language, sources: Sources) -> str:
    some = [each for each in sources.obligations if may_oblige(row, each)]
    groups = (("with_every", row.get("obligations", [])), ("with_some", some), ("with_refusal", ["log-audit"]))
    made = [
        [label(name, language), listed(_named(each, "obligations", sources, language) for each in codes)]
        for name, codes in groups
        if codes
    ]
    return table([label("given_at", language), label("obligations", language)], made)


def _named(each: str, folder: str, sources: Sources, language: Language) -> str:
    return f"{link(f'../{folder}/{each}.html', code(each))} {escape(sources.catalogue[each].text(language).title)}"


def _hints(row: Row, language: Language, sources: Sources) -> str:
    made = ""
    for column, name in (("hints", "when_not_in_force"), ("hints_outsider", "when_outsider")):
        if hints := row.get(column):
            made += f"<p>{label(name, language)}</p>{listed(_hint(each, sources, language) for each in hints)}"
    return made


def _hint(each: str, sources: Sources, language: Language) -> str:
    if each in sources.bases:
        title = escape(sources.words(each, language)[0])
        return f"{link(f'../bases/{each}.html', code(each))} {title}"
    return f"{code(each)} {escape(sources.catalogue[each].text(language).sentence, quote=False)}"


def _weighed(sentences: list[str], language: Language) -> str:
    return f"<p>{label('weighed', language)}</p>{listed(dutch(each, language) for each in sentences)}"

"""The way in: every basis, reason and obligation with its sentence, and the terms that conditions are written in."""

from collections.abc import Iterable, Mapping
from html import escape

from gateway.catalogue.catalogue import Language
from gateway.workbench.reference.basis_page import force
from gateway.workbench.reference.frame import Page, code, link, section, table
from gateway.workbench.reference.sources import Sources
from gateway.workbench.reference.words import MARKS, dutch, group, label, mark, term

_STANDING: Mapping[bool | None, str] = {True: "public", False: "private", None: "outside"}


def index_page(sources: Sources, language: Language) -> Page:
    heads = [label(each, language) for each in ("basis", "meaning", "in_force", "verified")]
    rows = []
    for basis, texts in sources.bases.items():
        row = texts[0].row
        title = escape(sources.words(basis, language)[0])
        sure = label("true" if row["verified"] else "false", language)
        rows.append([link(f"bases/{basis}.html", code(basis)), title, force(row, language), sure])
    body = f'<p class="lead">{label("lead", language)}</p>' + section(
        label("bases", language), table(heads, rows, tell=2), name="bases"
    )
    for name, codes in (("reasons", sources.reasons), ("obligations", sources.obligations)):
        body += _codes(name, codes, sources, language)
    return Page("index.html", language, f"{label('reference', language)}", body)


def terms_page(sources: Sources, language: Language) -> Page:
    lists = sources.vocabulary
    kinds = (
        [code(each), dutch(term(each), language), label(_STANDING[standing], language)]
        for each, standing in lists["kinds"].items()
    )
    heads = [label("no", language), label("meaning", language)]
    body = section(label("kinds", language), table([*heads, label("standing", language)], kinds), name="kinds")
    for name, codes in (("categories", sources.categories), ("circumstances", lists["circumstances"])):
        rows = ([code(each), dutch(term(each), language)] for each in codes)
        body += section(label(name, language), table(heads, rows), name=name)
    for name, roles in lists["roles"].items():
        words, held = group(name, language), dutch(", ".join(roles), language)
        body += section(words[0].upper() + words[1:], f"<p>{held}</p>", name=f"roles-{name}")
    marks = ([escape(each), mark(each, language)] for each in MARKS)
    body += section(label("marks", language), table(heads, marks), name="marks")
    return Page("terms.html", language, label("terms", language), body)


def _codes(name: str, codes: Iterable[str], sources: Sources, language: Language) -> str:
    rows = []
    for each in codes:
        said = sources.catalogue[each].text(language)
        rows.append([link(f"{name}/{each}.html", code(each)), escape(said.title), escape(said.sentence, quote=False)])
    heads = [label(each, language) for each in ("no", "meaning", "says")]
    return section(label(name, language), table(heads, rows), name=name)

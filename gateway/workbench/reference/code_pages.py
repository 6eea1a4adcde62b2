"""The pages of reason codes and of obligations: the catalogue's words, where the rules give it, and examples."""

from html import escape

from gateway.catalogue.catalogue import Language
from gateway.pdp.rungs import Giving
from gateway.workbench.reference.examples import examples
from gateway.workbench.reference.frame import Page, code, link, listed, section, table
from gateway.workbench.reference.sources import Sources
from gateway.workbench.reference.words import dutch, label


def reason_page(name: str, sources: Sources, language: Language) -> Page:
    """Why a request is refused with this code, and what to do."""
    bases = sources.refused_with(name)
    nobody = "unknown_only" if name == "grondslag-onbekend" else "none"
    return _page(
        "reasons",
        name,
        sources,
        language,
        _given(name, sources, language),
        section(
            label("given_by", language),
            listed(_basis(each, sources, language) for each in bases) or f"<p>{label(nobody, language)}</p>",
        ),
        examples(sources.examples(name), sources.catalogue, language, named=True),
    )


def obligation_page(name: str, sources: Sources, language: Language) -> Page:
    """What this obligation asks, and with which bases it comes."""
    groups = (("with_every", sources.always(name)), ("with_some", sources.sometimes(name)))
    by = "".join(
        section(label(group, language), listed(_basis(each, sources, language) for each in bases), level=3)
        for group, bases in groups
    )
    if name == "log-audit":
        by += f"<p>{label('every_refusal', language)}.</p>"
    return _page(
        "obligations",
        name,
        sources,
        language,
        _given(name, sources, language),
        section(label("given_by", language), by or f"<p>{label('none', language)}</p>"),
        examples(sources.examples(name), sources.catalogue, language, named=True),
    )


def _page(folder: str, name: str, sources: Sources, language: Language, *parts: str) -> Page:
    words = sources.catalogue[name]
    said = words.text(language)
    body = [
        f'<p class="lead">{escape(said.sentence, quote=False)}</p>',
        f"<p>{code(name)}{' · ' + dutch(', '.join(words.articles), language) if words.articles else ''}</p>",
        section(label("cause", language), f"<p>{escape(said.cause, quote=False)}</p>"),
        section(label("next", language), f"<p>{escape(said.next, quote=False)}</p>"),
        *parts,
    ]
    return Page(f"{folder}/{name}.html", language, said.title, "\n".join(filter(None, body)))


def _given(name: str, sources: Sources, language: Language) -> str:
    """Where on the ladder the rules give it, in the words of the rules."""
    rows = [
        [_rung(giving, sources, language), dutch(giving.why, language), dutch(giving.article, language) or "–"]
        for giving in sources.givings
        if giving.code == name
    ]
    heads = [label(each, language) for each in ("rung", "given_at", "article")]
    return section(label("given_at", language), table(heads, rows) if rows else "")


def _rung(giving: Giving, sources: Sources, language: Language) -> str:
    if not giving.rung:
        return label("afterwards", language)
    return escape(sources.catalogue[giving.rung].text(language).title)


def _basis(basis: str, sources: Sources, language: Language) -> str:
    title = escape(sources.words(basis, language)[0])
    return f"{link(f'../bases/{basis}.html', code(basis))} {title}"

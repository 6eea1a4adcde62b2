"""The catalogue as pages: one for all codes, one for each."""

from html import escape

from gateway.api.pages.frame import Page, table, text
from gateway.catalogue import Catalogue, Code, Kind
from gateway.catalogue.catalogue import Language

KINDS: dict[Language, dict[Kind, str]] = {
    "nl": {
        Kind.BASIS: "Grondslagen",
        Kind.OUTCOME: "Uitkomsten",
        Kind.RUNG: "Trappen van het besluit",
        Kind.REASON: "Redenen van weigering",
        Kind.NARROWING: "Beperkingen door een partner",
        Kind.OBLIGATION: "Verplichtingen",
        Kind.HINT: "Hints",
        Kind.PROBLEM: "Fouten in een verzoek",
        Kind.MEMBER: "Fouten in een onderdeel van een verzoek",
        Kind.FAULT: "Storingen",
        Kind.EVENT: "Soorten logregels",
        Kind.ERASURE: "Redenen van wissen",
    },
    "en": {
        Kind.BASIS: "Bases",
        Kind.OUTCOME: "Outcomes",
        Kind.RUNG: "Rungs of the decision",
        Kind.REASON: "Reasons of refusal",
        Kind.NARROWING: "Limits set by a partner",
        Kind.OBLIGATION: "Obligations",
        Kind.HINT: "Hints",
        Kind.PROBLEM: "Mistakes in a request",
        Kind.MEMBER: "Mistakes in a member of a request",
        Kind.FAULT: "Faults",
        Kind.EVENT: "Classes of record",
        Kind.ERASURE: "Reasons of erasure",
    },
}
_WORDS: dict[Language, dict[str, str]] = {
    "nl": {
        "title": "Codes",
        "code": "Code",
        "name": "Naam",
        "means": "Betekenis",
        "cause": "Waarom",
        "next": "Wat u kunt doen",
        "articles": "Artikelen",
        "status": "Status",
        "kind": "Soort",
        "all": "Alle codes",
        "nothing": "Bij een storing is er niets verstrekt.",
    },
    "en": {
        "title": "Codes",
        "code": "Code",
        "name": "Name",
        "means": "Meaning",
        "cause": "Why",
        "next": "What you can do",
        "articles": "Articles",
        "status": "Status",
        "kind": "Kind",
        "all": "All codes",
        "nothing": "With a fault, nothing was released.",
    },
}


def index_page(catalogue: Catalogue, language: Language) -> Page:
    words, sections = _WORDS[language], []
    for kind in Kind:
        rows = [
            [
                f'<a href="/codes/{escape(code.code)}?lang={language}"><code>{escape(code.code)}</code></a>',
                text(code.text(language).title),
                text(code.text(language).sentence),
            ]
            for code in catalogue.of(kind)
        ]
        heading = KINDS[language][kind]
        made = table(heading, [words["code"], words["name"], words["means"]], rows)
        sections.append(f'<h2 id="{kind}">{escape(heading)}</h2>{made}')
    return Page("/codes", language, words["title"], "".join(sections))


def code_page(code: Code, language: Language) -> Page:
    words, said = _WORDS[language], code.text(language)
    parts = [f'<p class="lead">{text(said.sentence)}</p>']
    if code.kind is Kind.FAULT:
        parts.append(f"<p><strong>{words['nothing']}</strong></p>")
    for heading, sentence in ((words["cause"], said.cause), (words["next"], said.next)):
        if sentence:
            parts.append(f"<h2>{heading}</h2><p>{text(sentence)}</p>")
    facts = [(words["code"], f"<code>{escape(code.code)}</code>"), (words["kind"], escape(KINDS[language][code.kind]))]
    if code.status:
        facts.append((words["status"], str(code.status)))
    if code.articles:
        facts.append((words["articles"], escape(", ".join(code.articles))))
    parts.append(f"<dl>{''.join(f'<dt>{name}</dt><dd>{value}</dd>' for name, value in facts)}</dl>")
    parts.append(f'<p><a href="/codes?lang={language}">{words["all"]}</a></p>')
    return Page(f"/codes/{code.code}", language, said.title, "".join(parts))

"""One frame for every page: a language, a way around, a heading, one style sheet. No script and nothing from elsewhere.

WCAG 2.2 AA: a skip link, landmarks, one `h1`, a page's own title, the same help in the same place.
"""

import re
from dataclasses import dataclass
from html import escape

from gateway.catalogue.catalogue import Language

CSP = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_WORDS: dict[Language, dict[str, str]] = {
    "nl": {
        "skip": "Naar de inhoud",
        "nav": "Hoofdmenu",
        "docs": "API",
        "codes": "Codes",
        "machine": "OpenAPI",
        "other": "English",
        "foot": "Deze pagina laadt niets van elders en gebruikt geen script.",
    },
    "en": {
        "skip": "To the content",
        "nav": "Main menu",
        "docs": "API",
        "codes": "Codes",
        "machine": "OpenAPI",
        "other": "Nederlands",
        "foot": "This page loads nothing from elsewhere and uses no script.",
    },
}


@dataclass(frozen=True, slots=True)
class Page:
    """`path`: where it stands; `body`: HTML, already escaped."""

    path: str
    language: Language
    title: str
    body: str

    def html(self) -> str:
        """The whole document."""
        words, other = _WORDS[self.language], "en" if self.language == "nl" else "nl"
        links = [
            ("/", "Sluis"),
            ("/docs", words["docs"]),
            ("/codes", words["codes"]),
            ("/openapi.json", words["machine"]),
        ]
        items = "".join(self._link(path, name) for path, name in links)
        return (
            f'<!doctype html>\n<html lang="{self.language}">\n<head>\n<meta charset="utf-8">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(self.title)} · Sluis</title>\n"
            f'<link rel="stylesheet" href="/style.css">\n</head>\n<body>\n'
            f'<a class="skip" href="#content">{words["skip"]}</a>\n'
            f'<header><nav aria-label="{words["nav"]}"><ul>{items}'
            f'<li><a href="{self.path}?lang={other}" hreflang="{other}" lang="{other}">{words["other"]}</a></li>'
            f"</ul></nav></header>\n"
            f'<main id="content">\n<h1>{escape(self.title)}</h1>\n{self.body}\n</main>\n'
            f"<footer><p>{words['foot']}</p></footer>\n</body>\n</html>\n"
        )

    def _link(self, path: str, name: str) -> str:
        current = ' aria-current="page"' if path == self.path else ""
        return f'<li><a href="{path}?lang={self.language}"{current}>{name}</a></li>'


def text(words: str) -> str:
    """A sentence as HTML; paths of our own become links, words in backticks become code."""
    made = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(words))
    return re.sub(r"(?<![\w&/])(/codes|/docs)\b(?!/)", r'<a href="\1">\1</a>', made)


def table(caption: str, head: list[str], rows: list[list[str]]) -> str:
    """A table of HTML cells. Where the screen is narrow its cells stand below each other; the roles keep it a table."""
    heads = "".join(f'<th role="columnheader" scope="col">{escape(each)}</th>' for each in head)
    body = "".join(
        f'<tr role="row"><th role="rowheader" scope="row">{row[0]}</th>'
        + "".join(f'<td role="cell">{cell}</td>' for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return (
        f'<table role="table"><caption>{escape(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead><tbody role="rowgroup">{body}</tbody></table>'
    )

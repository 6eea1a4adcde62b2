"""One frame for every page of the reference: a language, a way around, one heading, one style sheet.

Rules: no script and nothing from elsewhere; links within the reference are relative, so the folder can be read from a
disk; a table says what its columns and rows are; a page of the other language is one link away.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

from gateway.catalogue.catalogue import Language
from gateway.workbench.reference.words import label

TITLE = " · Sluis</title>"
OTHER: dict[Language, Language] = {"nl": "en", "en": "nl"}


@dataclass(frozen=True, slots=True)
class Page:
    """`path`: within a language, such as `bases/wgs.zvh.riec.html`. `title`: plain text. `body`: HTML."""

    path: str
    language: Language
    title: str
    body: str = field(repr=False)


def render(page: Page) -> bytes:
    """The whole document, ended by a line feed."""
    language, up = page.language, "../" * page.path.count("/")
    title, other = escape(page.title, quote=False), OTHER[language]
    menu = "".join(
        f'<li><a href="{up}{target}">{label(name, language)}</a></li>'
        for name, target in (
            ("reference", "index.html"),
            ("bases", "index.html#bases"),
            ("reasons", "index.html#reasons"),
            ("obligations", "index.html#obligations"),
            ("terms", "terms.html"),
        )
    )
    same = f"{up}../{other}/{page.path}"
    switch = f'<li><a href="{same}" lang="{other}" hreflang="{other}">{label("other", language)}</a></li>'
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}{TITLE}
<link rel="stylesheet" href="{up}../style.css">
</head>
<body>
<a class="skip" href="#content">{label("skip", language)}</a>
<nav aria-label="{label("menu", language)}"><ul>{menu}{switch}</ul></nav>
<main id="content">
<h1>{title}</h1>
{page.body}
</main>
<footer><p>{label("foot", language)}</p></footer>
</body>
</html>
""".encode()


def link(target: str, words: str) -> str:
    """`words` is HTML."""
    return f'<a href="{escape(target)}">{words}</a>'


def code(name: str) -> str:
    return f"<code>{escape(name)}</code>"


def listed(items: Iterable[str]) -> str:
    """A list of HTML, or nothing where there is nothing to list."""
    made = "\n".join(f"<li>{item}</li>" for item in items)
    return f"<ul>\n{made}\n</ul>" if made else ""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, tell: int = 0) -> str:
    """A table whose first cell in a row heads that row; cells are HTML.

    `tell`: of how many last cells each says what it is on a narrow page, where cells stand below each other.
    """
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    cells = [f' data-of="{each}"' if index >= len(heads) - tell else "" for index, each in enumerate(heads)][1:]
    body = "\n".join(
        f'<tr><th scope="row">{first}</th>'
        + "".join(f"<td{of}>{each}</td>" for of, each in zip(cells, rest, strict=True))
        + "</tr>"
        for first, *rest in rows
    )
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def section(heading: str, body: str, *, level: int = 2, name: str = "") -> str:
    """A heading (HTML) and what stands under it; nothing where nothing stands under it."""
    anchor = f' id="{name}"' if name else ""
    return f"<section>\n<h{level}{anchor}>{heading}</h{level}>\n{body}\n</section>" if body else ""

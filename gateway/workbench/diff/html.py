"""A comparison as one page that stands alone: no script, nothing fetched, for 320 pixels and for a screen reader.

Rules: every text goes through `html.escape`; a content security policy forbids whatever would be fetched or run;
colour is never the only sign. Where something occurred is listed in full, folded away.
"""

from collections.abc import Iterator
from html import escape

from gateway.workbench.diff.change import Change
from gateway.workbench.diff.comparison import Comparison
from gateway.workbench.diff.text import CAUTION, counts, side
from gateway.workbench.screen import safe

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; } h3 { font-size: 1rem; }
table { border-collapse: collapse; } th { text-align: left; font-weight: normal; }
td { text-align: right; padding-left: 1.5rem; font-variant-numeric: tabular-nums; }
article { border: 1px solid; border-radius: .4rem; padding: 0 1rem 1rem; margin-top: 1rem; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: 0 2rem; }
ul { padding-left: 1.2rem; } code { font-size: .9rem; } summary { padding: .3rem 0; cursor: pointer; }
"""


def as_html(told: Comparison) -> str:
    """The page, as text."""
    return "".join(f"{line}\n" for line in _page(told))


def _page(told: Comparison) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>Wat verandert er in het beleid?</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>"
    yield "<h1>Wat verandert er in het beleid?</h1>"
    yield f"<p>Van beleid A <code>{_safe(told.before)}</code><br>naar beleid B <code>{_safe(told.after)}</code></p>"
    yield "<table><caption>Aantallen</caption><tbody>"
    yield from (f'<tr><th scope="row">{_safe(what)}</th><td>{count}</td></tr>' for what, count in counts(told))
    yield "</tbody></table>"
    if told.otherwise:
        yield f'<p role="alert"><strong>{_safe(CAUTION.format(count=told.otherwise))}</strong></p>'
    for (effect, basis, cause), changes in told.groups():
        yield f"<section><h2>{_safe(effect)}: {_safe(basis)}</h2><p>{_safe(cause)}</p>"
        for change, places in changes:
            yield from _change(change, places)
        yield "</section>"
    yield from _files(told)
    yield "</main>\n</body>\n</html>"


def _change(change: Change, places: list[str]) -> Iterator[str]:
    yield '<article><div class="sides">'
    for word, told in (("Eerst", change.before), ("Dan", change.after)):
        first, *more = side(word, told)
        yield f"<div><h3>{_safe(first)}</h3>{_list(more)}</div>"
    yield "</div>"
    if change.parts:
        yield f"<p>Ook anders: {_safe('; '.join(change.parts))}</p>"
    yield f"<details><summary>Waar: {len(places)} keer</summary>{_list(places)}</details></article>"


def _files(told: Comparison) -> Iterator[str]:
    yield "<section><h2>Wat er in de bestanden anders is</h2>"
    if not told.files:
        yield "<p>De bestanden zijn gelijk.</p>"
    for changed in told.files:
        yield f"<h3>{_safe(changed.how)}: <code>{_safe(changed.file)}</code></h3>{_list(changed.words)}"
    yield "</section>"


def _list(lines: list[str] | tuple[str, ...]) -> str:
    return f"<ul>{''.join(f'<li>{_safe(line)}</li>' for line in lines)}</ul>" if lines else ""


def _safe(text: str) -> str:
    return escape(safe(text))

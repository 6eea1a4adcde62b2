"""Charts as inline SVG, drawn on the server, with the numbers in a table below ('Bekijk als tabel').

Rules:
- A chart is never the only place of a number: `role="img"` with a title and a description (SVG-AAM 1.0), and the table.
- Nothing is told by colour alone: each series has a pattern, a place in the legend and its number beside the bar.
- No style attribute and no script, so that `style-src 'self'` holds; colours stand in static/charts.css.
- Whatever comes from outside is escaped. None is a number that is suppressed: it gets its mark and no bar.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from markupsafe import Markup

from gateway.catalogue.catalogue import Language
from gateway.desk import dates

Value = int | None
WIDTH = 360
"""Units of the drawing; the style sheet lets it grow to 30 rem, so that text stays readable from 320 px on."""
ROW, BAR, GAP = 40, 14, 6
KEPT_BACK = "x"
"""What stands for a number that is kept back: as in Dutch public statistics."""
PATTERNS = ("solid", "stripes", "dots", "grid")


@dataclass(frozen=True, slots=True)
class Told:
    """What a chart says in words. `head`: the heading of the column of labels; `series`: one heading a column of
    numbers; `table` and `language`: of the page.
    """

    title: str
    desc: str
    head: str
    series: tuple[str, ...]
    table: str = "Bekijk als tabel"
    language: Language = "nl"

    @property
    def id(self) -> str:
        return "c" + sha256(f"{self.title}\n{self.desc}".encode()).hexdigest()[:10]


def number(value: Value, language: Language = "nl") -> str:
    """As the page says it; the mark for one that is kept back."""
    return KEPT_BACK if value is None else dates.number(value, language)


def stacked(told: Told, rows: Sequence[tuple[str, Sequence[Value]]]) -> Markup:
    """One bar a row, a part for each of `told.series`; the numbers stand behind it in the order of the series."""
    most = max((sum(value or 0 for value in values) for _, values in rows), default=0) or 1
    legend = len(told.series) > 1
    top = (len(told.series) * (BAR + GAP) + GAP) if legend else 0
    drawn = [_key(index, name, index * (BAR + GAP)) for index, name in enumerate(told.series)] if legend else []
    for place, (label, values) in enumerate(rows):
        y, x = top + place * ROW, 0
        drawn.append(Markup('<text class="sluis-chart__label" x="0" y="{}">{}</text>').format(y + 12, label))
        for index, value in enumerate(values):
            width = (value or 0) * (WIDTH - 100) // most or (1 if value else 0)
            drawn.append(_part(told, index, x, y + 18, width))
            x += width
        said = " · ".join(number(value, told.language) for value in values)
        drawn.append(Markup('<text class="sluis-chart__value" x="{}" y="{}">{}</text>').format(x + GAP, y + 30, said))
    return _figure(told, top + len(rows) * ROW + GAP, drawn, rows)


def _key(index: int, name: str, y: int) -> Markup:
    shown = Markup('<text class="sluis-chart__label" x="{}" y="{}">{}</text>').format(BAR + GAP, y + 12, name)
    return (
        Markup(
            '<rect class="sluis-chart__series sluis-chart__series--{}" x="0" y="{}" width="{}" height="{}"/>'
        ).format(index % len(PATTERNS), y, BAR, BAR)
        + shown
    )


def _part(told: Told, index: int, x: int, y: int, width: int) -> Markup:
    if not width:
        return Markup()
    place = Markup('x="{}" y="{}" width="{}" height="{}"').format(x, y, width, BAR)
    series = index % len(PATTERNS)
    colour = Markup('<rect class="sluis-chart__series sluis-chart__series--{}" {}/>').format(series, place)
    if PATTERNS[series] == "solid":
        return colour
    return colour + Markup('<rect fill="url(#{}-{})" {}/>').format(told.id, PATTERNS[series], place)


_MARKS = {
    "stripes": '<path class="sluis-chart__mark" d="M-1 1 1 -1M0 6 6 0M5 7 7 5"/>',
    "dots": '<circle class="sluis-chart__dot" cx="3" cy="3" r="1.4"/>',
    "grid": '<path class="sluis-chart__mark" d="M0 3H6M3 0V6"/>',
}
_PATTERN = '<pattern id="{}-{}" width="6" height="6" patternUnits="userSpaceOnUse">{}</pattern>'
_SVG = (
    '<svg class="sluis-chart__svg" role="img" aria-labelledby="{0}-t {0}-d" viewBox="0 0 {1} {2}" width="{1}"'
    ' height="{2}">'
    '<title id="{0}-t">{3}</title><desc id="{0}-d">{4}</desc><defs>{5}</defs>'
    '<rect class="sluis-chart__ground" width="{1}" height="{2}"/>{6}</svg>'
)


def _figure(told: Told, height: int, drawn: Sequence[Markup], rows: Sequence[tuple[str, Sequence[Value]]]) -> Markup:
    marks = [Markup(_PATTERN).format(told.id, name, Markup(_MARKS[name])) for name in PATTERNS[1:]]
    shapes, inside = Markup().join(marks), Markup().join(drawn)
    svg = Markup(_SVG).format(told.id, WIDTH, height, told.title, told.desc, shapes, inside)
    return Markup('<figure class="sluis-chart">{}{}</figure>').format(svg, _table(told, rows))


def _table(told: Told, rows: Sequence[tuple[str, Sequence[Value]]]) -> Markup:
    heads = Markup().join(
        Markup('<th class="utrecht-table__header-cell" scope="col">{}</th>').format(name)
        for name in (told.head, *told.series)
    )
    body = Markup().join(
        Markup('<tr class="utrecht-table__row"><th class="utrecht-table__cell" scope="row">{}</th>{}</tr>').format(
            label,
            Markup().join(
                Markup('<td class="utrecht-table__cell utrecht-table__cell--numeric-column">{}</td>').format(
                    number(value, told.language)
                )
                for value in values
            ),
        )
        for label, values in rows
    )
    return Markup(
        '<details class="sluis-chart__table"><summary>{}</summary><table class="utrecht-table">'
        '<caption class="utrecht-table__caption">{}</caption><thead class="utrecht-table__header"><tr>{}</tr></thead>'
        '<tbody class="utrecht-table__body">{}</tbody></table></details>'
    ).format(told.table, told.title, heads, body)

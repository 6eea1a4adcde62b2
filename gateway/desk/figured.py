"""Figures as they are shown: what rows are called, what stands in a file, and which charts there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from gateway.catalogue.catalogue import Language
from gateway.desk import charts as drawn
from gateway.desk import dates
from gateway.desk.charts import KEPT_BACK
from gateway.desk.desk import Desk
from gateway.desk.lists.labels import short, title_of
from gateway.desk.visit import Visit
from gateway.review.figures.figures import COLUMNS, SPANS, Figures, Number, Row, Table
from gateway.review.figures.lawful import Control
from gateway.review.figures.suppress import LEAST

PAGE = "figures"
"""Whose words these are: locale/figures.yaml."""
_PARTIES = ("aanvrager", "bronhouder", "ontvanger")


@dataclass(frozen=True, slots=True)
class Named:
    """A row with what it is called; `change`: against the period before, None where that cannot be said."""

    label: str
    row: Row
    change: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A table with the words around it. `compared`: whether its rows have the period before."""

    name: str
    title: str
    about: str
    rows: Sequence[Named]
    compared: bool


def tables(desk: Desk, language: Language, figures: Figures) -> list[Shown]:
    return [
        Shown(
            name=table.name,
            title=desk.renderer.text(PAGE, language, f"table.{table.name}"),
            about=desk.renderer.text(PAGE, language, f"about.{table.name}"),
            rows=[Named(label(desk, language, table.name, row.value), row, _change(row)) for row in table.rows],
            compared=figures.before is not None and table.name not in SPANS,
        )
        for table in figures.tables
    ]


def label(desk: Desk, language: Language, name: str, value: str) -> str:
    """What a value of a facet is called, or a month or week that begins on this day."""
    if name in SPANS:
        day = date.fromisoformat(value)
        if name == "week":
            return desk.renderer.text(PAGE, language, "week_of", day=dates.day(day, language))
        return f"{dates.MONTHS[language][day.month - 1]} {day.year}"
    if name in _PARTIES:
        return desk.organisations(value)
    if name == "fase":
        return desk.renderer.text(PAGE, language, "no_phase" if value == "geen" else "phase", phase=value)
    if name == "beleid":
        return short(value)
    return title_of(desk, language, value)


def _change(row: Row) -> int | None:
    if row.before is None or row.before.count is None or row.total.count is None:
        return None
    return row.total.count - row.before.count


def charts(desk: Desk, language: Language, figures: Figures) -> Mapping[str, Markup]:
    """By the name of the table that it stands beside: the course in time, and the phases."""
    return {
        table.name: _stacked(desk, language, table)
        for table in figures.tables
        if table.name in (*SPANS, "fase") and table.rows
    }


def _stacked(desk: Desk, language: Language, table: Table) -> Markup:
    def text(key: str, **values: Any) -> str:
        return desk.renderer.text(PAGE, language, key, **values)

    told = drawn.Told(
        title=text("chart", table=text(f"table.{table.name}")),
        desc=text("chart.about"),
        head=text(f"head.{table.name}"),
        series=tuple(desk.catalogue[each].text(language).title for each in COLUMNS),
        table=text("as_table"),
        language=language,
    )
    rows = [(label(desk, language, table.name, row.value), [each.count for each in row.numbers]) for row in table.rows]
    return drawn.stacked(told, rows)


def rows_of(desk: Desk, language: Language, figures: Figures) -> tuple[list[str], list[list[Any]]]:
    """Columns and rows of a file: one number a row."""
    columns = ["tabel", "waarde", "naam", "periode", "uitkomst", "aantal"]
    rows: list[list[Any]] = []
    every = [(each.name, row) for each in figures.tables for row in each.rows]
    for table, row in [("totaal", figures.totals), *every]:
        name = "" if table == "totaal" else label(desk, language, table, row.value)
        for outcome, found in zip((*COLUMNS, "alle"), (*row.numbers, row.total), strict=True):
            rows.append([table, row.value, name, "deze", str(outcome), _number(found)])
        if row.before is not None:
            rows.append([table, row.value, name, "vorige", "alle", _number(row.before)])
    return columns, rows


def heads(desk: Desk, visit: Visit, figures: Figures, control: Control | None) -> dict[str, Any]:
    """What stands above a file: of what it is, under which seal, and what its words mean."""
    text, level = desk.renderer.text, figures.level
    before = figures.before and f"{figures.before.since} / {figures.before.until}"
    return {
        "tenant": str(visit.tenant),
        "periode": f"{figures.period.since} / {figures.period.until}",
        "vorige_periode": before or "",
        "doel_van_de_controle": control or "",
        "gemaakt": visit.now,
        "zegels": [f"{seal.origin} {seal.size} {seal.root}" for _, seal in sorted(level.seals.items())],
        "telt": text(PAGE, visit.language, "definition"),
        KEPT_BACK: text(PAGE, visit.language, "kept_back", least=LEAST),
        "gewist": _number(figures.erased),
    }


def _number(found: Number) -> int | str:
    return KEPT_BACK if found.count is None else found.count

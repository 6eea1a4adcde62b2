"""Lists to take along, as CSV and as JSON: one way for every list of every page.

Rules:
- What a file is of stands in it: tenant, filter, seal, moment and count, in comment lines before the CSV's header and
  in members of the JSON.
- No cell of a CSV is a formula, nor what a spreadsheet that parts cells by another sign makes of it (a Dutch one does
  at semicolons): what could begin one gets an apostrophe in front (OWASP, CSV injection), which JSON does not need.
- UTF-8 with a byte order mark and CRLF for CSV, since spreadsheets read that; every cell that needs it is quoted (RFC
  4180).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import orjson

CSV, JSON = "text/csv; charset=utf-8; header=present", "application/json"
_FORMULA = re.compile(r"(^[\t\r\n]|(?:^|[,;|\t\r\n])[\s\"']*[=+\-@＝＋－＠])")
SEPARATOR = ", "
"""Between the values of a cell that lists."""


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]], head: Mapping[str, Any]) -> bytes:
    """`columns`: the names in the header; `rows`: text, numbers, moments, lists of text, or None, as many as there are
    columns; `head`: what the file is of, a `# name: value` line each.
    """
    text = io.StringIO(newline="")
    for name, value in head.items():
        text.write(f"# {name}: {_line(value)}\r\n")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(map(_cell, columns))
    for row in rows:
        writer.writerow(map(_cell, row))
    return text.getvalue().encode("utf-8-sig")


def as_json(columns: Sequence[str], rows: Iterable[Sequence[Any]], head: Mapping[str, Any]) -> bytes:
    """The members of `head`, and `rows`: a list of objects by the names of `columns`. Moments are RFC 3339."""
    listed = [dict(zip(columns, map(_plain, row), strict=True)) for row in rows]
    members = {name: _plain(value) for name, value in head.items()}
    return orjson.dumps({**members, "rows": listed}, option=orjson.OPT_INDENT_2)


def _cell(value: Any) -> str | int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _no_formula(_text(value))
    return value


def _line(value: Any) -> str:
    return _no_formula(" ".join(_text(value).split()))


def _no_formula(text: str) -> str:
    return _FORMULA.sub(lambda found: found[0][:-1] + "'" + found[0][-1], text)


def _text(value: Any) -> str:
    plain = _plain(value)
    if isinstance(plain, list):
        return SEPARATOR.join(map(_text, plain))
    return "" if plain is None else str(plain)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple | list | frozenset | set):
        return [_plain(each) for each in (sorted(value) if isinstance(value, frozenset | set) else value)]
    if isinstance(value, bool | int | float | None):
        return value
    return str(value)

"""A list of a page as a file to take along, in the form that its address names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gateway.desk.errors import Refused
from gateway.desk.exports import CSV, JSON, as_csv, as_json
from gateway.desk.page import Download, Seen

FORMS = {"csv": (as_csv, CSV), "json": (as_json, JSON)}


def listed(
    form: str, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], head: Mapping[str, Any], look: Seen
) -> Download:
    """`form`: `csv` or `json`, else `Refused`; `name`: of the file, without it. The rest: `exports.as_csv`."""
    if form not in FORMS:
        raise Refused(404)
    make, media_type = FORMS[form]
    return Download(make(columns, rows, head), f"{name}.{form}", media_type, look)

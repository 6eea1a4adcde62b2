"""A list as its URL asks for it: which records, which page of them, one by one or by case."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from gateway.desk.paging import number_of
from gateway.review.filter import Filter, WrongFilter


class Asked:
    """`filter`, `page` (from 1), `by_case`. Raises `WrongFilter`."""

    def __init__(self, query: QueryParams) -> None:
        given = {name: query.getlist(name) for name in query}
        self.page = _page_of(given.pop("pagina", []))
        group = given.pop("groep", [])
        if group not in ([], [""], ["casus"]):
            raise WrongFilter("groep")
        self.by_case = group == ["casus"]
        self.filter = Filter.read(given)

    def query(self, filter: Filter | None = None, **others: object) -> str:
        """The query of a list like this one; `pagina` and `groep` as given, None leaves one out."""
        now: dict[str, object] = {"groep": "casus" if self.by_case else None, **others}
        pairs = (self.filter if filter is None else filter).pairs()
        return urlencode([*pairs, *((name, value) for name, value in now.items() if value is not None)])


def _page_of(given: Sequence[str]) -> int:
    found = number_of(given[0] if given else "") if len(given) < 2 else None
    if found is None:
        raise WrongFilter("pagina")
    return found

"""Questions that somebody keeps: a filter under a name, of one person at one tenant. No record, and nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gateway.model.codes import Tenant

LONGEST, MOST = 80, 50


@dataclass(frozen=True, slots=True)
class SavedQuestion:
    """`query`: of the list, as it stands in its URL."""

    id: str
    name: str = field(repr=False)
    query: str = field(repr=False)


class SavedQuestions(Protocol):
    """Where they are kept. All may be called by any thread. May raise `Fault`."""

    def all(self, who: str, tenant: Tenant) -> Sequence[SavedQuestion]:
        """Those of a person, in the order of their names."""

    def keep(self, who: str, tenant: Tenant, name: str, query: str) -> bool:
        """Keep one, in place of one of the same name; False where there are `MOST` of them already."""

    def remove(self, who: str, tenant: Tenant, id: str) -> str | None:
        """Forget one; its name, None where there is none."""


class Rows(Protocol):
    """The same as rows of `id`, `name` and `query`."""

    def all(self, who: str, tenant: str) -> Sequence[tuple[int, str, str]]: ...

    def keep(self, who: str, tenant: str, name: str, query: str, most: int) -> bool: ...

    def remove(self, who: str, tenant: str, id: int) -> str | None: ...


class KeptQuestions:
    """`SavedQuestions` out of rows."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def all(self, who: str, tenant: Tenant) -> list[SavedQuestion]:
        return [SavedQuestion(str(id), name, query) for id, name, query in self._rows.all(who, tenant)]

    def keep(self, who: str, tenant: Tenant, name: str, query: str) -> bool:
        return self._rows.keep(who, tenant, name, query, MOST)

    def remove(self, who: str, tenant: Tenant, id: str) -> str | None:
        return self._rows.remove(who, tenant, int(id)) if id.isascii() and id.isdigit() and len(id) < 18 else None

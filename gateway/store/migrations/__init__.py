"""The schemas of the store as numbered steps forward, for both engines alike.

Rules:
- A folder here is a series: of one SQLite file, or of one schema of PostgreSQL. Its steps are `NNNN-title.sql`, from
  0001 without a gap; a file that has one owner may keep its steps beside its statements (`SCHEMA`). Either way they are
  only ever added at the end: a step that was released is never changed.
- A database knows how many steps it has taken. Each next one is a transaction of its own that also counts it, so that
  whatever happens it is at some version and never between two.
- SQLite takes its steps when it is opened, since one process owns the file; PostgreSQL takes them by
  `gateway store migrate` alone, since many processes use it.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files


@cache
def steps(series: str) -> tuple[str, ...]:
    """The steps of a series in their order, each the SQL that leads to one version."""
    found = sorted(
        (path for path in files(__package__).joinpath(series).iterdir() if path.name[:4].isdigit()),
        key=lambda path: path.name,
    )
    numbers = [int(path.name[:4]) for path in found]
    if numbers != list(range(1, len(found) + 1)):
        raise ValueError(f"the steps of {series} are not numbered from 1 without a gap")
    return tuple(path.read_text("utf-8") for path in found)


def pending(series: Sequence[str], done: int) -> list[tuple[int, str]]:
    """What is still to be done from version `done`, each step with the version that it leads to."""
    return list(enumerate(series[done:], start=done + 1))

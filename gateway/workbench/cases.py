"""The case files of `policies/cases`: a baseline, what is different, and what must come out.

Rules:
- `baselines.yaml` holds complete facts by name; a baseline may extend another (`extends`, `set`). Every other file, in
  a folder of its basis, is a list of cases: `title`, `base`, `set`, `unset`, `expect`, `expert` where the verdict is
  that of an example, `debatable` where another reading could be defended.
- `set` puts a value on a dotted path (a number is an index of a list), `unset` removes one. A path that does not exist
  and a member that nobody reads are errors, so that a case cannot lose its point without being noticed.
- What is wrong is told with the file and the case (`BrokenCase`). YAML is read as the policies' own is (`pdp.yaml`).
- People, organisations and cases in these files do not exist.
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Self

from gateway.pdp.documents import Malformed
from gateway.pdp.yaml import parse_yaml
from gateway.settings import ROOT

SHIPPED = ROOT / "policies" / "cases"
BASELINES = "baselines.yaml"
EXPECTATIONS = frozenset(
    {"outcome", "simulation", "granted", "refused", "said", "reasons", "obligations", "obligations_on", "hints"}
    | {"basis", "in_force_since", "verified", "exactly", "ladder", "rungs", "fields"}
)
_MEMBERS = frozenset({"title", "expert", "debatable", "base", "set", "unset", "expect"})
_NEEDED = frozenset({"title", "base", "expect"})


class BrokenCase(ValueError):
    """A case file that cannot be used: `file`, relative to the folder of cases, `case`, and `why`, without a value of
    the facts.
    """

    def __init__(self, file: str, why: str, *, case: str = "") -> None:
        super().__init__(f"{file}: {case}: {why}" if case else f"{file}: {why}")
        self.file, self.case, self.why = file, case, why


@dataclass(frozen=True, slots=True)
class Case:
    """One case: where it stands, its sentence, its facts, and the expectation (a subset of `EXPECTATIONS`, with
    `outcome`).
    """

    file: str
    title: str
    facts: dict[str, Any] = field(repr=False)
    expect: dict[str, Any] = field(repr=False)

    @property
    def id(self) -> str:
        return f"{self.file}: {self.title}"


@dataclass(frozen=True, slots=True)
class CaseBook:
    """A folder of case files that has been read. Facts are made anew for each that asks: they may be changed."""

    folder: Path
    baselines: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, folder: Path = SHIPPED) -> Self:
        """Read the baselines of a folder; `BrokenCase` where they cannot be used."""
        baselines = _parse(folder, folder / BASELINES)
        if not isinstance(baselines, dict):
            raise BrokenCase(BASELINES, "not a mapping of names to facts")
        book = cls(folder, baselines)
        for name in baselines:
            book.baseline(name)
        return book

    def baseline(self, name: str) -> dict[str, Any]:
        """A fresh copy of the complete facts of a baseline."""
        return self._baseline(name, ())

    def cases(self) -> tuple[Case, ...]:
        """Every case, in the order of the files; `BrokenCase` for the first that cannot be used."""
        return tuple(case for file in sorted(self.folder.rglob("*/*.yaml")) for case in self._read(file))

    def _baseline(self, name: str, extending: tuple[str, ...]) -> dict[str, Any]:
        entry = self.baselines.get(name)
        if not isinstance(entry, dict):
            raise BrokenCase(BASELINES, "there is no such baseline", case=str(name))
        if "extends" not in entry:
            return copy.deepcopy(entry)
        if name in extending or entry.keys() != {"extends", "set"}:
            raise BrokenCase(BASELINES, "it extends a baseline by `set` and nothing else, and never itself", case=name)
        facts = self._baseline(entry["extends"], (*extending, name))
        _change(facts, entry["set"], [], BASELINES, name)
        return facts

    def _read(self, file: Path) -> Iterator[Case]:
        name, entries, titles = file.relative_to(self.folder).as_posix(), _parse(self.folder, file), set()
        if not isinstance(entries, list):
            raise BrokenCase(name, "not a list of cases")
        for number, entry in enumerate(entries, 1):
            title = str(entry.get("title", f"case {number}")) if isinstance(entry, dict) else f"case {number}"
            _check(entry, name, title)
            if title in titles:
                raise BrokenCase(name, "a second case with this title", case=title)
            titles.add(title)
            try:
                facts = self.baseline(entry["base"])
            except BrokenCase as error:
                raise BrokenCase(name, f"base {error.case}: {error.why}", case=title) from error
            _change(facts, entry.get("set", {}), entry.get("unset", []), name, title)
            yield Case(name, title, facts, entry["expect"])


@cache
def shipped() -> CaseBook:
    """The cases that come with the gateway."""
    return CaseBook.read()


def put(document: Any, path: str, value: Any) -> None:
    """Set `path` (dotted) in `document` to `value`, in place; KeyError, IndexError, TypeError or ValueError where what
    it stands in is not there.
    """
    *parents, last = path.split(".")
    node = _walk(document, parents)
    node[int(last) if isinstance(node, list) else last] = value


def remove(document: Any, path: str) -> None:
    """Remove `path` (dotted) from `document`, in place; the errors of `put` where it is not there."""
    *parents, last = path.split(".")
    node = _walk(document, parents)
    del node[int(last) if isinstance(node, list) else last]


def _walk(node: Any, parts: list[str]) -> Any:
    for part in parts:
        node = node[int(part) if isinstance(node, list) else part]
    return node


def _change(facts: dict[str, Any], changes: Any, gone: Any, file: str, case: str) -> None:
    if not isinstance(changes, dict) or not isinstance(gone, list):
        raise BrokenCase(file, "`set` is a mapping of paths to values, `unset` a list of paths", case=case)
    path = ""
    try:
        for path, value in changes.items():
            put(facts, path, copy.deepcopy(value))
        for path in map(str, gone):
            remove(facts, path)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise BrokenCase(file, f"the facts of its base have no {path}", case=case) from error


def _check(entry: Any, file: str, case: str) -> None:
    if not isinstance(entry, dict) or not entry.keys() >= _NEEDED:
        raise BrokenCase(file, "a case has a title, a base and an expect", case=case)
    if unknown := entry.keys() - _MEMBERS:
        raise BrokenCase(file, f"unknown members: {', '.join(sorted(unknown))}", case=case)
    expect = entry["expect"]
    if not isinstance(expect, dict) or "outcome" not in expect:
        raise BrokenCase(file, "what is expected has an outcome", case=case)
    if unknown := expect.keys() - EXPECTATIONS:
        raise BrokenCase(file, f"nothing reads this expectation: {', '.join(sorted(unknown))}", case=case)


def _parse(folder: Path, file: Path) -> Any:
    name = file.relative_to(folder).as_posix()
    try:
        return parse_yaml(file.read_text("utf-8"))
    except Malformed as error:
        raise BrokenCase(name, error.why) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenCase(name, f"cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8'}") from error

"""What one revision of the policies has that another has not, told so that a person can read it.

Rules:
- Pure: two bundles in, changes out. A bundle does not differ from itself; of data that differ, every place is told.
- A basis that comes or goes whole is one change. Within a basis, a list tells what was added and what went; anything
  else tells what it was and is.
- Of a rule is told what its METADATA say of it. A file that differs where nothing else is told is named, so that no
  change is silent.

The sentences stand with the desk (`locale/policies.yaml`), one a kind.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.pdp.bundle import Bundle
from gateway.pdp.metadata import blocks

BASES = "bases"
_NAMED_BY = ("article", "rung", "id", "name")
"""What tells the members of a list of objects apart, where all of them have it."""


@dataclass(frozen=True, slots=True)
class Change:
    """`kind`: `basis-added`, `basis-removed`, `version-added`, `version-removed` (of a basis that has several, by
    date), `added`, `removed`, `order`, `set`, `unset`, `changed`, `rule-added`, `rule-removed`, `rule-changed`, `file`.

    `basis`: its id, empty where it is none's; `date`: from which day that version of it counts; `place`: the names of
    what holds it, within the basis or, of other data, from above; `was`, `now`: as in the data, lists of texts for
    `added` and `removed`; of a rule its title; `file`: where that is all there is to tell.
    """

    kind: str
    basis: str = ""
    date: str = ""
    place: tuple[str, ...] = ()
    was: Any = None
    now: Any = None
    file: str = ""


def difference(before: Bundle, after: Bundle) -> tuple[Change, ...]:
    """What changed from `before` to `after`: bases, then other data, then rules, then files."""
    if before.revision == after.revision:
        return ()
    one, other = json.loads(before.data), json.loads(after.data)
    bases = list(_bases(one.pop(BASES, {}), other.pop(BASES, {})))
    data = list(_values((), one, other))
    rules, silent = _rules(before, after)
    return (*bases, *data, *rules, *silent, *_formats(before, after))


def _bases(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Change]:
    for basis in sorted(one.keys() | other.keys()):
        was, now = one.get(basis), other.get(basis)
        if not isinstance(was, dict | None) or not isinstance(now, dict | None):
            yield from _values((BASES, basis), was, now)
        elif was is None or now is None:
            there: Mapping[str, Any] = now or was or {}
            title = _title(there)
            yield Change("basis-removed", basis, was=title) if now is None else Change("basis-added", basis, now=title)
        else:
            yield from _versions(basis, was, now)


def _versions(basis: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Change]:
    for date in sorted(one.keys() | other.keys()):
        if date not in one:
            yield Change("version-added", basis, date)
        elif date not in other:
            yield Change("version-removed", basis, date)
        else:
            for each in _values((), one[date], other[date]):
                yield Change(each.kind, basis, date, each.place, each.was, each.now)


def _title(versions: Mapping[str, Any]) -> str:
    newest = versions[max(versions)] if versions else None
    return str(newest.get("title", "")) if isinstance(newest, dict) else ""


def _values(place: tuple[str, ...], was: Any, now: Any) -> Iterator[Change]:
    """Where two values of one place differ. True is not 1 here."""
    if _same(was, now):
        return
    if isinstance(was, dict) and isinstance(now, dict):
        for name in sorted(was.keys() | now.keys()):
            if name not in was:
                yield Change("set", place=(*place, name), now=now[name])
            elif name not in now:
                yield Change("unset", place=(*place, name), was=was[name])
            else:
                yield from _values((*place, name), was[name], now[name])
    elif isinstance(was, list) and isinstance(now, list):
        yield from _lists(place, was, now)
    else:
        yield Change("changed", place=place, was=was, now=now)


def _lists(place: tuple[str, ...], was: list[Any], now: list[Any]) -> Iterator[Change]:
    if named := _named(was, now):
        one, other = named
        yield from _values(place, one, other)
        if list(one) != list(other) and one.keys() == other.keys():
            yield Change("order", place=place)
    elif all(isinstance(each, str) for each in (*was, *now)):
        gone, new = Counter(was) - Counter(now), Counter(now) - Counter(was)
        if new:
            yield Change("added", place=place, now=sorted(new.elements()))
        if gone:
            yield Change("removed", place=place, was=sorted(gone.elements()))
        if not new and not gone:
            yield Change("order", place=place)
    else:
        yield Change("changed", place=place, was=was, now=now)


def _named(was: Sequence[Any], now: Sequence[Any]) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Two lists of objects by the name that tells their members apart; None where nothing does."""
    if not was or not now or not all(isinstance(each, dict) for each in (*was, *now)):
        return None
    for name in _NAMED_BY:
        both = [{each.get(name): each for each in side} for side in (was, now)]
        if all(isinstance(key, str) for side in both for key in side) and list(map(len, both)) == [len(was), len(now)]:
            return both[0], both[1]
    return None


def _same(was: Any, now: Any) -> bool:
    return json.dumps(was, sort_keys=True) == json.dumps(now, sort_keys=True)


def _rules(before: Bundle, after: Bundle) -> tuple[list[Change], list[Change]]:
    """What the METADATA of rules tell, and the files of policies that differ where they tell nothing."""
    told, silent = [], []
    for path in sorted(before.policies.keys() | after.policies.keys()):
        was, now = before.policies.get(path), after.policies.get(path)
        if was == now:
            continue
        (one, rest), (other, left) = _titled(was or ""), _titled(now or "")
        told += (changes := list(_blocks(path, one, other)))
        if rest != left or not changes:
            silent.append(Change("file", file=path))
    return told, silent


def _blocks(path: str, one: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> Iterator[Change]:
    for title in sorted(one.keys() | other.keys()):
        if title not in one:
            yield Change("rule-added", now=title, file=path)
        elif title not in other:
            yield Change("rule-removed", was=title, file=path)
        elif one[title] != other[title]:
            yield Change("rule-changed", was=title, now=title, file=path)


def _titled(text: str) -> tuple[dict[str, list[str]], str]:
    """Title → what each block with that title says and the rules below it, up to the next; and all that is left."""
    lines, found = text.splitlines(), list(blocks(text))
    begins = found[0].line - 1 if found else len(lines)
    titled, rest = dict[str, list[str]](), lines[:begins]
    for at, block in enumerate(found):
        ends = found[at + 1].line - 1 if at + 1 < len(found) else len(lines)
        own = lines[block.line - 1 : ends]
        if title := str(block.said.get("title", "")):
            titled.setdefault(title, []).append("\n".join(own).strip())
        else:
            rest += own
    return titled, "\n".join(rest).strip()


def _formats(before: Bundle, after: Bundle) -> Iterator[Change]:
    """Files of data that differ in their spelling alone, or that came or went without data in them."""
    for path in sorted(before.files.keys() | after.files.keys()):
        if path.endswith(".rego") or before.files.get(path) == after.files.get(path):
            continue
        if _data_in(before, path) == _data_in(after, path):
            yield Change("file", file=path)


def _data_in(bundle: Bundle, path: str) -> str | None:
    """What a file of data says; None where it is not there."""
    content = bundle.files.get(path)
    if content is None:
        return None
    return Bundle.of({"only.rego": b"package only\n", path: content}).data.decode()

"""What was changed in the policies themselves: which files, and of a `data.yaml` which keys, in words.

Rules: a new dated text of a basis is held against the text before it in the same bundle, since that is what it takes
the place of. Lists are compared as sets of what they name; comments and layout are no change of data.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.pdp.bundle import Bundle
from gateway.pdp.documents import parse_json
from gateway.pdp.yaml import parse_yaml
from gateway.workbench.screen import plain

KEYS = {
    "activities": "activiteit", "actor": "eis aan de medewerker", "allowed": "toegelaten", "article": "artikel",
    "articles": "artikel", "ave": "AVE-fase", "categories": "categorie", "checked_on": "nagekeken op",
    "circumstances": "omstandigheid", "cites": "genoemde artikelen", "cited_law": "genoemd artikel",
    "competent_authority": "bevoegd gezag", "consent": "toestemming", "debatable": "discussiepunt",
    "emergency": "noodsituatie", "forbidden": "altijd geweigerd", "hints": "hint",
    "hints_outsider": "hint voor een buitenstaander", "holder": "bronhouder", "in_force_since": "in werking sinds",
    "in_force_until": "in werking tot", "intake": "intakegronden", "involved": "betrokken partij",
    "kinds": "soort organisatie", "kring": "directe kring", "ladder": "trede", "law": "wetsartikel",
    "mark": "bron van de tekst", "necessity": "noodzaak", "not_in_rules": "niet in regels te vangen",
    "objection": "bezwaar", "obligations": "verplichting", "onward": "instemming", "parties": "partijen",
    "passed": "gehaald", "recipient": "ontvanger", "relations": "relatie", "requester": "aanvrager",
    "retention": "bewaartermijn", "roles": "rollen", "secrecy": "beroepsgeheim", "since": "in werking sinds",
    "sources": "bron van een categorie", "statement": "verklaring van de bronhouder", "states": "staat van de casus",
    "summary": "samenvatting", "tasks": "taak", "third": "derde", "title": "titel", "track": "spoor",
    "until": "in werking tot", "url": "link", "verified": "tekst gezien", "version": "versie",
}  # fmt: skip
CONSTANTS = {None: "geen", True: "ja", False: "nee"}


@dataclass(frozen=True, slots=True)
class Changed:
    """`file`: its path; `how`: toegevoegd, verwijderd or gewijzigd; `words`: what is different in it."""

    file: str
    how: str
    words: tuple[str, ...]


def changed_files(before: Bundle, after: Bundle) -> list[Changed]:
    """Every file that differs, in the order of the paths."""
    found = []
    for path in sorted(before.files.keys() | after.files.keys()):
        old, new = before.files.get(path), after.files.get(path)
        if old == new:
            continue
        how = "toegevoegd" if old is None else "verwijderd" if new is None else "gewijzigd"
        found.append(Changed(path, how, tuple(_words(path, old, new, after))))
    return found


def _words(path: str, old: bytes | None, new: bytes | None, after: Bundle) -> Iterator[str]:
    folder, _, name = path.rpartition("/")
    if not name.startswith("data."):
        return
    subject, against = folder, old
    match folder.split("/"):
        case ["bases", basis, date]:
            subject = basis
            if old is None:
                former = _former(after, basis, date)
                yield f"{basis}: nieuwe tekst vanaf {date}" + (f", in plaats van die van {former[0]}" if former else "")
                against = former[1] if former else None
            elif new is None:
                yield f"{basis}: de tekst vanaf {date} is weg"
    if new is None or against is None:
        return
    words = list(_differences(_read(path, against), _read(path, new), ()))
    yield from (f"{subject}: {each}" for each in words or ["geen gegeven is anders, alleen de opmaak"])


def _former(bundle: Bundle, basis: str, date: str) -> tuple[str, bytes] | None:
    """Date and content of the text before this one, in the same bundle."""
    texts = {
        path.split("/")[2]: content for path, content in bundle.files.items() if path.startswith(f"bases/{basis}/")
    }
    earlier = max((each for each in texts if each < date), default=None)
    return None if earlier is None else (earlier, texts[earlier])


def _read(path: str, content: bytes) -> Any:
    return (parse_json if path.endswith(".json") else parse_yaml)(content.decode())


def _differences(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[str]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _differences(old.get(key), new.get(key), (*path, key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _elements(old, new, path)
    else:
        yield f"{_place(path)}: van {_value(old)} naar {_value(new)}"


def _elements(old: list[Any], new: list[Any], path: tuple[str, ...]) -> Iterator[str]:
    before, after = ({_value(each): each for each in elements} for elements in (old, new))
    yield from (f"{_place(path)} {name} toegevoegd" for name in after if name not in before)
    yield from (f"{_place(path)} {name} weggehaald" for name in before if name not in after)
    for name in before:
        if name in after and isinstance(before[name], dict):
            yield from _differences(before[name], after[name], (*path, name))
    if before == after:
        yield f"{_place(path)}: andere volgorde"


def _place(path: tuple[str, ...]) -> str:
    return ": ".join(KEYS.get(part, plain(part)) for part in path)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        named = next((value[key] for key in ("article", "rung") if key in value), None)
        return plain(str(named)) if named else "een groep"
    if isinstance(value, list):
        return plain(", ".join(map(_value, value))) or "geen"
    return CONSTANTS[value] if value is None or isinstance(value, bool) else plain(str(value))

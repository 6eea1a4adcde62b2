"""The dated files of the bases: whether each stands where it is read, and says what a row must say, told in Dutch.

Rules: a text of a basis is `bases/<id>/<first day>/data.yaml` and nothing else. The engines merge any data file into
`data.bases`, so one that stands elsewhere would decide without being looked at here, or never be read at all.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import jsonschema_rs

from gateway.pdp.bundle import Bundle
from gateway.pdp.documents import parse_json
from gateway.pdp.yaml import parse_yaml
from gateway.workbench.drafts import BASIS
from gateway.workbench.lint import Finding
from gateway.workbench.places import line_of

SCHEMA = "schema/basis.schema.json"
_PLACE = "Zet hem in bases/<naam>/<jjjj-mm-dd>/data.yaml: de naam als wmo.onderzoek, de dag als 2026-01-01."
_NULL_OR_DATE = 'Schrijf een bestaande dag als "2026-01-01", tussen aanhalingstekens, of null.'
_LOOK = f"Zie {SCHEMA} voor wat hier mag staan."


def misplaced(bundle: Bundle, root: str) -> Iterator[Finding]:
    """Every data file that puts something under `bases` from another place. `root`: before each path of a file."""
    for path, content in bundle.files.items():
        folder, _, name = path.rpartition("/")
        if path.endswith(".rego") or not _about_bases(folder, name, content):
            continue
        match folder.split("/"):
            case ["bases", basis, day] if name == "data.yaml" and BASIS.fullmatch(basis) and _is_day(day):
                continue
        wrong = "Dit bestand staat niet waar de tekst van een grondslag hoort."
        yield Finding(root + path, 1, "plaats", wrong, _PLACE)


def unfit(bundle: Bundle, root: str, schema: Mapping[str, Any]) -> Iterator[Finding]:
    """What in a row does not fit the schema of a basis, on its line."""
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    for path, content in bundle.files.items():
        if not path.startswith("bases/") or not path.endswith("/data.yaml"):
            continue
        text = content.decode()
        row = parse_yaml(text)
        for error in validator.iter_errors(row):
            where, wrong, remedy = _told(error)
            yield Finding(root + path, line_of(text, where), "schema", wrong, remedy)
        since, until = row.get("since"), row.get("until")
        if isinstance(since, str) and isinstance(until, str) and until < since:
            wrong = f"De laatste dag in werking ({until}) ligt voor de eerste ({since}): zo is dit nooit in werking."
            yield Finding(root + path, line_of(text, ["until"]), "schema", wrong, "Herstel `since` of `until`.")


def _told(error: jsonschema_rs.ValidationError) -> tuple[Sequence[str | int], str, str]:
    """Where it stands, what is wrong, and what to do."""
    where, kind = list(error.instance_path), error.kind
    name = f"`{'.'.join(map(str, where)) or 'het geheel'}`"
    match kind.name:
        case "required":
            within = f" in {name}" if where else ""
            return where, f"`{kind.property}` ontbreekt{within}.", "Neem de regel over uit een andere grondslag."
        case "additionalProperties":
            names = ", ".join(f"`{each}`" for each in kind.unexpected)
            return [*where, kind.unexpected[0]], f"{names} is hier onbekend.", f"Controleer de spelling. {_LOOK}"
        case "enum":
            return where, f"{name}: {_said(error)} kan hier niet.", f"Kies uit: {', '.join(map(str, kind.options))}."
        case "format":
            return where, f"{name}: {_said(error)} is geen dag.", _NULL_OR_DATE.replace(", of null", "")
        case "oneOf" if any("date" in str(each.message) for branch in kind.context for each in branch):
            return where, f"{name}: {_said(error)} is geen dag.", _NULL_OR_DATE
    return where, f"{name} past niet in het schema: {error.message}.", _LOOK


def _said(error: jsonschema_rs.ValidationError) -> str:
    return f"`{error.instance}`"


def _about_bases(folder: str, name: str, content: bytes) -> bool:
    if folder:
        return folder.split("/")[0] == "bases"
    return "bases" in (parse_yaml if name.endswith(".yaml") else parse_json)(content.decode())


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False

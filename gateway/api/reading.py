"""From the bytes of a request to an `Ask`, or to everything that is wrong with it at once.

The schema that is published is the schema that is enforced (`openapi/schemas/ask.yaml`). An error names a place by RFC
6901 and a code; a name that only the caller knows is not a place, so an unknown member is told at the object around it.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from gateway.api.openapi import components
from gateway.api.strict import read_json
from gateway.errors import BadRequest, WrongMember
from gateway.model.bsn import is_bsn
from gateway.model.request import Ask, AskedField, Necessity

_CODES: Mapping[str, str] = {
    "required": "member-missing",
    "type": "member-wrong-type",
    "enum": "member-not-listed",
    "pattern": "member-wrong-form",
    "additionalProperties": "member-unknown",
    "maxProperties": "member-unknown",
    "maxLength": "member-too-long",
    "minLength": "member-empty",
    "minItems": "fields-none",
    "maxItems": "fields-too-many",
}
_FORMATS: Mapping[str, str] = {"bsn": "bsn-invalid", "dictionary-field": "field-unknown"}
MOST_FIELDS, MOST_OBJECTIONS = 64, 64


def read_ask(body: bytes, *, field_names: frozenset[str]) -> Ask:
    """The request in `body`; `BadRequest` names every wrong member. `field_names`: those of the dictionary."""
    document, repeats = read_json(body)
    _cut(document)
    wrong = _wrong_members(document, field_names)
    wrong += [WrongMember("", "member-repeated")] if repeats else []
    wrong += _repeated_fields(document)
    if wrong:
        ordered = sorted(set(wrong), key=lambda member: (member.pointer, member.code))
        raise BadRequest("request-invalid", *ordered)
    recipient = document.get("recipient")
    return Ask(
        activity=document["activity"],
        basis=document["basis"],
        case=document.get("case"),
        bsn=document["subject"]["bsn"],
        actor=document["actor"],
        holder=document["holder"]["oin"],
        source=document["holder"]["source"],
        recipient=recipient and recipient["oin"],
        fields=tuple(AskedField(field["name"], _necessity(field.get("necessity"))) for field in document["fields"]),
        declaration=_own_word(document),
        dry_run=document.get("dry_run", False),
    )


def reader(field_names: frozenset[str]) -> Callable[[bytes], Ask]:
    """`read_ask` for one dictionary, as a `Call` carries it; the schema is compiled here, not at the first request."""
    _validator(field_names)
    return lambda body: read_ask(body, field_names=field_names)


@lru_cache(maxsize=8)
def _validator(field_names: frozenset[str]) -> Draft202012Validator:
    schema = {"$ref": "#/components/schemas/Ask", "components": {"schemas": components("nl")["schemas"]}}
    formats = {"bsn": is_bsn, "dictionary-field": lambda name: not name or name in field_names}
    return Draft202012Validator(schema, validate_formats=True, formats=formats)


def _cut(document: Any) -> None:
    """Shorten lists that are too long: one too many is told as well as thousands, which would cost time to look at."""
    for path, most in ((("fields",), MOST_FIELDS), (("third_party", "objection_by"), MOST_OBJECTIONS)):
        part = document
        for step in path:
            part = part.get(step) if isinstance(part, dict) else None
        if isinstance(part, list):
            del part[most + 1 :]


def _wrong_members(document: Any, field_names: frozenset[str]) -> list[WrongMember]:
    try:
        return [_place(error) for error in _validator(field_names).iter_errors(document)]
    except ValueError:  # nested deeper than the validator goes, and so than any request
        return [WrongMember("", "member-wrong-type")]


def _place(error: ValidationError) -> WrongMember:
    path, kind = [str(step) for step in error.instance_path], error.kind
    if kind.name == "required":
        path.append(kind.property)
    code = _FORMATS[kind.format] if kind.name == "format" else _CODES[kind.name]
    if kind.name == "maxItems" and path != ["fields"]:
        code = "member-too-long"
    return WrongMember("".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in path), code)


def _own_word(document: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that is recorded as the requester's declaration; the schema keeps the two members apart."""
    third_party = document.get("third_party")
    return document.get("declaration", {}) | ({} if third_party is None else {"third_party": third_party})


def _necessity(given: Mapping[str, str | None] | None) -> Necessity | None:
    return None if given is None else Necessity(given.get("task"), given.get("reason"))


def _repeated_fields(document: Any) -> list[WrongMember]:
    fields = document.get("fields") if isinstance(document, dict) else None
    if not isinstance(fields, list):
        return []
    wrong, seen = [], set()
    for at, field in enumerate(fields):
        name = field.get("name") if isinstance(field, dict) else None
        if isinstance(name, str) and name in seen:
            wrong.append(WrongMember(f"/fields/{at}/name", "field-repeated"))
        seen.add(name if isinstance(name, str) else None)
    return wrong

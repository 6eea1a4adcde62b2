"""Reading YAML that PyYAML, OPA (go-yaml) and a human understand alike.

Rules: a plain scalar is `true`, `false`, nothing (`null`, `~` or empty), an integer written in decimal, or text that no
version of YAML takes for anything else; what could be something else (`no`, `on`, `2025-03-01`, `012`, `1e3`) must be
quoted. Keys are text. No anchors, aliases, merges, tags, or second document, and no key twice.
"""

import re
from typing import Any

import yaml

from gateway.pdp.documents import SAFE, Malformed

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT = "tag:yaml.org,2002:str"
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,15}")
_CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}
_AMBIGUOUS = re.compile(r"(?:y|n|yes|no|on|off|true|false|null)|[-+.0-9<=].*", re.IGNORECASE | re.DOTALL)


def parse_yaml(text: str) -> Any:
    """Read one document; `Malformed` says on which line a rule is broken."""
    try:
        for event in yaml.parse(text, _Loader):
            if getattr(event, "anchor", None) or getattr(event, "tag", None):
                raise _malformed(event, "an anchor, an alias or a tag")
        node = yaml.compose(text, _Loader)
        if node is None:
            raise Malformed("empty")
        return _value(node)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Malformed(f"line {mark.line + 1}: not YAML" if mark else "not YAML") from error
    except RecursionError as error:
        raise Malformed("too deep") from error


def _value(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    text: str = node.value
    if node.style:  # the C parser says '' of a plain scalar, the other None
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text) and abs(number := int(text)) <= SAFE:
        return number
    if node.tag != _TEXT or _AMBIGUOUS.fullmatch(text):
        raise _malformed(node, "a value that could be read in two ways: quote it")
    return text


def _mapping(node: yaml.MappingNode) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for key, value in node.value:
        name = _value(key)
        if not isinstance(name, str):
            raise _malformed(key, "a key that is no text: quote it")
        if name in document:
            raise _malformed(key, "a key twice")
        document[name] = _value(value)
    return document


def _malformed(place: yaml.Node | yaml.Event, why: str) -> Malformed:
    return Malformed(f"line {place.start_mark.line + 1}: {why}")

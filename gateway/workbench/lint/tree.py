"""Policies as their parsed tree: rules with names, places and METADATA, and walks over what is in them.

Rules: a node is as regorus gives it, one member that names its kind: `{"Call": {"fcn": …, "params": …, "span": …}}`; a
span counts in bytes of the file. METADATA is of the rule that it stands right above.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from gateway.pdp.anatomy import Unreadable, syntax_tree
from gateway.pdp.metadata import Metadata, blocks
from gateway.pdp.syntax import Node, dotted


@dataclass(frozen=True)
class Rule:
    """`head`: what stands before the bodies; `value`: what it gives (key of a set, value), `None` for `true`."""

    module: "Module"
    name: str
    node: Node
    metadata: Metadata | None

    @property
    def line(self) -> int:
        return self.node["span"]["line"]

    @property
    def path(self) -> str:
        """As `data.<package>.<name>`."""
        return f"data.{self.module.package}.{self.name}"

    @property
    def default(self) -> bool:
        return "value" in self.node

    @property
    def head(self) -> Node:
        return {} if self.default else next(iter(self.node["head"].values()))

    @property
    def is_set(self) -> bool:
        return not self.default and "Set" in self.node["head"]

    @property
    def parameters(self) -> list[Node]:
        return self.head.get("args", [])

    @property
    def value(self) -> Node | None:
        if self.default:
            return self.node["value"]
        return self.head["key"] if self.is_set else (self.head.get("assign") or {}).get("value")

    @property
    def bodies(self) -> list[Node]:
        return self.node.get("bodies", [])

    @cached_property
    def _parts(self) -> Mapping[str, list[Node]]:
        found: dict[str, list[Node]] = defaultdict(list)
        _index(self.node, found)
        return dict(found)

    def all(self, kind: str) -> list[Node]:
        """Every node of a kind in this rule, in the order of the text: what stands under its name."""
        return self._parts.get(kind, [])


class Module:
    """One file. `Unreadable` where it cannot be parsed."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text, self.bytes = path, text, text.encode()
        self.tree = syntax_tree(path, text)
        self.package = dotted(self.tree["package"]["refr"]) or ""
        self.metadata = list(blocks(text))

    @cached_property
    def rules(self) -> list[Rule]:
        above = {block.above: block for block in self.metadata}
        parts = [next(iter(rule.values())) for rule in self.tree["rules"]]
        return [Rule(self, _name(part), part, above.get(part["span"]["line"])) for part in parts]

    def source(self, node: Node) -> str:
        """The text of a node, without the quotes of a literal at its ends."""
        span = inner(node)["span"]
        return self.bytes[span["start"] : span["end"]].decode(errors="replace")


def modules(policies: Mapping[str, str]) -> tuple[list[Module], list[Unreadable]]:
    """Every file that can be parsed, and why each other cannot."""
    read: list[Module] = []
    unread: list[Unreadable] = []
    for path, text in policies.items():
        try:
            read.append(_module(path, text))
        except Unreadable as error:
            unread.append(error)
    return read, unread


@lru_cache(maxsize=128)  # a file that did not change is not parsed again
def _module(path: str, text: str) -> Module:
    return Module(path, text)


def inner(node: Node) -> Node:
    """What stands under the one member that names a node's kind; a node without one is itself."""
    kind = next(iter(node))
    return node[kind] if kind[0].isupper() else node


def line_of(node: Node) -> int:
    return inner(node)["span"]["line"]


def walk(node: Any, kind: str) -> Iterator[Node]:
    """Every node of a kind below `node`, itself included, in the order of the text: what stands under its name."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == kind:
                yield value
            if key not in {"span", "field"}:
                yield from walk(value, kind)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value, kind)


def literal(node: Node | None) -> str | None:
    """The text of a literal text."""
    return inner(node)["value"] if node and ("String" in node or "RawString" in node) else None


def references(node: Any) -> Iterator[tuple[str, Node]]:
    """The longest names below `node`: every reference, and every function that is called."""
    if isinstance(node, dict):
        if ("RefDot" in node or "Var" in node) and (name := dotted(node)):
            yield name, node
            return
        for key, value in node.items():
            if key != "span":
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def _index(node: Any, found: dict[str, list[Node]]) -> None:
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in {"span", "field"}:
                if key[0].isupper():
                    found[key].append(value)
                elif key == "with_mods":
                    found["with"].append(node)
                _index(value, found)
    elif isinstance(node, list):
        for value in node:
            _index(value, found)


def _name(part: Node) -> str:
    reference = part["refr"] if "refr" in part else next(iter(part["head"].values()))["refr"]
    while "RefBrack" in reference:
        reference = reference["RefBrack"]["refr"]
    return dotted(reference) or ""

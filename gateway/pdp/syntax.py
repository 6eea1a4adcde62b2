"""Reading the syntax trees of policies, as the embedded engine's parser gives them; pure.

Rules: a node is an object with one member that names its kind (`{"Call": {"fcn": …, "params": …, "span": …}}`). A tree
may be of somebody else and nested deeply, so nothing here recurses.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Node = Mapping[str, Any]


def dotted(node: Node) -> str | None:
    """`a.b.c` of a reference that is made of names alone; `None` of any other."""
    parts: list[str] = []
    while "RefDot" in node:
        parts.append(node["RefDot"]["field"][1])
        node = node["RefDot"]["refr"]
    return ".".join([node["Var"]["value"], *reversed(parts)]) if "Var" in node else None


def nodes(tree: Any) -> Iterator[Node]:
    """Every object in a tree, an outer one before what is in it."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)

"""What a partner's own policy may hold, over its syntax trees: judged before it is loaded, pure.

Rules:
- Every package is `overlay` or below it, and `overlay` holds `decision`. So nothing of it stands where the law does.
- Of `data` it reads what it brought itself; `data` in any other place is refused, also as a name, and so is `with`.
- It calls its own functions and those of `BUILTINS`, as the law does: the answer follows from the question alone.
- A reason that it gives must be a text that stands in it: it can choose words, and cannot make them of facts.
- At most `MOST_FILES` files, `LARGEST` bytes each and `LARGEST_ALL` together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from gateway.pdp.builtins import BUILTINS
from gateway.pdp.bundle import Bundle
from gateway.pdp.syntax import Node, dotted, nodes

ROOT = "overlay"
ENTRYPOINT = "data.overlay.decision"
MOST_FILES, LARGEST, LARGEST_ALL = 64, 64 << 10, 256 << 10
LONGEST_REASON = 200

# fmt: off
_NAMESPACES = frozenset({
    "array", "base64", "base64url", "bits", "crypto", "data", "glob", "graph", "graphql", "hex", "http", "input",
    "io", "json", "net", "numbers", "object", "opa", "rand", "regex", "rego", "semver", "sets", "strings", "time",
    "units", "urlquery", "uuid", "yaml"
})
# fmt: on


@dataclass(frozen=True, slots=True, order=True)
class Wrong:
    """`file` as it stands in the bundle; `line` from 1, 0 where it is of the whole file; `rule` is one of `RULES`;
    `subject`: the name or the text that broke it.
    """

    file: str
    line: int
    rule: str
    subject: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {RULES[self.rule]}{self.subject and f' ({self.subject})'}"


RULES = {
    "size": f"at most {MOST_FILES} files, {LARGEST >> 10} KiB each and {LARGEST_ALL >> 10} KiB together",
    "law": "no data under `sluis`, where the law stands",
    "syntax": "the engine cannot read it",
    "package": f"every package is `{ROOT}` or below it",
    "decision": f"`package {ROOT}` has a rule `decision`",
    "import": f"only `rego.v1`, `input` and `data.{ROOT}` are imported",
    "name": "a name of builtins is given to nothing else",
    "data": f"of `data` only `data.{ROOT}` and what it brought itself is read",
    "with": "an overlay is asked as it is, without `with`",
    "call": "only its own functions and the listed builtins are called",
}


def too_large(bundle: Bundle) -> Iterator[Wrong]:
    """Which bounds of size a bundle breaks; where it breaks one, no engine sees it."""
    if len(bundle.files) > MOST_FILES or sum(map(len, bundle.files.values())) > LARGEST_ALL:
        yield Wrong(".", 0, "size")
    for path, content in bundle.files.items():
        if len(content) > LARGEST:
            yield Wrong(path, 0, "size")


def examine(bundle: Bundle, trees: Mapping[str, Node]) -> list[Wrong]:
    """What is wrong with a bundle whose policies are parsed (path → tree), by file and line."""
    brought = orjson.loads(bundle.data).keys()
    packages = {path: dotted(tree["package"]["refr"]) or "" for path, tree in trees.items()}
    functions = {(packages[path], name) for path, tree in trees.items() for name in _functions(tree)}
    found = {Wrong("data", 0, "law")} if "sluis" in brought else set()
    if not any(package == ROOT and _decides(trees[path]) for path, package in packages.items()):
        found.add(Wrong(".", 0, "decision"))
    for path, tree in trees.items():
        if packages[path].partition(".")[0] != ROOT:
            found.add(Wrong(path, _line(tree["package"]), "package", packages[path]))
        aliases = dict(_aliases(tree, bundle.policies[path].encode()))
        found |= {Wrong(path, *wrong) for wrong in _imports(tree["imports"], aliases)}
        found |= {Wrong(path, *wrong) for wrong in _reads(tree, {ROOT, *brought})}
        own = {name for package, name in functions if package == packages[path]}
        found |= {Wrong(path, *wrong) for wrong in _calls(tree, own, {"data", *aliases})}
    return sorted(found)


def texts_of(trees: Mapping[str, Node], data: bytes) -> frozenset[str]:
    """Every text that stands in an overlay and could be a reason."""
    in_rules = (
        node[kind]["value"] for tree in trees.values() for node in nodes(tree) for kind in ("String", "RawString")
        if kind in node
    )  # fmt: skip
    in_data = (value for value in _values(orjson.loads(data)) if isinstance(value, str))
    return frozenset(text for text in (*in_rules, *in_data) if _could_be_a_reason(text))


def _could_be_a_reason(text: str) -> bool:
    return 0 < len(text) <= LONGEST_REASON and text.isprintable() and not text.isspace()


Breach = tuple[int, str, str]
"""Line, rule, subject."""


def _aliases(tree: Node, source: bytes) -> Iterator[tuple[str, str]]:
    """Under which name something is imported, and what."""
    for each in tree["imports"]:
        name, alias = dotted(each["refr"]) or "", each.get("as")
        yield (source[alias["start"] : alias["end"]].decode() if alias else name.rpartition(".")[2]), name


def _imports(imports: Any, aliases: Mapping[str, str]) -> Iterator[Breach]:
    line = _line(imports[0]) if imports else 0
    for each in imports:
        name = dotted(each["refr"]) or ""
        if name != "rego.v1" and name.partition(".")[0] not in ("data", "input"):
            yield _line(each), "import", name
    for alias, name in aliases.items():
        if (alias in _NAMESPACES or alias in BUILTINS) and name != alias:
            yield line, "name", alias


def _reads(tree: Node, own: set[str]) -> Iterator[Breach]:
    """Every `data` that is not followed by the name of something of its own."""
    allowed = set()
    for node in nodes([tree["imports"], tree["rules"]]):
        inner = node.get("RefDot")
        if inner and inner["refr"].get("Var", {}).get("value") == "data" and inner["field"][1] in own:
            allowed.add(id(inner["refr"]))
        if "Var" in node and node["Var"]["value"] == "data" and id(node) not in allowed:
            yield _line(node), "data", ""


def _calls(tree: Node, own: set[str], roots: set[str]) -> Iterator[Breach]:
    for node in nodes(tree["rules"]):
        if node.get("with_mods"):
            yield _line(node), "with", ""
        if "Call" in node:
            name = dotted(node["Call"]["fcn"]) or ""
            root, dot, _ = name.partition(".")
            if not (name in own or name in BUILTINS or (dot and root in roots)):
                yield _line(node["Call"]), "call", name
    for name in own:
        if name.partition(".")[0] in _NAMESPACES or name in BUILTINS:
            yield _line(tree["package"]), "name", name


def _functions(tree: Node) -> Iterator[str]:
    for rule in tree["rules"]:
        head = rule.get("Spec", {}).get("head", {}).get("Func")
        if head and (name := dotted(head["refr"])):
            yield name


def _decides(tree: Node) -> bool:
    heads = (rule["Spec"]["head"].get("Compr") for rule in tree["rules"] if "Spec" in rule)
    return any(head and dotted(head["refr"]) == "decision" for head in heads)


def _values(document: Any) -> Iterator[Any]:
    waiting = [document]
    while waiting:
        value = waiting.pop()
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting.extend(inner)
        yield value


def _line(node: Node) -> int:
    """Where the first place in a node is."""
    span = node.get("span")
    return span["line"] if span else min((each["line"] for each in nodes(node) if "line" in each), default=0)

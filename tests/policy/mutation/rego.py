"""Mutants of Rego: one small change of the parsed text each, made where the tree says an expression stands.

Operators:
- `vergelijking`: `==` to `!=` and back; `<`, `<=`, `>`, `>=` to the one beside it and to the opposite.
- `ontkenning`: a condition to its `not`, and a `not` to its condition.
- `voorwaarde-weg`: a condition to `true`.
- `regel-weg`: one definition of a rule, or its default, taken out.
- `elk-wordt-een`: `every` to `some`.
- `constante`: true to false and back, null to false, a number one higher.
- `woord`: a text to the next of the same closed list of the contract.
- `lid-weg`: a member out of a literal set, array or object list.
- `samenvoeging`: union to intersection and back, plus to minus and back.
- `partij`: a reference to one party to the same of another.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.pdp.syntax import Node
from gateway.workbench.lint.tree import Module, Rule, inner, walk

COMPARISONS = {"Eq": ("!=",), "Ne": ("==",), "Lt": ("<=", ">="), "Le": ("<", ">"), "Gt": (">=", "<="), "Ge": (">", "<")}
SIGNS = {"Eq": "==", "Ne": "!=", "Lt": "<", "Le": "<=", "Gt": ">", "Ge": ">="}
JOINS = {"Union": ("|", "&"), "Intersection": ("&", "|"), "Add": ("+", "-"), "Sub": ("-", "+")}
PARTIES = {"recipient": "holder", "holder": "recipient"}


@dataclass(frozen=True)
class Mutant:
    """`file`: below rules/. `line`: where it changes. `changed` and `around`: the lines that are replaced,
    and those of the rule that they belong to.

    `before` and `after`: the text that was replaced, on one line. `content`: the whole file. `becomes`: the rule as the
    mutant has it, on one line; of a row nothing, for there `before` is a path.
    """

    operator: str
    file: str
    line: int
    before: str
    after: str
    content: str
    changed: range = range(0)
    around: range = range(0)
    becomes: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.operator, self.file, self.before, self.after


class Changes:
    """Makes the mutants of one file. `lists`: the closed lists of the contract, in which a text has a neighbour."""

    def __init__(self, module: Module, lists: Sequence[Sequence[str]]) -> None:
        self.module = module
        self.around = range(0)
        self.after = {word: words[(i + 1) % len(words)] for words in lists for i, word in enumerate(words)}

    def all(self) -> Iterator[Mutant]:
        for rule in self.module.rules:
            self.around = self._lines(*self._extent(rule.node))
            yield from self._rule(rule)
            for node in _nodes(rule.node):
                for kind, value in node.items():
                    yield from self._node(kind, value)

    def _rule(self, rule: Rule) -> Iterator[Mutant]:
        start, end = self._extent(rule.node)
        yield self._mutant("regel-weg", start, end, "")

    def _node(self, kind: str, value: Any) -> Iterator[Mutant]:
        if kind == "BoolExpr":
            yield from self._between("vergelijking", value, SIGNS[value["op"]], COMPARISONS[value["op"]])
        elif kind in {"BinExpr", "ArithExpr"} and value["op"] in JOINS:
            sign, other = JOINS[value["op"]]
            yield from self._between("samenvoeging", value, sign, (other,))
        elif kind == "literal":
            yield from self._statement(value)
        elif kind == "Bool":
            yield self._whole("constante", value, "false" if value["value"] else "true")
        elif kind == "Null":
            yield self._whole("constante", value, "false")
        elif kind == "Number":
            yield self._whole("constante", value, str(value["value"] + 1))
        elif kind == "String" and value["value"] in self.after:
            yield self._whole("woord", value, f'"{self.after[value["value"]]}"', quoted=True)
        elif kind in {"Set", "Array"} and len(value.get("items", ())) > 1:
            yield from self._members(value)
        elif kind == "RefDot" and value["field"][1] in PARTIES and "Var" in value["refr"]:
            span, name = value["field"]
            yield self._mutant("partij", span["start"], span["end"], PARTIES[name])

    def _statement(self, literal: Node) -> Iterator[Mutant]:
        kind, value = next(iter(literal.items()))
        if kind == "Every":
            body = value["query"]["stmts"]
            start, end = self._extent(value)
            text = self.module.bytes
            begin, _ = self._extent(body[0])
            _, finish = self._extent(body[-1])
            name, (first, last) = value["value"], self._extent(value["domain"])
            some = f"some {text[name['start'] : name['end']].decode()} in {text[first:last].decode()}"
            yield self._mutant("elk-wordt-een", start, end, f"{some}\n{text[begin:finish].decode()}")
        if kind == "NotExpr":
            start, end = self._extent(value)
            inside = self._text(value["expr"])
            yield self._mutant("ontkenning", start, end, inside)
        assigns = kind == "Expr" and value["expr"].get("AssignExpr", {}).get("op") == "ColEq"
        if kind == "Expr" and not assigns:
            start, end = self._extent(value)
            yield self._mutant("ontkenning", start, end, f"not {self._text(value['expr'])}")
        if kind in {"Expr", "NotExpr", "Every"} and not assigns:
            start, end = self._extent(value)
            yield self._mutant("voorwaarde-weg", start, end, "true")

    def _members(self, value: Node) -> Iterator[Mutant]:
        extents = [self._extent(item) for item in value["items"]]
        for number, (start, end) in enumerate(extents):
            if number + 1 < len(extents):
                end = extents[number + 1][0]
            else:
                start = extents[number - 1][1]
            yield self._mutant("lid-weg", start, end, "")

    def _between(self, operator: str, value: Node, sign: str, others: Sequence[str]) -> Iterator[Mutant]:
        _, start = self._extent(value["lhs"])
        end, _ = self._extent(value["rhs"])
        text = self.module.bytes[start:end].decode()
        for other in others:
            if text.count(sign) == 1:
                begin, finish = self._extent(value)
                whole = self.module.bytes
                said = whole[begin:start].decode() + text.replace(sign, other) + whole[end:finish].decode()
                yield self._mutant(operator, begin, finish, said)

    def _whole(self, operator: str, value: Node, after: str, *, quoted: bool = False) -> Mutant:
        span = value["span"]
        return self._mutant(operator, span["start"] - quoted, span["end"] + quoted, after)

    def _mutant(self, operator: str, start: int, end: int, after: str) -> Mutant:
        text = self.module.bytes
        content = (text[:start] + after.encode() + text[end:]).decode()
        before = " ".join(text[start:end].decode().split())
        said, changed = " ".join(after.split()), self._lines(start, end)
        last = self.around.stop - 1 + content.count("\n") - text.count(b"\n")
        rule = " ".join(" ".join(content.splitlines()[self.around.start - 1 : last]).split())
        return Mutant(operator, self.module.path, changed.start, before, said, content, changed, self.around, rule)

    def _lines(self, start: int, end: int) -> range:
        first = self.module.bytes.count(b"\n", 0, start) + 1
        return range(first, first + self.module.bytes.count(b"\n", start, end) + 1)

    def _text(self, node: Node) -> str:
        start, end = self._extent(node)
        return self.module.bytes[start:end].decode()

    def _extent(self, node: Node) -> tuple[int, int]:
        """Where a node begins and ends, with the quotes of a text that stands at either end."""
        span = inner(node)["span"]
        start, end = span["start"], span["end"]
        for kind in ("String", "RawString"):
            for leaf in walk(node, kind):
                start -= leaf["span"]["start"] == start
                end += leaf["span"]["end"] == end
        return start, end


def mutants(modules: Sequence[Module], vocabulary: Mapping[str, Any]) -> Iterator[Mutant]:
    """Every mutant of every file, in the order of the text, each content once."""
    lists = [words for words in vocabulary.values() if isinstance(words, list)] + [list(vocabulary["kinds"])]
    seen: set[tuple[str, str]] = set()
    for module in modules:
        for mutant in Changes(module, lists).all():
            if mutant.content != module.text and (mutant.file, mutant.content) not in seen:
                seen.add((mutant.file, mutant.content))
                yield mutant


def _nodes(node: Any) -> Iterator[Node]:
    if isinstance(node, dict):
        yield node
        for key, value in node.items():
            if key not in {"span", "field"}:
                yield from _nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _nodes(value)

"""Where a name comes from and what has been proved before it: the bodies of all rules, walked once, in their order.

Rules: what stands further down a body proves nothing above it; what stands in a comprehension, an `every` or a `not`
proves nothing outside. What a condition proves is kept as it stands, and judged only when somebody asks.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.pdp.syntax import Node
from gateway.workbench.lint.policy import Policy
from gateway.workbench.lint.tree import Rule, inner

REFERENCES = ("Var", "RefDot", "RefBrack")


@dataclass(eq=False)
class Scope:
    """One place of a rule: what was bound and what must hold to come here, outwards through `around`.

    `bound`: name → (how, from which expression, seen from which scope); `holds`: a condition, seen from a scope.
    """

    rule: Rule
    around: "Scope | None" = None
    bound: dict[str, "tuple[str, Node, Scope] | None"] = field(default_factory=dict)
    holds: "tuple[Node, Scope] | None" = None

    def outwards(self) -> "Iterator[Scope]":
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.around


@dataclass(frozen=True, eq=False)
class Site:
    """A call, or the collection that `some … in` goes through, with the scope in which it stands."""

    node: Node
    scope: Scope


class Scopes:
    """`ends`: id of a comprehension or an `every` → the scope at the end of its body."""

    def __init__(self, policy: Policy) -> None:
        self.ends: dict[int, Scope] = {}
        self.calls: list[Site] = []
        self.collections: list[Site] = []
        self.definitions: dict[str, list[tuple[Rule, Node | None, Scope]]] = defaultdict(list)
        for rule in policy.rules:
            self._rule(rule)

    def _rule(self, rule: Rule) -> None:
        begin = Scope(rule)
        for body in rule.bodies or [None]:
            end = self._query(body["query"], begin) if body else begin
            self._visit(rule.value, end)
            self.definitions[rule.path].append((rule, rule.value, end))

    def _query(self, query: Node, scope: Scope) -> Scope:
        for statement in query["stmts"]:
            kind, literal = next(iter(statement["literal"].items()))
            scope = self._statement(kind, literal, scope)
        return scope

    def _statement(self, kind: str, node: Node, scope: Scope) -> Scope:
        if kind == "SomeIn":
            self._visit(node["collection"], scope)
            self.collections.append(Site(node["collection"], scope))
            after = Scope(scope.rule, scope)
            for how, part in (("key", node["key"]), ("item", node["value"])):
                if part and "Var" in part:
                    after.bound[part["Var"]["value"]] = (how, node["collection"], scope)
                else:
                    after.bound.update(dict.fromkeys(_variables(part)))
            return after
        if kind == "SomeVars":
            return Scope(scope.rule, scope, dict.fromkeys(text(scope.rule, span) for span in node["vars"]))
        if kind == "Every":
            self._visit(node["domain"], scope)
            inside = Scope(scope.rule, scope)
            for how, span in (("key", node["key"]), ("item", node["value"])):
                if span:
                    inside.bound[text(scope.rule, span)] = (how, node["domain"], scope)
            self.ends[id(node)] = self._query(node["query"], inside)
            return Scope(scope.rule, scope, holds=({"Every": node}, scope))
        self._visit(node["expr"], scope)
        if kind == "NotExpr":
            return scope
        after = Scope(scope.rule, scope, holds=(node["expr"], scope))
        assign = node["expr"].get("AssignExpr")
        if assign and "Var" in assign["lhs"]:
            after.bound[assign["lhs"]["Var"]["value"]] = ("is", assign["rhs"], scope)
        return after

    def _visit(self, node: object, scope: Scope) -> None:
        if isinstance(node, list):
            for each in node:
                self._visit(each, scope)
        elif isinstance(node, dict):
            for kind, value in node.items():
                if kind in {"ArrayCompr", "SetCompr", "ObjectCompr"}:
                    end = self.ends[id(value)] = self._query(value["query"], scope)
                    self._visit([part for name, part in value.items() if name in {"term", "key", "value"}], end)
                    continue
                if kind == "Call":
                    self.calls.append(Site(value, scope))
                if kind not in {"span", "field"}:
                    self._visit(value, scope)


def text(rule: Rule, node: Node) -> str:
    """The text of an expression without any space, so that two of the same are the same text."""
    span = inner(node).get("span", node)
    said = "".join(rule.module.bytes[span["start"] : span["end"]].decode().split())
    return f'"{said}"' if "String" in node or "RawString" in node else said


def root(node: Node) -> str | None:
    """The name with which a reference begins."""
    while not isinstance(node.get("Var"), dict):
        kind = next((kind for kind in ("RefDot", "RefBrack") if kind in node), None)
        if kind is None:
            return None
        node = node[kind]["refr"]
    return node["Var"]["value"]


def _variables(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("Var"), dict):
            yield node["Var"]["value"]
        for value in node.values():
            yield from _variables(value)
    elif isinstance(node, list):
        for value in node:
            yield from _variables(value)

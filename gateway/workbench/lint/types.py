"""What type an expression has, as far as the policies themselves prove it, whatever the facts are.

Rules:
- Facts have no type until a condition in front says so: `is_string(x)`, `x == "a"`, `x in {…}` of texts, a set of
  `type_name(…)` that equals `{"string"}`, `every x in y { is_string(x) }`, or a function that asks it of its argument.
- Data is what stands in the data files. A parameter is what every call gives it; a rule what its definitions give.
- What is not proved is `None`; what goes round in circles is not proved.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from gateway.pdp.builtins import ANY, ARRAY, BOOLEAN, BUILTINS, NUMBER, OBJECT, SET, STRING
from gateway.pdp.syntax import Node, dotted
from gateway.workbench.lint.known import NULL, Known, documents, join, meet
from gateway.workbench.lint.policy import Policy
from gateway.workbench.lint.scopes import REFERENCES, Scope, Scopes, Site, root, text
from gateway.workbench.lint.tree import Rule, literal

_CHECKS = {f"is_{name}": frozenset({name}) for name in ANY}
_LITERALS = {"String": STRING, "RawString": STRING, "Number": NUMBER, "Bool": BOOLEAN, "Null": NULL}
_COMPREHENSIONS = {"ArrayCompr": ARRAY, "SetCompr": SET}


class Inference:
    """Types over one set of policies. `scopes`: where every call and every `some … in` stands."""

    def __init__(self, policy: Policy) -> None:
        self.policy, self.scopes = policy, Scopes(policy)
        self._known: dict[tuple[object, ...], Any] = {}
        self._callers: dict[str, list[Site]] = defaultdict(list)
        for site in self.scopes.calls:
            name = dotted(site.node["fcn"])
            if name and (path := policy.resolve(name, site.scope.rule)):
                self._callers[path].append(site)

    def of(self, node: Node, scope: Scope) -> Known | None:
        """What an expression is, seen from `scope`."""
        return self._once(("of", id(node), id(scope)), lambda: self._expression(node, scope))

    def _once(self, key: tuple[object, ...], work: Any) -> Any:
        if key not in self._known:
            self._known[key] = None
            self._known[key] = work()
        return self._known[key]

    def _expression(self, node: Node, scope: Scope) -> Known | None:
        kind, value = next(iter(node.items()))
        if kind in _LITERALS:
            return Known(_LITERALS[kind])
        if kind in {"Array", "Set"}:
            return Known(ARRAY if kind == "Array" else SET, join([self.of(each, scope) for each in value["items"]]))
        if kind in _COMPREHENSIONS:
            return Known(_COMPREHENSIONS[kind], self.of(value["term"], self.scopes.ends[id(value)]))
        if kind == "ObjectCompr":
            return Known(OBJECT, self.of(value["value"], self.scopes.ends[id(value)]))
        if kind == "Object":
            return Known(OBJECT, join([self.of(member, scope) for _, _, member in value["fields"]]))
        if kind in {"BoolExpr", "Membership"}:
            return Known(BOOLEAN)
        if kind == "BinExpr":
            return join([self.of(value["lhs"], scope), self.of(value["rhs"], scope)])
        if kind == "ArithExpr":
            left = self.of(value["lhs"], scope)
            return left if left and left.types <= SET else Known(NUMBER)
        if kind == "Call":
            return self._call(value, scope)
        return self._reference(node, scope) if kind in REFERENCES else None

    def _call(self, call: Node, scope: Scope) -> Known | None:
        name = dotted(call["fcn"]) or ""
        if path := self.policy.resolve(name, scope.rule):
            return self._given(path)
        given = [self.of(each, scope) for each in call["params"]]
        if name in {"union", "intersection"}:
            return Known(SET, given[0] and given[0].items and given[0].items.inside())
        if name in {"max", "min"}:
            return given[0] and given[0].inside()
        if name in {"array.concat", "array.slice"}:
            return join(given[:2]) if name == "array.concat" else given[0]
        if name == "object.get" and len(given) > 2 and given[0] and given[0].items:
            return join([given[0].items, given[2]])
        if name == "sort":
            return Known(ARRAY, given[0] and given[0].inside())
        return Known(BUILTINS[name].gives) if name in BUILTINS and BUILTINS[name].gives else None

    def _reference(self, node: Node, scope: Scope) -> Known | None:
        begin = root(node)
        return meet([self._proof(text(scope.rule, node), begin, scope), self._place(node, begin, scope)])

    def _place(self, node: Node, begin: str | None, scope: Scope) -> Known | None:
        """What a reference is by where it points: a variable, a parameter, a rule, the data."""
        bound = next((each.bound[begin] for each in scope.outwards() if begin in each.bound), False)
        position = next((i for i, each in enumerate(scope.rule.parameters) if dotted(each) == begin), None)
        local = bound is not False or position is not None
        if "Var" in node:
            if bound is not False:
                return self._bound(*bound) if bound else None
            if position is not None:
                return self._parameter(scope.rule.path, position)
            if begin == "data":
                return documents([dict(self.policy.data)])
        name = dotted(node)
        path = self.policy.resolve(name, scope.rule) if name and not local else None
        if path and path.endswith(f".{str(name).removeprefix('data.')}"):
            return self._rule(path)
        if "Var" in node:
            return None
        kind, value = next(iter(node.items()))
        base = self.of(value["refr"], scope)
        key = value["field"][1] if kind == "RefDot" else literal(value["index"])
        if base is None or not base.documents or key is None:
            return base and base.inside()
        return documents([each[key] for each in base.documents if isinstance(each, dict) and key in each])

    def _bound(self, how: str, node: Node, scope: Scope) -> Known | None:
        known = self.of(node, scope)
        if how == "is":
            return known
        if how == "item":
            return (known and known.inside()) or self._items(text(scope.rule, node), scope)
        if known and known.types <= ARRAY:
            return Known(NUMBER)
        return Known(STRING) if known and known.documents and known.types <= OBJECT else None

    def _parameter(self, path: str, position: int) -> Known | None:
        sites = [site for site in self._callers[path] if position < len(site.node["params"])]
        given = [(site.node["params"][position], site.scope) for site in sites]
        return self._once(("parameter", path, position), lambda: join([self.of(*each) for each in given]))

    def _rule(self, path: str) -> Known | None:
        rule = self.scopes.definitions[path][-1][0]
        value = self._given(path)
        if rule.is_set:
            value = Known(SET, value)
        return Known(OBJECT, value) if "RefBrack" in rule.head.get("refr", {}) else value

    def _given(self, path: str) -> Known | None:
        def values() -> Known | None:
            found = [(value, end) for _, value, end in self.scopes.definitions[path]]
            return join([self.of(value, end) if value else Known(BOOLEAN) for value, end in found])

        return self._once(("given", path), values)

    def _proof(self, wanted: str, begin: str | None, scope: Scope) -> Known | None:
        proofs: list[Known | None] = []
        for each in scope.outwards():
            if each.holds:
                proofs.append(self._proves(*each.holds, wanted))
                if wanted in self._members(each):
                    proofs.append(Known(OBJECT))
            if begin in each.bound:
                break
        return meet(proofs)

    def _members(self, scope: Scope) -> frozenset[str]:
        """Of which expressions a condition reads a member by name: where it holds, these are objects."""
        condition, seen = scope.holds or ({}, scope)
        return self._once(("members", id(scope)), lambda: frozenset(_read(condition, seen.rule))) or frozenset()

    def _proves(self, condition: Node, scope: Scope, wanted: str) -> Known | None:
        """What a condition that holds says of the expression `wanted`."""
        kind, value = next(iter(condition.items()))
        if kind == "Call":
            name = dotted(value["fcn"]) or ""
            for position, each in enumerate(value["params"]):
                if text(scope.rule, each) == wanted:
                    if name in _CHECKS:
                        return Known(_CHECKS[name])
                    if path := self.policy.resolve(name, scope.rule):
                        return self._demands(path, position)
        if kind == "Membership" and text(scope.rule, value["value"]) == wanted:
            collection = self.of(value["collection"], scope)
            return collection and collection.inside()
        if kind == "BoolExpr" and value["op"] == "Ne" and "Null" in value["rhs"]:
            return Known(ANY - NULL) if text(scope.rule, value["lhs"]) == wanted else None
        if kind in {"BoolExpr", "AssignExpr"} and value["op"] == "Eq":
            for one, other in ((value["lhs"], value["rhs"]), (value["rhs"], value["lhs"])):
                if text(scope.rule, one) == wanted:
                    return self.of(other, scope)
                if types := _typed(one, other, scope.rule, wanted):
                    return types
        return None

    def _demands(self, path: str, position: int) -> Known | None:
        """What a function proves of an argument where it holds: what each of its bodies proves of the parameter."""

        def demanded() -> Known | None:
            found: list[Known | None] = []
            for rule, _, end in self.scopes.definitions[path]:
                parameter = rule.parameters[position] if position < len(rule.parameters) else {}
                name = dotted(parameter) if parameter else None
                found.append(self._proof(name, name, end) if name else self.of(parameter, end) if parameter else None)
            return join(found)

        return self._once(("demands", path, position), demanded)

    def _items(self, collection: str, scope: Scope) -> Known | None:
        """What `every` proved of the elements of a collection."""
        for each in scope.outwards():
            every = each.holds and each.holds[0].get("Every")
            if every and text(each.rule, every["domain"]) == collection:
                name = text(each.rule, every["value"])
                return self._proof(name, name, self.scopes.ends[id(every)])
        return None


def _typed(one: Node, other: Node, rule: Rule, wanted: str) -> Known | None:
    """`type_name(x) == "string"`, or a set or array of such that equals a set or array of texts."""
    named = [literal(each) for each in _elements(other)]
    asked = [
        call["params"][0]
        for each in _elements(one)
        if (call := each.get("Call")) and dotted(call["fcn"]) == "type_name" and call["params"]
    ]
    if named and None not in named and wanted in [text(rule, each) for each in asked]:
        return Known(frozenset(map(str, named)))
    return None


def _read(node: object, rule: Rule) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _read(each, rule)
    elif isinstance(node, dict):
        for kind, value in node.items():
            if kind == "RefDot":
                yield text(rule, value["refr"])
            if kind not in {"span", "field", "fcn", "Every", "ArrayCompr", "SetCompr", "ObjectCompr"}:
                yield from _read(value, rule)


def _elements(node: Node) -> list[Node]:
    return node["Set"]["items"] if "Set" in node else node["Array"]["items"] if "Array" in node else [node]

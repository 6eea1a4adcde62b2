"""The builtins that a policy may call: those on which the embedded engine and OPA agree, and what each takes and gives.

Rules: what is not here is refused, also where one of the engines has it. Not here because the engines differ:
`glob.*`, `time.*` (month ends), `strings.count` (one of them stops), `sprintf` and `walk` (numbers, order). Not here
because an answer must follow from the facts alone: `http.send`, `rand.*`, `opa.runtime`, `io.jwt.*`, `crypto.*`,
`rego.metadata.*`. Not here because facts are in no log: `print`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.workbench.lint.finding import Finding
from gateway.workbench.lint.policy import Policy
from gateway.workbench.lint.tree import dotted

Types = frozenset[str]
ANY: Types = frozenset({"array", "boolean", "null", "number", "object", "set", "string"})
STRING, NUMBER, BOOLEAN = frozenset({"string"}), frozenset({"number"}), frozenset({"boolean"})
ARRAY, SET, OBJECT = frozenset({"array"}), frozenset({"set"}), frozenset({"object"})
LISTED = ARRAY | SET


@dataclass(frozen=True, slots=True)
class Builtin:
    """`takes`: the types of each argument. `gives`: those of the result; empty where it depends on the arguments."""

    takes: tuple[Types, ...]
    gives: Types = frozenset()


BUILTINS = {
    "array.concat": Builtin((ARRAY, ARRAY), ARRAY),
    "array.slice": Builtin((ARRAY, NUMBER, NUMBER), ARRAY),
    "concat": Builtin((STRING, LISTED), STRING),
    "contains": Builtin((STRING, STRING), BOOLEAN),
    "count": Builtin((ARRAY | SET | OBJECT | STRING,), NUMBER),
    "endswith": Builtin((STRING, STRING), BOOLEAN),
    "floor": Builtin((NUMBER,), NUMBER),
    "format_int": Builtin((NUMBER, NUMBER), STRING),
    "intersection": Builtin((SET,), SET),
    **{
        f"is_{name}": Builtin((ANY,), BOOLEAN)
        for name in ("array", "boolean", "null", "number", "object", "set", "string")
    },
    "max": Builtin((LISTED,)),
    "min": Builtin((LISTED,)),
    "object.get": Builtin((OBJECT, ANY, ANY)),
    "object.keys": Builtin((OBJECT,), SET),
    "object.union": Builtin((OBJECT, OBJECT), OBJECT),
    "regex.match": Builtin((STRING, STRING), BOOLEAN),
    "replace": Builtin((STRING, STRING, STRING), STRING),
    "sort": Builtin((LISTED,), ARRAY),
    "split": Builtin((STRING, STRING), ARRAY),
    "startswith": Builtin((STRING, STRING), BOOLEAN),
    "substring": Builtin((STRING, NUMBER, NUMBER), STRING),
    "to_number": Builtin((STRING | NUMBER,), NUMBER),
    "trim_prefix": Builtin((STRING, STRING), STRING),
    "trim_space": Builtin((STRING,), STRING),
    "type_name": Builtin((ANY,), STRING),
    "union": Builtin((SET,), SET),
}


def only_listed_builtins(policy: Policy) -> Iterator[Finding]:
    """A call of what is neither a rule of these policies nor on the list."""
    for rule in policy.rules:
        for call in rule.all("Call"):
            name = dotted(call["fcn"]) or rule.module.source(call["fcn"])
            if name not in BUILTINS and not policy.resolve(name, rule):
                yield policy.finding(
                    "builtins",
                    rule.module,
                    call["span"]["line"],
                    f"`{name}` is geen regel van dit beleid en staat niet op de lijst van ingebouwde functies.",
                    "Gebruik een functie waarover de engines het eens zijn (gateway/workbench/lint/builtins.py).",
                )

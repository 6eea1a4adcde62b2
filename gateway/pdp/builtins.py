"""The builtins that a policy may call: those on which the embedded engine and OPA agree, and what each takes and gives.

Rules: this is the one list, for the law (the lint of the workbench) and for partners' own policies (`overlay_rules`);
what is not here is refused, also where one of the engines has it. Not here because the engines differ: `glob.*`,
`time.*` (month ends), `strings.count` (one of them stops), `sprintf` and `walk` (numbers, order), `count` of a text
(above U+FFFF one counts a character as two). Not here because an answer must follow from the facts alone: `http.send`,
`rand.*`, `opa.runtime`, `io.jwt.*`, `crypto.*`, `rego.metadata.*`. Not here because facts are in no log: `print`.
What is here is examined on each engine before it serves (`conformance/builtins.rego`).
"""

from dataclasses import dataclass

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
    "count": Builtin((LISTED | OBJECT,), NUMBER),
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

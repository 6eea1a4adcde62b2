# METADATA
# title: What policies may lean on
# description: |
#   Every builtin and construct that a policy may use, on values at their edges, so that an engine is known to be right
#   before the law is put to it. Each check is a list: what is undefined is empty there. Its answers are in `builtins.json`.
package sluis.main

import rego.v1

decision := {
	"array.concat": [array.concat([], ["a"]), array.concat([null], [[], {}])],
	"array.slice": [array.slice(input.list, 0, 2), array.slice(input.list, 1, 99), array.slice(input.list, 2, 1), array.slice(input.list, -1, 1)],
	"concat": [concat(".", input.texts), concat("", []), concat(",", {"b", "a", "A"}), concat("é", ["𝒳", "y"])],
	"contains": [contains(text, part) | some text in input.texts; some part in ["", "b", "é", "\u0301"]],
	"count": [count(value) | some value in [input.texts, [], {}, set(), {1, 2}, {"a": null}]],
	"endswith": [endswith(text, part) | some text in input.texts; some part in ["", "c", "\u0301"]],
	"floor": [floor(number) | some number in [0, -1, 7 / 2, -7 / 2, 9007199254740991]],
	"format_int": [format_int(number, 10) | some number in [0, -1, 12026, 9007199254740991]],
	"intersection": [intersection({{1, 2}, {2, 3}}), intersection({{1}, set()}), intersection({{"a"}})],
	"is": [[is_array(v), is_boolean(v), is_null(v), is_number(v), is_object(v), is_set(v), is_string(v)] | some v in kinds],
	"max and min": [[max(v), min(v)] | some v in [[1, 3, 2], {"b", "a"}, [null, "a", []], [false, true]]],
	"max and min of nothing": [v | some list in [[], set()]; v := [max(list), min(list)]],
	"object.get": [
		object.get(input.facts, "absent", {"absent"}) == {"absent"}, object.get(input.facts, "null", {"absent"}),
		object.get(input.facts, ["deep", "deeper"], 0), object.get(input.facts, ["deep", "absent"], 0),
		object.get(input.facts, ["null", "x"], 0), object.get({}, "", false),
	],
	"object.keys": [object.keys(input.facts) == {"null", "deep", "false", "ß", ""}, object.keys({}) == set()],
	"object.union": [object.union({"a": {"b": 1}}, {"a": {"c": 2}}), object.union({"a": [1]}, {"a": null}), object.union({}, {})],
	"regex.match of a day": [regex.match(day, text) | some text in input.days],
	"regex.match of a moment": [regex.match(moment, text) | some text in input.moments],
	"regex.match": [regex.match(pattern, text) | some pattern in patterns; some text in input.texts],
	"replace": [replace("a-02-29-02-29", "-02-29", "-02-28"), replace("abc", "x", "y"), replace("éé", "é", "")],
	"sort": [sort(input.list), sort(kinds), sort({"b", "a", "𝒳", "\uffff", "B", ""}), sort([])],
	"split": [split("a,,b", ","), split("", ","), split("abc", "x"), split("a", "a"), split("é.𝒳", ".")],
	"startswith": [startswith(text, part) | some text in input.texts; some part in ["", "a", "e"]],
	"substring": [
		substring("2026-11-21T10:00", 0, 10), substring("abc", 1, -1), substring("abc", 2, 9), substring("abc", 3, 1),
		substring("𝒳y", 1, 1), substring("", 0, 4),
	],
	"to_number": [to_number(text) | some text in ["0", "12026", "-7", "9007199254740991"]],
	"trim_prefix": [trim_prefix("WGS 2.31", "WGS "), trim_prefix("WGS", "BGS"), trim_prefix("aab", "a"), trim_prefix("a", "")],
	"trim_space": [trim_space(text) | some text in input.spaced],
	"type_name": [type_name(v) | some v in kinds],
	"union": [union({{1}, {2}, set()}), union(set())],
	"order": [[one < other, one == other, one >= other] | some one in kinds; some other in kinds],
	"order of texts": [(one < other) | some one in input.days; some other in ["2024-02-29", "2024-02-29T00:00:00Z", "", "９"]],
	"numbers": [1 + 2, 3 - 5, 7 / 2, (2 - 1) * 4, 9007199254740990 + 1, -0 == 0, 10 == (1 * 10)],
	"sets": [({1, 2} | {2, 3}), {1, 2} & {2, 3}, {1, 2} - {2}, ({1} - {1}) == set(), ({true, null} - {true, false}) == {null}],
	"membership": ["a" in ["a"], "a" in {"a": "b"}, "b" in {"a": "b"}, null in [null], [] in {[]}, 1 in input.booleans, "x" in input.texts],
	"every": [every_one([]), every_one(["a"]), every_one(["a", 7]), every_one({}), every_one(set())],
	"what is absent": [
		[v | v := input.absent], [v | v := input.absent.deeper], [v | v := input.texts.deeper], [v | v := input.list[99]],
		[v | v := input.facts.null.deeper], [v | v := input.facts["null"]], [v | v := input.facts["false"].deeper],
		[v | v := input.texts[0].deeper], [v | not input.absent; v := 1], [v | not input.facts["false"]; v := 1],
		[v | not input.facts["null"]; v := 1], [v | input.facts["null"]; v := 1],
	],
	"defaults": [closed, opened, unset, number_of([]), number_of({}), number_of("a"), [v | v := number_of(5)]],
	"sets of a rule": [named, "b" in named, "absent" in named, count(nobody)],
	"a chain": [[f.name | some f in asked; passes(f)] | some asked in input.asked],
	"a chain that breaks": [[v | all_pass(asked); v := "granted"] | some asked in input.asked],
}

decision := {"n": count(input.value)} if input.fail == "count"

decision := {"n": object.get(input.value, "a", 1)} if input.fail == "object.get"

decision := {"n": concat("", input.value)} if input.fail == "concat"

decision := {"n": trim_space(input.value)} if input.fail == "trim_space"

decision := {"n": 1} if {
	input.fail == "not"
	not startswith(input.value, "a")
}

kinds := [null, false, true, -1, 0, 7, "", "7", "a", [], [0], {}, {"a": 0}]

day := `^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$`

moment := `T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`

patterns := [`^a`, `c$`, `^[a-z]+$`, `^.$`, `^[^a]`, `(^|[.])b?c`, `^$`, `[0-9]`, `x{2,3}`]

every_one(values) if {
	every value in values { is_string(value) }
}

every_one(values) := false if {
	some value in values
	not is_string(value)
}

default closed := false

closed if input.absent == true

default opened := false

opened if input.facts["false"] == false

default unset := "unset"

unset := input.facts.absent.deeper

number_of(value) := 1 if is_array(value)

number_of(value) := 2 if is_object(value)

number_of(value) := 3 if {
	is_string(value)
	value != ""
}

named contains "a" if input.facts["null"] == null

named contains "b" if not input.absent

named contains "c" if input.facts["null"]

nobody contains name if some name in []

passes(field) if {
	is_string(field.name)
	trim_space(field.name) != ""
	field.category in {"gezondheid", "wonen"}
	field.necessity.task == "WGS 2.25"
}

all_pass(asked) if {
	count(asked) > 0
	every field in asked { passes(field) }
}

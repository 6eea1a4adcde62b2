"""What a partner's own policy may hold, each rule broken once, as the engine's own parser reads it."""

from collections.abc import Mapping

import pytest

from gateway.pdp.bundle import BrokenBundle, Bundle
from gateway.pdp.overlay import BrokenOverlay, look_into
from gateway.pdp.overlay_rules import LARGEST, MOST_FILES

WHOLE = """package overlay

import rego.v1

import data.house
import data.overlay.limits
import input.facts as asked

default decision := {"fields": {}}

decision := {"fields": {field.name: verdict(field) | some field in input.decision.fields}}

verdict(field) := {"granted": true, "reasons": []} if {
	field.granted
	not limits.closed(field)
	asked.basis in house.bases
}

verdict(field) := {"granted": false, "reasons": [`in raw`, "in \\"quotes\\""]} if limits.closed(field)
"""
LIMITS = 'package overlay.limits\n\nimport rego.v1\n\nclosed(field) if startswith(field.name, "gezondheid")\n'
DATA = b"bases: [wgs.zvh.casusoverleg]\nsays: [from data]\n"
GOOD = {"main.rego": WHOLE.encode(), "limits.rego": LIMITS.encode(), "house/data.yaml": DATA}


def bundle(files: Mapping[str, bytes]) -> Bundle:
    return Bundle.of(files)


def one(text: str) -> Bundle:
    return bundle({"a.rego": f"package overlay\nimport rego.v1\ndecision := {{}}\n{text}\n".encode()})


async def wrongs(overlay: Bundle) -> list[tuple[str, int, str, str]]:
    with pytest.raises(BrokenOverlay) as caught:
        await look_into(overlay)
    return [(wrong.file, wrong.line, wrong.rule, wrong.subject) for wrong in caught.value.wrong]


async def test_a_whole_overlay_is_taken_and_its_texts_are_known():
    examined = await look_into(bundle(GOOD))
    assert {"in raw", 'in "quotes"', "from data"} <= examined.texts
    assert "default decision" not in examined.texts


@pytest.mark.parametrize(
    ("text", "rule", "subject"),
    [
        ("x := data.sluis.main.decision", "data", ""),
        ("x := data", "data", ""),
        ('x := data["overlay"]', "data", ""),
        ("x := data[input.x].y", "data", ""),
        ("x if { some data in input.x }", "data", ""),
        ("x if { some i; walked[i] == data.other }", "data", ""),
        ("x[data.y] := 1", "data", ""),
        ("x := [y | y := data.sluis]", "data", ""),
        ("x := true if { false } else := data.sluis", "data", ""),
        ("x := http.send({})", "call", "http.send"),
        ("x := time.now_ns()", "call", "time.now_ns"),
        ('x := rand.intn("a", 2)', "call", "rand.intn"),
        ("x := opa.runtime()", "call", "opa.runtime"),
        ('x if trace("x")', "call", "trace"),
        ('x if print("x")', "call", "print"),
        ("x if walk(input, y)", "call", "walk"),
        ('x := sprintf("%s", [input.x])', "call", "sprintf"),
        ("x if every y in input.z { uuid.parse(y) }", "call", "uuid.parse"),
        ("x if f(1) with input.x as 2\nf(y) := y", "with", ""),
        ("x if input.y with count as http.send", "with", ""),
        ("count(x) := 1", "name", "count"),
    ],
)
async def test_what_it_may_not_say(text: str, rule: str, subject: str):
    lines = {line for _, line, *what in await wrongs(one(text)) if what == [rule, subject]}
    assert lines <= {1, 4}
    assert lines


@pytest.mark.parametrize(
    ("files", "wrong"),
    [
        ({"a.rego": b"package sluis.main\ndecision := {}"}, ("a.rego", 1, "package", "sluis.main")),
        ({"a.rego": b"package sluis\nx := 1"}, (".", 0, "decision", "")),
        ({"a.rego": b"package overlayed\ndecision := {}"}, ("a.rego", 1, "package", "overlayed")),
        ({"a.rego": b"package overlay.deep\ndecision := {}"}, (".", 0, "decision", "")),
        ({"a.rego": b"package overlay\ndecision(x) := x"}, (".", 0, "decision", "")),
        ({"a.rego": b"package overlay\n\ndecision := "}, ("a.rego", 3, "syntax", "expecting expression")),
        ({"a.rego": b"package overlay\nimport data.sluis\ndecision := {}"}, ("a.rego", 2, "data", "")),
        ({"a.rego": b"package overlay\nimport rego.v0\ndecision := {}"}, ("a.rego", 2, "import", "rego.v0")),
        ({"a.rego": b"package overlay\nimport input.x as time\ndecision := {}"}, ("a.rego", 2, "name", "time")),
        ({"a.rego": b"package overlay\ndecision := {}", "sluis/data.json": b'{"x": 1}'}, ("data", 0, "law", "")),
        ({"a.rego": b"package overlay\ndecision := {}\n#" + b"x" * LARGEST}, ("a.rego", 0, "size", "")),
        (
            {"a.rego": b"package overlay\ndecision := {}"}
            | {f"{n}.rego": b"package overlay.x" for n in range(MOST_FILES)},
            (".", 0, "size", ""),
        ),
        ({"a.rego": b"package overlay\nx:=" + b"[" * 20000 + b"]" * 20000}, ("a.rego", 0, "syntax", "its parser ended"))
    ],
)  # fmt: skip
async def test_what_it_may_not_be(files: Mapping[str, bytes], wrong: tuple[str, int, str, str]):
    assert wrong in await wrongs(bundle(files))


def test_data_in_the_place_of_rules_is_no_bundle():
    with pytest.raises(BrokenBundle, match="data stands under the root"):
        bundle({"a.rego": b"package overlay\ndecision := {}", "data.json": b'{"overlay": {"x": 1}}'})


async def test_every_wrong_is_told_at_once_with_its_place():
    found = await wrongs(one("x := http.send({})\ny := data.sluis\nz := time.now_ns()"))
    assert [(line, rule) for _, line, rule, _ in found] == [(4, "call"), (5, "data"), (6, "call")]

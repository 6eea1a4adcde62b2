"""The worker joins the files of a package, and whoever reads its words sees the files as they are."""

import json
from pathlib import Path

import pytest

from gateway.pdp.bundle import Bundle
from gateway.pdp.worker import Joined, Loader

ENTRYPOINT = "data.p.answer"
FIRST = "# about\npackage p\n\nimport rego.v1\n\nanswer := one + two(input.x)\n"
SECOND = "package p\n\n# more\nimport rego.v1\n\none := 1\n\ntwo(x) := to_number(x)"


def loaded(**files: str) -> tuple[Loader, tuple[bytes, str]]:
    loader = Loader()
    for name, text in files.items():
        loader.add(b"P", f"{name}.rego\0{text}")
    loader.add(b"D", "{}")
    return loader, loader.finish(ENTRYPOINT)


def test_files_of_one_package_answer_as_one() -> None:
    loader, said = loaded(a=FIRST, b=SECOND)
    assert said == (b"!", "")
    kind, answer = loader.evaluate(ENTRYPOINT, '{"x": "41"}')
    assert (kind, json.loads(answer)) == (b"R", 42)


@pytest.mark.parametrize(
    ("files", "place"), [({"a": FIRST, "b": SECOND}, "b.rego:8"), ({"b": SECOND, "a": FIRST}, "b.rego:8")]
)
def test_an_error_is_told_at_its_place_in_the_file_as_it_is(files: dict[str, str], place: str) -> None:
    loader, _ = loaded(**files)
    kind, told = loader.evaluate(ENTRYPOINT, '{"x": "no number"}')
    assert kind == b"E"
    assert told.startswith(place)


def test_what_is_refused_is_told_by_its_own_file_and_line() -> None:
    _, (kind, words) = loaded(a=FIRST, b=SECOND + "\nthree := := 3\n")
    assert kind == b"X"
    assert "b.rego:9:" in words


def test_a_file_with_another_import_or_another_head_stays_by_itself() -> None:
    importing = "package p\n\nimport rego.v1\nimport data.q\n\none := q.one\n"
    bare = "package p\n\ntwo(x) := to_number(x)\n"
    joined = Joined(
        {"a.rego": FIRST, "b.rego": importing, "c.rego": bare, "d.rego": "package q\n\nimport rego.v1\n\none := 1\n"}
    )
    assert set(joined.texts) == {"package p", "b.rego", "c.rego", "package q"}
    assert joined.texts["b.rego"] == importing
    assert joined.place("c.rego", 3, 5) == "c.rego:3:5"


def test_every_line_of_the_policies_keeps_its_place() -> None:
    policies = Bundle.read(Path(__file__).parents[3] / "policies" / "rules").policies
    joined, seen = Joined(policies), set()
    for name, text in joined.texts.items():
        for number, line in enumerate(text.split("\n"), start=1):
            path, own, _ = joined.place(name, number, 1).rsplit(":", 2)
            if line.strip() and path in policies and int(own) > 0:
                assert policies[path].split("\n")[int(own) - 1] == line
                seen.add((path, line))
    for path, text in policies.items():
        rules = text[text.index("import rego.v1\n") + 15 :].split("\n")
        assert {(path, line) for line in rules if line.strip()} <= seen

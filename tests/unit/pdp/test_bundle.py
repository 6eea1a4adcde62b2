"""Reading a folder of policies: what is refused, what the revision covers, and that the data are OPA's."""

import hashlib
import json
import subprocess
from pathlib import Path

import orjson
import pytest
import yaml

from gateway.pdp import yaml as strict_yaml
from gateway.pdp.bundle import BrokenBundle, Bundle
from gateway.pdp.yaml import parse_yaml

MAIN = b"package sluis.main\n\nimport rego.v1\n\ndecision := {}\n"


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def test_data_is_merged_by_folder(tmp_path: Path) -> None:
    files = {
        "main.rego": MAIN,
        "data.yaml": b"bases: {a.b: {title: x}}\n",
        "bases/a.b/2025-03-01/data.yaml": b"articles: [WGS 2.31(5)]\n",
        "bases/c/data.json": b'{"open": true}',
    }
    bundle = Bundle.read(write(tmp_path, files))
    assert orjson.loads(bundle.data) == {
        "bases": {"a.b": {"title": "x", "2025-03-01": {"articles": ["WGS 2.31(5)"]}}, "c": {"open": True}}
    }
    assert bundle.policies == {"main.rego": MAIN.decode()}
    assert dict(bundle.files) == files
    assert bundle == Bundle.of(files)


BROKEN = {
    "another name": {"lib/extra.yaml": b"a: 1\n"},
    "yml": {"data.yml": b"a: 1\n"},
    "a README": {"README.md": b"x"},
    "a hidden file": {".data.yaml": b"a: 1\n"},
    "two data files in a folder": {"a/data.yaml": b"a: 1\n", "a/data.json": b'{"b": 1}'},
    "two values for one path": {"data.yaml": b"a: {b: 1}\n", "a/data.yaml": b"b: 1\n"},
    "a value where a folder is": {"data.yaml": b"a: 1\n", "a/data.yaml": b"b: 1\n"},
    "data that would be the decision": {"sluis/main/data.yaml": b"decision: {outcome: toegestaan}\n"},
    "data beside a package": {"data.yaml": b"sluis: {other: 1}\n"},
    "data that is a list": {"data.yaml": b"- a\n"},
    "an empty data file": {"data.yaml": b""},
    "Rego that is not UTF-8": {"lib.rego": b"package sluis.lib # \xff\n"},
    "data with a fraction": {"data.json": b'{"a": 1.5}'},
    "data with a member twice": {"data.json": b'{"a": 1, "a": 2}'},
    "data with a surrogate": {"data.yaml": b'a: "\\uD800"\n'},
    "data too deep": {"data.yaml": b"a: " + b"[" * 3000 + b"]" * 3000},
}


@pytest.mark.parametrize("files", BROKEN.values(), ids=BROKEN)
def test_a_broken_bundle_is_refused(tmp_path: Path, files: dict[str, bytes]) -> None:
    with pytest.raises(BrokenBundle) as caught:
        Bundle.read(write(tmp_path, {"main.rego": MAIN, **files}))
    assert caught.value.code == "policies-rejected"


def test_a_bundle_without_rego_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenBundle):
        Bundle.read(write(tmp_path, {"data.yaml": b"a: 1\n"}))


def test_a_link_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "rules", {"main.rego": MAIN})
    (folder / "more").symlink_to(write(tmp_path / "elsewhere", {"data.yaml": b"a: 1\n"}))
    with pytest.raises(BrokenBundle):
        Bundle.read(folder)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenBundle):
        Bundle.read(tmp_path / "nowhere")


FILES = {"main.rego": MAIN, "a/data.yaml": b"x: z\n"}


def test_the_revision_is_what_the_module_says() -> None:
    content = b"sluis policies 1\n"
    for path in ("a/data.yaml", "main.rego"):
        content += len(path).to_bytes(8, "big") + path.encode() + len(FILES[path]).to_bytes(8, "big") + FILES[path]
    assert Bundle.of(FILES).revision == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    "other",
    [
        {**FILES, "main.rego": MAIN + b"# x\n"},
        {**FILES, "lib.rego": b"package sluis.lib\n"},
        {"main.rego": MAIN, "b/data.yaml": b"x: z\n"},
        {"main.rego": MAIN, "a/data.yaml": b"x:  z\n"},
        {"main.rego": MAIN},
    ],
    ids=["a comment", "a file more", "another folder", "a space", "a file less"],
)
def test_the_revision_covers_every_byte_and_name(other: dict[str, bytes]) -> None:
    assert Bundle.of(other).revision != Bundle.of(FILES).revision


def test_the_revision_does_not_depend_on_order() -> None:
    assert Bundle.of(dict(reversed(FILES.items()))) == Bundle.of(FILES)


AMBIGUOUS = [
    "no", "On", "y", "N", "off", "TRUE", "Null", "2025-03-01", "1.5", "1e3", "012", "0o12", "0x1F", "0b11",
    "1_000", "+1", "-", ".5", ".inf", ".NaN", "1:30", "<<", "=", "-0", "9007199254740992", "!!str 5",
    "!!binary aGk=", "&a x", "2 jaar",
]  # fmt: skip


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parsers of PyYAML, since a machine may lack the first."""
    if hasattr(yaml, request.param):
        monkeypatch.setattr(strict_yaml, "_Loader", getattr(yaml, request.param))


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize("scalar", AMBIGUOUS)
def test_a_value_that_can_be_read_in_two_ways_is_refused(scalar: str) -> None:
    with pytest.raises(BrokenBundle):
        Bundle.of({"main.rego": MAIN, "data.yaml": f"a: {scalar}\n".encode()})


MORE_AMBIGUOUS = [
    "34: x", "yes: x", "a: 1\na: 2", "a: &x [1]\nb: *x", "a: {<<: {b: 1}}", "a: 1\n---\nb: 2",
    "? [a]\n: 1", "a: [", "a: b: c",
]  # fmt: skip


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize("text", MORE_AMBIGUOUS)
def test_yaml_with_more_than_meets_the_eye_is_refused(text: str) -> None:
    with pytest.raises(BrokenBundle):
        Bundle.of({"main.rego": MAIN, "data.yaml": f"{text}\n".encode()})


PLAIN = """
text: WGS 2.31(5)
quoted: "2025-03-01"
single: 'no'
numbers: [0, 1, -7, 34, 9007199254740991]
constants: [true, false, null, ~]
nothing:
block: |
  12
  no
folded: >-
  een zin
  op twee regels
"34": x
nested: {wgs.zvh.casusoverleg: {in_force: "2025-03-01"}, "": leeg}
words: [zwaarwegende-redenen, Wet (2), a#b, 'don''t', "tab\\t", yesterday, none, nee]
"""


@pytest.mark.usefixtures("loader")
def test_what_is_plain_is_read() -> None:
    document = parse_yaml(PLAIN)
    assert document["numbers"] == [0, 1, -7, 34, 2**53 - 1]
    assert document["constants"] == [True, False, None, None]
    assert document["block"] == "12\nno\n"
    assert document["34"] == "x"


def opa_data(folder: Path, opa: Path, query: str) -> object:
    answer = subprocess.run(
        [opa, "eval", "-d", folder, "--format", "json", query], capture_output=True, check=True, timeout=60
    )
    return json.loads(answer.stdout)["result"][0]["expressions"][0]["value"]


@pytest.mark.usefixtures("loader")
@pytest.mark.part("opa")
def test_opa_reads_the_same(tmp_path: Path, opa_binary: Path) -> None:
    files = {"main.rego": MAIN, "a/b.c/data.yaml": PLAIN.encode(), "a/data.json": b'{"z": {"\\u00e9": -5}}'}
    bundle = Bundle.read(write(tmp_path, files))
    assert opa_data(tmp_path, opa_binary, "data.a") == orjson.loads(bundle.data)["a"]

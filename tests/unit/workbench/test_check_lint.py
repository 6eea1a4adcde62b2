"""Each rule of the house lint sees what it is there for: one working copy broken in one place for each of them.

Rules: the copy is of the committed policies, which give no finding; after one change the finding stands in the right
file, on the right line, says what is wrong and what to do.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.catalogue import Catalogue
from gateway.pdp.bundle import Bundle
from gateway.workbench.lint import Finding, lint

POLICIES = Path(__file__).parents[3] / "policies"
CASUS, CATEGORIE, CLAIM, ACTOR = (
    "ladder/casus.rego",
    "ladder/categorie.rego",
    "lib/claim.rego",
    "lib/actor.rego",
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for part in ("rules", "lint"):
        shutil.copytree(POLICIES / part, tmp_path / part)
    return tmp_path


@pytest.fixture
def found(copy: Path, catalogue: Catalogue) -> Callable[[], list[Finding]]:
    def run() -> list[Finding]:
        bundle = Bundle.read(copy / "rules")
        return lint(copy, bundle.policies, json.loads(bundle.data), catalogue)

    return run


def test_the_committed_policies_give_no_finding(found: Callable[[], list[Finding]]) -> None:
    assert [str(finding) for finding in found()] == []


# The rule, the file, what is put at its end (`§` stands before the line that must be named), and words of the finding.
CODE = "# METADATA\n# title: t\n# custom:\n#   article: WGS 1\n#   code: "
BARE = "# METADATA\n# title: t\n# custom:\n#   code: "
UNTITLED = "# METADATA\n# custom:\n#   article: WGS 1\n#   code: "
GIVE = '\n§casus_codes contains "geen-deelnemer" if input.a == 1'
ADDED = [
    ("else", CASUS, "§proef := 1 if { input.a == 1 } else := 2 if { input.a == 2 }", "else"),
    ("with", CASUS, "§proef if { facts_fields == [] with input as {} }", "with"),
    ("recursie", CASUS, "§proef if { not proef_twee }\n\nproef_twee if { not proef }", "zichzelf"),
    ("naam", CASUS, "proef if {\n§\tcasus_missing := 1\n\tcasus_missing == 1\n}", "`casus_missing`"),
    ("regel", CASUS, "§# " + "x" * 200, "tekens"),
    ("builtins", CASUS, '§proef if { glob.match("a", [], "b") }', "`glob.match`"),
    ("builtins", CASUS, "§proef := http.send({})", "`http.send`"),
    ("builtins", CASUS, "§proef := time.now_ns()", "`time.now_ns`"),
    ("builtins", CASUS, '§proef := sprintf("%s", ["x"])', "`sprintf`"),
    ("builtins", CASUS, "§proef := rego.metadata.rule()", "`rego.metadata.rule`"),
    ("metadata", CASUS, "§# METADATA\n# title: [\nproef := 1", "geen YAML"),
    ("metadata", CASUS, "§# METADATA\n# title: los\n\nproef := 1", "niet direct boven"),
    ("codes", CASUS, '§casus_codes contains "geen-deelnemer" if input.a == 1', "METADATA zegt niets"),
    ("codes", CASUS, f'{CODE}verzonnen\n§casus_codes contains "verzonnen" if input.a == 1', "niet in de lijst"),
    ("codes", CASUS, "§casus_codes contains code if { code := input.code }", "geen letterlijke tekst"),
    ("codes", CASUS, '§casus_codes contains code if { some part in ["x"]; code := concat("-", ["feit", part]) }',
     "geen letterlijke tekst"),
    ("codes", CASUS, f"{UNTITLED}geen-deelnemer{GIVE}", "geen titel"),
    ("codes", CASUS, f"{BARE}geen-deelnemer{GIVE}", "geen artikel"),
    ("codes", CASUS, f"{BARE}geen-deelnemer\n§proef if input.a == 1", "geeft die code niet"),
    ("waarborg", CASUS, "§proef if count(input.fields) > 0", "`count` vraagt"),
    ("waarborg", CASUS, "proef if {\n\tis_string(input.basis)\n§\tcount(input.basis) > 0\n}", "kan tekst zijn"),
    ("waarborg", CASUS, '§proef if startswith(input.basis, "wgs")', "`startswith` vraagt een tekst"),
    ("waarborg", CASUS, '§proef if regex.match("^a$", input.basis)', "`regex.match` vraagt een tekst"),
    ("waarborg", CASUS, '§proef := object.get(input.subject, "id", null)', "`object.get` vraagt een object"),
    ("waarborg", CASUS, "§proef := format_int(input.subject.age, 10)", "`format_int` vraagt een getal"),
    ("waarborg", CASUS, "§proef := substring(input.at, 0, 10)", "`substring` vraagt een tekst"),
    ("waarborg", CASUS, "§proef := to_number(input.at)", "`to_number` vraagt"),
    ("waarborg", CASUS, "proef if {\n§\tsome x in input.fields\n\tx == 1\n}", "`some … in` vraagt"),
    ("waarborg", CASUS, "proef if {\n§\tcount(input.fields) > 0\n\tis_array(input.fields)\n}", "`count` vraagt"),
    ("waarborg", CASUS, "§proef_twee(x) := count(x)\n\nproef := proef_twee(input.fields)", "`count` vraagt"),
    ("ontkenning", CASUS, "proef_twee(x) if x == 1\n\n§proef if not proef_twee(input.subject.age)", "in de andere"),
    ("verlening", CATEGORIE, "§categorie_free(row) if not row.secrecy", "ontbreekt"),
    ("verlening", CATEGORIE, "§categorie_free(_) if count(categorie_missing) == 0",
     "`data.sluis.main.categorie_missing`"),
    ("verlening", CATEGORIE, "proef contains 1 if input.a == 1\n\n§categorie_free(_) if count(proef) == 0",
     "`count(proef) == 0`"),
    ("verlening", CATEGORIE, "§categorie_free(_) if categorie_field_codes == {}", "categorie_field_codes"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "file", "added", "words"), ADDED, ids=[f"{r}-{w}" for r, _, _, w in ADDED])
def test_a_broken_rule_is_found_on_its_line(
    copy: Path, found: Callable[[], list[Finding]], rule: str, file: str, added: str, words: str
) -> None:
    path = copy / "rules" / file
    text = path.read_text() + "\n" + added + "\n"
    line = text[: text.index("§")].count("\n") + 1
    path.write_text(text.replace("§", ""))
    findings = found()
    seen = [(each.rule, each.file, each.line) for each in findings if words in each.wrong]
    assert (rule, f"rules/{file}", line) in seen, [str(each) for each in findings]
    assert all(each.remedy for each in findings)


# What is replaced in a file, and where the finding then stands.
CHANGED = [
    ("import", CLAIM, "import rego.v1\n", "", "package sluis", "ontbreekt"),
    ("import", CLAIM, "import rego.v1\n", "import rego.v1\nimport data.shapes\n", "import data", "geïmporteerd"),
    ("metadata", CLAIM, "# title: De ingeroepen grondslag\n", "", "package sluis", "zegt niet wat het is"),
    ("codes", ACTOR, "#   code: aanmelder-niet-bevoegd", "#   code: geen-deelnemer",
     'actor_codes contains "aanmelder-niet-bevoegd"', "geeft `aanmelder-niet-bevoegd`"),
    ("lezen", CLAIM, "default claim_known := false", "default claim_known := }", "default claim_known", "niet worden"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "file", "old", "new", "place", "words"), CHANGED)
def test_a_broken_text_is_found_on_its_line(
    copy: Path, found: Callable[[], list[Finding]], rule: str, file: str, old: str, new: str, place: str, words: str
) -> None:
    path = copy / "rules" / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if text.startswith(place))
    assert (rule, f"rules/{file}", line) in [(f.rule, f.file, f.line) for f in found() if words in f.wrong], [
        str(each) for each in found()
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[" * 200, 1, "within each other"),
        ("package x\n\nimport rego.v1\n\np := " + "[" * 200, 5, "within each other"),
        ('package x\n\nimport rego.v1\n\np := "' + "a" * 1100 + '"', 5, "width of 1024"),
        ("", 1, "package"),
        ("package x\n\nimport rego.v1\n\np if {", 5, ""),
        ("\x00\x01", 1, ""),
    ],
    ids=["deep", "deep below", "wide", "empty", "open", "binary"],
)
def test_what_cannot_be_parsed_is_a_finding_and_no_traceback(
    copy: Path, found: Callable[[], list[Finding]], text: str, line: int, words: str
) -> None:
    (copy / "rules" / "vreemd.rego").write_text(text)
    unread = [each for each in found() if each.rule == "lezen"]
    assert [(each.file, each.line) for each in unread] == [("rules/vreemd.rego", line)]
    assert words in unread[0].wrong


def test_a_code_that_nothing_gives_is_found(copy: Path, found: Callable[[], list[Finding]]) -> None:
    path = copy / "rules" / "vocabulary" / "data.yaml"
    path.write_text(path.read_text().replace("feit-ontbreekt, feit-ongeldig]", "feit-ontbreekt, feit-ongeldig, nieuw]"))
    assert [(f.rule, f.file) for f in found()] == [("codes", "rules/vocabulary/data.yaml")]


def test_an_exception_that_nothing_needs_is_found_on_its_line(copy: Path, found: Callable[[], list[Finding]]) -> None:
    path = copy / "lint" / "exceptions.yaml"
    path.write_text(path.read_text() + "  - {rule: waarborg, file: lib/claim.rego, text: niets, reason: proef}\n")
    last = len(path.read_text().splitlines())
    assert [(f.rule, f.file, f.line) for f in found()] == [("uitzondering", "lint/exceptions.yaml", last)]


def test_exceptions_that_cannot_be_read_are_a_finding(copy: Path, found: Callable[[], list[Finding]]) -> None:
    (copy / "lint" / "exceptions.yaml").write_text("grants: []\nexceptions: [{rule: x}]\n")
    assert ("uitzondering", "lint/exceptions.yaml") in [(f.rule, f.file) for f in found()]


def test_a_road_to_a_grant_that_is_not_there_is_found(copy: Path, found: Callable[[], list[Finding]]) -> None:
    path = copy / "lint" / "exceptions.yaml"
    path.write_text(path.read_text().replace("grants:\n", "grants:\n  - data.sluis.nergens.open\n", 1))
    assert [(f.rule, f.file) for f in found()] == [("verlening", "lint/exceptions.yaml")]

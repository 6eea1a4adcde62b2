"""The reference pages: up to date, complete, whole, readable, and true to what the engine decides.

Rules: what is committed is held to what is made (drift fails); a page is judged as a document, by a parser; what a page
says can refuse is held to what the engine says on every case and on generated facts.
"""

import copy
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from gateway.cli import main
from gateway.pdp.rungs import Unplaced, givings
from gateway.pdp.yaml import parse_yaml
from gateway.workbench.folders import WorkingCopy
from gateway.workbench.reference import Sources, differences, make, write
from gateway.workbench.reference.basis_page import basis_page
from gateway.workbench.reference.openings import FORBIDDEN, OBLIGATIONS, REASONS, may_oblige
from gateway.workbench.reference.sources import Text, claimed
from tests.policy.cases import all_cases
from tests.policy.engines import POLICIES, RULES, ask_embedded
from tests.policy.facts_generator import generate
from tests.support.browser import GROUND, WIDE, browsing

SHIPPED = POLICIES / "reference"
VOID = frozenset({"meta", "link", "br"})
OFFICIAL = ("https://wetten.overheid.nl/", "https://eur-lex.europa.eu/")
NOT_ON_PAGES = frozenset({"cites", "ladder"})
"""`cites` is told by its articles; `ladder` is what the rungs' own columns come down to."""


@cache
def sources() -> Sources:
    return Sources.read(WorkingCopy.at(RULES))


@cache
def pages() -> dict[str, bytes]:
    return make(sources())


class Document(HTMLParser):
    """What a page is made of; `wrong` says where its tags do not close."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str | None]] = []
        self.wrong: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        self.wrong += [f"<{tag}> stays open" for tag, _ in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            spoken = dict(attrs).get("lang") or (self.open[-1][1] if self.open else None)
            self.open.append((tag, spoken))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop()[0] != tag:
            self.wrong.append(f"</{tag}> closes something else, line {self.getpos()[0]}")

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open:
            self.words.append((str(self.open[-1][1]), data.strip()))

    @property
    def ids(self) -> list[str]:
        return [str(attrs["id"]) for _, attrs in self.tags if "id" in attrs]

    def all(self, tag: str, attribute: str) -> list[str]:
        return [str(attrs[attribute]) for name, attrs in self.tags if name == tag and attribute in attrs]


@cache
def documents() -> dict[str, Document]:
    return {path: Document(text.decode()) for path, text in pages().items() if path.endswith(".html")}


def test_what_is_committed_is_what_is_made() -> None:
    """Mend with `gateway policy reference`."""
    assert differences(pages(), SHIPPED) == []


def test_nothing_else_stands_among_the_pages() -> None:
    there = {path.relative_to(SHIPPED).as_posix() for path in SHIPPED.rglob("*") if path.is_file()}
    assert there == pages().keys()


def test_it_is_made_the_same_twice() -> None:
    assert make(Sources.read(WorkingCopy.at(POLICIES))) == pages()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_basis_reason_and_obligation_has_a_page(language: str) -> None:
    obligations = set(sources().vocabulary["obligations"]) - {"meld-rectificatie-aan-bron"}
    expected = {f"{language}/index.html", f"{language}/terms.html"}
    expected |= {f"{language}/bases/{folder.name}.html" for folder in (RULES / "bases").iterdir()}
    expected |= {f"{language}/reasons/{code}.html" for code in sources().vocabulary["reasons"]}
    expected |= {f"{language}/obligations/{code}.html" for code in obligations}
    assert {path for path in pages() if path.startswith(f"{language}/")} == expected
    index = documents()[f"{language}/index.html"]
    assert {f"{language}/{link}" for link in index.all("a", "href") if "/" in link and ".." not in link} == {
        path for path in expected if path.count("/") == 2
    }


def test_every_page_is_a_whole_document() -> None:
    assert {path: found for path, document in documents().items() if (found := list(flaws(path, document)))} == {}


def flaws(path: str, document: Document) -> Iterator[str]:
    """What keeps a page from being valid, readable aloud and still."""
    yield from document.wrong
    tags = [tag for tag, _ in document.tags]
    if document.all("html", "lang") != [path[:2]]:
        yield "another language, or none"
    if [tags.count(each) for each in ("h1", "main", "title", "nav")] != [1, 1, 1, 1]:
        yield "not one heading, one content, one title and one menu"
    yield from {"script", "style", "img", "iframe", "form"}.intersection(tags)
    yield from (name for _, attrs in document.tags for name in attrs if name == "style" or name.startswith("on"))
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    if levels[0] != 1 or any(later - earlier > 1 for earlier, later in pairwise(levels)):
        yield f"headings out of order: {levels}"
    if {attrs.get("scope") for tag, attrs in document.tags if tag == "th"} - {"col", "row"}:
        yield "a heading of a table without a scope"
    if b'<th scope="col"></th>' in pages()[path]:
        yield "a column without a heading"
    if repeated := [name for name, count in Counter(document.ids).items() if count > 1]:
        yield f"one id twice: {repeated}"
    if next(attrs for tag, attrs in document.tags if tag == "a") != {"class": "skip", "href": "#content"}:
        yield "no way past the menu"


BROKEN = {
    "stays open": ("</table>", ""),
    "closes something else": ("</td>", "</tr>"),
    "another language": ('<html lang="nl">', "<html>"),
    "not one heading": ("<h2", "<h1"),
    "script": ("<footer>", "<script></script><footer>"),
    "onclick": ("<footer>", '<footer onclick="x">'),
    "out of order": ("<h3", "<h5"),
    "without a scope": (' scope="row"', ""),
    "without a heading": ('<th scope="col">Artikel</th>', '<th scope="col"></th>'),
    "way past": ('class="skip"', ""),
}


@pytest.mark.parametrize("flaw", BROKEN)
def test_a_flaw_is_seen(flaw: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = "nl/bases/wgs.zvh.casusoverleg.html"
    old, new = BROKEN[flaw]
    text = pages()[path].decode()
    assert old in text
    monkeypatch.setitem(pages(), path, text.replace(old, new).encode())
    found = list(flaws(path, Document(pages()[path].decode())))
    assert any(flaw in each for each in found), found


def test_every_link_leads_somewhere() -> None:
    assert {path: found for path, document in documents().items() if (found := list(lost(path, document)))} == {}


def lost(path: str, document: Document) -> Iterator[str]:
    """The links of a page that lead nowhere."""
    for target in document.all("a", "href") + document.all("link", "href"):
        if target.startswith(OFFICIAL):
            continue
        name, _, fragment = target.partition("#")
        whole = _join(path, name) if name else path
        if whole not in pages() or (fragment and fragment not in documents()[whole].ids):
            yield target


def _join(path: str, target: str) -> str:
    parts = list(PurePosixPath(path).parent.parts)
    for part in PurePosixPath(target).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


@pytest.mark.parametrize("basis", sorted(path.name for path in (RULES / "bases").iterdir()))
def test_a_page_tells_what_its_file_holds(basis: str) -> None:
    """On the English page too, where all of it is marked as Dutch."""
    row = sources().bases[basis][0].row
    entries = row["law"] + row["cited_law"]
    dutch = [*row["not_in_rules"], *row.get("debatable", []), *(entry["summary"] for entry in entries)]
    dutch += [row["summary"], *row["articles"], *(case.title for case in sources().cases_of[basis])]
    for language in ("nl", "en"):
        document = documents()[f"{language}/bases/{basis}.html"]
        spoken = {words for spoken, words in document.words if spoken == "nl"}
        assert [text for text in dutch if text not in spoken] == []
        official = {link for link in document.all("a", "href") if link.startswith("https:")}
        assert official == {entry["url"] for entry in entries if entry["url"]}


def test_a_page_that_is_not_verified_says_so() -> None:
    warned = {basis for basis in sources().bases if b'class="note"' in pages()[f"nl/bases/{basis}.html"]}
    assert warned == {basis for basis, texts in sources().bases.items() if not texts[0].row["verified"]}


def test_metadata_and_the_table_of_openings_name_the_same() -> None:
    reasons = set(sources().reasons)
    assert {(each.rung, each.code) for each in sources().givings if each.code in reasons} == REASONS.keys()
    obligations = {each.code for each in sources().givings if each.code not in reasons}
    assert obligations <= OBLIGATIONS.keys() <= set(sources().obligations)
    assert reasons >= FORBIDDEN


def test_every_decision_is_foretold_by_a_page() -> None:
    """A code that the engine gives stands on the page of its basis, at a rung that did not pass."""
    astray = set()
    for facts in [*(case.facts for case in all_cases()), *generate("reference", 150)]:
        decision = ask_embedded(facts)
        if (texts := sources().bases.get(decision["basis"]["id"])) is None:
            continue
        row, outcome = texts[0].row, decision["outcome"]
        stopped = [entry["rung"] for entry in decision["ladder"] if entry["passed"] is not True]
        for code in {*decision["reasons"], *(code for field in decision["fields"] for code in field["reasons"])}:
            if not any(code in sources().refusals(row, rung) for rung in stopped):
                astray.add((decision["basis"]["id"], code))
        for code in {obligation["code"] for obligation in decision["obligations"]}:
            refused = outcome == "geweigerd" and code == "log-audit"
            if not (refused or code in row.get("obligations", ()) or may_oblige(row, code)):
                astray.add((decision["basis"]["id"], code))
    assert astray == set()


def test_every_reason_has_a_case_under_a_basis_that_its_page_names() -> None:
    for code in set(sources().reasons) - {"grondslag-onbekend"}:
        shown = {claimed(case) for case in sources().examples(code)}
        assert shown & set(sources().refused_with(code)), code


COLUMNS = sorted(
    set(parse_yaml((RULES / "bases" / "toestemming" / "2018-05-25" / "data.yaml").read_text()))
    - {"title", "debatable", "law", "cited_law", "since", "until", "verified", "mark", "checked_on", "articles"}
    - NOT_ON_PAGES
)


@pytest.mark.parametrize("column", COLUMNS)
def test_a_row_that_differs_in_a_column_has_another_page(column: str) -> None:
    rows = {basis: texts[0].row for basis, texts in sources().bases.items() if "forbidden" not in texts[0].row}
    values = {repr(row[column]): row[column] for row in rows.values()}
    assert len(values) > 1, "no two rows differ in it: it says nothing"
    for value in values.values():
        others = [basis for basis, row in rows.items() if row[column] != value]
        assert any(_page(basis, rows[basis] | {column: value}) != _page(basis, rows[basis]) for basis in others), value


def _page(basis: str, *rows: Any) -> str:
    """The Dutch page of a basis whose texts are these, newest first."""
    texts = tuple(Text(f"{2040 - number}-01-01", row) for number, row in enumerate(rows))
    held = sources()
    one = Sources({**held.bases, basis: texts}, held.vocabulary, held.givings, held.cases, held.catalogue)
    return basis_page(basis, one, "nl").body


def test_texts_stand_on_one_page_newest_first_with_their_end() -> None:
    row = dict(sources().bases["wams.casusoverleg"][0].row)
    page = _page("wams.casusoverleg", row | {"since": "2040-01-01", "until": "2041-12-31"}, row)
    headings = re.findall(r"<h2>Tekst vanaf (\S+)</h2>", page)
    assert headings == ["2040-01-01", "2039-01-01"]
    assert "2040-01-01 tot en met 2041-12-31" in page
    assert page.count("niet in werking") > 1


def test_a_dated_file_that_is_added_comes_first(tmp_path: Path) -> None:
    rules = Path(shutil.copytree(RULES, tmp_path / "rules"))
    shutil.copytree(POLICIES / "cases", tmp_path / "cases")
    folder = rules / "bases" / "wams.casusoverleg"
    shutil.copytree(folder / "2023-01-30", folder / "2040-01-01")
    page = make(Sources.read(WorkingCopy.at(rules)))["nl/bases/wams.casusoverleg.html"].decode()
    assert re.findall(r"<h2>Tekst vanaf (\S+)</h2>", page) == ["2040-01-01", "2023-01-30"]


def test_what_is_written_is_escaped() -> None:
    row = dict(sources().bases["wams.casusoverleg"][0].row)
    law = copy.deepcopy(row["law"])
    law[0] |= {"article": "<b>", "url": 'https://x/"><script>', "summary": "<script>."}
    page = _page("wams.casusoverleg", row | {"not_in_rules": ["<script>."], "summary": "<script>.", "law": law})
    assert "<script" not in page
    assert "<b>" not in page


RUNGS = ["grondslag", "bijzondere-route"]
BLOCK = '# METADATA\n# title: Zomaar\n# custom:\n#   code: x\n#   article: WGS 1.1\ncodes contains "x" if true\n'


@pytest.mark.parametrize("passed_on", ["far_codes", "far_field_codes[index]"])
@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("ladder/grondslag.rego", "codes contains code if some code in {}"),
        ("answer/all.rego", 'all := {{code | broken("grondslag"); some code in {}}}'),
    ],
)
def test_a_code_is_given_at_the_rung_of_its_file_or_of_what_passes_it_on(file: str, line: str, passed_on: str) -> None:
    policies = {
        "ladder/bijzondere_route.rego": f"package sluis\n\n{BLOCK}",
        "lib/far.rego": f"package sluis\n\n{BLOCK.replace('Zomaar', 'Ver weg')}",
        "lib/other.rego": "package sluis\n\nfar_codes_of_another := 1\n",
        file: f"package sluis\n\n{line.format(passed_on)}\n",
    }
    assert [(each.rung, each.code, each.why, each.article) for each in givings(policies, RUNGS)] == [
        ("grondslag", "x", "Ver weg", "WGS 1.1"),
        ("bijzondere-route", "x", "Zomaar", "WGS 1.1"),
    ]


def test_what_the_answer_adds_comes_after_the_ladder() -> None:
    policies = {"answer/obligations.rego": f"package sluis\n\n{BLOCK}", "ladder/grondslag.rego": BLOCK}
    assert [each.rung for each in givings(policies, RUNGS)] == ["grondslag", ""]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("lib/far.rego", f"package sluis\n\n{BLOCK}\nall := far_codes\n"),
        ("ladder/grondslag.rego", "package sluis\n\n# METADATA\n# title: [\nx := 1\n"),
        ("ladder/none.rego", BLOCK),
    ],
    ids=["no rung passes it on", "not YAML", "no such rung"],
)
def test_metadata_that_cannot_be_placed_is_an_error(file: str, text: str) -> None:
    with pytest.raises(Unplaced):
        givings({file: text}, RUNGS)


def test_writing_removes_a_page_that_is_gone_and_nothing_else(tmp_path: Path) -> None:
    made = pages()
    assert len(write(made, tmp_path)) == len(made)
    (tmp_path / "nl" / "bases" / "weg.html").write_bytes(made["nl/index.html"])
    (tmp_path / "nl" / "bases" / "eigen.html").write_text("<title>iets anders</title>")
    (tmp_path / "nl" / "index.html").write_text("x")
    changed = ["nl/bases/weg.html", "nl/index.html"]
    assert differences(made, tmp_path) == changed
    assert write(made, tmp_path) == changed
    assert differences(made, tmp_path) == []
    assert (tmp_path / "nl" / "bases" / "eigen.html").exists()


def test_the_command_writes_checks_and_names_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["policy", "reference", "--policies", str(RULES), "--out", str(tmp_path)]
    assert main([*command, "--check"]) == 1
    assert list(tmp_path.iterdir()) == []
    assert main(command) == 0
    assert main([*command, "--check"]) == 0
    (tmp_path / "en" / "reasons" / "geen-deelnemer.html").unlink()
    capsys.readouterr()
    assert main([*command, "--check"]) == 1
    assert "verschilt: en/reasons/geen-deelnemer.html\n" in capsys.readouterr().out
    assert main(["policy", "reference", "--policies", str(tmp_path / "nowhere")]) == 2


@pytest.mark.part("chromium")
async def test_pages_from_a_disk_at_320_pixels_by_day_and_night(tmp_path: Path) -> None:
    seen = ("nl/bases/wgs.zvh.verstrekking_derden", "en/reasons/geen-grondslag", "nl/index", "en/terms")
    write(pages(), tmp_path / "pages")
    async with browsing() as tab:
        for scheme, ground in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(18, 24, 31)")):
            for width in (320, 1280):
                await tab.dress(width, scheme)
                for name in seen:
                    await tab.visit(f"file://{tmp_path}/pages/{name}.html")
                    assert await tab.read(WIDE), (name, width)
                    assert await tab.read(GROUND) == ground
        assert tab.complaints == []
        assert [url for url in tab.asked if not url.startswith(f"file://{tmp_path}/pages/")] == []

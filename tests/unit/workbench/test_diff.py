"""What a change of policy changes: the kinds of change, the words for them, and the whole road by the command line."""

import asyncio
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from gateway.cli import main
from gateway.errors import Fault
from gateway.model.canonical import canonical
from gateway.model.decision import Decision
from gateway.pdp.archive import Archive, policies_of
from gateway.pdp.bundle import Bundle
from gateway.pdp.tarball import pack
from gateway.workbench.cases import SHIPPED, shipped
from gateway.workbench.diff.change import CLOSING, IF_THE_HOLDER_AGREES, Effect, compare
from gateway.workbench.diff.policies import changed_files
from tests.support.browser import LOW, WIDE, browsing
from tests.unit.workbench.conftest import BILL, ROW, Copy, Record

RULES = str(SHIPPED.parent / "rules")
ASKED = shipped().baseline("wams-afstemming") | {
    "profile": "productie",
    "activity": "opvragen",
    "basis": "wams.casusoverleg",
    "circumstances": {"coordinator_aangewezen": True},
}
OF_NO_BASIS = '"obligations": [{"code": "log-audit"}]'
FEW = {"wams.casusoverleg/wetsvoorstel.yaml", "wams.casusoverleg/experts.yaml", "wgs.zvh.triage/triage.yaml"}
"""Cases enough for what these tests show."""
LADDER = [{"rung": "grondslag", "passed": True}]


@pytest.fixture(autouse=True)
def few(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few cases, also where those that are shipped would be played."""
    monkeypatch.setattr("gateway.workbench.cases.SHIPPED", copy.keep_cases(*FEW))


def decision(outcome: str = "geweigerd", *granted: str, refused: tuple[str, ...] = (), **members: Any) -> Decision:
    basis = {"id": "x", "articles": [], "in_force_since": None, "verified": False}
    fields = [{"name": name, "granted": True, "reasons": []} for name in granted]
    fields += [{"name": name, "granted": False, "reasons": []} for name in refused]
    empty: dict[str, Any] = {name: [] for name in ("reasons", "obligations", "missing", "hints")}
    document = {"outcome": outcome, "simulation": False, "basis": basis, "fields": fields, "ladder": LADDER, **empty}
    document |= members | {"policy": {"revision": f"r{len(members)}"}}
    return Decision.of(document, encoded=canonical(document), engine="embedded")


REFUSED = decision(refused=("a", "b"), reasons=["geen-grondslag"])
PARTLY = decision("gedeeltelijk", "a", refused=("b",))
WHOLE = decision("toegestaan", "a", "b")
AWAITS = decision(refused=("a", "b"), reasons=["feit-ontbreekt"], missing=["holder_statement"])
BROKEN = Fault("engine-error", log="the policy failed at main.rego:3:1")


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        (REFUSED, PARTLY, Effect.ALLOWED),
        (PARTLY, WHOLE, Effect.ALLOWED),
        (REFUSED, AWAITS, Effect.ALLOWED),
        (AWAITS, WHOLE, Effect.ALLOWED),
        (decision("gedeeltelijk", "b", refused=("a",)), PARTLY, Effect.ALLOWED),
        (decision(), decision("toegestaan"), Effect.ALLOWED),
        (BROKEN, PARTLY, Effect.ALLOWED),
        (PARTLY, REFUSED, Effect.REFUSED),
        (AWAITS, REFUSED, Effect.REFUSED),
        (decision("toegestaan"), decision(), Effect.REFUSED),
        (WHOLE, PARTLY, Effect.FIELDS),
        (WHOLE, AWAITS, Effect.FIELDS),
        (WHOLE, BROKEN, Effect.UNDECIDED),
        (REFUSED, decision(refused=("a", "b"), reasons=["geen-deelnemer"]), Effect.TOLD),
        (BROKEN, REFUSED, Effect.TOLD),
        (WHOLE, decision("toegestaan", "a", "b", hints=["toestemming"]), Effect.TOLD),
    ],
)
def test_what_is_released_tells_the_kind(before: Decision | Fault, after: Decision | Fault, effect: Effect) -> None:
    change = compare("x", before, after)
    assert change is not None
    assert change.effect is effect


def test_the_same_decision_of_another_revision_is_no_change() -> None:
    assert compare("x", WHOLE, decision("toegestaan", "a", "b", hints=[])) is None
    assert compare("x", BROKEN, BROKEN) is None


def test_causes_are_the_codes_that_came_and_went() -> None:
    change = compare("x", REFUSED, AWAITS)
    assert change is not None
    assert change.cause == "vervallen: geen-grondslag; nieuw: feit-ontbreekt"
    assert (change.before.outcome, change.after.outcome) == ("geweigerd", IF_THE_HOLDER_AGREES)


def test_what_else_differs_is_told_by_part_and_never_by_date() -> None:
    old, new = (decision("toegestaan", "a", obligations=[{"code": "vernietig-op", "on": day}]) for day in ("x", "y"))
    change = compare("x", old, new)
    assert change is not None
    assert change.parts == ("verplichtingen (vernietig-op)",)
    moved = decision("toegestaan", "a", obligations=[{"code": "log-audit"}], hints=["toestemming"])
    change = compare("x", old, moved)
    assert change is not None
    assert change.parts == ("verplichtingen (+log-audit, -vernietig-op)", "hints (+toestemming)")
    assert CLOSING not in change.after.granted


def test_files_are_told_by_their_keys(copy: Copy) -> None:
    before = Bundle.read(copy.rules)
    copy.bring_into_force("2026-09-01")
    row = f"rules/bases/{ROW}/data.yaml"
    copy.change(row, "categories: [ident_contact, bsn,", "categories: [ident_contact, onderwijs,")
    copy.change(row, "actor: [designated, screened]", "actor: [screened, designated]")
    copy.change(row, "kring: true", "kring: false")
    copy.change(row, "    allowed: deelnemer", "    allowed: publiek")
    copy.change(row, "{rung: bezwaar, passed: true}", "{rung: bezwaar, passed: null}")
    copy.change("rules/main.rego", "# METADATA", "# iets\n# METADATA")
    copy.change("rules/vocabulary/data.yaml", "\n", "\n# commentaar\n")
    told = {each.file: (each.how, each.words) for each in changed_files(before, Bundle.read(copy.rules))}
    assert told == {
        "bases/wams.casusoverleg/2026-09-01/data.yaml": (
            "toegevoegd",
            (
                "wams.casusoverleg: nieuwe tekst vanaf 2026-09-01, in plaats van die van 2023-01-30",
                "wams.casusoverleg: in werking sinds: van geen naar 2026-09-01",
            ),
        ),
        f"bases/{ROW}/data.yaml": (
            "gewijzigd",
            (
                "wgs.zvh.casusoverleg: partijen: aanvrager: toegelaten: van deelnemer naar publiek",
                "wgs.zvh.casusoverleg: eis aan de medewerker: andere volgorde",
                "wgs.zvh.casusoverleg: directe kring: van ja naar nee",
                "wgs.zvh.casusoverleg: categorie onderwijs toegevoegd",
                "wgs.zvh.casusoverleg: categorie bsn weggehaald",
                "wgs.zvh.casusoverleg: trede: bezwaar: gehaald: van ja naar geen",
            ),
        ),
        "main.rego": ("gewijzigd", ()),
        "vocabulary/data.yaml": ("gewijzigd", ("vocabulary: geen gegeven is anders, alleen de opmaak",)),
    }
    assert ("verwijderd", f"bases/{BILL}/data.yaml") not in {(how, file) for file, (how, _) in told.items()}
    gone = {each.file: each.words for each in changed_files(Bundle.read(copy.rules), before)}
    assert gone["bases/wams.casusoverleg/2026-09-01/data.yaml"] == (
        "wams.casusoverleg: de tekst vanaf 2026-09-01 is weg",
    )


async def test_a_basis_that_comes_into_force_by_one_dated_file_lists_what_that_decides(
    copy: Copy, record: Record, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The issue's own: not in force, then in force, and every case and recorded request that changes because of it."""
    (copy.folder / "cases/wams.casusoverleg/nieuw.yaml").write_text(
        "- title: In productie is het nog geen recht\n  base: wams-afstemming\n"
        "  set: {profile: productie, activity: opvragen, basis: wams.casusoverleg,"
        " circumstances: {coordinator_aangewezen: true}}\n  expect: {outcome: geweigerd}\n"
    )
    earlier, waiting = ASKED | {"at": "2026-08-31T10:00:00+02:00"}, {**ASKED}
    del waiting["holder_statement"]
    await record([ASKED, earlier, waiting, shipped().baseline("zvh-casusoverleg"), ASKED | {"basis": "999993653"}])
    copy.bring_into_force("2026-09-01")
    page = tmp_path / "verschil.html"
    status = await _diff(RULES, str(copy.folder), "--state", str(tmp_path / "state"), "--html", str(page))
    told = capsys.readouterr().out
    assert status == 1
    lines = re.sub(r" +", " ", told).splitlines()
    assert " 3 NIEUW TOEGESTAAN" in lines
    assert " 0 nu geweigerd" in lines
    assert " 0 andere velden" in lines
    assert told.index("NIEUW TOEGESTAAN: wams") < told.index("\nanders alleen in uitleg: ")
    newly = told.split("NIEUW TOEGESTAAN: wams.casusoverleg")[1].split("\nanders alleen")[0]
    assert "vervallen: grondslag-niet-in-werking" in newly
    assert "eerst: geweigerd\n      redenen: grondslag-niet-in-werking" in newly
    assert "dan: toegestaan\n      velden ✔ " in newly
    assert "geval wams.casusoverleg/nieuw.yaml: In productie is het nog geen recht" in newly
    assert "logregel 0 van zvh/2026, verzoek " in newly
    assert f"dan: {IF_THE_HOLDER_AGREES}" in told
    assert "logregel 2 van zvh/2026, verzoek " in told
    assert not re.search(r"logregel [134] ", told), "what was asked earlier, or on another basis, is decided as before"
    assert "in werking sinds: van geen naar 2026-09-01" in told
    assert "999993653" not in told + page.read_text()
    assert "00000001800000001000" not in told + page.read_text()


async def test_what_differs_in_nothing_but_the_text_of_the_basis_shows(
    copy: Copy, record: Record, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await record([shipped().baseline("zvh-casusoverleg")])
    new = copy.rules / "bases/wgs.zvh.casusoverleg/2026-01-01/data.yaml"
    new.parent.mkdir()
    text = (copy.rules / "bases" / ROW / "data.yaml").read_text()
    new.write_text(text.replace('since: "2025-03-01"', 'since: "2026-01-01"', 1))
    assert await _diff(RULES, str(copy.rules), "--state", str(tmp_path / "state")) == 1
    told = capsys.readouterr().out
    group = told.split("anders alleen in uitleg: wgs.zvh.casusoverleg\n  anders: in werking sinds")[1]
    assert "\n    toegestaan\n" in group
    assert "→" not in group, "what stayed the same is said once"


async def test_the_same_policies_are_the_same_and_replay_as_recorded(
    copy: Copy, record: Record, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await record([case.facts for case in shipped().cases()[:40]])
    state = ["--state", str(tmp_path / "state")]
    assert await _diff(RULES, str(copy.rules), *state) == 0
    told = capsys.readouterr().out
    assert re.search(r"(\d+)  nagespeeld \(\d+ gevallen, 40 vastgelegde verzoeken\)\n +\1  gelijk\n", told)
    assert "De bestanden zijn gelijk." in told
    assert "Let op" not in told


async def test_a_record_that_this_machine_decides_otherwise_is_warned_of(
    copy: Copy, record: Record, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await record([ASKED], decision='{"outcome":"toegestaan"}')
    assert await _diff(RULES, str(copy.rules), "--state", str(tmp_path / "state")) == 1
    assert "1 vastgelegde verzoeken komen hier anders uit" in capsys.readouterr().out


async def test_a_policy_that_fails_on_some_facts_is_told_by_its_place(
    copy: Copy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy.change("rules/main.rego", "if {\n\tverdict_whole\n", "if {\n\tto_number(input.basis)\n\tverdict_whole\n")
    assert await _diff(RULES, str(copy.folder), "--state", str(tmp_path)) == 1
    told = capsys.readouterr().out
    assert "nu geen besluit: " in told
    assert re.search(r"engine-error: the policy failed at .*main\.rego:\d+", told)


@pytest.mark.parametrize("name", ["nergens", "0a1b2c3", "0123456789abcdef"])
async def test_policies_that_nobody_knows_are_wrong_usage(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await _diff(name, RULES, "--state", str(tmp_path)) == 2
    assert name in capsys.readouterr().err


async def test_a_beginning_that_two_revisions_have_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "state" / "policies"
    kept.mkdir(parents=True)
    for last in "12":
        (kept / f"{'0123456789abcdef' * 3}000000000000000{last}.tar.gz").touch()
    assert await _diff("01234567", RULES, "--state", str(tmp_path / "state")) == 2
    assert "01234567 past op meer revisies" in capsys.readouterr().err


async def test_a_basis_that_nobody_knows_is_not_repeated(
    copy: Copy, record: Record, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await record([ASKED | {"basis": "Daan Verzonnen"}])
    copy.change("rules/answer/refusal.rego", OF_NO_BASIS, OF_NO_BASIS.replace("log-audit", "log-verwerking"))
    assert await _diff(RULES, str(copy.folder), "--state", str(tmp_path / "state")) == 1
    told = capsys.readouterr().out
    assert "anders alleen in uitleg: (onbekende grondslag)" in told
    assert "Verzonnen" not in told


async def test_a_revision_its_beginning_and_a_bundle_file_are_policies_too(
    copy: Copy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = Bundle.read(copy.rules)
    copy.bring_into_force("2026-09-01")
    new = Bundle.read(copy.rules)
    archive = Archive(tmp_path / "state" / "policies")
    archive.keep(old)
    archive.keep(new)
    file = tmp_path / "bundel.tar.gz"
    file.write_bytes(pack(new.files))
    assert policies_of(file.read_bytes()).revision == new.revision
    state = ["--state", str(tmp_path / "state")]
    assert await _diff(old.revision, new.revision[:8], *state) == 1
    by_revision = capsys.readouterr().out
    assert await _diff(RULES, str(file), *state) == 1
    assert capsys.readouterr().out == by_revision
    assert f"Beleid B  {new.revision}\n" in by_revision


async def test_a_page_that_cannot_be_written_is_told(
    copy: Copy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        await _diff(RULES, str(copy.rules), "--state", str(tmp_path), "--html", str(tmp_path / "weg" / "x.html")) == 2
    )
    assert "x.html: No such file" in capsys.readouterr().err


class Page(HTMLParser):
    """Which elements and attributes a page has, and whether what is opened is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


async def test_the_page_stands_alone_and_runs_nothing(copy: Copy, tmp_path: Path) -> None:
    (copy.folder / "cases/wams.casusoverleg/scherp.yaml").write_text(
        '- title: "<script>alert(1)</script>\\u001b[31m"\n  base: wams-afstemming\n'
        "  set: {basis: wams.casusoverleg}\n  expect: {outcome: geweigerd}\n"
    )
    copy.bring_into_force("2026-09-01")
    file = tmp_path / "verschil.html"
    assert await _diff(RULES, str(copy.folder), "--state", str(tmp_path), "--html", str(file)) == 1
    text = file.read_text()
    page = Page(text)
    assert page.open == []
    tags = {tag for tag, _ in page.seen}
    assert not tags & {"script", "link", "img", "iframe", "form", "object"}
    assert {"html", "main", "h1", "h2", "h3", "details", "summary", "caption"} <= tags
    assert dict(page.seen)["html"] == {"lang": "nl"}
    assert not any(name in ("src", "href", "style") or name.startswith("on") for _, a in page.seen for name in a)
    assert "url(" not in text
    assert "default-src &#x27;none&#x27;" in text
    assert "width=device-width" in text
    assert "&lt;script&gt;alert(1)" in text
    assert "\x1b" not in text


@pytest.mark.part("chromium")
async def test_the_page_fits_320_pixels_and_asks_for_nothing(copy: Copy, tmp_path: Path) -> None:
    copy.change(f"rules/bases/{BILL}/data.yaml", "\nsince: null\n", '\nsince: "2024-01-01"\n')
    file = tmp_path / "verschil.html"
    assert await _diff(RULES, str(copy.folder), "--state", str(tmp_path), "--html", str(file)) == 1
    async with browsing() as tab:
        for width in (320, 1280):
            await tab.dress(width)
            await tab.visit(f"file://{file}")
            await tab.read("document.querySelectorAll('details').forEach(each => each.open = true); 1")
            assert await tab.read(WIDE), width
            assert await tab.read(LOW) == 0
        assert tab.complaints == []
        assert set(tab.asked) == {f"file://{file}"}


async def _diff(*arguments: str) -> int:
    return await asyncio.to_thread(main, ["policy", "diff", *arguments])

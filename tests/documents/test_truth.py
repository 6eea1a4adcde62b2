"""What the documents say of settings, bases, versions and places is what is there."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from gateway.settings import ROOT as INSTALLED
from gateway.settings import Settings
from tests.documents.reading import CODE, FENCE, LINK, prose, rows

ROOT = Path(__file__).resolve().parents[2]
RECORDS = sorted((ROOT / ".decisions").glob("*.md"))
OURS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")] + RECORDS
ALL = [*OURS, *sorted((ROOT / "deploy").glob("*.md")), ROOT / "keys" / "README.md"]
PLACE = re.compile(r"(?:gateway|tests|policies|deploy|keys|\.ci|\.locks|\.decisions)/[\w./*-]*")
FORBIDDEN = re.compile(r"\b(?:providers?|users?|citizens?|tickets?|shar(?:e|es|ed|ing))\b", re.IGNORECASE)
SCREEN = 40


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_settings_are_these() -> None:
    said = {setting.strip("`"): (default, meaning) for setting, default, meaning in rows(readme(), "setting")}
    fields = Settings.model_fields
    assert said == {f"SLUIS_{key.upper()}": (shown(field.default), field.description) for key, field in fields.items()}


def shown(default: object) -> str:
    """A default as the table writes it."""
    if default is None or default == frozenset():
        return "–"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, Path) and default.is_absolute():
        return f"`{default.relative_to(INSTALLED)}`"
    return f"`{default}`"


def test_the_bases_are_these() -> None:
    said = {basis.strip("`"): rest for basis, *rest in rows(readme(), "basis")}
    held = {}
    for file in (ROOT / "policies" / "rules" / "bases").glob("*/*/data.yaml"):
        basis = yaml.safe_load(file.read_text())
        never = "**always refused**" if basis.get("forbidden") else "**not in force**"
        since = basis["since"] or never
        held[file.parts[-3]] = [", ".join(basis["articles"]), since, "yes" if basis["verified"] else "no"]
    assert said == held


def readme() -> str:
    return (ROOT / "README.md").read_text()


def test_the_changelog_has_this_version_and_every_basis() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text()
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"## [{version}]" in changes
    bases = {file.name for file in (ROOT / "policies" / "rules" / "bases").iterdir()}
    assert bases == {basis for basis in bases if f"`{basis}`" in changes}


@pytest.mark.parametrize("document", ALL, ids=name)
def test_every_link_leads_somewhere(document: Path) -> None:
    lost = []
    for link in LINK.findall(FENCE.sub("", document.read_text())):
        if "://" in link:
            continue
        target, _, anchor = link.partition("#")
        file = document.parent / target if target else document
        if not file.exists() or (anchor and anchor not in anchors(file)):
            lost.append(link)
    assert lost == []


def anchors(file: Path) -> set[str]:
    """The anchors of headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", file.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", OURS, ids=name)
def test_every_place_that_is_named_is_there(document: Path) -> None:
    named = [code for code in CODE.findall(document.read_text()) if PLACE.fullmatch(code)]
    assert [place for place in named if not any(ROOT.glob(place.rstrip("/")))] == []


@pytest.mark.parametrize("document", OURS, ids=name)
def test_a_thing_has_one_word(document: Path) -> None:
    assert FORBIDDEN.findall(prose(document.read_text())) == []


@pytest.mark.parametrize("record", RECORDS, ids=name)
def test_a_decision_record_is_one_screen_and_its_title_is_the_decision(record: Path) -> None:
    text = record.read_text()
    title = re.match(r"# (\d+)\. (.+)\n", text)
    assert title, "it begins with `# number. the decision`"
    slug = re.sub(r"[^a-z0-9]+", "-", title[2].lower()).strip("-")
    assert record.stem.startswith(f"{int(title[1]):04}-")
    assert slug.startswith(record.stem[5:])
    assert [part for part in ("**Context.**", "**Decision.**", "**Consequences.**") if part not in text] == []
    assert len(text.splitlines()) <= SCREEN


def test_the_records_are_numbered_without_a_gap() -> None:
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))

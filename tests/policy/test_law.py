"""One dated file holds its whole law: each is complete, its dates and links agree, and it claims no more than was read.

Rules: every `data.yaml` fits `policies/schema/basis.schema.json`; what a schema cannot say (links to the text that was
read, an entry for every article that a decision may name, one article told the same everywhere) is checked here.
A check is worth something only if it objects: `SPOILT` shows each of them an error.
"""

import copy
import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import jsonschema_rs
import pytest

from gateway.pdp.yaml import parse_yaml
from tests.policy.engines import POLICIES, RULES

FILES = sorted(RULES.glob("bases/*/*/data.yaml"))
TEXTS = {"/".join(file.parts[-3:-1]): parse_yaml(file.read_text()) for file in FILES}
BEGINS = {
    basis: [each.split("/")[1] for each in TEXTS if each.startswith(f"{basis}/")]
    for basis in {place.split("/")[0] for place in TEXTS}
}
SCHEMA = json.loads((POLICIES / "schema" / "basis.schema.json").read_text())
VALIDATOR = jsonschema_rs.validator_for(SCHEMA, validate_formats=True)
OFFICIAL = re.compile(r"https://wetten\.overheid\.nl/(?P<bwb>BWBR\d{7})/(?P<version>[\d-]{10})#Artikel(?P<number>.+)")
LAWS = {
    "WGS": "BWBR0049962",
    "BGS": "BWBR0050665",
    "PGA-wet": "BWBR0050740",
    "Wpg": "BWBR0022463",
    "Wmo": "BWBR0035362",
    "Jw": "BWBR0034925",
    "UAVG": "BWBR0040940",
}
Row = dict[str, Any]


def objections(place: str, row: Row) -> list[str]:
    """What is wrong with one dated file, in sentences; empty where it is complete and agrees with itself."""
    told = [f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in VALIDATOR.iter_errors(row)]
    if told:
        return told
    entries = row["law"] + row["cited_law"]
    told += ["law does not follow articles"] * ([entry["article"] for entry in row["law"]] != row["articles"])
    named = {article for articles in row.get("cites", {}).values() for article in articles}
    cited = [entry["article"] for entry in row["cited_law"]]
    told += [f"{article} has no entry" for article in sorted(named - {entry["article"] for entry in entries})]
    told += [f"{article} is told and nothing cites it" for article in sorted(set(cited) - named)]
    told += ["an article is told twice"] * (len({entry["article"] for entry in entries}) != len(entries))
    told += _dates(place, row)
    told += [f"{entry['article']}: {why}" for entry in entries for why in _source(entry)]
    if row["verified"] and not all(entry["verified"] for entry in row["law"]):
        told.append("verified, and an article of it is not")
    return told


def _dates(place: str, row: Row) -> list[str]:
    told = []
    basis, begin = place.split("/")
    if row["since"] and row["since"] < begin == min(BEGINS[basis]):
        told.append("in force before the first day of its first text")
    for holder, since, until in [
        ("the basis", row["since"], row["until"]),
        *((entry["article"], entry["in_force_since"], entry["in_force_until"]) for entry in row["law"]),
    ]:
        if until and (since is None or until < since):
            told.append(f"{holder} ends before it begins")
    if row["checked_on"] > max(entry["checked_on"] for entry in row["law"]):
        told.append("checked after its last article was")
    return told


def _source(entry: Row) -> list[str]:
    """What contradicts itself in where an article was read."""
    told = []
    if entry["verified"] and (entry["mark"] != "ST" or entry["version"] is None):
        told.append("verified without a text")
    if (entry["mark"] == "ST") != (entry["version"] is not None):
        told.append("a text that was seen has a date, and no other has")
    if entry["version"] and entry["version"] > entry["checked_on"]:
        told.append("read before there was such a text")
    law, _, number = entry["article"].partition(" ")
    bill = "36 295" in entry["article"]
    if entry["bwb"] != (None if bill else LAWS.get(law)):
        told.append("not the identifier of this law")
    if link := OFFICIAL.fullmatch(entry["url"] or ""):
        if (link["bwb"], link["version"]) != (entry["bwb"], entry["version"]):
            told.append("the link leads to another text")
        if not re.fullmatch(re.escape(link["number"]) + r"(?:[(-].*)?", number):
            told.append("the link leads to another article")
    elif entry["bwb"]:
        told.append("no deep link")
    return told


@pytest.mark.parametrize("place", TEXTS)
def test_a_dated_file_holds_its_whole_law(place: str) -> None:
    assert objections(place, TEXTS[place]) == []


def test_an_article_is_told_the_same_in_every_file_of_a_day() -> None:
    """A file that was checked on another day may know another text."""
    told: dict[tuple[str, str], Row] = {}
    for place, row in TEXTS.items():
        for entry in row["law"] + row["cited_law"]:
            facts = {key: value for key, value in entry.items() if key != "summary"}
            known = told.setdefault((entry["article"], entry["checked_on"]), facts)
            assert known == facts, f"{place}: {entry['article']}"


def test_what_no_rule_decides_is_of_the_basis_itself() -> None:
    """No list is a copy of another one."""
    lists = [tuple(row["not_in_rules"]) for row in TEXTS.values()]
    assert len(set(lists)) == len(lists)


def test_a_folder_of_a_text_is_named_after_its_first_day() -> None:
    for begins in BEGINS.values():
        assert [date.fromisoformat(begin).isoformat() for begin in begins] == begins


def test_every_member_of_the_schema_is_described() -> None:
    def undescribed(node: Any, path: str) -> list[str]:
        if isinstance(node, list):
            return [each for index, value in enumerate(node) for each in undescribed(value, f"{path}/{index}")]
        if not isinstance(node, dict):
            return []
        members = [] if path.endswith("/then") else node.get("properties", {}).items()
        lacking = [f"{path}/{name}" for name, member in members if not member.get("description")]
        return lacking + [each for name, value in node.items() for each in undescribed(value, f"{path}/{name}")]

    assert undescribed(SCHEMA, "") == []


def test_the_schema_speaks_the_closed_lists() -> None:
    """The lists of the vocabulary, in its order."""
    lists = parse_yaml((RULES / "vocabulary" / "data.yaml").read_text())
    members = SCHEMA["properties"]
    assert members["activities"]["items"]["enum"] == lists["activities"]
    assert members["states"]["items"]["enum"] == lists["states"]
    assert members["circumstances"]["items"]["enum"] == lists["circumstances"]
    assert members["obligations"]["items"]["enum"] == lists["obligations"]
    assert members["cites"]["propertyNames"]["enum"] == lists["subjects"]
    assert SCHEMA["$defs"]["kind"]["enum"] == list(lists["kinds"])


def _of(member: str, **changes: Any) -> Callable[[Row], Any]:
    return lambda row: row[member][0].update(changes)


SPOILT: dict[str, Callable[[Row], Any]] = {
    "no end on record": lambda row: row.pop("until"),
    "a member that nobody described": lambda row: row.update(remark="x"),
    "a day that does not exist": lambda row: row.update(since="2025-02-30"),
    "a basis that ends before it begins": lambda row: row.update(until="2025-02-28"),
    "a basis in force before its text": lambda row: row.update(since="2025-02-28"),
    "a basis that is not in force and ends": lambda row: row.update(since=None, until="2030-01-01"),
    "an article without an entry": lambda row: row["cited_law"].pop(),
    "an entry that nothing cites": lambda row: row["cites"].pop("objection"),
    "an article that is not the basis's": lambda row: row["articles"].append("WGS 1.1"),
    "an article twice": lambda row: row["cited_law"].append(row["cited_law"][0]),
    "an article that ends before it begins": _of("law", in_force_until="2025-02-28"),
    "nothing that a person weighs": lambda row: row.update(not_in_rules=[]),
    "no summary": _of("law", summary=" "),
    "verified from memory": _of("law", mark="MEM"),
    "verified as a whole, not in part": _of("law", verified=False),
    "another identifier": _of("law", bwb="BWBR0050665"),
    "another text than was read": _of("law", version="2025-03-01"),
    "a link to another article": _of("cited_law", url="https://wetten.overheid.nl/BWBR0049962/2025-07-05#Artikel2.2"),
    "a link elsewhere": _of("law", url="https://example.org/"),
    "no link": _of("law", url=None),
    "a text of after the check": _of("law", checked_on="2025-01-01"),
}


@pytest.mark.parametrize("why", SPOILT)
def test_a_spoilt_file_is_objected_to(why: str) -> None:
    row = copy.deepcopy(TEXTS["wgs.zvh.casusoverleg/2025-03-01"])
    SPOILT[why](row)
    assert objections("wgs.zvh.casusoverleg/2025-03-01", row) != []

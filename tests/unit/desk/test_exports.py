"""Lists to take along: what they are of stands in them, and no cell is a formula."""

import csv
import io
import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.desk.exports import as_csv, as_json

HEAD = {"filter": "besluit=geweigerd", "zegel": "9f3a", "aantal": 1}
AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def cells(data: bytes) -> list[list[str]]:
    """Header and rows, without the lines that say what the file is of."""
    lines = data.decode("utf-8-sig").split("\r\n")
    return list(csv.reader(io.StringIO("\r\n".join(line for line in lines if not line.startswith("# ")))))


def test_a_csv_says_what_it_is_of_before_its_header() -> None:
    lines = as_csv(["tijd", "reden"], [[AT, ("a", "b")]], HEAD).decode("utf-8-sig").split("\r\n")
    assert lines == [
        "# filter: besluit=geweigerd",
        "# zegel: 9f3a",
        "# aantal: 1",
        "tijd,reden",
        '2026-11-21T09:00:00+00:00,"a, b"',
        "",
    ]


def test_spreadsheets_see_that_it_is_utf_8() -> None:
    assert as_csv(["naam"], [["Wsjïk"]], {}).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_and_no_name_is_a_formula(start: str) -> None:
    evil = f'{start}HYPERLINK("http://x","y")'
    [header, row] = cells(as_csv([evil], [[evil]], {}))[:2]
    assert header[0].startswith("'")
    assert row[0].startswith("'")


@pytest.mark.parametrize("parted", [";", ",", "\t", "\n", "; ", ';"', ',\n "'])
def test_what_another_separator_makes_of_a_cell_is_no_formula(parted: str) -> None:
    evil = f"a{parted}=1+1"
    data = as_csv(["x"], [[evil]], {"filter": evil}).decode("utf-8-sig")
    assert not re.search(r"[,;\t\n][\s\"]*=", data)
    assert data.count("'=1+1") == (1 if parted.isspace() else 2)


def test_a_number_stays_one_even_below_zero() -> None:
    assert cells(as_csv(["verschil"], [[-3]], {}))[1] == ["-3"]


def test_a_head_that_holds_line_ends_stays_one_line() -> None:
    data = as_csv(["a"], [], {"filter": "x\r\n=1+1"}).decode("utf-8-sig")
    assert data.split("\r\n")[:2] == ["# filter: x =1+1", "a"]


@given(st.lists(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00")), min_size=1))
def test_every_text_comes_back_but_for_apostrophes(row: list[str]) -> None:
    data = as_csv([f"k{number}" for number in range(len(row))], [row], {})
    text = data.decode("utf-8-sig").split("\r\n", 1)[1]
    [back] = csv.reader(io.StringIO(text, newline=""))
    assert [cell.replace("'", "") for cell in back] == [cell.replace("'", "") for cell in row]


def test_json_has_the_same_as_members() -> None:
    document = json.loads(as_json(["tijd", "reden", "fase"], [[AT, ("a",), None]], HEAD))
    assert document == HEAD | {"rows": [{"tijd": "2026-11-21T09:00:00+00:00", "reden": ["a"], "fase": None}]}


def test_a_row_that_does_not_fit_its_columns_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        as_json(["a", "b"], [[1]], {})

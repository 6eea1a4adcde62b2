"""What a line counts as; office hours and the days that the law excepts."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from gateway.model.codes import Tenant
from gateway.model.record import RecordClass
from gateway.review.alias import Aliases
from gateway.review.facets import easter_of, holidays, in_office_hours, values_of
from gateway.review.line import CONTENT, Line, packed, unpacked

HERE = ZoneInfo("Europe/Amsterdam")


def line(kind: RecordClass = RecordClass.VERSTREKKING, *, readable: bool = True, **more: object) -> Line:
    at = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    return Line(Tenant.ZVH, 2026, 0, "r", "q", at, kind, False, "sha256:1", readable, **more)


def values(of: Line) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for facet, value in values_of(of):
        found.setdefault(facet, set()).add(value)
    return found


def test_what_is_given_counts_only_where_something_was() -> None:
    content = {"outcome": "toegestaan", "categories": ("a", "b"), "granted_categories": ("a",), "requester": "1"}
    assert values(line(**content, recipient="1"))["verstrekt"] == {"a"}
    assert values(line(**content, recipient="1"))["opgehaald"] == {"direct"}
    assert values(line(**content, recipient="2"))["opgehaald"] == {"nee"}
    tried = values(line(RecordClass.PROEF, **content))
    assert "verstrekt" not in tried
    assert "opgehaald" not in tried
    assert tried["gegevens"] == {"a", "b"}


def test_an_erased_line_counts_as_its_leaf() -> None:
    assert values(line(readable=False)) == {
        "soort": {"verstrekking"},
        "tijd": {"kantoortijd"},
        "dag": {"2026-11-25"},
        "beleid": {"sha256:1"},
        "besluit": {"gewist"},
    }
    assert values(line(readable=False, damaged=True))["besluit"] == {"beschadigd"}


def test_a_fault_has_no_decision_and_an_act_no_revision() -> None:
    assert values(line(RecordClass.STORING, fault="holder-unavailable"))["besluit"] == {"geen"}
    act = line(RecordClass.ACT)._replace(revision="none")
    assert set(values(act)) == {"soort", "tijd", "dag"}


@pytest.mark.parametrize(
    ("local", "inside"),
    [
        ("2026-11-25T08:00", True),
        ("2026-11-25T07:59", False),
        ("2026-11-25T17:59", True),
        ("2026-11-25T18:00", False),
        ("2026-11-28T10:00", False),  # Saturday
        ("2026-04-27T10:00", False),  # the King's birthday, a Monday
        ("2026-04-03T10:00", False),  # Good Friday
        ("2026-04-06T10:00", False),  # Easter Monday
        ("2026-05-05T10:00", False),
        ("2026-05-14T10:00", False),  # Ascension Day
        ("2026-05-15T10:00", True),
        ("2026-05-25T10:00", False),  # Whit Monday
        ("2026-12-25T10:00", False),
        ("2026-12-24T10:00", True),
    ],
)
def test_office_hours(local: str, inside: bool) -> None:
    assert in_office_hours(datetime.fromisoformat(local).replace(tzinfo=HERE)) is inside


def test_hours_are_told_by_the_clock_of_amsterdam_in_summer_and_winter() -> None:
    summer, winter = datetime(2026, 7, 1, 6, 30, tzinfo=UTC), datetime(2026, 12, 1, 6, 30, tzinfo=UTC)
    assert dict(values_of(line()._replace(at=summer)))["tijd"] == "kantoortijd"
    assert dict(values_of(line()._replace(at=winter)))["tijd"] == "buiten-kantoortijd"


@pytest.mark.parametrize(
    ("year", "easter"),
    [
        (2000, (4, 23)),
        (2008, (3, 23)),
        (2019, (4, 21)),
        (2024, (3, 31)),
        (2025, (4, 20)),
        (2026, (4, 5)),
        (2038, (4, 25)),
    ],
)
def test_easter(year: int, easter: tuple[int, int]) -> None:
    assert easter_of(year) == date(year, *easter)


def test_the_kings_birthday_is_never_on_a_sunday() -> None:
    assert date(2025, 4, 26) in holidays(2025)
    assert date(2025, 4, 27) not in holidays(2025)
    assert len(holidays(2026)) == 9


def test_what_is_packed_comes_back() -> None:
    content = {"outcome": "geweigerd", "phase": 3, "reasons": ["a", "b"], "awaits_holder": True}
    back = unpacked(packed(content))
    assert tuple(back) == CONTENT
    assert (back["outcome"], back["phase"], back["reasons"], back["awaits_holder"]) == (
        "geweigerd",
        3,
        ("a", "b"),
        True,
    )
    assert line(**back) == line(outcome="geweigerd", phase=3, reasons=("a", "b"), awaits_holder=True)


def test_an_alias_is_of_one_desk_one_tenant_and_one_person() -> None:
    aliases = Aliases(b"a" * 32)
    alias = aliases.of(Tenant.ZVH, "1.pseudonym")
    assert len(alias) == 8
    assert alias == Aliases(b"a" * 32).of(Tenant.ZVH, "1.pseudonym")
    others = [Aliases(b"b" * 32).of(Tenant.ZVH, "1.pseudonym"), aliases.of(Tenant.GEMEENTE, "1.pseudonym")]
    assert len({alias, *others, aliases.of(Tenant.ZVH, "2.pseudonym")}) == 4
    assert "a" * 8 not in repr(aliases)

"""Which columns of a row open the road to a code: what a page means by "refuses with".

Rules: one line for each rung and code that METADATA names, and no other; the tests hold both to each other, and hold
every decision on every case to this table. It says that a code is possible on a basis, never that it was given.
"""

from collections.abc import Callable, Mapping
from typing import Any

Row = Mapping[str, Any]
Opening = Callable[[Row], bool]
_POLICE = frozenset({"politie_art8_13", "politie_art9_10"})


def _always(row: Row) -> bool:
    return True


def _never(row: Row) -> bool:
    return False


def _of_participants(row: Row) -> bool:
    """A party of the row has to be a participant, and the law that says who is one can be named."""
    allowed = {party["allowed"] for party in row["parties"].values()}
    return "participants" in row["cites"] and not allowed.isdisjoint({"deelnemer", "publiek"})


def _in_a_case(row: Row) -> bool:
    return row["track"] is not None


def _of_subject(row: Row) -> bool:
    return row["relations"] is not None


def _secrecy(row: Row) -> bool:
    return row["secrecy"] in ("exception", "breaks-on-request")


def _five_years(row: Row) -> bool:
    return row["retention"] is not None


def _special(row: Row) -> bool:
    return row["third"] is not None or row["onward"] is not None


REASONS: Mapping[tuple[str, str], Opening] = {
    ("grondslag", "grondslag-onbekend"): _never,
    ("grondslag", "grondslag-niet-in-werking"): _always,
    ("grondslag", "geen-grondslag"): _always,
    ("grondslag", "voorwaarde-niet-vervuld"): lambda row: bool(row["circumstances"]),
    ("grondslag", "geautomatiseerde-analyse"): _never,
    ("grondslag", "feit-ontbreekt"): _always,
    ("grondslag", "feit-ongeldig"): _always,
    ("deelnemer", "geen-deelnemer"): _of_participants,
    ("deelnemer", "niet-geautoriseerd"): _always,
    ("deelnemer", "geen-grondslag"): _always,
    ("deelnemer", "aanmelder-niet-bevoegd"): lambda row: row["coordinator"] == "adviseert",
    ("deelnemer", "loggebruik-niet-toegestaan"): lambda row: row["roles"] == "oversight",
    ("deelnemer", "feit-ontbreekt"): _always,
    ("casus", "doel-onverenigbaar"): _in_a_case,
    ("casus", "casus-gesloten"): lambda row: _in_a_case(row) and "afgesloten" not in row["states"],
    ("casus", "casus-niet-in-behandeling"): _in_a_case,
    ("casus", "geen-grondslag"): lambda row: _in_a_case(row) and "in-behandeling" not in row["states"],
    ("casus", "pga-overgedragen"): _in_a_case,
    ("casus", "intakecriteria-ontbreken"): lambda row: row["intake"],
    ("casus", "feit-ontbreekt"): _in_a_case,
    ("betrokken", "niet-betrokken-bij-casus"): lambda row: bool(row["involved"]),
    ("betrokken", "feit-ontbreekt"): lambda row: bool(row["involved"]),
    ("persoon", "buiten-directe-kring"): lambda row: (
        _of_subject(row) and (row["kring"] or "derde" not in row["relations"])
    ),
    ("persoon", "geen-toestemming"): lambda row: row["consent"] != "nooit" or row["emergency"],
    ("persoon", "toestemming-ingetrokken"): lambda row: row["consent"] != "nooit",
    ("persoon", "feit-ontbreekt"): _of_subject,
    ("categorie", "categorie-niet-toegestaan"): _always,
    ("categorie", "feit-ontbreekt"): _always,
    ("noodzaak", "niet-noodzakelijk"): lambda row: row["necessity"],
    ("noodzaak", "doel-onverenigbaar"): lambda row: row["task_prefix"] != "",
    ("noodzaak", "loggebruik-niet-toegestaan"): lambda row: bool(row["tasks"]),
    ("beroepsgeheim", "beroepsgeheim-geen-toestemming"): _secrecy,
    ("beroepsgeheim", "feit-ontbreekt"): _secrecy,
    ("verstrekker", "zwaarwegende-redenen"): lambda row: row["statement"],
    ("verstrekker", "geen-overeenstemming-bevoegd-gezag"): lambda row: row["competent_authority"],
    ("verstrekker", "feit-ontbreekt"): lambda row: row["statement"],
    ("bijzondere-route", "bezwaar-deelnemer"): lambda row: row["third"] is not None,
    ("bijzondere-route", "rac-toets-ontbreekt"): lambda row: row["third"] == "derde",
    ("bijzondere-route", "geen-grondslag"): lambda row: row["third"] == "derde",
    ("bijzondere-route", "niet-geautoriseerd"): lambda row: row["third"] == "incidenteel",
    ("bijzondere-route", "instemming-verstrekker-ontbreekt"): _special,
    ("bijzondere-route", "feit-ontbreekt"): _special,
    ("bewaartermijn", "bewaartermijn-verstreken"): _five_years,
    ("bewaartermijn", "geen-grondslag"): lambda row: row["renewal"],
    ("bewaartermijn", "intakecriteria-ontbreken"): _five_years,
    ("bewaartermijn", "instemming-verstrekker-ontbreekt"): _five_years,
    ("bewaartermijn", "feit-ontbreekt"): _five_years,
    ("bezwaar", "bezwaar-in-behandeling"): lambda row: row["objection"] == "block",
    ("bezwaar", "feit-ontbreekt"): lambda row: row["objection"] != "none",
}
"""Rung and code → whether it can be given under a row that can be claimed."""

FORBIDDEN = frozenset({"geautomatiseerde-analyse", "feit-ontbreekt", "feit-ongeldig"})
"""What a basis gives that is known and always refused."""

OBLIGATIONS: Mapping[str, Opening] = {
    "geheimhouding": lambda row: "gezondheid" in row["categories"],
    "voorwaarden-verstrekker": lambda row: row["statement"],
    "afschermen": lambda row: "casus-sluiten" in row["activities"],
    "wpg-vastlegging": lambda row: not _POLICE.isdisjoint(row["categories"]),
    "menselijke-beoordeling": lambda row: _secrecy(row) or row["objection"] != "none",
}
"""What comes with some decisions under a row and not with every grant."""


def may_refuse(row: Row, rung: str, code: str) -> bool:
    """Whether `code` can be given at `rung` under `row`; KeyError for a pair that nobody wrote down."""
    if row.get("forbidden"):
        return rung == "grondslag" and code in FORBIDDEN
    return REASONS[rung, code](row)


def may_oblige(row: Row, code: str) -> bool:
    """Whether `code` comes with some decisions under `row`, beside those that come with every grant."""
    if row.get("forbidden") or code in row["obligations"]:
        return False
    return OBLIGATIONS.get(code, _never)(row)

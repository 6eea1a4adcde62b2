"""What a decision says, put where it belongs: each reason at the rung that gave it, each article with its summary.

Rules:
- A reason stands with each broken rung that can say it (`rungs`), with the articles that this rung gives for it; one
  that no broken rung can say is told apart, so that none is lost.
- Nothing here is a sentence: the words of a code are the catalogue's, those of an article the policies'.
- What is told is the decision. No fact is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from gateway.pdp.bundle import Bundle
from gateway.pdp.rungs import Said, codes_by_rung


@dataclass(frozen=True, slots=True)
class Reason:
    """A code that was said. `fields`: of which it was said, none where it is of the whole request; `articles`: those
    that the rung gives for it.
    """

    code: str
    fields: tuple[str, ...]
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A rung and how it went: `passed` is None for one that was not reached, or had nothing to judge."""

    rung: str
    passed: bool | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Basis:
    """What was claimed. `title`: of the policies, empty for a basis that they do not know (`known`). `articles`: each
    with what it says, as far as the policies tell; `since`: ISO 8601, None where it is not in force.
    """

    id: str | None
    known: bool
    title: str
    since: str | None
    verified: bool
    articles: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """`apart`: what no broken rung can say."""

    basis: Basis
    ladder: tuple[Step, ...]
    apart: tuple[Reason, ...]


def tell(decision: Mapping[str, Any], bundle: Bundle) -> Told:
    """`decision`: a document of the decision schema; `bundle`: the policies that say what a rung and an article mean.
    Raises `rungs.Unplaced` where these do not tell at which rung a code is given.
    """
    data = orjson.loads(bundle.data)
    can_say = codes_by_rung(bundle.policies, data["vocabulary"]["rungs"])
    ladder, apart = _placed(decision, can_say)
    return Told(_basis(decision["basis"], data["bases"]), ladder, apart)


def untold(decision: Mapping[str, Any]) -> Told:
    """The same where the policies that decided are not there: no reason is placed, and no article says anything."""
    ladder = tuple(Step(entry["rung"], entry["passed"]) for entry in decision["ladder"])
    apart = tuple(Reason(code, tuple(fields)) for code, fields in said(decision).items())
    return Told(_basis(decision["basis"], {}), ladder, apart)


def said(decision: Mapping[str, Any]) -> dict[str, list[str]]:
    """Every code that was said, and of which fields; none of them where it is of the whole request."""
    found: dict[str, list[str]] = {code: [] for code in decision["reasons"]}
    for field in decision["fields"]:
        for code in field["reasons"]:
            if code not in decision["reasons"]:
                found.setdefault(code, []).append(field["name"])
    return found


def _placed(decision: Mapping[str, Any], can_say: Mapping[str, Said]) -> tuple[tuple[Step, ...], tuple[Reason, ...]]:
    reasons, steps, placed = said(decision), [], set()
    for entry in decision["ladder"]:
        here = can_say.get(entry["rung"], {}) if entry["passed"] is False else {}
        given = [code for code in reasons if code in here]
        placed.update(given)
        told = [Reason(code, tuple(reasons[code]), _articles(here[code], decision)) for code in given]
        steps.append(Step(entry["rung"], entry["passed"], tuple(told)))
    apart = [Reason(code, tuple(fields)) for code, fields in reasons.items() if code not in placed]
    return tuple(steps), tuple(apart)


def _articles(given: Sequence[str], decision: Mapping[str, Any]) -> tuple[str, ...]:
    """Those that the decision rests on, or a part of which it rests on: `WGS 2.31` where that is `WGS 2.31(5)`."""
    cited = decision["basis"]["articles"]
    return tuple(each for each in given if any(article == each or article.startswith(f"{each}(") for article in cited))


def _basis(basis: Mapping[str, Any], bases: Mapping[str, Any]) -> Basis:
    rows = bases.get(basis["id"], {})
    summaries = {
        entry["article"]: entry["summary"]
        for _, row in sorted(rows.items())
        for entry in (*row.get("cited_law", ()), *row.get("law", ()))
    }
    return Basis(
        id=basis["id"],
        known=bool(rows),
        title=rows[max(rows)]["title"] if rows else "",
        since=basis["in_force_since"],
        verified=basis["verified"],
        articles=tuple((article, summaries.get(article, "")) for article in basis["articles"]),
    )

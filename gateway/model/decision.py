"""A decision as the policy gave it. Shape: `policies/schema/decision.schema.json`. The bytes are kept: what was decided
is what was recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.model.codes import Outcome


@dataclass(frozen=True, slots=True)
class FieldDecision:
    name: str
    granted: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Obligation:
    """What comes with a grant or a refusal; `on` is a date where the obligation has one (`vernietig-op`)."""

    code: str
    on: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """`document` and `encoded` are the policy's answer with the revision stamped in; `engine` is the name of who
    answered.
    """

    outcome: Outcome
    simulation: bool
    fields: tuple[FieldDecision, ...]
    reasons: tuple[str, ...]
    obligations: tuple[Obligation, ...]
    missing: tuple[str, ...]
    hints: tuple[str, ...]
    revision: str
    engine: str
    document: Mapping[str, Any] = field(repr=False)
    encoded: bytes = field(repr=False)

    @classmethod
    def of(cls, document: Mapping[str, Any], *, encoded: bytes, engine: str) -> "Decision":
        """Read a document that the decision schema has accepted."""
        return cls(
            outcome=Outcome(document["outcome"]),
            simulation=document["simulation"],
            fields=tuple(FieldDecision(f["name"], f["granted"], tuple(f["reasons"])) for f in document["fields"]),
            reasons=tuple(document["reasons"]),
            obligations=tuple(Obligation(o["code"], o.get("on")) for o in document["obligations"]),
            missing=tuple(document["missing"]),
            hints=tuple(document["hints"]),
            revision=document["policy"]["revision"],
            engine=engine,
            document=document,
            encoded=encoded,
        )

    @property
    def refused(self) -> bool:
        return self.outcome is Outcome.GEWEIGERD

    @property
    def granted(self) -> tuple[str, ...]:
        """The names of the granted fields, in the order asked."""
        return tuple(f.name for f in self.fields if f.granted)

    @property
    def awaits_holder(self) -> bool:
        """Whether the holder's word is all that stands between this request and a grant (contract rule 15)."""
        return self.missing == ("holder_statement",) and self.reasons == ("feit-ontbreekt",) and bool(self.would_grant)

    @property
    def would_grant(self) -> tuple[str, ...]:
        """The fields against which nothing is said of their own: the only ones that a holder may hear of."""
        return tuple(f.name for f in self.fields if not f.reasons)

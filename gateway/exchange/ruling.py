"""What was decided, on which facts and by whose word."""

from dataclasses import dataclass

from gateway.model.decision import Decision
from gateway.model.facts import Facts, Statement
from gateway.model.overlay import OverlayAnswer


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision, the facts on which it was taken, and the holder's signed word where it was asked.

    `decision` is what counts: the policy's, as far as the partners' own policies left it. `by_law` is the policy's own
    where it was narrowed, `overlays` every answer of a partner's policy to this request.
    """

    facts: Facts
    decision: Decision
    statement: Statement | None = None
    by_law: Decision | None = None
    overlays: tuple[OverlayAnswer, ...] = ()

    @property
    def law(self) -> Decision:
        """The policy's own decision, which the same facts and revision give again."""
        return self.by_law or self.decision

    @property
    def narrowed(self) -> Decision | None:
        """What partners' own policies made of it; None where all of it stayed."""
        return None if self.decision is self.law else self.decision

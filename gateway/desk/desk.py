"""What the pages have: the review's parts and what surrounds them. `app` puts it together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from gateway.catalogue import Catalogue
from gateway.desk.letters.text import Words
from gateway.desk.lists.questions import SavedQuestions
from gateway.desk.render import Renderer
from gateway.desk.signin.held import HeldForms
from gateway.desk.signin.sessions import KeptSessions
from gateway.desk.static import Static
from gateway.desk.verdict import Told, told
from gateway.desk.visit import Session, Visit
from gateway.model.codes import Tenant
from gateway.model.look import Look
from gateway.review.acts import Acts
from gateway.review.checks.checks import Checks
from gateway.review.evidence.packages import Packages
from gateway.review.follow import Follower
from gateway.review.health import Examiner
from gateway.review.index import Index
from gateway.review.policies.policies import Policies
from gateway.review.records.reading import Reading
from gateway.review.signals.signals import Signals
from gateway.review.subject.reports import SubjectReports
from gateway.review.writings import Writings

FRESH = timedelta(minutes=5)
"""How long ago somebody may have proved who they are, to take something with them."""


class Clock(Protocol):
    def now(self) -> datetime: ...


class Audit(Protocol):
    async def looked(self, tenant: Tenant, look: Look) -> object:
        """Recorded when it returns; a `Fault` otherwise."""


@dataclass(kw_only=True)
class Desk:
    """`organisations`: OIN → name; `contact`: whom to mail about the desk, may be empty."""

    clock: Clock
    catalogue: Catalogue
    renderer: Renderer
    static: Static
    sessions: KeptSessions
    audit: Audit
    acts: Mapping[Tenant, Acts]
    writings: Writings
    checks: Checks
    reading: Reading
    packages: Packages
    policies: Policies
    justification_days: int
    indexes: Mapping[Tenant, Index]
    follower: Follower
    examiner: Examiner
    questions: SavedQuestions
    signals: Signals
    subjects: SubjectReports
    letters: Words
    organisations: Callable[[str], str]
    contact: str = ""
    held: HeldForms = field(default_factory=HeldForms)

    def fresh(self, session: Session) -> bool:
        """Whether somebody proved who they are a short while ago."""
        return self.clock.now() - session.authenticated_at <= FRESH

    async def alarm(self, visit: Visit) -> Told | None:
        """What is wrong with this tenant's log, for every page; None while nothing is."""
        alarm = self.checks.standing(visit.tenant)
        return None if alarm is None else told(self.renderer, visit.language, visit.tenant, alarm)

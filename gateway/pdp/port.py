"""What the decision point needs from a policy engine, and the ways in which one fails.

Rules: an engine answers with what the policy said, or raises a `Fault` whose code is a `Failure`; nothing is made up
in between. The facts that went in are in no message: only places in the policies are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from gateway.pdp.bundle import POLICIES_REJECTED, Bundle

ENTRYPOINT = "data.sluis.main.decision"


class Failure(StrEnum):
    """Codes of faults.

    POLICIES: they are not accepted, or the engine holds others. REJECTED: it does not take the question, or does not
    know us. DIFFER: two were asked and did not say the same. UNPROVED: it does not do what every engine must
    (`conformance`), and serves nothing.
    """

    POLICIES = POLICIES_REJECTED
    REJECTED = "engine-rejected"
    UNDEFINED = "engine-undefined"
    ERROR = "engine-error"
    TIMEOUT = "engine-timeout"
    UNAVAILABLE = "engine-unavailable"
    DIFFER = "engines-differ"
    UNPROVED = "engine-unproved"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The policy's answer, and the revision of the policies that gave it."""

    document: Mapping[str, Any] = field(repr=False)
    revision: str


class PolicyEngine(Protocol):
    name: str

    async def load(self, bundle: Bundle) -> str:
        """All or nothing: the revision from which it decides from now on, or a fault and the policies that it had."""

    async def decide(self, facts: bytes, *, timeout: float) -> Outcome:
        """Ask the entrypoint about facts in canonical JSON. `timeout`: seconds, from when it has its turn."""

    async def ready(self) -> bool:
        """Whether it would answer now."""

    async def aclose(self) -> None:
        """Let go of everything: no process and no connection is left."""

"""The ports as one value, that `app` gives the pipeline. `keep_answers`: how long an answer can be asked for again;
`keep`: how long the content of a record is kept; `overlays`: None where no partner has a policy of its own.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from gateway.exchange import ports
from gateway.model.retention import Keep


@dataclass(frozen=True, slots=True)
class Gate:
    clock: ports.Clock
    identifiers: ports.Identifiers
    tokens: ports.Tokens
    pseudonyms: ports.Pseudonyms
    directory: ports.Directory
    facts: ports.FactsBook
    policy: ports.DecisionPoint
    holders: ports.Holders
    sealer: ports.Sealer
    claims: ports.Claims
    records: ports.Records
    counters: ports.Counters
    keep_answers: timedelta
    keep: Keep = field(default_factory=Keep)
    overlays: ports.Overlays | None = None

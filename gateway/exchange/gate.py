"""The ports as one value, that `app` gives the pipeline. `keep_answers`: how long an answer can be asked for again;
`overlays`: None where no partner has a policy of its own.
"""

from dataclasses import dataclass
from datetime import timedelta

from gateway.exchange import ports


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
    overlays: ports.Overlays | None = None

"""The ports as one value: what `app` hands to the pipeline."""

from dataclasses import dataclass

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
    records: ports.Records

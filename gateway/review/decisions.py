"""What *Cijfers* and *Opvallend* count: decisions on a request, whose record can still be read."""

from gateway.model.codes import Outcome
from gateway.model.record import RecordClass
from gateway.review.filter import Filter

DECISIONS = Filter.of(soort=(RecordClass.VERSTREKKING, RecordClass.WEIGERING), besluit=tuple(Outcome))


def only(base: Filter, outcome: str) -> Filter:
    """Of these the decisions with one outcome."""
    return base.without("besluit").adding("besluit", outcome)

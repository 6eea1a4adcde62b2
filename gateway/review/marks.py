"""What the FG said of records, told to the index: what was judged, what bears a flag."""

from gateway.model.writing import WritingKind
from gateway.review.acts import Acts
from gateway.review.index import Index
from gateway.review.judged import by_record

_KINDS = frozenset({WritingKind.FLAG, WritingKind.UNFLAG, WritingKind.VERDICT})


def mark(index: Index, acts: Acts) -> None:
    """Let the index count what was written up to this call. May be called by any thread. Raises the faults of the logs
    and of the index file.
    """
    said = by_record(each for each in acts.writings() if each.kind in _KINDS)
    index.mark("beoordeeld", (record for record, judged in said.items() if judged.verdict is not None))
    index.mark("vlag", (record for record, judged in said.items() if judged.flag is not None))

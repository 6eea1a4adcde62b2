"""By when a request must be answered: within a month of receipt, or three where that was told within the first (AVG
12(3)). Pure.

Rules:
- A month later is the same day of that month, or its last day where it has no such day: 31 January becomes 28 or 29
  February.
- The extended term is counted from the day of receipt too: one month and two are three.
- A term that ends on a Sunday or a holiday ends on that day. That is never later than a law could give.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

MONTHS, EXTENDED = 1, 3


def months_later(day: date, months: int) -> date:
    """`months`: 0 or more. `ValueError` beyond the year 9999."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def due(received_on: date, *, extended: bool) -> date:
    """The last day on which the answer is in time."""
    return months_later(received_on, EXTENDED if extended else MONTHS)

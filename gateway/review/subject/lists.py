"""The closed lists that a report chooses from, so that nothing of anybody has to be written down. The words for them
stand in the desk's locale.
"""

from __future__ import annotations

import re
from enum import StrEnum

from gateway.model.bsn import is_bsn

TEXT_LIMIT = 500
_NUMBER = re.compile(r"(?<!\d)\d(?:[ .\-/]?\d){7,8}(?!\d)", re.ASCII)


class Identity(StrEnum):
    """How it was established who asks. The number of a document is never kept."""

    COUNTER = "balie"
    DIGID = "digid"
    REPRESENTATIVE = "vertegenwoordiger"
    KNOWN = "bekend"


class Ground(StrEnum):
    """Why a line is not shown (UAVG 41, BGS 1.2): prosecution, the rights and freedoms of others, safety."""

    INVESTIGATION = "opsporing"
    OTHERS = "rechten-van-anderen"
    SAFETY = "veiligheid"


class Why(StrEnum):
    """Why a term is extended (AVG 12(3))."""

    COMPLEX = "ingewikkeld"
    MANY = "veel-verzoeken"


class Ending(StrEnum):
    """Why a request ends without a letter."""

    WITHDRAWN = "ingetrokken"
    UNIDENTIFIED = "identiteit-niet-vastgesteld"
    ELSEWHERE = "hoort-elders"


class Sent(StrEnum):
    """How the letter went."""

    POST = "post"
    COUNTER = "balie"
    PORTAL = "beveiligd-bericht"


def names_somebody(text: str) -> bool:
    """Whether a text has a number in it that could be a BSN: eight or nine digits that pass the elfproef, whatever
    stands between them.
    """
    digits = (re.sub(r"\D", "", each) for each in _NUMBER.findall(text))
    return any(is_bsn(each.zfill(9)) for each in digits)

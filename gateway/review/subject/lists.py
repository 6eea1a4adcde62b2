"""The closed lists that a report chooses from, so that nothing of anybody has to be written down. The words for them
stand in the desk's locale.
"""

from __future__ import annotations

from enum import StrEnum

TEXT_LIMIT = 500


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

"""A look at what the log keeps: what somebody saw of recorded bodies, to be recorded in its turn."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Look:
    """`who` looked, in what `role` (`operator` at the command line, `fg` at the desk); `what` was shown, by what
    `filter` it was chosen, and of how many records (`count`).
    """

    who: str = field(repr=False)
    role: str
    what: str
    filter: str = field(repr=False)
    count: int

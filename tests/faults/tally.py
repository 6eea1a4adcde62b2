"""What an exercise counted, and the table in which `make faults` ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Tally:
    """`times`: how often the fault was made. `wrong`: what else did not hold, a line each. `control`: of an exercise in
    which something must be lost, how often it was; `must_lose` says that this is one. `left_out`: why
    it could not be done on this machine.
    """

    exercise: str
    times: int = 0
    acknowledged: int = 0
    lost: int = 0
    forks: int = 0
    control: str = ""
    must_lose: bool = False
    left_out: str = ""
    wrong: list[str] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)

    def add(self, counts: Counter[str]) -> None:
        """Take in what `Ledger.hold_against` counted."""
        self.lost += counts["lost"]
        self.forks += counts["forks"]
        if counts["legible"]:
            self.wrong.append(f"{counts['legible']} bodies or answers that were erased are there")

    @property
    def holds(self) -> bool:
        """Whether the exercise showed what it must: something was acknowledged, and lost only where it must be."""
        if self.left_out:
            return True
        if self.must_lose:
            return self.lost > 0
        return self.acknowledged > 0 and not (self.lost or self.forks or self.wrong)


def _verdict(tally: Tally) -> str:
    if tally.left_out:
        return f"left out: {tally.left_out}"
    return "holds" if tally.holds else "DOES NOT HOLD"


COLUMNS = ("exercise", "times", "acknowledged", "lost", "forks", "control", "")


def table(tallies: Sequence[Tally]) -> str:
    """One line an exercise; below them what did not hold, and what else was counted."""
    rows = [COLUMNS]
    for each in tallies:
        figures = map(str, (each.times, each.acknowledged, each.lost, each.forks))
        rows.append((each.exercise, *figures, each.control, _verdict(each)))
    widths = [max(len(row[at]) for row in rows) for at in range(len(COLUMNS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    for each in tallies:
        lines += [f"{each.exercise}: {line}" for line in each.wrong]
        lines += [f"{each.exercise}: {count} {name}" for name, count in sorted(each.notes.items())]
    return "\n".join(lines)

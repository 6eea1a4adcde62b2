"""The facts of one document, and what has been noted against them so far."""

from dataclasses import dataclass, field

from tests.policy.second_reading.shape import Json, Path


@dataclass
class Notes:
    """The facts, what is wrong in them, and what has been noted against them so far.

    `rung`: the one that notes now; `failed`: those that noted something.
    """

    facts: Json
    wrong: frozenset[Path]
    reasons: set[str] = field(default_factory=set)
    of_field: dict[int, set[str]] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    rung: str = "grondslag"
    failed: set[str] = field(default_factory=set)

    def look(self, *path: str | int) -> Json:
        """The value at a path; `None` when it is absent, null, or wrong anywhere on the way."""
        value = self.facts
        for depth in range(len(path) + 1):
            if path[:depth] in self.wrong:
                return None
            if depth == len(path):
                return value
            step = path[depth]
            if isinstance(value, dict) and isinstance(step, str):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return None

    def has(self, *path: str | int) -> bool:
        """Whether a path is there at all, null included."""
        parent = self.look(*path[:-1])
        return isinstance(parent, dict) and path[-1] in parent

    def need(self, *path: str | int, of_field: int | None = None, null_is_none: bool = False) -> Json:
        """The value at a path. Absent, null, blank: `feit-ontbreekt` (rule 2); wrong: not asked again (rule 3)."""
        if () in self.wrong:
            return None
        for depth in range(1, len(path) + 1):
            here = path[:depth]
            if here in self.wrong:
                return None
            value = self.look(*here)
            if value is None and null_is_none and depth == len(path) and self.has(*here):
                return None
            if value is None or blank(value):
                self.missing.add(".".join(str(step) for step in here))
                self.note("feit-ontbreekt", of_field)
                return None
        return self.look(*path)

    def note(self, code: str, of_field: int | None = None) -> None:
        self.failed.add(self.rung)
        if of_field is None:
            self.reasons.add(code)
        else:
            self.of_field.setdefault(of_field, set()).add(code)

    def note_all(self, code: str) -> None:
        for index in self.named():
            self.note(code, index)

    def named(self) -> list[int]:
        """The indexes of the fields that have a name."""
        asked = self.look("fields") or []
        return [i for i in range(len(asked)) if not blank(self.look("fields", i, "name") or "")]

    @property
    def day(self) -> str | None:
        """The legal day: the date as written in `at`."""
        moment = self.look("at")
        return None if moment is None else moment[:10]


def blank(value: Json) -> bool:
    return isinstance(value, str) and not value.strip()

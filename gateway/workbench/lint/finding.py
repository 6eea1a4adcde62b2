"""What a lint says: where, which rule, what is wrong, and what to do about it, in Dutch, for the privacy officer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """`file`: relative to the folder of policies, with `/`. `line`: from 1. `wrong` and `remedy`: Dutch sentences."""

    file: str
    line: int
    rule: str
    wrong: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.wrong} [{self.rule}]\n    Doe dit: {self.remedy}"

"""What the pages are made of: the dated files, the METADATA, the cases and the catalogue, read once.

Rules: all of it is read from one working copy, so a page never mixes two. A reason without words in the catalogue is an
error; a basis that the catalogue does not know yet has the words of its own file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

from gateway.catalogue import Catalogue
from gateway.catalogue.catalogue import Language
from gateway.pdp.bundle import Bundle
from gateway.pdp.documents import parse_json
from gateway.pdp.rungs import Giving, givings
from gateway.workbench.cases import Case, CaseBook
from gateway.workbench.folders import WorkingCopy
from gateway.workbench.reference.openings import may_oblige, may_refuse

Row = Mapping[str, Any]
Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Text:
    """One dated file: the first day on which it is the one to read, and what it holds."""

    begin: str
    row: Row = field(repr=False)


@dataclass(frozen=True)
class Sources:
    """`bases`: id → its texts, newest first. `vocabulary`: the closed lists, in their order."""

    bases: Mapping[str, tuple[Text, ...]] = field(repr=False)
    vocabulary: Mapping[str, Any] = field(repr=False)
    givings: tuple[Giving, ...] = field(repr=False)
    cases: tuple[Case, ...] = field(repr=False)
    catalogue: Catalogue = field(repr=False)

    @classmethod
    def read(cls, copy: WorkingCopy) -> Self:
        """Read a working copy; `BrokenBundle`, `BrokenCase` or `Unplaced` where it cannot be read."""
        bundle = Bundle.read(copy.rules)
        data = parse_json(bundle.data.decode())
        bases = {
            basis: tuple(Text(begin, texts[begin]) for begin in sorted(texts, reverse=True))
            for basis, texts in sorted(data["bases"].items())
        }
        given = givings(bundle.policies, data["vocabulary"]["rungs"])
        return cls(bases, data["vocabulary"], given, CaseBook.read(copy.cases).cases(), Catalogue.load())

    @cached_property
    def cases_of(self) -> Mapping[str, tuple[Case, ...]]:
        """Basis → the cases that claim it, in the order of the files."""
        return {basis: tuple(case for case in self.cases if claimed(case) == basis) for basis in self.bases}

    @cached_property
    def categories(self) -> list[str]:
        """Every category that some row or list names, by name."""
        named = {each for texts in self.bases.values() for text in texts for each in text.row.get("categories", ())}
        return sorted(named.union(self.vocabulary["onward"]))

    @property
    def reasons(self) -> list[str]:
        """The reason codes, in the order of the contract."""
        return list(self.vocabulary["reasons"])

    @property
    def obligations(self) -> list[str]:
        """The obligations that some decision can carry; one that is kept for later has no words yet and no page."""
        return [code for code in self.vocabulary["obligations"] if code in self.catalogue]

    def words(self, basis: str, language: Language) -> Words:
        """Title and sentence of a basis, as plain text."""
        if basis in self.catalogue:
            said = self.catalogue[basis].text(language)
            return said.title, said.sentence
        row = self.bases[basis][0].row
        return row["title"], row["summary"]

    def at(self, rung: str) -> list[str]:
        """The reason codes that a rung can give, in the order of the contract."""
        given = {giving.code for giving in self.givings if giving.rung == rung}
        return [code for code in self.reasons if code in given]

    def refusals(self, row: Row, rung: str) -> list[str]:
        """The reason codes that `rung` can give under `row`."""
        return [code for code in self.at(rung) if may_refuse(row, rung, code)]

    def refused_with(self, code: str) -> list[str]:
        """The bases of which some text can be refused with `code`."""
        rungs = [rung for rung in self.vocabulary["rungs"] if code in self.at(rung)]
        return [
            basis
            for basis, texts in self.bases.items()
            if any(may_refuse(text.row, rung, code) for text in texts for rung in rungs)
        ]

    def always(self, code: str) -> list[str]:
        """The bases of which every grant carries `code` by its newest text."""
        return [basis for basis, texts in self.bases.items() if code in texts[0].row.get("obligations", ())]

    def sometimes(self, code: str) -> list[str]:
        """The bases of which some decisions carry `code` by their newest text."""
        return [basis for basis, texts in self.bases.items() if may_oblige(texts[0].row, code)]

    def examples(self, code: str) -> list[Case]:
        """The cases whose expectation names `code`, as a reason or as an obligation."""
        return [case for case in self.cases if code in set(_named(case.expect))]


def claimed(case: Case) -> str | None:
    """The basis that a case claims, where it claims one by name."""
    basis = case.facts.get("basis") if isinstance(case.facts, dict) else None
    return basis if isinstance(basis, str) else None


def _named(expect: Mapping[str, Any]) -> Iterator[str]:
    """The codes that an expectation says must come out."""
    exactly = expect.get("exactly", {})
    for said in (expect, exactly):
        for member in ("reasons", "obligations"):
            yield from (code for code in said.get(member, ()) if isinstance(code, str))
        for codes in said.get("refused", {}).values() if isinstance(said.get("refused"), dict) else ():
            yield from [codes] if isinstance(codes, str) else codes
    yield from expect.get("obligations_on", {})

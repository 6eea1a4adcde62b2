"""Cases as examples: their titles by outcome, in the order of the files."""

from collections.abc import Sequence
from html import escape

from gateway.catalogue import Catalogue
from gateway.catalogue.catalogue import Language
from gateway.workbench.cases import Case
from gateway.workbench.reference.frame import code, listed, section
from gateway.workbench.reference.sources import claimed
from gateway.workbench.reference.words import dutch, label

OUTCOMES = ("toegestaan", "gedeeltelijk", "geweigerd")


def examples(cases: Sequence[Case], words: Catalogue, language: Language, *, named: bool = False) -> str:
    """A section with the titles of `cases`; `named`: say which basis each of them claims."""
    if not cases:
        return section(label("examples", language), f"<p>{label('no_examples', language)}</p>")
    made = [f"<p>{label('examples_from', language)}</p>"]
    for outcome in OUTCOMES:
        titles = [_title(case, language, named) for case in cases if case.expect["outcome"] == outcome]
        made.append(section(escape(words[outcome].text(language).title), listed(titles), level=3))
    return section(label("examples", language), "\n".join(filter(None, made)))


def _title(case: Case, language: Language, named: bool) -> str:
    basis = claimed(case)
    return dutch(case.title, language) + (f" ({code(basis)})" if named and basis else "")

"""Words without a sentence: every one in both languages, for every category that the dictionary knows."""

from importlib.resources import files

import yaml

from gateway.catalogue.terms import term
from gateway.facts.dictionary import CATEGORIES


def test_every_term_has_both_languages_whoever_reads_it() -> None:
    terms = yaml.safe_load((files("gateway.catalogue") / "terms.yaml").read_text("utf-8"))
    assert all(said.keys() == {"nl", "en"} for said in terms.values())
    assert all(isinstance(text, str) and text for said in terms.values() for text in said.values())


def test_every_category_has_words_and_what_has_none_stands_for_itself() -> None:
    known = yaml.safe_load((files("gateway.catalogue") / "terms.yaml").read_text("utf-8"))
    assert known.keys() >= CATEGORIES
    assert (term("ggz", "nl"), term("ggz", "en")) == ("ggz-instelling", "mental-health institution")
    assert term("zo-nieuw", "nl") == "zo-nieuw"

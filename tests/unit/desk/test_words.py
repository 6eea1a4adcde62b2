"""The words on screen: both languages, short sentences, none of the words that the word list replaces."""

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import yaml

ROOMS = Path(str(files("gateway")))
LOCALE, TEMPLATES = ROOMS / "desk/locale", ROOMS / "desk/templates"
NAMED = re.compile(r'\bt\("([\w./-]+)"[,)]')
LIST = "woordenlijst"
PAGES = sorted(each.name.removesuffix(".yaml") for each in LOCALE.iterdir() if each.name.endswith(".yaml"))
SPOKEN = [each for each in PAGES if each != LIST]
MOST_WORDS = 25
SAYING = ("*.py", "*.j2", "*.typ")
WHOLE = re.compile(r"""["']([\w./-]+)["']""")
BUILT = re.compile(r"""f["']([\w./-]{2,})(\{[^"' \n]*)["']""")
"""A key with holes: `f"title.{status}"`."""
BEGUN, ENDED = re.compile(r'"([\w./-]{2,})" ~'), re.compile(r'~ "([\w./-]{2,})"\)')
"""The same in a template: `"rule." ~ rule.name`, `entry.content ~ ".title"`."""


def words_of(page: str) -> dict[str, dict[str, Any]]:
    """As the slower of the two readers of YAML has it, which takes less for granted."""
    return yaml.safe_load((LOCALE / f"{page}.yaml").read_text("utf-8"))


def texts(page: str, language: str) -> Iterator[tuple[str, str]]:
    for key, entry in words_of(page).items():
        said = entry[language]
        yield from ((key, each) for each in (said.values() if isinstance(said, dict) else [said]))


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("page", PAGES)
def test_every_key_has_both_languages_of_one_form(page: str) -> None:
    for key, entry in words_of(page).items():
        assert entry.keys() == {"nl", "en"}, key
        forms = [set(said) if isinstance(said, dict) else {"text"} for said in entry.values()]
        assert forms[0] == forms[1], key
        assert forms[0] in ({"text"}, {"one", "other"}), key
        assert all(text.strip() for language in entry for text in _all(entry[language])), key
        assert not any(text.startswith("{one:") for language in entry for text in _all(entry[language])), key


@pytest.mark.parametrize("page", SPOKEN)
def test_both_languages_say_the_same_values(page: str) -> None:
    for key, entry in words_of(page).items():
        found = {language: set().union(*map(holes, _all(said))) for language, said in entry.items()}
        assert found["nl"] == found["en"], key


@pytest.mark.parametrize("page", SPOKEN)
def test_no_sentence_is_longer_than_somebody_reads_at_once(page: str) -> None:
    long = [
        (key, language, len(sentence.split()))
        for language in ("nl", "en")
        for key, text in texts(page, language)
        for sentence in re.split(r"(?<=[.:;?!…])\s", text)
        if len(sentence.split()) > MOST_WORDS
    ]
    assert long == []


@pytest.mark.parametrize("page", SPOKEN)
def test_dutch_pages_say_none_of_the_words_that_the_list_replaces(page: str) -> None:
    wrong = re.compile("|".join(rf"\b{re.escape(each)}\b" for each in words_of(LIST)), re.IGNORECASE)
    met = [(key, found[0]) for key, text in texts(page, "nl") if (found := wrong.search(text))]
    assert met == []


def test_the_list_itself_would_be_noticed() -> None:
    wrong = re.compile("|".join(rf"\b{re.escape(each)}\b" for each in words_of(LIST)), re.IGNORECASE)
    assert wrong.search("Geen resultaten.")
    assert wrong.search("U kunt dit Valideren en Deployen.")


def test_every_key_is_said_somewhere() -> None:
    said = "\n".join(
        each.read_text("utf-8") for room in ("desk", "review") for kind in SAYING for each in (ROOMS / room).rglob(kind)
    )
    whole = set(WHOLE.findall(said))
    forms = {".+".join(map(re.escape, re.split(r"\{[^{}]*\}", begun + rest))) for begun, rest in BUILT.findall(said)}
    forms |= {re.escape(each) + ".+" for each in BEGUN.findall(said)}
    forms |= {".+" + re.escape(each) for each in ENDED.findall(said)}
    known = re.compile("|".join(sorted(forms)))
    silent = [(page, key) for page in SPOKEN for key in words_of(page) if key not in whole and not known.fullmatch(key)]
    assert silent == []


@pytest.mark.parametrize("page", sorted(each.name for each in TEMPLATES.iterdir() if each.is_dir()))
def test_every_key_that_a_template_names_has_words(page: str) -> None:
    known = words_of(page).keys() | words_of("common").keys()
    named = {key for each in (TEMPLATES / page).glob("*.j2") for key in NAMED.findall(each.read_text("utf-8"))}
    assert named <= known, named - known


def _all(said: Any) -> list[str]:
    return list(said.values()) if isinstance(said, dict) else [said]

"""The catalogue keeps its own rules: complete, twofold, at language level B1, each code once."""

import re
from pathlib import Path
from shutil import copytree

import pytest
import yaml

from gateway.catalogue import Catalogue, Code, Kind, Text, UnknownCode
from gateway.catalogue.catalogue import BRIEF, FILES, LANGUAGES
from gateway.model.codes import Outcome
from gateway.model.erasure import ErasureReason
from gateway.model.record import RecordClass

CATALOGUE = Catalogue.load()
LONGEST = 15
FORBIDDEN = ("honoreren", "wegens", "middels", "teneinde", "valideren", "deployen", "gelieve", "merkle", "leaf")


@pytest.fixture
def folder(root: Path, tmp_path: Path) -> Path:
    return Path(copytree(root / "gateway/catalogue/codes", tmp_path / "codes"))


def sentences(text: Text) -> list[str]:
    return [part for said in (text.sentence, text.cause, text.next) for part in re.split(r"(?<=[.?])\s+", said) if part]


@pytest.mark.parametrize("code", CATALOGUE.values(), ids=lambda code: code.code)
def test_words_are_plain_in_both_languages(code: Code) -> None:
    for language in LANGUAGES:
        text = code.text(language)
        assert text.title
        assert not text.title.endswith(".")
        for sentence in sentences(text):
            assert sentence.endswith((".", "?")), sentence
            assert len(sentence.split()) <= LONGEST, sentence
            assert not [word for word in FORBIDDEN if word in sentence.lower()]
    assert code.nl.sentence != code.en.sentence


@pytest.mark.parametrize("code", CATALOGUE.values(), ids=lambda code: code.code)
def test_what_needs_a_next_step_has_one(code: Code) -> None:
    complete = all((code.nl.cause, code.nl.next, code.en.cause, code.en.next))
    assert complete or code.kind in BRIEF
    assert bool(code.nl.next) == bool(code.en.next)
    assert (code.status is not None) == (code.kind in (Kind.PROBLEM, Kind.FAULT))


@pytest.mark.parametrize("name", FILES)
def test_no_code_stands_twice_in_a_file(root: Path, name: str) -> None:
    text = (root / "gateway/catalogue/codes" / name).read_text("utf-8")
    heads = re.findall(r"^([^\s#][^:]*):", text, re.MULTILINE)
    assert len(heads) == len(set(heads)) == len(CATALOGUE.of(FILES[name]))


def test_every_file_is_read(root: Path) -> None:
    assert {path.name for path in (root / "gateway/catalogue/codes").iterdir()} == set(FILES)


def test_closed_vocabularies_of_the_model_have_their_words() -> None:
    assert {code.code for code in CATALOGUE.of(Kind.EVENT)} == set(RecordClass)
    assert {code.code for code in CATALOGUE.of(Kind.ERASURE)} == set(ErasureReason)
    assert set(Outcome) <= {code.code for code in CATALOGUE.of(Kind.OUTCOME)}


def test_an_unknown_code_is_told(folder: Path) -> None:
    with pytest.raises(UnknownCode):
        CATALOGUE["no-such-code"]
    assert "no-such-code" not in CATALOGUE
    assert list(Catalogue.load(folder)) == list(CATALOGUE)


@pytest.mark.parametrize(
    ("name", "code", "change", "told"),
    [
        ("reasons.yaml", "feit-ontbreekt", {"en": None}, "words are lacking"),
        ("reasons.yaml", "feit-ontbreekt", {"status": 400}, "have a status"),
        ("reasons.yaml", "feit-ontbreekt", {"colour": "red"}, "unknown members"),
        ("reasons.yaml", "feit-ontbreekt", {"nl": {"title": "x", "sentence": "x."}}, "a cause and a next step"),
        ("problems.yaml", "not-found", {"status": None}, "have a status"),
        ("hints.yaml", "feit-ontbreekt", {}, "stands twice"),
    ],
)
def test_a_broken_catalogue_does_not_load(
    folder: Path, name: str, code: str, change: dict[str, object], told: str
) -> None:
    file = folder / name
    data = yaml.safe_load(file.read_text("utf-8"))
    words = {"title": "x", "sentence": "x.", "cause": "x.", "next": "x."}
    data[code] = data.get(code, {"nl": words, "en": words}) | change
    file.write_text(yaml.safe_dump(data), "utf-8")
    with pytest.raises(ValueError, match=told):
        Catalogue.load(folder)

"""The letter: one text in three files, whatever the registers call an organisation, in two languages and two sizes."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest

from gateway.catalogue import Catalogue
from gateway.catalogue.catalogue import LANGUAGES
from gateway.desk.letters import files
from gateway.desk.letters.text import Words, text
from gateway.desk.locale import Locale
from gateway.facts.dictionary import CATEGORIES
from gateway.model.codes import Tenant
from gateway.model.record import RecordClass
from gateway.review.level import Seal
from gateway.review.subject.letter import Letter, Party, Row
from tests.support.pdf import text_of

NASTY = '#panic("x") *vet* $a$ <script>alert(1)</script> @ref \\u{41} `q` [d] // {{ 7 * 7 }}'
NAMES = {"1": "Gemeente Voorbeeldstad", "2": "Reclassering Oost", "3": NASTY}
LOCALE, CATALOGUE = Locale.load(), Catalogue.load()
WORDS = Words(LOCALE, CATALOGUE, lambda oin: NAMES.get(oin, oin), {Tenant.ZVH: "Loket, tel. 14 000"})
MADE = datetime(2026, 11, 21, 10, tzinfo=UTC)
ROW = Row(
    record="0193f000-0000-7000-8000-000000000001",
    at=datetime(2026, 11, 4, 9, 12, tzinfo=UTC),
    kind=RecordClass.VERSTREKKING,
    fields=("adres_huidig", "toezicht_voorwaarden"),
    refused=(),
    activity="opvragen",
    tasks=("Wmo 2.3.2",),
    basis="wgs.zvh.casusoverleg",
    articles=("WGS 1.5", "WGS 2.31(5)"),
    reasons=(),
    requester="1",
    recipient="1",
    holder="2",
    fetched=True,
    collected_at=None,
)
REFUSED = replace(ROW, kind=RecordClass.WEIGERING, reasons=("geen-deelnemer",), requester="3", recipient="3")
SEAL = Seal(2026, 48213, "sluis.localhost/zvh/2026\n48213\n" + "q83v" * 10 + "q80=" + "\n\n")
LETTER = Letter(
    number="2026-031",
    tenant=Tenant.ZVH,
    language="nl",
    received_on=date(2026, 10, 31),
    made_on=date(2026, 11, 21),
    given=(
        Party("1", (ROW, replace(ROW, refused=("medicatie",)))),
        Party("2", (replace(ROW, recipient="2", holder="3"),)),
    ),
    asked=(Party("3", (REFUSED,)),),
    total=7,
    withheld=2,
    erased=1,
    seals=(SEAL,),
)
NOTHING = replace(LETTER, given=(), asked=(), total=0, withheld=0, erased=0)


def leaves(said: Any) -> list[str]:
    """Every text in what a letter says, save its language, and the foot of a page."""
    if isinstance(said, dict):
        return [each for name, value in said.items() if name not in ("lang", "hint", "page") for each in leaves(value)]
    if isinstance(said, list):
        return [each for value in said for each in leaves(value)]
    return [said] if isinstance(said, str) else []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("letter", [LETTER, NOTHING], ids=["lines", "nothing"])
def test_pdf_and_page_say_all_of_it(letter: Letter, language: str, large: bool) -> None:
    said = text(WORDS, replace(letter, language=language), large=large)
    written = text_of(files.pdf(said, MADE))
    page = files.page(said).decode()
    for each in leaves(said):
        assert "".join(each.split()) in written
        assert each.translate(ESCAPED) in page


ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"})


def test_the_pdf_is_tagged_and_says_its_language_and_title() -> None:
    pdf = files.pdf(text(WORDS, LETTER), MADE)
    for part in (b"<pdfuaid:part>1<", b"/MarkInfo", b"/StructTreeRoot", b"/Lang(nl)", b"/DisplayDocTitle true"):
        assert part in pdf
    kinds = re.findall(rb"/S ?/(\w+)", pdf)
    assert kinds.count(b"H1") == 1
    assert {b"H2", b"H3", b"Table", b"THead", b"TH", b"TD"} <= set(kinds)
    assert '<rdf:li xml:lang="x-default">Wie vroeg en kreeg uw gegevens</rdf:li>' in pdf.decode("latin-1")


def test_the_same_letter_gives_the_same_bytes() -> None:
    said = text(WORDS, LETTER)
    assert files.pdf(said, MADE) == files.pdf(said, MADE)
    assert b"/CreationDate(D:20261121100000Z)" in files.pdf(said, MADE)
    assert files.page(said) == files.page(said)
    assert files.document(LETTER, said) == files.document(LETTER, said)


def test_the_page_loads_and_runs_nothing() -> None:
    page = files.page(text(WORDS, LETTER)).decode()
    assert not re.findall(r"<script|<link|<img|<iframe| src=| href=|url\(|@import| on\w+=| style=", page)
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert '<html lang="nl">' in page


def test_a_page_in_large_type_has_no_tables() -> None:
    page = files.page(text(WORDS, LETTER, large=True)).decode()
    assert "<table" not in page
    assert 'class="large"' in page


def test_counts_are_in_the_opening_and_reasons_are_not() -> None:
    said = text(WORDS, LETTER)
    assert (
        "7 regels over u. In deze brief ziet u 4 regels. 2 regels laten wij u nu niet zien. Van 1 regel"
        in said["opening"][1]
    )
    one = text(WORDS, replace(LETTER, withheld=0, erased=0))
    assert "Wat u niet ziet" in [section["heading"] for section in said["sections"]]
    assert "Wat u niet ziet" not in [section["heading"] for section in one["sections"]]


def test_what_became_of_a_disclosure_is_told() -> None:
    pushed = replace(ROW, recipient="2", holder="1", fetched=False)
    later = replace(pushed, collected_at=datetime(2026, 11, 5, 8, 0, tzinfo=UTC), fetched=True)
    letter = replace(LETTER, given=(Party("2", (pushed, later)),))
    first, second = text(WORDS, letter)["sections"][0]["parties"][0]["rows"]
    assert "Niet opgehaald." in first[0]
    assert "Opgehaald op 5 november 2026, 09:00." in second[0]
    assert "Gemeente Voorbeeldstad liet dit sturen." in first[2]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (RecordClass.WEIGERING, "Niet gegeven, want: geen deelnemer."),
        (RecordClass.PROEF, "Alleen gevraagd of het mag. Er is niets gegeven."),
        (RecordClass.STORING, "Er ging iets mis. Er is niets gegeven."),
    ],
)
def test_an_attempt_that_gave_nothing_says_why(kind: RecordClass, told: str) -> None:
    letter = replace(LETTER, asked=(Party("3", (replace(REFUSED, kind=kind),)),))
    [row] = text(WORDS, letter)["sections"][1]["parties"][0]["rows"]
    assert told in row[2]


def test_where_to_turn_to_is_a_setting_and_the_contact_point_without_it() -> None:
    assert "U kunt hiermee terecht bij: Loket, tel. 14 000." in leaves(text(WORDS, LETTER))
    plain = Words(LOCALE, CATALOGUE, NAMES.get, {})
    assert "U kunt hiermee terecht bij: Contactpunt van het Zorg- en Veiligheidshuis." in leaves(text(plain, LETTER))


def test_every_kind_of_data_and_every_way_has_words() -> None:
    for language in LANGUAGES:
        for category in CATEGORIES:
            assert LOCALE.text("letter", language, f"category.{category}")
        assert WORDS.kinds(tuple(WORDS.fields), language)
    assert len({each["category"] for each in WORDS.fields.values()}) == len(WORDS.kinds(tuple(WORDS.fields), "nl"))


def test_the_json_has_codes_beside_the_words() -> None:
    said = text(WORDS, LETTER)
    found = orjson.loads(files.document(LETTER, said))
    assert found["given"][0]["oin"] == "1"
    assert found["given"][0]["lines"][0]["fields"] == ["adres_huidig", "toezicht_voorwaarden"]
    assert found["letter"] == said
    assert found["seals"][0]["checkpoint"] == SEAL.checkpoint


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_short(language: str) -> None:
    """B1: at most so many words, counted over what the letter itself says."""
    letter = replace(LETTER, language=language)
    prose = [each for section in text(WORDS, letter)["sections"] for each in section["paragraphs"]]
    prose += text(WORDS, letter)["opening"]
    sentences = [each for paragraph in prose for each in re.split(r"(?<=[.?:])\s", paragraph)]
    assert [each for each in sentences if len(each.split()) > 16] == []

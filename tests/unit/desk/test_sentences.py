"""What a filter means, said as one sentence in both languages."""

from datetime import UTC, date, datetime

import pytest

from gateway.catalogue import Catalogue
from gateway.catalogue.catalogue import Language
from gateway.desk.lists.labels import Labels
from gateway.desk.lists.sentences import period, sentence
from gateway.desk.locale import Locale
from gateway.model.record import RecordClass
from gateway.review.filter import FACETS, Filter
from gateway.review.level import Level, Seal
from gateway.review.line import REQUESTS

NAMES = {"00000001800000001000": "Gemeente Voorbeeldstad", "00000001800000005000": "GGZ Noord"}
LEVEL = Level({2026: Seal(2026, 1, "log.example/zvh/2026\n1\nAAAA\n")}, datetime(2026, 11, 25, 13, 0, tzinfo=UTC))


def labels(language: Language) -> Labels:
    catalogue, locale = Catalogue.load(), Locale.load()

    def text(key: str, **values: object) -> str:
        return locale.text("lines", language, key, **values)

    def title(code: str) -> str:
        return catalogue[code].text(language).title if code in catalogue else code

    return Labels(language, text, title, lambda oin: NAMES.get(oin, oin))


NL, EN = labels("nl"), labels("en")


@pytest.mark.parametrize(
    ("filter", "dutch", "english"),
    [
        (Filter(), "Alle verzoeken.", "All requests."),
        (Filter.of(soort="weigering"), "Weigeringen.", "Refusals."),
        (
            Filter.of(soort=["verstrekking", "proef"], besluit=["geweigerd", "gedeeltelijk"]),
            "Proeven en verstrekkingen, met als besluit gedeeltelijk toegestaan of geweigerd.",
            "Dry runs and disclosures, decided as partly granted or refused.",
        ),
        (
            Filter.of(aanvrager="00000001800000005000", bronhouder="00000001800000001000", fase=["3", "geen"]),
            "Verzoeken, gevraagd door GGZ Noord, gevraagd bij Gemeente Voorbeeldstad, "
            "van AVE-fase: Fase 3 of Zonder fase.",
            "Requests, asked by GGZ Noord, asked of Gemeente Voorbeeldstad, of AVE phase: Phase 3 or Without a phase.",
        ),
        (
            Filter.of(tijd="buiten-kantoortijd", opgehaald="nee", vlag="ja", beoordeeld="nee"),
            "Verzoeken, buiten kantoortijd, die nog niet zijn opgehaald, die nog niet zijn beoordeeld, met een vlag.",
            "Requests, outside office hours, that were not collected yet, that were not judged yet, with a flag.",
        ),
        (
            Filter(case="ZVH-2026-0417", subject="ABCDEFGH", records=("x", "y")),
            "Verzoeken, in casus ZVH-2026-0417, over betrokkene ABCDEFGH, van 2 aangewezen regels.",
            "Requests, in case ZVH-2026-0417, about data subject ABCDEFGH, of 2 records that were pointed out.",
        ),
        (
            Filter.of(gegevens=["gezondheid", "inkomen", "relaties"], verstrekt="gezondheid"),
            "Verzoeken, waarin is gevraagd naar gezondheid, inkomen of relaties met gezin en directe contacten, "
            "waarin is gegeven: gezondheid.",
            "Requests, that ask for health, income or relations with family and direct contacts, "
            "in which was given: health.",
        ),
        (
            Filter.of(reden="niet-betrokken-bij-casus", beleid="sha256:9f3a00112233445566"),
            "Verzoeken, met als reden niet betrokken bij deze casus, onder beleidsversie 9f3a00112233.",
            "Requests, with reason not involved in this case, under policy revision 9f3a00112233.",
        ),
    ],
)
def test_a_filter_is_one_sentence(filter: Filter, dutch: str, english: str) -> None:
    assert sentence(filter, NL) == dutch
    assert sentence(filter, EN) == english


@pytest.mark.parametrize(
    ("filter", "dutch"),
    [
        (Filter(), "Periode: alles tot en met 25 november 2026, 14:00."),
        (
            Filter(since=date(2026, 10, 1), until=date(2026, 10, 30)),
            "Periode: van 1 oktober 2026 tot en met 30 oktober 2026.",
        ),
        (Filter(since=date(2026, 10, 1)), "Periode: van 1 oktober 2026 tot en met 25 november 2026, 14:00."),
        (Filter(until=date(2026, 10, 30)), "Periode: alles tot en met 30 oktober 2026."),
        (
            Filter(after=datetime(2026, 11, 17, 8, tzinfo=UTC), since=date(2026, 1, 1)),
            "Periode: van 17 november 2026, 09:00 tot en met 25 november 2026, 14:00.",
        ),
    ],
)
def test_the_days_are_always_told(filter: Filter, dutch: str) -> None:
    assert period(filter, LEVEL, NL) == dutch


def test_a_log_with_nothing_in_it_has_no_days() -> None:
    assert period(Filter(), Level(), NL) == "Periode: er is nog niets vastgelegd."


CLOSED = {
    "besluit": ("toegestaan", "gedeeltelijk", "geweigerd", "geen", "gewist", "beschadigd"),
    "soort": tuple(RecordClass),
    "fase": ("1", "4", "geen"),
    "tijd": ("kantoortijd", "buiten-kantoortijd"),
    "opgehaald": ("ja", "nee", "direct"),
    "beoordeeld": ("ja", "nee"),
    "vlag": ("ja", "nee"),
}


@pytest.mark.parametrize("language", [NL, EN], ids=["nl", "en"])
def test_every_facet_and_every_value_that_is_ours_has_words(language: Labels) -> None:
    for facet in FACETS:
        assert language.facet(facet)
        for value in CLOSED.get(facet, ("een-code",)):
            assert language.value(facet, value)
            assert sentence(Filter.of(**{facet: value}), language).endswith(".")
    assert {str(each) for each in REQUESTS} < set(CLOSED["soort"])

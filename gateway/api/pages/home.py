"""The front door: what this is, and where to go."""

from gateway.api.pages.frame import Page, text
from gateway.catalogue.catalogue import Language

_WORDS: dict[Language, tuple[str, tuple[str, ...], tuple[tuple[str, str, str], ...]]] = {
    "nl": (
        "Gegevens delen zoals de wet het toestaat",
        (
            "Een partner vraagt, de wet beslist.",
            "Wat mag, wordt beperkt tot wat nodig is, verzegeld en vastgelegd. Dan pas wordt het verstrekt.",
            "Ook een weigering wordt vastgelegd. Iedereen kan het logboek controleren.",
        ),
        (
            ("/docs", "API", "Hoe u vraagt, wat u terugkrijgt, met voorbeelden."),
            ("/codes", "Codes", "Wat elke code betekent, waarom u haar kreeg en wat u kunt doen."),
            ("/v1/dictionary", "Woordenboek", "Welke velden er zijn en in welke categorie ze vallen."),
            ("/v1/logs", "Logboeken", "Welke logboeken er zijn en met welke sleutel u ze controleert."),
            ("/readyz", "Toestand", "Of de gateway nu verzoeken kan beantwoorden."),
        ),
    ),
    "en": (
        "Sharing data as the law allows it",
        (
            "A partner asks, the law decides.",
            "What is allowed is limited to what is needed, sealed and recorded. Only then is it released.",
            "A refusal is recorded too. Everybody can check the log.",
        ),
        (
            ("/docs", "API", "How you ask, what you get back, with examples."),
            ("/codes", "Codes", "What each code means, why you got it and what you can do."),
            ("/v1/dictionary", "Dictionary", "Which fields there are and which category they fall in."),
            ("/v1/logs", "Logs", "Which logs there are and the key to check them with."),
            ("/readyz", "State", "Whether the gateway can answer requests now."),
        ),
    ),
}


def home_page(language: Language) -> Page:
    title, sentences, places = _WORDS[language]
    paragraphs = "".join(f"<p>{text(sentence)}</p>" for sentence in sentences)
    links = "".join(f'<dt><a href="{path}">{name}</a></dt><dd>{text(said)}</dd>' for path, name, said in places)
    return Page("/", language, title, f"{paragraphs}<dl>{links}</dl>")

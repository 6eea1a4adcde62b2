"""What keeps a folder of policies from being read, told in Dutch with its line and what to do about it.

Rule: `bundle` and `yaml` say it in their own words, for every reader; here stands what those mean to a privacy officer.
What is not listed is told as it came.
"""

_DUTCH = {
    "a value that could be read in two ways: quote it": (
        "een waarde die op twee manieren te lezen is",
        'Zet haar tussen aanhalingstekens: een dag als "2026-01-01", een woord als "no".',
    ),
    "a key that is no text: quote it": ("een naam die geen tekst is", "Zet de naam tussen aanhalingstekens."),
    "a key twice": ("een naam die er al staat", "Haal een van de twee weg."),
    "an anchor, an alias or a tag": (
        "een anker (&), verwijzing (*) of label (!)",
        "Schrijf het uit, of zet er aanhalingstekens om.",
    ),
    "not YAML": (
        "geen geldige YAML",
        "Controleer haken, aanhalingstekens, dubbele punten en inspringen; gebruik geen tabs.",
    ),
    "empty": ("het bestand is leeg", "Vul het in of verwijder het."),
    "not a mapping": ("er staan geen regels als `naam: waarde`", "Schrijf elke regel als `naam: waarde`."),
    "neither Rego nor data.yaml nor data.json": (
        "hier horen alleen .rego, data.yaml en data.json",
        "Verwijder dit bestand of geef het zijn goede naam.",
    ),
    "a link or a special file": ("een koppeling of een bijzonder bestand", "Zet het bestand zelf hier."),
    "a second data file in one folder": ("een tweede gegevensbestand in een map", "Houd er een over."),
    "not UTF-8": ("geen UTF-8", "Sla het bestand op als UTF-8."),
    "no Rego file": ("er staat geen enkel .rego-bestand", "Noem de map met regels, of die waar rules/ in staat."),
}


def told(log: str) -> tuple[str, int, str, str]:
    """File (`.`: the folder), line, what is wrong and what to do, of the `log` of a `BrokenBundle`."""
    path, _, why = log.partition(": ")
    number, _, rest = why.removeprefix("line ").partition(": ")
    line, why = (int(number), rest) if why.startswith("line ") and number.isdigit() else (1, why)
    return path, line, *_DUTCH.get(why, (why, "Herstel of verwijder dit bestand."))

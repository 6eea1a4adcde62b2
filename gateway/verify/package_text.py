"""What the verifier says of an evidence package, in Dutch and English: the verdict, then the evidence of each log."""

from __future__ import annotations

from .command_text import evidence_verdict
from .package_verdict import VerifiedPackage
from .trust import Reader

TEXT = {
    "nl": {
        "good": "ECHT: dit bewijspakket klopt: {records}, {files} bestanden.",
        "one": "1 logregel",
        "more": "{count} logregels",
        "made": "gemaakt op",
        "signed": "getekend door",
        "unseen": "Niet gecontroleerd: of dit het log is dat u eerder zag; uw zegel is van een ander log.",
        "opened": "Let op: de inhoud van regels is geopend; het pakket bevat gegevens over personen.",
    },
    "en": {
        "good": "GENUINE: this evidence package holds: {records}, {files} files.",
        "one": "1 record",
        "more": "{count} records",
        "made": "made at",
        "signed": "signed by",
        "unseen": "Not checked: whether this is the log that you saw before; your checkpoint is of another log.",
        "opened": "Note: bodies of records are opened; the package holds data about people.",
    },
}


def package_verdict(verified: VerifiedPackage, reader: Reader, lang: str) -> list[str]:
    """What a package proves."""
    text, count = TEXT[lang], verified.records
    records = text["one"] if count == 1 else text["more"].format(count=count)
    lines = [text["good"].format(records=records, files=len(verified.manifest.files))]
    lines += [text["unseen"]] if verified.unseen else []
    lines += [text["opened"]] if verified.manifest.bodies else []
    lines.append(f"  {text['made'] + ':':17}{verified.manifest.made}")
    lines.append(f"  {text['signed'] + ':':17}{', '.join(f'{key.name} ({key.id.hex()})' for key in verified.signed)}")
    for log in verified.logs:
        lines += evidence_verdict(log, reader, lang)
    return lines

"""What can be wrong with a whole log, an export or an evidence file, as one class each.

VerificationError
├── Unreadable              a file of a log is missing, is no plain file, or cannot be read
├── StrayFile               a file that does not belong in an export
├── RecordMisfiled          what stands beside a record, and under no hash, is not what the record says
├── FileChanged             a file is not the one whose sum was written down
├── UnnamedSignature        a signature of nobody whom the reader or the log names
├── MalformedEntries        a bundle of entries or bodies cannot be taken apart
├── RecordChanged           a record is not the one that the tree holds
├── TileChanged             a tile does not follow from what lies below it
├── RootDiffers             records and tiles agree with each other, not with the checkpoint
├── RecordTwice             two records have one id
├── WrongStatement          the statement of an act or an erasure is missing, or is another one
├── WrongLink               a year does not begin or end as its log says
├── BodyMissing             a body is gone and no erasure says so
├── BodyKeyMissing          the key of a body is gone and no erasure says so
├── RolledBack              the log is smaller than the reader saw it
├── Forked                  the log has another past than the reader saw
├── MalformedStamp          a time stamp cannot be read
├── WrongStamp              a time stamp does not hold
├── MalformedEvidence       an evidence file cannot be read
└── MalformedPackage        an evidence package cannot be read
"""

from __future__ import annotations

from ..errors import VerificationError


class Unreadable(VerificationError):
    code = "archive-unreadable"
    nl = "Een bestand van het log ontbreekt, is geen gewoon bestand of is niet te lezen."
    en = "A file of the log is missing, is no plain file, or cannot be read."


class StrayFile(VerificationError):
    code = "archive-stray-file"
    nl = "Er staat een bestand tussen dat niet bij het log hoort."
    en = "There is a file that does not belong to the log."


class RecordMisfiled(VerificationError):
    code = "record-misfiled"
    nl = "Bij een regel staat een ander nummer of een andere bewaardag dan die regel heeft."
    en = "Another number or another day of keeping stands beside a record than the record has."


class FileChanged(VerificationError):
    code = "archive-file-changed"
    nl = "Een bestand is veranderd sinds het is weggeschreven."
    en = "A file was changed since it was written."


class UnnamedSignature(VerificationError):
    code = "signature-unnamed"
    nl = "Onder het zegel staat een handtekening van iemand die niemand noemt."
    en = "The checkpoint carries a signature of somebody whom nobody names."


class QuorumMissing(VerificationError):
    code = "quorum-missing"
    nl = "Er zetten minder getuigen hun handtekening onder het zegel dan u vraagt."
    en = "Fewer witnesses cosigned the checkpoint than you ask."


class MalformedEntries(VerificationError):
    code = "entries-malformed"
    nl = "Een bestand met logregels of inhoud is niet leesbaar: de vorm klopt niet."
    en = "A file of records or bodies cannot be read: its form is wrong."


class RecordChanged(VerificationError):
    code = "record-changed"
    nl = "Een logregel is veranderd: zij is niet de regel die in het log is verzegeld."
    en = "A record was changed: it is not the one that was sealed in the log."


class TileChanged(VerificationError):
    """`below`: the first record under the hash that differs; nothing is said to be wrong with it."""

    below: int | None = None
    code = "tile-changed"
    nl = "Een tegel van de boom is veranderd: zij volgt niet uit de logregels."
    en = "A tile of the tree was changed: it does not follow from the records."


class RootDiffers(VerificationError):
    code = "root-differs"
    nl = "De logregels zijn niet de regels van dit zegel."
    en = "The records are not those of this checkpoint."


class RecordTwice(VerificationError):
    code = "record-twice"
    nl = "Twee logregels hebben hetzelfde kenmerk."
    en = "Two records have the same id."


class WrongStatement(VerificationError):
    code = "statement-wrong"
    nl = "De verklaring bij een logregel ontbreekt of is niet de verklaring die is vastgelegd."
    en = "The statement of a record is missing, or is not the one that was logged."


class WrongLink(VerificationError):
    code = "year-link-wrong"
    nl = "Het jaar sluit niet aan: het log begint of eindigt niet zoals het zou moeten."
    en = "The years do not join: the log does not begin or end as it should."


class BodyMissing(VerificationError):
    code = "body-missing"
    nl = "De inhoud van een logregel is weg, en geen enkele vastgelegde wissing zegt dat."
    en = "The body of a record is gone, and no recorded erasure says so."


class BodyKeyMissing(VerificationError):
    code = "body-key-missing"
    nl = "De sleutel van een inhoud is weg, en geen enkele vastgelegde wissing zegt dat."
    en = "The key of a body is gone, and no recorded erasure says so."


class RolledBack(VerificationError):
    code = "log-rolled-back"
    nl = "Het log is kleiner dan u het eerder zag: er zijn regels weggehaald."
    en = "The log is smaller than you saw it before: records were removed."


class Forked(VerificationError):
    code = "log-forked"
    nl = "Het log heeft een ander verleden dan u eerder zag."
    en = "The log has another past than the one that you saw before."


class MalformedStamp(VerificationError):
    code = "stamp-malformed"
    nl = "Het tijdstempel is niet leesbaar: de vorm klopt niet."
    en = "The time stamp cannot be read: its form is wrong."


class WrongStamp(VerificationError):
    code = "stamp-wrong"
    nl = "Het tijdstempel klopt niet."
    en = "The time stamp does not hold."


class MalformedEvidence(VerificationError):
    code = "evidence-malformed"
    nl = "Het bewijsbestand is niet leesbaar: de vorm klopt niet."
    en = "The evidence file cannot be read: its form is wrong."


class MalformedPackage(VerificationError):
    code = "package-malformed"
    nl = "Het bewijspakket is niet leesbaar: de vorm klopt niet."
    en = "The evidence package cannot be read: its form is wrong."

"""Why something does not verify, as one class each.

    VerificationError
    ├── MalformedKey            a verifier key cannot be read
    ├── MalformedNote           a signed note cannot be read
    ├── UnknownSigner           nobody whom we trust signed
    ├── BadSignature            the signature of a key that we trust is wrong
    ├── MalformedPolicy         a policy of witnesses cannot be read
    ├── MalformedCheckpoint     the signed text is not a checkpoint
    ├── WrongOrigin             a checkpoint of another log than the key, the leaf or the reader says
    ├── MalformedReceipt        a receipt cannot be read
    ├── MalformedLeaf           the logged line cannot be read
    ├── NotIncluded             the line does not stand in the log at that place
    ├── NotConsistent           the log did not only grow
    ├── NothingReleased         the record says that nothing was released, yet there is an answer
    ├── OtherAnswer             the receipt belongs to another answer
    ├── WrongBody               the sealed body is not the one that was logged
    └── …                       what is wrong with a whole log: archive/errors.py

Each has a stable `code` and a sentence in Dutch and English; the exception's text adds the detail. `record` and `file`
say where it went wrong, where that is known.
"""

from __future__ import annotations

from typing import ClassVar, Self


class VerificationError(Exception):
    """What was checked did not hold. `str(error)` is a detail in English for an engineer.

    `record` is the index of the record at fault, `file` the path of the file within its export; None where not known.
    """

    code: ClassVar[str]
    nl: ClassVar[str]
    en: ClassVar[str]
    record: int | None = None
    file: str | None = None

    def at(self, *, record: int | None = None, file: str | None = None) -> Self:
        """Say where it went wrong, unless somebody nearer already did."""
        self.record = record if self.record is None else self.record
        self.file = file if self.file is None else self.file
        return self


class MalformedKey(VerificationError):
    code = "verifier-key-malformed"
    nl = "De controlesleutel is niet leesbaar."
    en = "The verifier key cannot be read."


class MalformedNote(VerificationError):
    code = "note-malformed"
    nl = "Het zegel is niet leesbaar: de vorm klopt niet."
    en = "The signed note cannot be read: its form is wrong."


class UnknownSigner(VerificationError):
    code = "signer-unknown"
    nl = "Het zegel is door geen van de opgegeven sleutels gezet."
    en = "None of the given keys signed the checkpoint."


class BadSignature(VerificationError):
    code = "signature-bad"
    nl = "De handtekening onder het zegel klopt niet."
    en = "The signature of the checkpoint is wrong."


class MalformedPolicy(VerificationError):
    code = "policy-malformed"
    nl = "Het beleid over getuigen is niet leesbaar: de vorm klopt niet."
    en = "The policy of witnesses cannot be read: its form is wrong."


class MalformedCheckpoint(VerificationError):
    code = "checkpoint-malformed"
    nl = "Wat ondertekend is, is geen zegel van een log."
    en = "What was signed is not the checkpoint of a log."


class WrongOrigin(VerificationError):
    code = "origin-wrong"
    nl = "Het zegel is van een ander log."
    en = "The checkpoint is of another log."


class MalformedReceipt(VerificationError):
    code = "receipt-malformed"
    nl = "Het ontvangstbewijs is niet leesbaar: de vorm klopt niet."
    en = "The receipt cannot be read: its form is wrong."


class MalformedLeaf(VerificationError):
    code = "leaf-malformed"
    nl = "De logregel in het ontvangstbewijs is niet leesbaar."
    en = "The logged line in the receipt cannot be read."


class NotIncluded(VerificationError):
    code = "not-included"
    nl = "De logregel staat niet op deze plaats in het verzegelde log."
    en = "The logged line does not stand at this place in the sealed log."


class NotConsistent(VerificationError):
    code = "not-consistent"
    nl = "Het log is niet alleen gegroeid: er is iets veranderd of weggehaald."
    en = "The log did not only grow: something was changed or removed."


class NothingReleased(VerificationError):
    code = "nothing-released"
    nl = "Volgens de logregel is er niets verstrekt; dit antwoord hoort er niet bij."
    en = "The record says that nothing was released; this answer does not belong to it."


class OtherAnswer(VerificationError):
    code = "other-answer"
    nl = "Het ontvangstbewijs hoort bij een ander antwoord."
    en = "The receipt belongs to another answer."


class WrongBody(VerificationError):
    code = "body-wrong"
    nl = "De versleutelde inhoud is niet wat er is vastgelegd."
    en = "The sealed body is not what was logged."

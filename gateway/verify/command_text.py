"""What the verifier says, in Dutch and English: one verdict, then what it rests on, then what was not checked."""

from __future__ import annotations

from collections.abc import Iterable

from .archive.judge import VerifiedLog
from .errors import VerificationError
from .evidence_verdict import ProvedRecord, VerifiedEvidence
from .keys import VerifierKey
from .policy import Quorum
from .receipt import VerifiedReceipt
from .trust import Reader, Signed

TEXT = {
    "nl": {
        "good": "ECHT: dit ontvangstbewijs klopt.",
        "good_answer": "ECHT: dit ontvangstbewijs klopt en hoort bij dit antwoord.",
        "good_log": "ECHT: dit log klopt, van de eerste tot en met de laatste van {size} logregels.",
        "good_seen": "ECHT: dit log klopt, van de eerste tot en met de laatste van {size} logregels, en groeide "
        "alleen sinds u het zag ({seen}).",
        "good_evidence": "ECHT: dit bewijs klopt: {size} logregels.",
        "good_evidence_one": "ECHT: dit bewijs klopt: 1 logregel.",
        "bad": "NIET ECHT: {sentence}",
        "unreadable": "NIET GECONTROLEERD: {path} is niet te lezen ({reason}).",
        "no_key": "NIET GECONTROLEERD: geef de controlesleutel van het log met --key, --keys of --policy.",
        "unasked": "NIET GECONTROLEERD: {option} kan voor dit bestand niet worden nagegaan.",
        "interrupted": "NIET GECONTROLEERD: onderbroken voordat alles bekeken was.",
        "broke": "NIET GECONTROLEERD: de controle kon niet worden afgemaakt ({reason}).",
        "simulation": "Let op: een simulatie; er is niets over een bestaand mens verstrekt.",
        "unchecked": "Niet gecontroleerd: of het bij uw antwoord hoort; geef dat met --released.",
        "no_seen": "Niet gecontroleerd: of het log hetzelfde verleden heeft als u eerder zag; bewaar het zegel met "
        "--save en geef het de volgende keer met --seen.",
        "unseen": "Niet gecontroleerd: of dit het log is dat u eerder zag; het heeft geen zegel van die grootte.",
        "no_policy": "Niet gecontroleerd: of genoeg getuigen het zegel zagen; geef uw getuigenbeleid met --policy.",
        "unrooted": "Niet gecontroleerd: of de tijdstempels van een dienst zijn die u vertrouwt; geef --roots.",
        "unsummed": "Let op: zonder het bestand sums is niet te zien of keys, policy en sleutelnummers veranderd zijn.",
        "unnamed": "Niet gecontroleerd: de handtekeningen van {about}; hun sleutels staan niet bij het log.",
        "keyless": "Niet gecontroleerd: een handtekening van {about}; de sleutel daarvan gaf u niet.",
        "erased-later": "Let op: inhoud is gewist door een logregel van een later jaar; controleer ook dat log.",
        "time-back": "Let op: de tijd loopt terug bij {about}.",
        "labels": ("logregel", "soort", "tijd", "verzoek", "beleidsversie", "log", "zegel over"),
        "entries": "{size} regels",
        "log": "log",
        "times": "tijd",
        "signed": "getekend door",
        "witnessed": "getuigen",
        "bodies": "inhoud",
        "bodies_of": "{bodies} vergeleken, {opened} geopend, {erased} gewist",
        "closed": "afgesloten met de laatste logregel",
        "state": "jaar",
        "stamps": "tijdstempels",
        "stamps_of": "{count}, de laatste van {moment}",
        "stated": "verklaring",
        "opened": "inhoud",
        "stamped": "bestond op",
        "later": "ook onder zegel",
        "where": "Waar: {place}.",
        "record": "logregel {record}",
        "detail": "Wat er misging: {detail} [{code}]",
    },
    "en": {
        "good": "GENUINE: this receipt holds.",
        "good_answer": "GENUINE: this receipt holds and belongs to this answer.",
        "good_log": "GENUINE: this log holds, from the first to the last of {size} records.",
        "good_seen": "GENUINE: this log holds, from the first to the last of {size} records, and only grew since you "
        "saw it ({seen}).",
        "good_evidence": "GENUINE: this evidence holds: {size} records.",
        "good_evidence_one": "GENUINE: this evidence holds: 1 record.",
        "bad": "NOT GENUINE: {sentence}",
        "unreadable": "NOT CHECKED: cannot read {path} ({reason}).",
        "no_key": "NOT CHECKED: give the log's verifier key with --key, --keys or --policy.",
        "unasked": "NOT CHECKED: {option} cannot be looked into for this file.",
        "interrupted": "NOT CHECKED: interrupted before everything was looked at.",
        "broke": "NOT CHECKED: the check could not be finished ({reason}).",
        "simulation": "Note: a simulation; nothing about an existing person was disclosed.",
        "unchecked": "Not checked: whether it belongs to your answer; give that with --released.",
        "no_seen": "Not checked: whether the log has the past that you saw before; keep the checkpoint with --save "
        "and give it with --seen the next time.",
        "unseen": "Not checked: whether this is the log that you saw before; it has no checkpoint of that size.",
        "no_policy": "Not checked: whether enough witnesses saw the checkpoint; give your policy with --policy.",
        "unrooted": "Not checked: whether the time stamps are of an authority that you trust; give --roots.",
        "unsummed": "Note: without the file sums a change of keys, policy or key ids does not show.",
        "unnamed": "Not checked: the signatures of {about}; their keys do not come with the log.",
        "keyless": "Not checked: a signature of {about}; you gave no key for it.",
        "erased-later": "Note: bodies were erased by a record of a later year; check that log too.",
        "time-back": "Note: time steps back at {about}.",
        "labels": ("record", "class", "time", "request", "revision", "log", "checkpoint over"),
        "entries": "{size} records",
        "log": "log",
        "times": "time",
        "signed": "signed by",
        "witnessed": "witnesses",
        "bodies": "bodies",
        "bodies_of": "{bodies} compared, {opened} opened, {erased} erased",
        "closed": "closed by the last record",
        "state": "year",
        "stamps": "time stamps",
        "stamps_of": "{count}, the last of {moment}",
        "stated": "statement",
        "opened": "body",
        "stamped": "existed at",
        "later": "also under",
        "where": "Where: {place}.",
        "record": "record {record}",
        "detail": "What went wrong: {detail} [{code}]",
    },
}


def failure(error: VerificationError, lang: str) -> list[str]:
    """What does not hold, where, and the detail."""
    text = TEXT[lang]
    record = None if error.record is None else text["record"].format(record=error.record)
    places = [place for place in (record, error.file) if place is not None]
    lines = [text["bad"].format(sentence=getattr(error, lang))]
    lines += [text["where"].format(place=", ".join(places))] if places else []
    return [*lines, text["detail"].format(detail=error, code=error.code)]


def receipt_verdict(
    verified: VerifiedReceipt, signed: Signed, quorum: Quorum | None, lang: str, *, unseen: bool
) -> list[str]:
    """What a receipt proves."""
    text, leaf = TEXT[lang], verified.leaf
    lines = [text["good_answer"] if verified.answer_checked else text["good"]]
    if leaf.simulation:
        lines.append(text["simulation"])
    if leaf.released_sha256 is not None and not verified.answer_checked:
        lines.append(text["unchecked"])
    lines += [text["unseen"]] if unseen else []
    strangers = ", ".join(dict.fromkeys(signed.unknown))
    lines += [text["keyless"].format(about=strangers)] if strangers else []
    values = (
        f"{verified.index} ({leaf.id})",
        leaf.kind,
        leaf.time.isoformat(timespec="milliseconds"),
        leaf.request_id,
        leaf.revision,
        verified.checkpoint.origin,
        text["entries"].format(size=verified.checkpoint.size),
    )
    return lines + _table([*zip(text["labels"], values, strict=True), *_signers(text, signed.trusted, quorum)])


def log_verdict(verified: VerifiedLog, reader: Reader, lang: str) -> list[str]:
    """What was proved of a whole log."""
    text, found = TEXT[lang], verified.found
    good = text["good_log"] if verified.seen is None else text["good_seen"]
    lines = [good.format(size=verified.checkpoint.size, seen=verified.seen)]
    lines += [text["no_seen"]] if reader.seen is None else []
    lines += _unchecked(text, reader, unrooted=bool(verified.stamps) and reader.roots is None)
    lines += [text[code].format(about=about) for code, about in verified.remarks]
    bodies = text["bodies_of"].format(bodies=found.bodies, opened=found.opened, erased=verified.erased)
    stamps = verified.stamped and text["stamps_of"].format(count=verified.stamps, moment=verified.stamped.isoformat())
    rows = [
        (text["log"], verified.checkpoint.origin),
        (text["times"], f"{found.first} … {found.latest}" if found.records else None),
        *_signers(text, verified.signed, verified.quorum),
        (text["bodies"], bodies if found.bodies or verified.erased else None),
        (text["stamps"], stamps),
        (text["state"], text["closed"] if verified.closed else None),
    ]
    return lines + _table(rows)


def evidence_verdict(verified: VerifiedEvidence, reader: Reader, lang: str) -> list[str]:
    """What an evidence file proves."""
    text, size = TEXT[lang], len(verified.records)
    lines = [text["good_evidence_one"] if size == 1 else text["good_evidence"].format(size=size)]
    lines += [text["simulation"]] if any(each.leaf.simulation for each in verified.records) else []
    lines += [text["unseen"]] if verified.unseen else []
    lines += [text["unnamed"].format(about=", ".join(verified.unknown))] if verified.unknown else []
    lines += _unchecked(text, reader, unrooted=verified.unrooted)
    later = verified.later and text["entries"].format(size=verified.later.size)
    rows = [
        (text["log"], verified.checkpoint.origin),
        (text["labels"][-1], text["entries"].format(size=verified.checkpoint.size)),
        (text["later"], later),
        *_signers(text, verified.trusted, verified.quorum),
    ]
    lines += _table(rows)
    for record in verified.records:
        lines += _record_rows(text, record)
    return lines


def _record_rows(text: dict, record: ProvedRecord) -> list[str]:
    leaf, labels = record.leaf, text["labels"]
    return _table(
        [
            (labels[0], f"{record.index} ({leaf.id})"),
            (labels[1], leaf.kind),
            (labels[2], leaf.time.isoformat(timespec="milliseconds")),
            (labels[3], leaf.request_id),
            (text["stated"], record.statement and record.statement.decode()),
            (text["opened"], record.body and record.body.decode(errors="backslashreplace")),
            (text["stamped"], record.stamped and record.stamped.isoformat()),
        ]
    )


def _unchecked(text: dict, reader: Reader, *, unrooted: bool) -> list[str]:
    lines = [] if reader.policy else [text["no_policy"]]
    return [*lines, text["unrooted"]] if unrooted else lines


def _signers(text: dict, signed: tuple[VerifierKey, ...], quorum: Quorum | None) -> list[tuple[str, str | None]]:
    names = ", ".join(dict.fromkeys(f"{key.name} ({key.id.hex()})" for key in signed))
    witnesses = quorum and ", ".join(f"{name} ({moment.isoformat()})" for name, moment in quorum.cosigned.items())
    return [(text["signed"], names or None), (text["witnessed"], witnesses)]


def _table(rows: Iterable[tuple[str, str | None]]) -> list[str]:
    return [f"  {label + ':':17}{value}" for label, value in rows if value is not None]

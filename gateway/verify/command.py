"""`verify RECEIPT`: the verdict on a receipt, in a sentence, with nothing but the reader's own keys.

Rules:
- The verdict comes first and is always given; exit status 0 only if everything that was asked held.
- 1: something did not hold, which is named. 2: a file could not be read or no key was given.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from .errors import VerificationError
from .note import VerifierKey
from .receipt import VerifiedReceipt, verify_receipt

HELD, FAILED, UNREADABLE = 0, 1, 2

_TEXT = {
    "nl": {
        "good": "ECHT: dit ontvangstbewijs klopt.",
        "good_answer": "ECHT: dit ontvangstbewijs klopt en hoort bij dit antwoord.",
        "bad": "NIET ECHT: {sentence}",
        "unreadable": "NIET GECONTROLEERD: {path} is niet te lezen ({reason}).",
        "no_key": "NIET GECONTROLEERD: geef de controlesleutel van het log met --key of --keys.",
        "simulation": "Let op: een simulatie; er is niets over een bestaand mens verstrekt.",
        "unchecked": "Niet gecontroleerd: of het bij uw antwoord hoort; geef dat met --released.",
        "labels": ("logregel", "soort", "tijd", "verzoek", "beleidsversie", "log", "zegel over"),
        "entries": "{size} regels",
        "detail": "Wat er misging: {detail} [{code}]",
    },
    "en": {
        "good": "GENUINE: this receipt holds.",
        "good_answer": "GENUINE: this receipt holds and belongs to this answer.",
        "bad": "NOT GENUINE: {sentence}",
        "unreadable": "NOT CHECKED: cannot read {path} ({reason}).",
        "no_key": "NOT CHECKED: give the log's verifier key with --key or --keys.",
        "simulation": "Note: a simulation; nothing about an existing person was disclosed.",
        "unchecked": "Not checked: whether it belongs to your answer; give that with --released.",
        "labels": ("record", "class", "time", "request", "revision", "log", "checkpoint over"),
        "entries": "{size} records",
        "detail": "What went wrong: {detail} [{code}]",
    },
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `run` reads."""
    parser.add_argument("receipt", type=Path, metavar="RECEIPT", help="ontvangstbewijs (.tlog-proof)")
    parser.add_argument("--key", action="append", default=[], metavar="VKEY", help="controlesleutel: naam+id+sleutel")
    parser.add_argument("--keys", type=Path, metavar="FILE", help="bestand met een controlesleutel per regel")
    parser.add_argument("--released", type=Path, metavar="FILE.jwe", help="het antwoord waar het bewijs bij moet horen")
    parser.add_argument("--origin", metavar="ORIGIN", help="het log dat u verwacht: host/tenant/jaar")
    parser.add_argument("--lang", choices=("nl", "en"), default="nl", help="taal van het oordeel")


def run(args: argparse.Namespace) -> int:
    """Print the verdict and return the exit status."""
    text = _TEXT[args.lang]
    try:
        receipt = args.receipt.read_bytes()
        released = args.released.read_bytes().rstrip(b"\r\n") if args.released else None
        keys = args.key + (_key_lines(args.keys) if args.keys else [])
    except (OSError, UnicodeDecodeError) as error:
        path = getattr(error, "filename", None) or args.keys
        print(text["unreadable"].format(path=path, reason=getattr(error, "strerror", None) or "UTF-8"))
        return UNREADABLE
    if not keys:
        print(text["no_key"])
        return UNREADABLE
    try:
        trusted = [VerifierKey.parse(key) for key in keys]
        verified = verify_receipt(receipt, trusted, released=released, origin=args.origin)
    except VerificationError as error:
        print(text["bad"].format(sentence=getattr(error, args.lang)))
        print(text["detail"].format(detail=error, code=error.code))
        return FAILED
    print(_verdict(verified, args.lang))
    return HELD


def _verdict(verified: VerifiedReceipt, lang: str) -> str:
    text, leaf = _TEXT[lang], verified.leaf
    lines = [text["good_answer"] if verified.answer_checked else text["good"]]
    if leaf.simulation:
        lines.append(text["simulation"])
    if leaf.released_sha256 is not None and not verified.answer_checked:
        lines.append(text["unchecked"])
    values = (
        f"{verified.index} ({leaf.id})",
        leaf.kind,
        leaf.time.isoformat(timespec="milliseconds"),
        leaf.request_id,
        leaf.revision,
        verified.checkpoint.origin,
        text["entries"].format(size=verified.checkpoint.size),
    )
    lines += [f"  {label + ':':17}{value}" for label, value in zip(text["labels"], values, strict=True)]
    return "\n".join(lines)


def _key_lines(path: Path) -> list[str]:
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]

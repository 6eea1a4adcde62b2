"""`gateway policy overlay check DIR|FILE`: whether a partner's own policy will be taken, and what it says of a request.

Exit status: 0 it works, 1 something to mend, 2 there is no such file. It needs no gateway, and sends nothing anywhere.
"""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gateway.pdp.bundle import Bundle
    from gateway.pdp.overlay_rules import Wrong

WRONG_USAGE = 2
OIN = "0" * 20
SECONDS = 0.25

MEND = {
    "size": ("Dit is te groot.", "Maak het kleiner: hooguit 64 bestanden, 64 KiB per stuk, 256 KiB samen."),
    "law": ("Hier staan gegevens onder `sluis`. Daar staat de wet.", "Geef de map een andere naam."),
    "syntax": ("Dit is geen leesbaar Rego.", "Verbeter de regel. `opa check` helpt u daarbij."),
    "package": (
        "Dit hoort niet bij `overlay`.",
        "Begin elk bestand met `package overlay` of `package overlay.<naam>`.",
    ),
    "decision": ("Er is geen besluit.", "Schrijf in `package overlay` een regel `decision`."),
    "import": ("Dit mag een overlay niet invoeren.", "Gebruik alleen `rego.v1`, `input` en `data.overlay`."),
    "name": ("Deze naam is van een ingebouwde functie.", "Kies een andere naam."),
    "data": ("Hier leest de overlay `data` van een ander.", "Lees `data.overlay`, of gegevens die u zelf meelevert."),
    "with": ("`with` mag niet in een overlay.", "Laat het weg. Zet tests in een andere map."),
    "call": ("Deze functie mag een overlay niet gebruiken.", "Gebruik een eigen functie of een van de lijst."),
}


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("overlay", help="for partners: their own policy, that can only refuse")
    parts = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = parts.add_parser("check", help="whether it will be taken, and what it says", description=__doc__)
    check.add_argument("overlay", type=Path, metavar="DIR|FILE", help="a folder, or a bundle as it was signed")
    check.add_argument("--keys", type=Path, metavar="FILE", help="JWK set of the partner: verify the signature by it")
    check.add_argument(
        "--question", type=Path, metavar="FILE", help="what to ask (default: policies/overlays/question.json)"
    )
    check.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from gateway.errors import Fault
    from gateway.pdp.overlay import BrokenOverlay
    from gateway.settings import ROOT

    try:
        question = (arguments.question or ROOT / "policies" / "overlays" / "question.json").read_bytes()
        bundle = _read(arguments.overlay, arguments.keys)
        return asyncio.run(_check(bundle, question))
    except OSError as error:
        print(f"{error.filename} is niet te lezen: {error.strerror}.", file=sys.stderr)
        return WRONG_USAGE
    except BrokenOverlay as error:
        for wrong in error.wrong:
            print(_told(wrong))
        print(f"{len(error.wrong)} bevindingen. De gateway neemt deze overlay niet.")
        print("Staat hij er toch, dan weigert de gateway alles van uw organisatie.")
    except Fault as fault:
        print(f"De gateway neemt deze overlay niet: {fault.log}.")
    return 1


def _read(place: Path, keys: Path | None) -> "Bundle":
    from gateway.pdp.archive import policies_of
    from gateway.pdp.bundle import Bundle
    from gateway.pdp.signed import SignedBundle, read_signers

    if place.is_dir():
        return Bundle.read(place)
    packed = place.read_bytes()
    return policies_of(packed) if keys is None else SignedBundle.verify(packed, read_signers(keys)).bundle


async def _check(bundle: "Bundle", question: bytes) -> int:
    from gateway.model.canonical import canonical
    from gateway.pdp.documents import Malformed, read_json
    from gateway.pdp.overlay import Overlay, look_into

    try:
        document = read_json(question)
        asked = tuple(field["name"] for field in document["decision"]["fields"] if field["granted"])
    except (Malformed, LookupError, TypeError):
        print("De vraag is geen JSON met `facts` en `decision`.", file=sys.stderr)
        return WRONG_USAGE
    overlay = await Overlay.start(OIN, await look_into(bundle), timeout=SECONDS)
    try:
        before = {**document, "awaits_holder": True, "facts": dict(document["facts"])}
        before["facts"].pop("holder_statement", None)
        first, _ = await overlay.ask(canonical(before), asked, provisional=True)
        answer, why = await overlay.ask(canonical(document), asked, provisional=False)
    finally:
        await overlay.aclose()
    print(f"Beleidsversie van deze overlay: {bundle.revision}")
    for name in asked:
        print(f"  {name}: {_verdict(answer.of(name))}")
        if answer.of(name).granted and not first.of(name).granted:
            print("    Let op: zonder het woord van de bronhouder weigert de overlay dit.")
            print("    Dan wordt de bronhouder nooit gevraagd. Gebruik `input.awaits_holder`.")
    if answer.failure or any(answer.of(name).broken for name in asked):
        print(f"De overlay werkt niet: {why}.")
        return 1
    print("De gateway neemt deze overlay.")
    return 0


def _verdict(verdict: Any) -> str:
    if verdict.broken:
        return "geen bruikbaar antwoord"
    return "mag" if verdict.granted else f"mag niet{''.join(f'. {reason}' for reason in verdict.reasons)}"


def _told(wrong: "Wrong") -> str:
    place = f"{wrong.file}:{wrong.line}" if wrong.line else wrong.file
    sentence, remedy = MEND[wrong.rule]
    return f"{place}: {sentence}{wrong.subject and f' ({wrong.subject})'} [{wrong.rule}]\n    Doe dit: {remedy}"

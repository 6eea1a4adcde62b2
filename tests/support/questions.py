"""Questions to put to holders, and requests to put to the book of facts, about people who do not exist."""

from typing import Any

from gateway.model.disclosure import Question
from gateway.model.facts import Facts
from gateway.model.parties import Organisation, Requester, Source, tenant_of
from gateway.model.request import Ask, AskedField, Necessity
from tests.support.simulators import NOON, CountedIds, PlainPseudonyms

BSN = "999993653"
COLLEGE = Organisation("00000001800000001000", "Gemeente Voorbeeldstad", "college", True)
RECLASSERING = Organisation("00000001800000002000", "Reclassering Oost", "reclassering", False)
NEED = Necessity("Wmo 2.3.2", "bepalen of terugkeer naar de woning veilig is")


def make_ask(**changes: Any) -> Ask:
    """The ordinary request, with what a test changes."""
    ordinary: dict[str, Any] = {
        "activity": "opvragen",
        "basis": "wgs.zvh.casusoverleg",
        "case": "ZVH-2026-0417",
        "bsn": BSN,
        "actor": "m-17",
        "holder": RECLASSERING.oin,
        "source": "toezicht",
        "recipient": None,
        "fields": (AskedField("adres_huidig", NEED), AskedField("toezicht_voorwaarden", NEED)),
    }
    return Ask(**{**ordinary, **changes})


def make_question(source: Source, ask: Ask | None = None) -> Question:
    """A question to a source, with facts that nobody looks at."""
    ask = ask or make_ask()
    return Question(
        id=CountedIds().new(),
        at=NOON,
        tenant=tenant_of(ask.basis),
        ask=ask,
        requester=Requester("voorbeeldstad", COLLEGE),
        recipient=COLLEGE,
        source=source,
        subject=PlainPseudonyms().of(tenant_of(ask.basis), ask.bsn),
        facts=Facts({}),
        trace_id="0" * 32,
    )

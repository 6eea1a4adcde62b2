"""What the tests of an envelope share: a disclosure to seal, of people who do not exist."""

from datetime import UTC, datetime
from typing import Any

from gateway.crypto.keys import ENCRYPTION, PrivateKey, public_key
from gateway.crypto.signing import JwsSigner
from gateway.model.codes import Outcome, Tenant
from gateway.model.decision import Decision, FieldDecision, Obligation
from gateway.model.disclosure import Payload, Question, SealRequest
from gateway.model.facts import Facts
from gateway.model.parties import Organisation, PublicKey, Requester, Source
from gateway.model.request import Ask, AskedField, Necessity

ISSUER = "https://sluis.example"
ASKED, HELD = "00000001800000001000", "00000001800000002000"
ID = "0195f2a0-0000-7000-8000-000000000001"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
RECIPIENT = PrivateKey.generate(ENCRYPTION)
RELEASE = PrivateKey.generate("ES256")


class Clock:
    def now(self) -> datetime:
        return NOW


class Release:
    """A key store with one key for releases."""

    def signer(self, purpose: str) -> JwsSigner:
        assert purpose == "release"
        return JwsSigner(RELEASE)


def seal_request(values: dict[str, Any] | None = None, *, key: PublicKey = RECIPIENT.public) -> SealRequest:
    organisation = Organisation(ASKED, "Gemeente Voorbeeldstad", "college", True)
    necessity = Necessity("Wmo 2.3.2", "bepalen passende woonplek")
    ask = Ask(
        activity="opvragen",
        basis="wgs.zvh.casusoverleg",
        case="ZVH-2026-0417",
        bsn="999993653",
        actor="m-17",
        holder=HELD,
        source="register",
        recipient=None,
        fields=(AskedField("adres_huidig", necessity),),
    )
    source = Source(
        HELD,
        "register",
        "Register",
        "https://holder.example",
        False,
        (RELEASE.public,),
        public_key(RECIPIENT.public.jwk),
    )
    question = Question(
        ID, NOW, Tenant.ZVH, ask, Requester("c", organisation), organisation, source, "v1.x", Facts({}), "0" * 32
    )
    decision = Decision(
        outcome=Outcome.TOEGESTAAN,
        simulation=False,
        fields=(FieldDecision("adres_huidig", True, ()),),
        reasons=(),
        obligations=(Obligation("log-verwerking"), Obligation("vernietig-op", "2031-03-02")),
        missing=(),
        hints=(),
        revision="r",
        engine="e",
        document={},
        encoded=b"",
    )
    return SealRequest(
        question, decision, Payload(values if values is not None else {"adres_huidig": "Dorpsstraat 1 – België"}), key
    )

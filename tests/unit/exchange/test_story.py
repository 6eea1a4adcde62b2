"""The story of a request: what is recorded before what is released, and who hears what."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.crypto.envelope import open_sealed
from gateway.errors import BadRequest, Fault, InFlight, KeyReused, NotFound, Unauthenticated
from gateway.exchange.collect import collect
from gateway.exchange.kept import marked, unmarked
from gateway.exchange.minimise import minimise
from gateway.exchange.release import release
from gateway.model.disclosure import Found
from gateway.model.parties import Credentials
from gateway.model.request import AskedField, Necessity
from gateway.verify import verify_receipt
from tests.support.questions import NEED, make_ask
from tests.support.world import ISSUER, VALUES, World

POLICE = Credentials("politie-voorbeeld", None, "GET", f"{ISSUER}/v1/disclosures/x")
COLLEGE = Credentials("voorbeeldstad", None, "GET", f"{ISSUER}/v1/disclosures/x")
REGISTRATION = make_ask(
    activity="aanmelden",
    basis="wgs.zvh.aanmelding",
    case="ZVH-2026-0502",
    bsn="999994979",
    holder="00000001800000001000",
    source="wmo",
    recipient="00000001800000003000",
    declaration={
        "intake": {
            "problemen": True,
            "leefgebieden_criminogeen": True,
            "overlast_criminaliteit_onveiligheid": True,
            "meerdere_domeinen_nodig": True,
        }
    },
    fields=(AskedField("naam", Necessity("WGS 2.31(1)", "aanmelden van de casus")),),
)


def opened(world: World, answer, client: str, oin: str):
    partner = json.loads(world.partners.partner_file(client).read_text())
    return open_sealed(
        answer.document["sealed"],
        partner["decryption"],
        world.keys.jwks("release")["keys"],
        issuer=ISSUER,
        audience=oin,
        disclosure_id=answer.document["id"],
        now=world.clock.now(),
    )


async def test_a_grant_is_sealed_to_the_recipient_and_receipted(world: World):
    answer = await world.exchange.disclose(world.call())
    assert answer.document["outcome"] == "toegestaan"
    assert opened(world, answer, "voorbeeldstad", "00000001800000001000")["fields"] == VALUES
    vkeys = [str(log.verifier) for log in world.logs.opened.values()]
    proof = verify_receipt(answer.receipt, vkeys, released=answer.document["sealed"].encode())
    assert (proof.leaf.kind, proof.leaf.request_id, proof.index) == ("verstrekking", answer.document["id"], 0)


async def test_no_released_value_stands_in_the_record(world: World):
    answer = await world.exchange.disclose(world.call())
    log = next(log for log in world.logs.opened.values() if log.size)
    body = log.body(answer.document["record"])
    assert b"meldplicht" not in body
    assert b"Lindelaan" not in body
    assert b"999993653" not in body
    assert json.loads(json.loads(body)["facts"])["subject"]["relation"] == "betrokkene"


async def test_a_case_that_the_registers_lack_names_no_key(world: World, tmp_path: Path):
    for case in ("ZVH-2026-0417", "999993653"):
        await world.exchange.disclose(world.call(make_ask(case=case)))
    kept = b"".join(file.read_bytes() for file in (tmp_path / "bodykeys").iterdir())
    assert hashlib.sha256(b"case\0ZVH-2026-0417").digest() in kept
    assert hashlib.sha256(b"case\x00999993653").digest() not in kept
    assert b"999993653" not in kept


async def test_a_refusal_is_recorded_and_receipted_and_no_holder_hears_of_it(world: World):
    answer = await world.exchange.disclose(world.call(make_ask(actor="n-9")))
    assert answer.document["reasons"][0] == "niet-geautoriseerd"
    assert world.holders.asked == []
    assert await world.classes("zvh") == ["weigering"]
    assert verify_receipt(answer.receipt, [str(log.verifier) for log in world.logs.opened.values()])


async def test_the_holder_is_asked_only_about_fields_that_would_be_granted(world: World):
    fields = (
        AskedField("adres_huidig", NEED),
        AskedField("toezicht_voorwaarden", None),
        AskedField("maandinkomen", NEED),
    )
    answer = await world.exchange.disclose(world.call(make_ask(fields=fields)))
    assert [(call, names) for call, _, _, names in world.holders.asked] == [
        ("statement", ("adres_huidig", "maandinkomen")),
        ("fields", ("adres_huidig", "maandinkomen")),
    ]
    assert answer.document["outcome"] == "gedeeltelijk"


async def test_no_field_without_necessity_reaches_a_holder(world: World):
    answer = await world.exchange.disclose(world.call(make_ask(fields=(AskedField("adres_huidig", None),))))
    assert answer.document["outcome"] == "geweigerd"
    assert world.holders.asked == []


async def test_a_holder_that_has_not_assessed_yet_is_a_refusal(world: World):
    world.holders.statements["00000001800000002000", "toezicht", "999996617"] = None
    answer = await world.exchange.disclose(world.call(make_ask(bsn="999996617")))
    assert answer.document["outcome"] == "geweigerd"
    assert answer.document["missing"] == ["holder_statement"]
    assert [call for call, *_ in world.holders.asked] == ["statement"]


async def test_a_holder_that_has_nothing_gives_a_sealed_empty_answer(world: World):
    world.holders.values.clear()
    answer = await world.exchange.disclose(world.call())
    assert answer.document["outcome"] == "toegestaan"
    assert opened(world, answer, "voorbeeldstad", "00000001800000001000")["fields"] == {}


async def test_unknown_and_elsewhere_are_one_answer(world: World):
    nobody = await world.exchange.disclose(world.call(make_ask(bsn="111222333")))
    elsewhere = await world.exchange.disclose(world.call(make_ask(bsn="999990846")))
    own = ("id", "record", "at")
    assert {k: v for k, v in nobody.document.items() if k not in own} == {
        k: v for k, v in elsewhere.document.items() if k not in own
    }
    assert "buiten-directe-kring" in nobody.document["reasons"]
    assert world.holders.asked == []


async def test_a_dry_run_asks_nobody_and_says_what_only_the_holder_can_add(world: World):
    answer = await world.exchange.disclose(world.call(make_ask(dry_run=True)))
    assert (answer.document["awaits_holder"], answer.document["sealed"]) == (True, None)
    assert world.holders.asked == []
    assert await world.classes("zvh") == ["proef"]


async def test_every_party_that_the_directory_lacks_is_named_at_once(world: World):
    ask = make_ask(holder="00000001800000099000", recipient="00000001800000098000")
    with pytest.raises(BadRequest) as caught:
        await world.exchange.disclose(world.call(ask))
    assert [m.pointer for m in caught.value.members] == ["/holder/oin", "/recipient/oin"]
    with pytest.raises(BadRequest) as caught:
        await world.exchange.disclose(world.call(make_ask(source="bestaat-niet")))
    assert [m.pointer for m in caught.value.members] == ["/holder/source"]
    assert await world.classes("zvh") == []


async def test_nothing_of_the_request_is_read_before_who_asks_is_proved(world: World):
    def read(_: bytes):
        raise AssertionError("read before proved")

    with pytest.raises(Unauthenticated):
        await world.exchange.disclose(replace(world.call(client="nobody"), read=read))


@pytest.mark.parametrize("code", ["holder-unavailable", "holder-timeout", "holder-invalid"])
async def test_a_holder_that_fails_is_a_fault_that_is_recorded_and_can_be_asked_again(world: World, code: str):
    world.holders.fail(code)
    with pytest.raises(Fault, match=code):
        await world.exchange.disclose(world.call(key="again"))
    assert await world.classes("zvh") == ["storing"]
    world.holders.fault = None
    answer = await world.exchange.disclose(world.call(key="again"))
    assert answer.document["outcome"] == "toegestaan"
    assert not answer.replayed


async def test_a_holder_that_gives_more_than_was_granted_is_a_fault(world: World):
    answer = await world.exchange.disclose(world.call())
    decision = await world.gate.policy.decide((await _question(world)).facts)
    with pytest.raises(Fault, match="holder-invalid"):
        minimise(Found({"adres_huidig": "x", "maandinkomen": 1}), decision)
    assert answer.document["outcome"] == "toegestaan"


async def test_without_a_key_of_the_recipient_nothing_is_fetched(world: World):
    world.registers.recipients.forget("00000001800000001000")
    with pytest.raises(Fault, match="recipient-key-missing"):
        await world.exchange.disclose(world.call())
    assert [call for call, *_ in world.holders.asked] == ["statement"]


async def test_without_a_key_of_ours_to_sign_with_nothing_is_fetched(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(world.keys, "signer", _no_signer)
    with pytest.raises(Fault, match="key-missing"):
        await world.exchange.disclose(world.call())
    assert [call for call, *_ in world.holders.asked] == ["statement"]


async def test_while_nothing_can_be_recorded_no_holder_is_asked(world: World):
    log = next(log for (tenant, _), log in world.logs.opened.items() if tenant == "zvh")
    log._sequencer.failure = Fault("log-unavailable", retry_after=60)
    with pytest.raises(Fault, match="log-unavailable") as caught:
        await world.exchange.disclose(world.call())
    assert caught.value.retry_after == 60
    assert world.holders.asked == []


async def test_the_same_key_gives_the_same_answer_once_recorded(world: World):
    first = await world.exchange.disclose(world.call(key="one"))
    second = await world.exchange.disclose(world.call(key="one"))
    assert second.replayed
    assert (second.document, second.receipt) == (first.document, first.receipt)
    assert await world.classes("zvh") == ["verstrekking"]


async def test_a_key_is_scoped_to_its_client(world: World):
    await world.exchange.disclose(world.call(key="one"))
    other = await world.exchange.disclose(world.call(client="politie-voorbeeld", key="one"))
    assert not other.replayed


async def test_the_same_key_for_another_body_is_refused(world: World):
    await world.exchange.disclose(world.call(key="one", body=b'{"a":1}'))
    with pytest.raises(KeyReused):
        await world.exchange.disclose(world.call(key="one", body=b'{"a":2}'))


async def test_a_key_in_flight_is_told_so(world: World):
    class Meanwhile:
        async def statement(self, question, fields):
            with pytest.raises(InFlight):
                await world.exchange.disclose(world.call(key="one"))
            return await world.holders.statement(question, fields)

        async def fields(self, question, fields):
            return await world.holders.fields(question, fields)

    world.exchange._gate = replace(world.gate, holders=Meanwhile())
    answer = await world.exchange.disclose(world.call(key="one"))
    assert answer.document["outcome"] == "toegestaan"


async def test_answers_are_kept_a_day(world: World):
    first = await world.exchange.disclose(world.call(key="one"))
    world.clock.move(hours=25)
    again = await world.exchange.disclose(world.call(key="one"))
    assert not again.replayed
    assert again.document["id"] != first.document["id"]


async def test_what_is_sent_to_another_waits_for_it_and_its_coming_is_recorded(world: World):
    world.holders.values["00000001800000001000", "wmo", "999994979"] = {"naam": "Kees Denkbeeldig"}
    sent = await world.exchange.disclose(world.call(REGISTRATION))
    assert (sent.document["outcome"], sent.document["sealed"]) == ("toegestaan", None)
    assert sent.document["collected_by_recipient"]
    got = await collect(world.gate, POLICE, sent.document["id"], "0" * 32)
    assert opened(world, got, "politie-voorbeeld", "00000001800000003000")["fields"] == {"naam": "Kees Denkbeeldig"}
    assert await world.classes("zvh") == ["verstrekking", "outcome"]
    assert (await world.leaves("zvh"))[1]["request_id"] == sent.document["id"]


async def test_nobody_else_can_collect_and_cannot_tell_why(world: World):
    sent = await world.exchange.disclose(world.call())
    for id in (sent.document["id"], "01930000-0000-7000-8000-00000000ffff"):
        with pytest.raises(NotFound) as caught:
            await collect(world.gate, POLICE, id, "0" * 32)
        assert str(caught.value) == "not-found"
    assert await world.classes("zvh") == ["verstrekking"]


async def test_a_refused_registration_is_nothing_to_collect(world: World):
    sent = await world.exchange.disclose(world.call(replace(REGISTRATION, actor="n-9")))
    assert sent.document["outcome"] == "geweigerd"
    with pytest.raises(NotFound):
        await collect(world.gate, POLICE, sent.document["id"], "0" * 32)


async def test_only_the_bytes_of_the_record_leave(world: World):
    answer = await world.exchange.disclose(world.call(key="one"))
    stored = await world.gate.records.disclosure(answer.document["id"])
    assert hashlib.sha256(answer.document["sealed"].encode()).hexdigest() == stored.receipt.released_sha256
    changed = unmarked(stored.row)
    for forged in ({"sealed": None}, {"sealed": "another"}, {"id": "01930000-0000-7000-8000-00000000ffff"}):
        row = marked(replace(stored.row, answer=json.dumps(changed | forged).encode()))
        with pytest.raises(Fault, match="record-mismatch"):
            await release(world.gate, stored.receipt, row, viewer=stored.row.requester)


async def test_a_kept_answer_that_is_not_what_it_was_leaves_for_nobody(world: World):
    answer = await world.exchange.disclose(world.call(key="one"))
    stored = await world.gate.records.disclosure(answer.document["id"])
    kept = stored.row.answer
    for place in range(0, len(kept), 7):
        row = replace(stored.row, answer=kept[:place] + bytes([kept[place] ^ 1]) + kept[place + 1 :])
        with pytest.raises(Fault, match="record-mismatch"):
            await release(world.gate, stored.receipt, row, viewer=stored.row.requester)
    for member in ("client", "idempotency_hash", "body_hmac", "requester", "recipient"):
        with pytest.raises(Fault, match="record-mismatch"):
            await release(world.gate, stored.receipt, replace(stored.row, **{member: "another"}), viewer="another")
    assert (await release(world.gate, stored.receipt, stored.row, viewer=stored.row.requester)).document


async def test_a_log_that_fails_releases_nothing(world: World):
    class Broken:
        def check(self, tenant, at):
            """It does not know yet."""

        async def append(self, tenant, at, record):
            raise Fault("log-unavailable")

        async def answered(self, client, idempotency):
            return None

    world.exchange._gate = replace(world.gate, records=Broken())
    with pytest.raises(Fault, match="log-unavailable"):
        await world.exchange.disclose(world.call())


def _no_signer(purpose: str):
    raise Fault("key-missing", log=f"no active key for {purpose}")


async def _question(world: World):
    from gateway.exchange.assemble import assemble
    from gateway.exchange.authenticate import authenticate

    requester = await authenticate(world.gate, COLLEGE)
    return await assemble(world.gate, make_ask(), requester, "0" * 32)

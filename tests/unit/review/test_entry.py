"""One record opened: what it says, to whom, and what is seen when somebody changed it."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

import apsw
import orjson
import pytest

from gateway.app.keys import open_keys
from gateway.app.logs import logs_at_rest
from gateway.app.trust import Trust
from gateway.crypto.keystore import KeyStore
from gateway.exchange.collect import collect
from gateway.model.codes import Tenant
from gateway.model.parties import Credentials
from gateway.model.record import RecordClass
from gateway.model.request import AskedField
from gateway.pdp.archive import Archive
from gateway.review.records.entry import Content, Entries
from gateway.review.records.reading import Read, Reading
from gateway.review.records.story import Happened
from tests.support.desk import CRISIS, NEED, NOT_INVOLVED, recording, settings_of
from tests.support.questions import RECLASSERING, make_ask
from tests.support.tampering import change, flip
from tests.support.world import ISSUER, VALUES
from tests.unit.review.test_follow import ONE, erase_subject, pseudonym_of

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
SECRET_REASON = "zij dreigde haar broer 999990846 iets aan te doen"
AGREED = {
    "serious_reasons": False,
    "conditions": ["alleen voor het casusoverleg"],
    "competent_authority_agreed": None,
    "secrecy_exception": {"kind": "toestemming", "by": "betrokkene", "reason": SECRET_REASON, "given_by": []},
    "consents_to_onward": None,
}
GRANTED, REFUSED, FAULT = 0, 1, 2
POLICE = "00000001800000003000"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Granted with a condition, refused, and a holder that failed, at the ZVH; an emergency at the municipality."""
    state = tmp_path_factory.mktemp("recorded")

    async def record() -> None:
        async with recording(state) as recorder:
            recorder.holders.statements[RECLASSERING.oin, "toezicht", ONE] = AGREED
            await recorder.ask(make_ask())
            await recorder.ask(NOT_INVOLVED, client="wijkteam-centrum")
            await recorder.ask(CRISIS, client="ambulance-ggz-regio")
            recorder.holders.fail("holder-unavailable")
            with pytest.raises(Exception, match="holder-unavailable"):
                await recorder.ask(make_ask())

    asyncio.run(record())
    return state


@pytest.fixture(scope="module")
def keys(recorded: Path) -> KeyStore:
    return open_keys(settings_of(recorded))


@pytest.fixture
def state(recorded: Path, tmp_path: Path) -> Path:
    """A copy, to be changed."""
    return shutil.copytree(recorded, tmp_path / "state")


class Desk:
    """Reads of one state folder."""

    def __init__(self, state: Path, keys: KeyStore) -> None:
        self.state, self._keys = state, keys

    def read(self, number: int, tenant: Tenant = Tenant.ZVH, *, content: bool = True) -> Read:
        found = self.maybe(number, tenant, content=content)
        assert found is not None
        return found

    def maybe(self, number: int, tenant: Tenant = Tenant.ZVH, *, content: bool = True) -> Read | None:
        settings = settings_of(self.state)
        with closing(logs_at_rest(settings)) as logs:
            entries = Entries(logs, Trust(settings, self._keys), lambda: NOW)
            reading = Reading(entries, Archive(self.state / "policies"), lambda *_: "ALIAS234")
            return reading.at(tenant, 2026, number, content=content)


@pytest.fixture
def desk(state: Path, keys: KeyStore) -> Iterator[Desk]:
    return Desk(state, keys)


def text(read: Read) -> str:
    """All that a page could show of what was asked and decided."""
    return orjson.dumps([asdict(each) if each else None for each in (read.asked, read.decided)], default=str).decode()


def test_a_grant_is_told_with_what_the_holder_said(desk: Desk) -> None:
    read = desk.read(GRANTED)
    decided, standing = read.decided, read.entry.standing
    assert decided is not None
    assert (decided.outcome, decided.placed, decided.basis, decided.since) == (
        "toegestaan",
        True,
        "wgs.zvh.casusoverleg",
        date(2025, 3, 1),
    )
    assert [(each.name, each.category, each.granted) for each in decided.fields] == [
        ("adres_huidig", "woonsituatie", True),
        ("toezicht_voorwaarden", "toezicht_handhaving", True),
    ]
    assert decided.statement is not None
    assert decided.statement.conditions == ("alleen voor het casusoverleg",)
    assert (decided.statement.secrecy, decided.statement.reasoned, decided.signed) == ("toestemming", True, True)
    assert ("vernietig-op", date(2031, 3, 2)) in decided.obligations
    assert (read.entry.content, standing.proved, standing.size, standing.published) == (
        Content.READABLE,
        True,
        3,
        False,
    )
    assert decided.asked.subject == "ALIAS234"


def test_a_refusal_has_its_reason_at_the_rung_that_broke_with_the_article(desk: Desk) -> None:
    read = desk.read(REFUSED)
    assert read.decided is not None
    broken = {each.rung: each for each in read.decided.told.ladder if each.passed is False}
    first = broken["betrokken"].reasons[0]
    assert (first.code, first.articles) == ("niet-betrokken-bij-casus", ("WGS 2.31(4)",))
    assert read.decided.told.apart == ()
    assert not any(each.granted for each in read.decided.fields)


def test_policies_that_are_not_kept_any_more_leave_no_reason_untold(desk: Desk) -> None:
    for file in (desk.state / "policies").iterdir():
        file.unlink()
    read = desk.read(REFUSED)
    assert read.decided is not None
    assert not read.decided.placed
    assert "niet-betrokken-bij-casus" in {each.code for each in read.decided.told.apart}
    assert [each.passed for each in read.decided.told.ladder].count(False) == 2


def test_no_value_no_number_and_no_pseudonym_is_told_and_not_what_secrecy_covers(desk: Desk) -> None:
    told = "".join(text(desk.read(number)) for number in (GRANTED, REFUSED))
    assert "alleen voor het casusoverleg" in told
    secret = [pseudonym_of(desk.state, ONE), ONE, "999990846", "dreigde", *map(str, VALUES.values())]
    assert [each for each in secret if each in told] == []


@pytest.mark.parametrize(("number", "tenant"), [(GRANTED, Tenant.ZVH), (REFUSED, Tenant.ZVH), (0, Tenant.GEMEENTE)])
def test_who_may_not_see_the_case_is_told_nothing_of_it(desk: Desk, number: int, tenant: Tenant) -> None:
    whole, part = desk.read(number, tenant), text(desk.read(number, tenant, content=False))
    words = ["ZVH-2026-0417", "ALIAS234", "veilig", "ondersteuning", "alleen voor het", "bewusteloos", "Wmo 2.3.2"]
    assert [each for each in words if each in part] == []
    assert len([each for each in words if each in text(whole)]) >= 2
    assert whole.decided is not None
    read = desk.read(number, tenant, content=False)
    assert read.decided is not None
    assert (read.decided.outcome, read.decided.told) == (whole.decided.outcome, whole.decided.told)


def test_an_emergency_says_what_was_declared_and_owes_an_account(desk: Desk) -> None:
    read = desk.read(0, Tenant.GEMEENTE)
    assert read.decided is not None
    assert dict(read.decided.asked.declared)["emergency.threat"] == "bewusteloos gevonden"
    assert "achteraf-toets-fg" in {code for code, _ in read.decided.obligations}


def test_a_fault_is_told_without_a_decision(desk: Desk) -> None:
    read = desk.read(FAULT)
    assert (read.entry.leaf.kind, read.decided) == (RecordClass.STORING, None)
    assert read.entry.body is not None
    assert read.entry.body["fault"] == "holder-unavailable"
    assert read.asked is not None
    assert read.asked.holder.oin == RECLASSERING.oin
    assert [each.happened for each in read.story(())] == [Happened.ASKED, Happened.FAILED]


def test_a_place_where_there_is_nothing_is_none(desk: Desk) -> None:
    assert desk.maybe(3) is None
    assert desk.maybe(-1) is None
    assert desk.maybe(GRANTED, Tenant.GEMEENTE) is not None
    assert desk.maybe(1, Tenant.GEMEENTE) is None


def test_one_changed_byte_of_the_line_is_seen(desk: Desk) -> None:
    change(desk.state / "log/zvh-2026.sqlite", "entries", "leaf", "idx = 0", lambda leaf: leaf.replace(b"zvh", b"zwh"))
    read = desk.read(GRANTED)
    assert not read.entry.standing.proved
    assert read.entry.standing.wrong == "not-included"
    assert read.entry.standing.receipt is None
    assert desk.read(REFUSED).entry.standing.proved


def test_one_changed_byte_of_the_body_shows_nothing_of_it(desk: Desk) -> None:
    change(desk.state / "log/zvh-2026.sqlite", "bodies", "sealed", "idx = 0", flip)
    read = desk.read(GRANTED)
    assert (read.entry.content, read.entry.body, read.asked, read.decided) == (Content.DAMAGED, None, None, None)
    assert read.entry.standing.proved


def test_a_row_that_lies_about_whose_record_it_is_is_not_believed(desk: Desk) -> None:
    request = desk.read(GRANTED).entry.leaf.request_id
    with closing(apsw.Connection(str(desk.state / "log/zvh-2026.sqlite"))) as rows:
        rows.execute("UPDATE entries SET request_id = ? WHERE idx = 1", (request,))
    assert [each.number for each in desk.read(GRANTED).request] == [GRANTED]


async def test_what_was_erased_says_so_and_stays_proved(desk: Desk) -> None:
    await erase_subject(desk.state, ONE)
    read = await asyncio.to_thread(desk.read, GRANTED)
    erased = read.entry.erased
    assert (read.entry.content, read.decided, read.entry.standing.proved) == (Content.ERASED, None, True)
    assert erased is not None
    assert (erased.reason, erased.by) == ("verzoek-betrokkene", "pia")
    tombstone = await asyncio.to_thread(desk.read, erased.number)
    assert tombstone.entry.leaf.kind is RecordClass.TOMBSTONE
    assert tombstone.entry.statement is not None
    assert tombstone.entry.statement["act"] == "erased"
    assert Happened.ERASED in [each.happened for each in read.story(())]


def test_a_key_that_went_without_a_tombstone_is_no_erasure(desk: Desk) -> None:
    with closing(apsw.Connection(str(desk.state / "bodykeys/zvh.sqlite"))) as rows:
        rows.execute("DELETE FROM keys")
    read = desk.read(GRANTED)
    assert (read.entry.content, read.entry.erased) == (Content.LOST, None)


async def test_a_statement_that_was_put_beside_the_log_counts_for_nothing(desk: Desk) -> None:
    await erase_subject(desk.state, ONE)
    log = desk.state / "log/zvh-2026.sqlite"
    change(log, "bodies", "statement", "idx = 3", lambda said: said.replace(b"verzoek-betrokkene", b"rechterlijke-xyz"))
    read = await asyncio.to_thread(desk.read, GRANTED)
    assert read.entry.content is Content.LOST
    tombstone = await asyncio.to_thread(desk.read, 3)
    assert tombstone.entry.statement is None


async def test_a_disclosure_that_was_collected_tells_by_whom_and_is_linked(tmp_path: Path, keys: KeyStore) -> None:
    grounds = (
        "problemen",
        "leefgebieden_criminogeen",
        "overlast_criminaliteit_onveiligheid",
        "meerdere_domeinen_nodig",
    )
    pushed = make_ask(
        activity="aanmelden",
        basis="wgs.zvh.aanmelding",
        case="ZVH-2026-0502",
        bsn="999994979",
        recipient=POLICE,
        holder="00000001800000001000",
        source="wmo",
        declaration={"intake": dict.fromkeys(grounds, True)},
        fields=(AskedField("naam", NEED),),
    )
    async with recording(tmp_path / "state") as recorder:
        answer = await recorder.ask(pushed)
        assert answer["outcome"] == "toegestaan", answer["reasons"]
        credentials = Credentials("politie-voorbeeld", None, "GET", f"{ISSUER}/v1/disclosures/{answer['id']}")
        await collect(recorder.exchange._gate, credentials, answer["id"], "0" * 32)
    desk = Desk(tmp_path / "state", recorder.keys)
    first = await asyncio.to_thread(desk.read, 0)
    assert [each.leaf.kind for each in first.request] == [RecordClass.VERSTREKKING, RecordClass.OUTCOME]
    [collected] = [each for each in first.story(()) if each.happened is Happened.COLLECTED]
    assert (collected.place, collected.by) == ((2026, 1), POLICE)
    second = await asyncio.to_thread(desk.read, 1)
    assert second.entry.body is not None
    assert second.entry.body["of"] == first.entry.leaf.id
    assert second.asked is not None

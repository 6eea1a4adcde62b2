"""What `app` wires: the parts that only show when they are put together."""

import asyncio
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.app import Uuid7, open_gateway, open_keys
from gateway.app.keys import publisher
from gateway.crypto.keys import PrivateKey
from gateway.crypto.keystore import KeyStore
from gateway.crypto.life import rotate
from gateway.crypto.notes import Cosigner
from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.model.record import NewRecord, OutboxRow, RecordClass
from gateway.pdp.archive import Archive
from gateway.pdp.bundle import Bundle
from gateway.settings import ROOT, Settings
from gateway.store.frozen import FrozenFiles
from gateway.store.sqlite.log_folder import LogFolder
from gateway.tlog.audit import STREAMS
from gateway.tlog.guarded import GuardedRecords
from gateway.verify import verify_receipt
from gateway.verify.note import verify_note
from tests.support.authority import Authority
from tests.support.policies import Publisher
from tests.support.serving import serving


def a_record() -> NewRecord:
    return NewRecord(RecordClass.PROEF, Uuid7().new(), "none", simulation=False, body=b"{}")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(development=True, state=tmp_path / "state")


async def test_a_log_lives_on_under_a_new_key_and_old_receipts_keep_counting(settings: Settings):
    now = datetime.now(UTC)
    async with open_gateway(settings) as gateway:
        old = await gateway.logs.append(Tenant.ZVH, now, a_record())
    keys = open_keys(settings)
    rotate(keys, "log-zvh", now=now)
    for days in (30, 60):
        rotate(keys, "log-zvh", now=now + timedelta(days=days))
    assert sorted(each.state for each in keys.describe() if each.purpose == "log-zvh") == ["active", "destroyed"]
    async with open_gateway(settings) as gateway:
        new = await gateway.logs.append(Tenant.ZVH, now, a_record())
        [log] = [log for (tenant, _), log in gateway.logs.opened.items() if tenant is Tenant.ZVH]
        verifiers = [str(key) for key in log.verifiers]
    assert len(verifiers) == 2
    assert [verify_receipt(receipt.text, verifiers).index for receipt in (old, new)] == [1, 2]


async def test_nothing_is_recorded_on_a_disk_that_is_nearly_full(settings: Settings):
    async with open_gateway(settings) as gateway:
        full = GuardedRecords(gateway.logs, settings.state, 1 << 40)
        assert not full.room
        with pytest.raises(Fault, match="disk-full"):
            await full.append(Tenant.ZVH, datetime.now(UTC), a_record())
        assert GuardedRecords(gateway.logs, settings.state, 1).room


async def test_nothing_is_recorded_or_given_again_of_a_tenant_that_is_frozen(settings: Settings):
    async with open_gateway(settings) as gateway:
        frozen = GuardedRecords(gateway.logs, settings.state, 1, frozen=FrozenFiles(settings.state / "frozen").frozen)
        now, asked = datetime.now(UTC), OutboxRow("c", "k", "m", "r", "r", b"answer", datetime.now(UTC) + timedelta(1))
        await frozen.append(Tenant.ZVH, now, replace(a_record(), outbox=asked))
        assert await frozen.answered("c", "k") is not None
        FrozenFiles(settings.state / "frozen").freeze(Tenant.ZVH, "record-changed")
        with pytest.raises(Fault, match="log-frozen"):
            await frozen.append(Tenant.ZVH, now, a_record())
        with pytest.raises(Fault, match="log-frozen"):
            await frozen.answered("c", "k")
        await frozen.append(Tenant.GEMEENTE, now, a_record())


@pytest.fixture
def production(tmp_path: Path) -> dict[str, Any]:
    """What a gateway needs that is no development: a passphrase, keys, and an issuer over https."""
    (tmp_path / "passphrase").write_text("a passphrase of a test")
    (tmp_path / "state").mkdir(mode=0o700)
    KeyStore.create(tmp_path / "state" / "keys", b"a passphrase of a test", now=datetime.now(UTC))
    return {
        "public_url": "https://sluis.example",
        "witnesses": "none",
        "state": tmp_path / "state",
        "passphrase_file": tmp_path / "passphrase",
    }


async def test_in_production_only_signed_policies_decide(production: dict[str, Any], tmp_path: Path):
    with pytest.raises(Fault, match="policies-rejected: a folder is not signed"):
        async with open_gateway(Settings(**production)):
            pass
    publisher = Publisher(tmp_path)
    signed = production | {"policies": publisher.place, "policy_signers": publisher.signers}
    with pytest.raises(Fault, match="policies-rejected: there is nothing at"):
        async with open_gateway(Settings(**signed)):
            pass
    revision = publisher.publish(Bundle.read(Settings(**production).policies))
    with pytest.raises(Fault, match="no such key"):
        async with open_gateway(Settings(**{**signed, "policy_signers": ROOT / "keys" / "policy-signers.jwks.json"})):
            pass
    async with open_gateway(Settings(**signed)) as gateway:
        assert gateway.revision == revision
        assert Archive(tmp_path / "state" / "policies").known() == [revision]


def test_ids_are_uuids_of_version_7_that_sort_by_time():
    ids = [Uuid7().new() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert all(id[14] == "7" and id[19] in "89ab" for id in ids)
    assert [id[:8] for id in ids] == sorted(id[:8] for id in ids)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("witnesses", "quorum one\n"),
        ("witnesses", f"witness one {Cosigner('w', PrivateKey.generate('Ed25519')).verifier}\nquorum one\n"),
        ("witnesses", None),
        ("tsa_roots", "no certificate\n"),
    ],
    ids=["no policy", "no address", "no file", "no roots"],
)
async def test_who_vouches_must_be_readable(settings: Settings, tmp_path: Path, name: str, content: str | None):
    place = tmp_path / "file"
    if content is not None:
        place.write_text(content)
    changed = {name: place} | ({"tsa_url": "https://tsa.example"} if name == "tsa_roots" else {})
    with pytest.raises(Fault, match="vouchers-unusable: file"):
        async with open_gateway(settings.model_copy(update=changed)):
            pass


async def test_a_log_is_published_and_stamped_by_itself(settings: Settings, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("gateway.tlog.publication.stamping.TICK", 0.05)
    authority = Authority(tmp_path / "authority")
    async with serving(authority.app()) as port:
        changed = {"tsa_url": f"http://127.0.0.1:{port}/", "tsa_roots": authority.roots}
        async with open_gateway(settings.model_copy(update=changed)) as gateway:
            logs = list(gateway.logs.opened.values())
            async with asyncio.timeout(30):
                while not all(log.stamps() for log in logs):  # noqa: ASYNC110 - nobody tells
                    await asyncio.sleep(0.05)
            for log in logs:
                [stamp] = log.stamps()
                assert authority.holds(stamp.token, stamp.checkpoint.encode())
                published = log.published()
                assert published is not None
                assert stamp.checkpoint.partition("\n")[0] == published.checkpoint.partition("\n")[0] == log.origin
                assert published.witnessed_at is None
            await until_looks_are_published(settings.state, logs[0].origin.rpartition("/")[2])


async def until_looks_are_published(state: Path, year: str) -> None:
    """The logs of who looked are signed, by their tenant's key under their own name, and stamped."""
    folder, keys = LogFolder(state), open_keys(Settings(development=True, state=state))
    async with asyncio.timeout(30):
        for stream in STREAMS:
            with closing(folder.storage(stream, int(year))) as log:
                while not log.stamps():  # noqa: ASYNC110 - nobody tells
                    await asyncio.sleep(0.05)
                published = log.published()
                assert published is not None
                key = publisher(keys, stream, published.checkpoint.partition("\n")[0]).verifier
                assert verify_note(published.checkpoint, [key])[1] == (key,)

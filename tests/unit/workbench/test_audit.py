"""Who is shown what was recorded stands in a log of its own, and a look that cannot be recorded shows nothing."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import apsw
import pytest

from gateway.app import log_keys
from gateway.cli import main
from gateway.cli._audit import in_files, record_look, who
from gateway.crypto.keystore import KeyStore
from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.model.record import Leaf
from gateway.store.sqlite.log_folder import LogFolder
from gateway.tlog.sealed import SealedRecords
from gateway.verify.body import body_key, open_body
from gateway.verify.checkpoint import open_checkpoint
from gateway.verify.note import VerifierKey
from gateway.workbench.cases import shipped
from tests.unit.verify import oracle
from tests.unit.workbench.conftest import Record, keep_keys

GRANTED = shipped().baseline("zvh-casusoverleg")


def looks(state: Path, tenant: str = "zvh") -> list[Mapping[str, Any]]:
    """What the audit log of a tenant says, opened with its keys."""
    [log] = (state / "log").glob(f"audit-{tenant}-*.sqlite")
    year, found = int(log.stem.rpartition("-")[2]), []
    for sealed in SealedRecords(LogFolder(state)).of(f"audit-{tenant}", year):
        leaf = Leaf.from_bytes(sealed.leaf)
        assert (leaf.kind, leaf.tenant, leaf.released_sha256) == ("act", f"audit-{tenant}", None)
        assert sealed.keys is not None
        found.append(json.loads(open_body(body_key(*sealed.keys, leaf.id), leaf, sealed.sealed)))
    return found


async def command(*arguments: str) -> int:
    return await asyncio.to_thread(main, list(arguments))


async def test_explaining_a_record_records_who_looked(
    tmp_path: Path, record: Record, capsys: pytest.CaptureFixture[str]
) -> None:
    await record([GRANTED])
    state = tmp_path / "state"
    [sealed] = SealedRecords(LogFolder(state)).of(Tenant.ZVH, 2026)
    identifier = Leaf.from_bytes(sealed.leaf).id
    assert await command("policy", "explain", "--record", identifier, "--state", str(state)) == 0
    assert "BESLUIT" in capsys.readouterr().out
    [look] = looks(state)
    assert look == {
        "version": 1,
        "act": "looked",
        "who": who(),
        "role": "operator",
        "what": "policy explain",
        "filter": identifier,
        "count": 1,
    }
    assert who().encode() not in b"".join(path.read_bytes() for path in (state / "log").glob("audit-*"))


async def test_a_diff_records_how_many_it_opened(tmp_path: Path, record: Record) -> None:
    await record([GRANTED] * 3)
    rules = "policies/rules"
    assert await command("policy", "diff", rules, rules, "--state", str(tmp_path / "state")) == 0
    [look] = looks(tmp_path / "state")
    assert (look["what"], look["count"]) == ("policy diff", 3)


@pytest.mark.parametrize("lost", ["keys", "passphrase"])
async def test_without_the_keys_nothing_is_shown(
    tmp_path: Path, record: Record, capsys: pytest.CaptureFixture[str], lost: str
) -> None:
    await record([GRANTED])
    state = tmp_path / "state"
    (state / lost).rename(tmp_path / "elsewhere")
    [sealed] = SealedRecords(LogFolder(state)).of(Tenant.ZVH, 2026)
    identifier = Leaf.from_bytes(sealed.leaf).id
    assert await command("policy", "explain", "--record", identifier, "--state", str(state)) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert "key-missing" in err
    assert not (state / lost).exists()
    assert list((state / "log").glob("audit-*")) == []


async def test_an_audit_log_that_is_damaged_shows_nothing(
    tmp_path: Path, record: Record, capsys: pytest.CaptureFixture[str]
) -> None:
    await record([GRANTED])
    state = tmp_path / "state"
    await asyncio.to_thread(record_look, in_files(state), "x", "y", {Tenant.ZVH: 1})
    [log] = (state / "log").glob("audit-zvh-*.sqlite")
    for path in (state / "log").glob("audit-zvh-*"):
        path.unlink()
    log.write_bytes(b"geen databank" * 999)
    rules = "policies/rules"
    assert await command("policy", "diff", rules, rules, "--state", str(state)) == 3
    out, err = capsys.readouterr()
    assert (out, "log-damaged" in err) == ("", True)


def test_where_nothing_was_opened_nothing_is_recorded(tmp_path: Path) -> None:
    record_look(in_files(tmp_path), "policy diff", "", {Tenant.ZVH: 0})
    assert list(tmp_path.iterdir()) == []


def test_processes_record_beside_each_other_and_beside_a_gateway(tmp_path: Path) -> None:
    """One log, no look lost, no fork: the newest checkpoint holds all of them."""
    keep_keys(tmp_path)
    program = (
        "import sys, pathlib\n"
        "from gateway.cli._audit import in_files, record_look\n"
        "from gateway.model.codes import Tenant\n"
        "for n in range(4):\n"
        "    record_look(in_files(pathlib.Path(sys.argv[1])), 'beside', f'{sys.argv[2]}-{n}', {Tenant.GEMEENTE: 1})\n"
    )
    processes = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path), str(n)]) for n in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert sorted(look["filter"] for look in looks(tmp_path, "gemeente")) == sorted(
        f"{process}-{n}" for process in range(3) for n in range(4)
    )
    [log] = (tmp_path / "log").glob("audit-gemeente-*.sqlite")
    year = int(log.stem.rpartition("-")[2])
    leaves = [each.leaf for each in SealedRecords(LogFolder(tmp_path)).of("audit-gemeente", year)]
    [public] = log_keys(KeyStore.open(tmp_path / "keys", b"a passphrase for tests"), "audit-gemeente")

    head = apsw.Connection(str(log), flags=apsw.SQLITE_OPEN_READONLY)
    (checkpoint,) = head.execute("SELECT checkpoint FROM head").fetchone()
    signed = open_checkpoint(checkpoint, [VerifierKey(f"sluis.localhost/audit-gemeente/{year}", public)])
    assert (signed.size, signed.root) == (12, oracle.mth([oracle.leaf_hash(leaf) for leaf in leaves]))


async def test_it_is_not_recorded_under_another_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_keys(tmp_path)
    monkeypatch.setenv("SLUIS_PROFILE", "simulatie")
    monkeypatch.setenv("SLUIS_LOG_HOST", "simulatie.localhost")
    with pytest.raises(Fault, match="keys-unreadable"):
        await asyncio.to_thread(record_look, in_files(tmp_path), "x", "y", {Tenant.ZVH: 1})


async def test_who_looked_is_told_and_telling_it_is_a_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLUIS_STATE", str(tmp_path))
    keep_keys(tmp_path)
    assert await command("log", "looks") == 0
    assert capsys.readouterr().out == "Niemand keek in het logboek.\n"
    await asyncio.to_thread(record_look, in_files(tmp_path), "policy explain", "een-nummer\x1b[2J", {Tenant.ZVH: 3})
    for times in (1, 2):
        assert await command("log", "looks") == 0
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) == times
    assert f"zvh       {who()} (operator)  policy explain: 3 (een-nummer�[2J)" in lines[0]
    assert f"{who()} (operator)  log looks: 1 (alle dagen)" in lines[1]
    assert await command("log", "looks", "--day", "2020-01-01") == 0
    assert capsys.readouterr().out == "Niemand keek in het logboek.\n"


async def test_looks_that_cannot_be_read_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLUIS_STATE", str(tmp_path))
    keep_keys(tmp_path)
    for _ in range(2):
        await asyncio.to_thread(record_look, in_files(tmp_path), "policy diff", "", {Tenant.ZVH: 1})
    [log] = (tmp_path / "log").glob("audit-zvh-*.sqlite")
    connection = apsw.Connection(str(log))
    connection.execute("UPDATE bodies SET sealed = zeroblob(99) WHERE idx = 0")
    connection.close()
    keys = apsw.Connection(str(tmp_path / "bodykeys" / "audit-zvh.sqlite"))
    keys.execute("DELETE FROM keys WHERE rowid = (SELECT max(rowid) FROM keys)")
    keys.close()
    assert await command("log", "looks") == 0
    told = capsys.readouterr().out
    assert "1 regels van wie keek zijn gewist." in told
    assert "1 regels van wie keek zijn niet te lezen." in told

"""`gateway log verify` and `gateway log evidence`, beside a log of a gateway's own keys."""

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import apsw
import pytest

from gateway.app import Uuid7, log_keys, log_purpose
from gateway.app.keys import publisher
from gateway.cli import main
from gateway.crypto.keystore import KeyStore
from gateway.crypto.passphrase import read_passphrase
from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.model.log import Published
from gateway.model.record import NewRecord, RecordClass
from gateway.store.sqlite.log_reader import SqliteLogReader
from gateway.store.sqlite.shelf import SqliteShelf
from gateway.tlog.logs import Logs
from gateway.verify.note import sign_note

BODY = b'{"decision":"nobody","facts":"none"}'
NOW = datetime(2026, 11, 26, tzinfo=UTC)
LOG = ("--log", "zvh/2026")


class Still:
    def now(self) -> datetime:
        return NOW


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state folder of a gateway that recorded a refusal and a disclosure, and published them."""
    state = tmp_path / "state"
    state.mkdir()
    monkeypatch.setenv("SLUIS_STATE", str(state))
    monkeypatch.setenv("SLUIS_DEVELOPMENT", "true")
    asyncio.run(_fill(state))
    return state


async def _fill(state: Path) -> None:
    passphrase = read_passphrase(None, state=state, development=True)
    keys = KeyStore.create(state / "keys", passphrase, now=NOW)
    logs = Logs(
        shelf=SqliteShelf(state),
        host="log.example",
        signer=lambda stream, origin: keys.note_signer(log_purpose(stream), origin),
        former=partial(log_keys, keys),
        clock=Still(),
        identifiers=Uuid7(),
        randomness=os.urandom,
        queue=100,
    )
    await logs.start()
    try:
        for kind, released in ((RecordClass.WEIGERING, None), (RecordClass.VERSTREKKING, b"eyJ.sealed")):
            new = NewRecord(
                kind, Uuid7().new(), "sha256:0a1b", False, BODY, released, subject="v1:nobody", case="zaak-1"
            )
            await logs.append(Tenant.ZVH, NOW, new)
        log = await logs.log(Tenant.ZVH, 2026)
        text = log.checkpoint.partition("\n\n")[0] + "\n"
        signers = [keys.note_signer(log_purpose("zvh"), log.origin), publisher(keys, "zvh", log.origin)]
        await log.publish(Published(2, sign_note(text, signers), None))
    finally:
        logs.close()


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[..., list[str]]:
    def say(status: int, *arguments: object) -> list[str]:
        assert main([str(each) for each in arguments]) == status, capsys.readouterr()
        return capsys.readouterr().out.splitlines()

    return say


def change(file: Path, sql: str) -> None:
    connection = apsw.Connection(str(file))
    connection.execute(sql)
    connection.close()


def record_id(state: Path, index: int) -> str:
    connection = apsw.Connection(str(state / "log" / "zvh-2026.sqlite"))
    [(found,)] = connection.execute("SELECT record_id FROM entries WHERE idx = ?", (index,))
    connection.close()
    return found


def test_a_log_in_place(state: Path, said, tmp_path: Path) -> None:
    lines = said(0, "log", "verify", *LOG)
    assert lines[0] == "ECHT: dit log klopt, van de eerste tot en met de laatste van 2 logregels."
    assert any(line.endswith("2 vergeleken, 2 geopend, 0 gewist") for line in lines)
    said(0, "log", "verify", *LOG, "--save", tmp_path / "seen")
    assert "(2)" in said(0, "log", "verify", *LOG, "--seen", tmp_path / "seen", "--lang", "en")[0]


def test_what_is_not_as_it_was_recorded(state: Path, said) -> None:
    change(state / "bodykeys" / "zvh.sqlite", "UPDATE keys SET key = zeroblob(32)")
    lines = said(1, "log", "verify", *LOG)
    assert (lines[1], lines[2][-12:]) == ("Waar: logregel 0, bodies/000.p/2.", "[body-wrong]")
    change(state / "bodykeys" / "zvh.sqlite", "DELETE FROM keys WHERE kind = 'subject'")
    assert "[body-key-missing]" in said(1, "log", "verify", *LOG)[-1]


def test_keys_of_the_reader_come_before_those_of_the_gateway(state: Path, said) -> None:
    other = "log.example/zvh/2026+00000000+AQAA"
    assert "[verifier-key-malformed]" in said(2, "log", "verify", *LOG, "--key", other)[-1]
    (state / "passphrase").write_text("another passphrase, long enough")
    assert said(2, "log", "verify", *LOG)[0].startswith("NIET GECONTROLEERD: geef de controlesleutel")


def test_evidence_for_anybody(state: Path, said, tmp_path: Path) -> None:
    file = tmp_path / "x.evidence.json"
    first, second = record_id(state, 0), record_id(state, 1)
    assert said(0, "log", "evidence", first, second, "-o", file) == [f"Bewijs van 2 regels van zvh/2026: {file}"]
    assert BODY not in file.read_bytes()
    export = tmp_path / "out"
    said(0, "log", "export", export, *LOG)
    (tmp_path / "keys").write_text((export / "keys").read_text())
    for given in (file, export):
        lines = said(0, "verify", given, "--keys", tmp_path / "keys")
        assert lines[0].startswith("ECHT")
        assert sum("log.example/zvh/2026 (" in line for line in lines) == 1


def test_a_body_is_opened_when_the_look_is_recorded(state: Path, said, tmp_path: Path) -> None:
    file = tmp_path / "x.evidence.json"
    audit = state / "log" / f"audit-zvh-{datetime.now(UTC).year}.sqlite"
    said(0, "log", "evidence", record_id(state, 1), "-o", file)
    assert not audit.exists()
    said(0, "log", "evidence", record_id(state, 1), "-o", file, "--bodies")
    assert audit.exists()
    said(0, "log", "export", tmp_path / "out", *LOG)
    lines = said(0, "verify", file, "--keys", tmp_path / "out" / "keys")
    assert any(BODY.decode() in line for line in lines)
    file.unlink()
    (state / "keys" / "store.json").rename(tmp_path / "store.json")
    said(3, "log", "evidence", record_id(state, 1), "-o", file, "--bodies")
    assert not file.exists()


def test_records_that_no_log_has(state: Path, said, tmp_path: Path) -> None:
    said(1, "log", "evidence", "01999999-0000-7000-8000-000000000000", "-o", tmp_path / "x")
    said(1, "log", "evidence", record_id(state, 0), "--log", "gemeente/2026", "-o", tmp_path / "x")
    said(3, "log", "evidence", record_id(state, 0), "-o", tmp_path / "none" / "x")


@pytest.mark.parametrize("command", ["status", "looks", "retention"])
def test_a_state_folder_that_cannot_be_entered_is_told_and_is_not_an_empty_one(command, tmp_path, monkeypatch, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv("SLUIS_STATE", str(tmp_path / "file"))
    assert main(["log", command]) == 3
    assert "run this as the gateway's own account" in capsys.readouterr().err


def test_a_log_that_may_not_be_read_is_not_called_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Fault, match="log-damaged"):
        SqliteLogReader.beside(tmp_path)
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)
    with pytest.raises(Fault, match=r"log-unavailable: .*no access"):
        SqliteLogReader.beside(tmp_path)

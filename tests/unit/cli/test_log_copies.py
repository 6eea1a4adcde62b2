"""`gateway log export`, `backup` and `restore` as commands: on both stores, and what each refuses with which status."""

import asyncio
import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.cli import main
from gateway.crypto.keystore import KeyStore
from gateway.model.codes import Tenant
from gateway.model.record import RecordClass
from gateway.store.postgres.database import read_both
from gateway.store.postgres.shelf import PostgresShelf
from gateway.store.sqlite.log import SqliteLogStorage
from gateway.store.sqlite.shelf import SharedShelf
from gateway.tlog.erased import destroy
from gateway.verify import VerifierKey
from gateway.verify.archive.folder import ExportFolder
from gateway.verify.archive.judge import verify_log
from gateway.verify.checkpoint import open_checkpoint
from gateway.verify.keys import ED25519
from gateway.verify.trust import Reader
from tests.support.postgres import Server, postgres_server
from tests.unit.tlog.bench import Bench, Clock

__all__ = ["postgres_server"]
NOW = datetime.now(UTC)
LOG = f"zvh/{NOW.year}"
PASSPHRASE = b"a passphrase of the tests alone"


class Signing(Bench):
    """A workbench whose logs are signed by the keys in its state folder."""

    def make_keys(self) -> None:
        self.own = KeyStore.create(self.folder / "keys", PASSPHRASE, now=NOW)

    def _key(self, tenant: Tenant, origin: str, version: bytes):
        return self.own.note_signer(f"log-{tenant}", origin)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Signing:
    (tmp_path / "passphrase").write_bytes(PASSPHRASE)
    monkeypatch.setenv("SLUIS_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("SLUIS_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
    bench = Signing(tmp_path / "state", clock=Clock(NOW))
    bench.make_keys()
    return bench


@pytest.fixture
def shared(bench: Signing, postgres_server: Server, monkeypatch: pytest.MonkeyPatch) -> Signing:
    """The same workbench over PostgreSQL."""
    urls = postgres_server.migrated(), postgres_server.migrated()
    monkeypatch.setenv("SLUIS_DATABASE", urls[0])
    monkeypatch.setenv("SLUIS_BODYKEYS_DATABASE", urls[1])
    bench.open_shelf = lambda _: PostgresShelf(*read_both(*urls, development=True))
    return bench


async def fill(bench: Bench, count: int = 3, **members: object) -> None:
    logs = await bench.logs()
    for _ in range(count):
        await bench.append(logs, **members)
    logs.close()


async def state_that_all_was_erased(bench: Bench) -> bytes:
    """Record a tombstone of the subject's key, and leave the key as an old copy of the keys would bring it back."""
    shelf = bench.open_shelf(bench.folder)
    storage = shelf.storage("zvh", NOW.year)
    body = storage.body(0)
    assert body is not None
    assert body[1] is not None
    storage.close()
    shelf.close()
    said = json.dumps({"act": "erased", "keys": [body[1].hex()]}, separators=(",", ":")).encode()
    await fill(bench, 1, kind=RecordClass.TOMBSTONE, statement=said, released=None, subject=None, case=None)
    return body[1]


def verified(folder: Path) -> int:
    keys = [VerifierKey.parse(line) for line in (folder / "keys").read_text().splitlines()]
    return verify_log(ExportFolder(folder), Reader(keys), processes=1).checkpoint.size


async def test_an_export_that_our_judge_accepts(bench: Signing, tmp_path: Path, capsys) -> None:
    await fill(bench)
    assert main(["log", "export", str(tmp_path / "out"), "--log", LOG, "--bodies"]) == 0
    assert verified(tmp_path / "out") == 3
    await fill(bench, 300)
    capsys.readouterr()
    assert main(["log", "export", str(tmp_path / "out"), "--log", LOG]) == 0
    said = capsys.readouterr().out
    assert "303 regels, waarvan nieuw: 300" in said
    assert verified(tmp_path / "out") == 303
    (printed,) = [line.removeprefix("Sleutel: ") for line in said.splitlines() if line.startswith("Sleutel: ")]
    note = (tmp_path / "out" / "checkpoint").read_text()
    assert open_checkpoint(note, [VerifierKey.parse(printed)]).size == 303
    assert VerifierKey.parse(printed).kind == ED25519


async def test_which_log_is_asked_where_it_is_not_said(bench: Signing, tmp_path: Path, capsys) -> None:
    await fill(bench)
    for arguments in ([], ["--log", "zvh/2020"]):
        with pytest.raises(SystemExit) as ended:
            main(["log", "export", str(tmp_path / "out"), *arguments])
        assert ended.value.code == 2
        assert f"Er zijn: gemeente/{NOW.year}, {LOG}." in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["log", "export", str(tmp_path / "out"), "--log", "../zvh"])
    assert not (tmp_path / "out").exists()


async def test_an_export_that_knows_more_than_the_log_is_told_of(bench: Signing, tmp_path: Path, capsys) -> None:
    await fill(bench)
    shutil.copytree(bench.folder / "log", tmp_path / "old")
    await fill(bench)
    assert main(["log", "export", str(tmp_path / "out"), "--log", LOG]) == 0
    shutil.rmtree(bench.folder / "log")
    shutil.copytree(tmp_path / "old", bench.folder / "log")
    assert main(["log", "export", str(tmp_path / "out"), "--log", LOG]) == 1
    assert "teruggezet uit een oude kopie" in capsys.readouterr().err
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter").touch()
    assert main(["log", "export", str(tmp_path / "other"), "--log", LOG]) == 2
    assert main(["log", "export", str(tmp_path / "other" / "letter"), "--log", LOG]) == 3


async def test_without_the_passphrase_an_export_names_no_keys(
    bench: Signing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    await fill(bench)
    monkeypatch.delenv("SLUIS_PASSPHRASE_FILE")
    assert main(["log", "export", str(tmp_path / "out"), "--log", LOG]) == 0
    assert "`keys` ontbreekt" in capsys.readouterr().err
    assert not (tmp_path / "out" / "keys").exists()


async def test_an_erasure_after_both_copies_comes_from_the_statements_of_an_export(
    bench: Signing, tmp_path: Path, capsys
) -> None:
    await fill(bench)
    backup = ["log", "backup", str(tmp_path / "copy"), "--keys-to", str(tmp_path / "keys")]
    assert await asyncio.to_thread(main, backup) == 0
    gone = await state_that_all_was_erased(bench)
    assert main(["log", "export", str(tmp_path / "out"), "--log", LOG]) == 0
    shutil.rmtree(bench.folder)
    capsys.readouterr()
    restoring = ["log", "restore", str(tmp_path / "copy"), "--keys", str(tmp_path / "keys"), "--erased"]
    assert main([*restoring, str(tmp_path / "out" / "keys")]) == 1
    assert not list(bench.folder.iterdir())
    assert main([*restoring, str(tmp_path / "out" / "statements")]) == 0
    assert "gewist na de kopie: 1 sleutel\n" in capsys.readouterr().out
    keys = SharedShelf(bench.folder).keys("zvh")
    assert keys.find(gone) is None
    keys.close()


async def test_a_backup_that_does_not_verify_is_not_put_back(bench: Signing, tmp_path: Path, capsys) -> None:
    await fill(bench)
    storage = SqliteLogStorage(bench.folder / "log" / f"zvh-{NOW.year}.sqlite")
    storage._writer.execute("UPDATE entries SET leaf = CAST(leaf || ' ' AS BLOB) WHERE idx = 1")
    storage.close()
    assert main(["log", "backup", str(tmp_path / "copy")]) == 0
    shutil.rmtree(bench.folder)
    assert main(["log", "restore", str(tmp_path / "copy")]) == 1
    assert "Geweigerd." in capsys.readouterr().err
    assert not list(bench.folder.iterdir())
    (tmp_path / "passphrase").write_bytes(b"another passphrase of the tests")
    assert main(["log", "restore", str(tmp_path / "copy")]) == 3


def test_what_the_commands_must_be_told(bench: Signing, tmp_path: Path) -> None:
    for arguments in (
        ["backup"],
        ["restore"],
        ["backup", str(tmp_path / "copy")],
        ["backup", "--expire", str(tmp_path)],
    ):
        assert main(["log", *arguments]) == 2


@pytest.mark.part("postgresql")
async def test_on_postgresql(shared: Signing, tmp_path: Path, capsys) -> None:
    await fill(shared, 260)
    assert main(["log", "export", str(tmp_path / "out"), "--log", LOG, "--bodies"]) == 0
    assert verified(tmp_path / "out") == 260
    assert main(["log", "status"]) == 0
    assert f"{LOG}: 260 regels" in capsys.readouterr().out
    assert main(["log", "backup", str(tmp_path / "copy")]) == 2
    assert main(["log", "restore", str(tmp_path / "copy")]) == 2
    gone = await state_that_all_was_erased(shared)
    assert main(["log", "restore"]) == 0
    said = capsys.readouterr().out
    assert f"{LOG}: 261 regels, in orde" in said
    assert "gewist na de kopie: 1 sleutel\n" in said
    shelf = shared.open_shelf(shared.folder)
    keys = shelf.keys("zvh")
    assert keys.find(gone) is None
    assert destroy(keys, [gone]) == 0
    keys.close()
    shelf.close()


@pytest.mark.part("postgresql")
async def test_a_database_that_was_lost_comes_back_by_its_own_tools(
    shared: Signing, postgres_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    await fill(shared, 4, subject="v1:one")
    await fill(shared, 1, subject="v1:one", outbox=shared.outbox())
    copies = {}
    for setting in ("SLUIS_BODYKEYS_DATABASE", "SLUIS_DATABASE"):
        copies[setting] = tmp_path / setting
        without = "--exclude-table-data=sluis.outbox"
        run("pg_dump", "--format=custom", without, f"--file={copies[setting]}", os.environ[setting])
        if setting == "SLUIS_BODYKEYS_DATABASE":
            gone = await state_that_all_was_erased(shared)
    for setting, copy in copies.items():
        url = postgres_server.fresh()
        run("pg_restore", "--exit-on-error", f"--dbname={url}", str(copy))
        monkeypatch.setenv(setting, url)
    urls = os.environ["SLUIS_DATABASE"], os.environ["SLUIS_BODYKEYS_DATABASE"]
    shared.open_shelf = lambda _: PostgresShelf(*read_both(*urls, development=True))
    assert main(["log", "restore"]) == 0
    said = capsys.readouterr().out
    assert f"{LOG}: 6 regels, in orde" in said
    assert "gewist na de kopie: 1 sleutel\n" in said
    assert gone is not None
    shelf = shared.open_shelf(shared.folder)
    storage = shelf.storage("zvh", NOW.year)
    assert storage.answer("client-1", "key-1") is None
    storage.close()
    shelf.close()
    await fill(shared, 1)
    assert main(["log", "export", str(tmp_path / "out"), "--log", LOG]) == 0
    assert verified(tmp_path / "out") == 7


def run(name: str, *arguments: str) -> None:
    """Run a program of PostgreSQL, which lies beside its server."""
    server = shutil.which("postgres")
    assert server is not None
    subprocess.run([Path(server).resolve().parent / name, *arguments], check=True)


async def test_who_copies_the_keys_is_recorded_first(bench: Signing, tmp_path: Path, monkeypatch, capsys) -> None:
    await fill(bench)
    backup = ["log", "backup", str(tmp_path / "copy"), "--keys-to", str(tmp_path / "keys")]
    (tmp_path / "another").write_bytes(b"another passphrase of the tests")
    with monkeypatch.context() as without:
        without.setenv("SLUIS_PASSPHRASE_FILE", str(tmp_path / "another"))
        assert await asyncio.to_thread(main, backup) == 3
    assert not (tmp_path / "keys").exists()
    assert await asyncio.to_thread(main, backup) == 0
    assert (tmp_path / "copy" / "log" / f"audit-zvh-{NOW.year}.sqlite").is_file()
    capsys.readouterr()
    assert await asyncio.to_thread(main, ["log", "looks"]) == 0
    [line] = capsys.readouterr().out.splitlines()
    assert "log backup: 3 (sleutels, tot en met " in line

"""Bewijs: told in numbers before anything leaves, and a package that a machine without us finds genuine."""

import asyncio
import io
import json
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.cli import main
from gateway.desk.roles import Role
from gateway.model.codes import Tenant
from gateway.review.filter import Filter
from gateway.verify.errors import VerificationError
from gateway.verify.keys import VerifierKey
from gateway.verify.package_verdict import verify_package
from gateway.verify.trust import Reader
from gateway.verify.zipped import unpack
from tests.support.desk import OpenDesk, Person, main_of, opened
from tests.support.tampering import change, flip

PSEUDONYM = b'"v1.'


@pytest.fixture
async def desk(morning: Path, tmp_path: Path) -> AsyncIterator[OpenDesk]:
    async with opened(shutil.copytree(morning, tmp_path / "state")) as desk:
        yield desk


def records(desk: OpenDesk, tenant: Tenant = Tenant.ZVH) -> list[str]:
    """The ids of all records, the newest first."""
    return [line.record for line in desk.desk.indexes[tenant].lines(Filter.read({}))]


async def package(fenna: Person, ids: list[str], **form: str) -> bytes:
    answer = await fenna.post("/zvh/bewijs", {"regels": ids, "inhoud": "nee", **form})
    assert answer.status_code == 200, main_of(answer.text)
    assert answer.headers["content-type"] == "application/zip"
    return answer.content


def reader(files: dict[str, bytes]) -> Reader:
    return Reader([VerifierKey.parse(line) for line in files["sleutels/log.vkeys"].decode().split()])


async def test_what_goes_in_is_told_in_numbers_first(desk: OpenDesk) -> None:
    fenna, ids = desk.sign_in(), records(desk)
    said = main_of((await fenna.get("/zvh/bewijs", params={"regels": ids})).text)
    assert f"{len(ids)} regels:" in said
    assert "de bewijzen van 1 logboek" in said
    assert "1 beleidsversie, zoals die besliste" in said
    assert f"de inhoud van {len(ids)} regels" in said
    assert "het pseudoniem van 1 betrokkene" in said
    [look] = desk.desk.acts[Tenant.ZVH].looks()[-1:]
    assert (look.look.what, look.look.count) == ("bewijs", len(ids))


async def test_a_package_proves_its_records_and_holds_nobody(desk: OpenDesk) -> None:
    fenna, ids = desk.sign_in(), records(desk)
    data = await package(fenna, ids)
    files = unpack(data)
    verified = verify_package(files, reader(files))
    assert sorted(record.leaf.id for log in verified.logs for record in log.records) == sorted(ids)
    assert all(record.body is None for log in verified.logs for record in log.records)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
    whole = b"".join(content for name, content in files.items() if not name.startswith(("verify/", "beleid/")))
    for secret in (PSEUDONYM, b"999993653", b"ZVH-2026-0417", b"m-17"):
        assert secret not in whole
    [look] = desk.desk.acts[Tenant.ZVH].looks()[-1:]
    assert (look.look.what, look.look.filter, look.look.count) == ("bewijspakket", " ".join(sorted(ids)), len(ids))
    assert data == await package(fenna, ids[::-1]), "the same records and moment, the same bytes"


async def test_the_words_stand_in_it(desk: OpenDesk) -> None:
    fenna, ids = desk.sign_in(), records(desk)
    files = unpack(await package(fenna, ids))
    page = files["LEESMIJ.html"].decode()
    assert page.startswith('<!doctype html>\n<html lang="nl">')
    assert page.index("Wat dit niet bewijst") < page.index("What this does not prove")
    assert "Fenna (functionaris gegevensbescherming)" in page
    assert "Een van de partijen is niet betrokken bij deze casus." in page
    for foreign in ("<script", "http://", "https://", "src=", "@import", "url("):
        assert foreign not in page
    told = [json.loads(files[name]) for name in sorted(files) if name.startswith("regels/")]
    assert {each["nl"]["outcome"] for each in told} >= {"Toegestaan", "Geweigerd"}
    assert [json.loads(each["leaf"])["id"] for each in told] == sorted(ids)
    [policies] = [name for name in files if name.startswith("beleid/")]
    assert files[policies] == (desk.state / "policies" / policies.removeprefix("beleid/")).read_bytes()


async def test_bodies_leave_only_for_who_agrees(desk: OpenDesk) -> None:
    fenna, ids = desk.sign_in(), records(desk)[:1]
    refused = await fenna.post("/zvh/bewijs", {"regels": ids, "inhoud": "ja"})
    assert refused.status_code == 422
    assert "Vink aan dat u weet wat er meegaat" in main_of(refused.text)
    assert desk.desk.acts[Tenant.ZVH].looks()[-1].look.what == "bewijs"
    files = unpack(await package(fenna, ids, inhoud="ja", akkoord="ja"))
    [[record]] = [log.records for log in verify_package(files, reader(files)).logs]
    assert PSEUDONYM in (record.body or b"")
    assert desk.desk.acts[Tenant.ZVH].looks()[-1].look.what == "bewijspakket met inhoud"
    assert "de inhoud van regels is geopend (1)" in files["LEESMIJ.html"].decode()


async def test_a_machine_without_us(desk: OpenDesk, tmp_path: Path) -> None:
    """Unpacked in an empty folder; a Python that finds nothing but itself, that folder and `cryptography`."""
    folder = tmp_path / "elsewhere"
    with zipfile.ZipFile(io.BytesIO(await package(desk.sign_in(), records(desk)))) as archive:
        archive.extractall(folder)
    program = (
        "import sys, runpy; sys.path.insert(0, '.'); sys.argv = ['verify', '.', '--keys', 'sleutels/log.vkeys']\n"
        "class Closed:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        allowed = ('verify', 'cryptography', '_cffi_backend', 'cffi')\n"
        "        if name.partition('.')[0] not in {*allowed, *sys.stdlib_module_names}: raise ImportError(name)\n"
        "sys.meta_path.insert(0, Closed()); runpy.run_module('verify', run_name='__main__')\n"
    )
    command = [sys.executable, "-I", "-c", program]
    for change_of, status, start in ((None, 0, "ECHT: dit bewijspakket klopt: "), ("LEESMIJ.html", 1, "NIET ECHT: ")):
        if change_of:
            (folder / change_of).write_bytes((folder / change_of).read_bytes().replace(b"bewijst", b"BEWIJST", 1))
        done = await asyncio.to_thread(
            subprocess.run, command, cwd=folder, capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stderr) == (status, "")
        assert done.stdout.startswith(start)
    assert "Waar: LEESMIJ.html." in done.stdout


async def test_the_command_and_no_byte_unseen(desk: OpenDesk, tmp_path: Path, capsys) -> None:
    data = await package(desk.sign_in(), records(desk))
    files = unpack(data)
    file, keys = tmp_path / "bewijs.zip", tmp_path / "vkeys"
    keys.write_bytes(files["sleutels/log.vkeys"])
    file.write_bytes(data)
    assert main(["verify", str(file), "--keys", str(keys)]) == 0
    assert "\nECHT: dit bewijspakket klopt: " in "\n" + capsys.readouterr().out
    chance = random.Random(4)
    for place in chance.sample(range(len(data)), 25):
        flipped = bytearray(data)
        flipped[place] ^= 1 << chance.randrange(8)
        with pytest.raises(VerificationError) as caught:
            verify_package(unpack(bytes(flipped)), reader(files))
        assert caught.value.file or caught.value.code == "package-malformed"


async def test_how_records_are_chosen(desk: OpenDesk) -> None:
    fenna, ids = desk.sign_in(), records(desk)
    assert "Er zijn geen regels gekozen." in main_of((await fenna.get("/zvh/bewijs")).text)
    assert "1 regel:" in main_of((await fenna.get("/zvh/bewijs", params={"soort": "weigering"})).text)
    assert "2 regels:" in main_of((await fenna.get("/zvh/bewijs", params={"regels": ",".join(ids[:2])})).text)
    assert (await fenna.get("/zvh/bewijs", params={"kleur": "rood"})).status_code == 422
    assert (await fenna.get("/zvh/bewijs", params={"regels": "999993653"})).status_code == 422
    assert (await fenna.get("/zvh/bewijs", params={"dossier": ids[0]})).status_code == 404
    of_another = records(desk, Tenant.GEMEENTE)[0]
    assert (await fenna.get("/zvh/bewijs", params={"regels": of_another})).status_code == 404
    assert (await fenna.post("/zvh/bewijs", {"regels": of_another})).status_code == 404
    assert (await fenna.post("/zvh/bewijs", {})).status_code == 422


async def test_too_many(desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.desk.pages.evidence.MOST", 2)
    fenna, ids = desk.sign_in(), records(desk)
    for query in ({"regels": ids}, {"soort": ["verstrekking", "weigering", "proef"]}):
        said = main_of((await fenna.get("/zvh/bewijs", params=query)).text)
        assert "Dit zijn meer dan 2 regels." in said
    assert (await fenna.post("/zvh/bewijs", {"regels": ids, "inhoud": "nee"})).status_code == 422


async def test_it_is_for_who_proved_who_they_are_just_now(desk: OpenDesk) -> None:
    ids = records(desk)
    old = desk.sign_in(ago=30)
    answer = await old.post("/zvh/bewijs", {"regels": ids, "inhoud": "nee"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/zvh/opnieuw-aanmelden")
    assert (
        desk.desk.acts[Tenant.ZVH].looks() == [] or desk.desk.acts[Tenant.ZVH].looks()[-1].look.what != "bewijspakket"
    )
    officer = desk.sign_in({Tenant.ZVH: Role.PRIVACYFUNCTIONARIS}, who="ander")
    assert (await officer.get("/zvh/bewijs")).status_code == 403


async def test_what_the_log_does_not_prove_makes_no_package(desk: OpenDesk) -> None:
    fenna, ids = desk.sign_in(), records(desk)
    change(desk.state / "log" / "zvh-2026.sqlite", "bodies", "sealed", "idx = 0", flip)
    answer = await fenna.post("/zvh/bewijs", {"regels": ids, "inhoud": "ja", "akkoord": "ja"})
    assert answer.status_code == 409
    assert "Het logboek bewijst deze regels niet." in main_of(answer.text)


async def test_a_record_that_is_none_any_more_makes_no_package(desk: OpenDesk) -> None:
    fenna, ids = desk.sign_in(), records(desk)
    change(desk.state / "log" / "zvh-2026.sqlite", "entries", "leaf", "idx = 1", flip)
    for answer in (
        await fenna.get("/zvh/bewijs", params={"regels": ids}),
        await fenna.post("/zvh/bewijs", {"regels": ids, "inhoud": "nee"}),
    ):
        assert answer.status_code == 409
        assert "Het logboek bewijst deze regels niet." in main_of(answer.text)

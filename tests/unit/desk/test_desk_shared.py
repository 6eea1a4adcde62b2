"""The whole desk where the logs stand in PostgreSQL: what was recorded there is followed, shown, looked at, written of,
checked and looked up.
"""

import asyncio
from pathlib import Path

import pytest

from gateway.app.stores import databases
from gateway.model.codes import Tenant
from gateway.settings import Settings
from gateway.store.postgres.shelf import PostgresShelf
from tests.support import desk as support
from tests.support.desk import main_of, opened, record_a_morning
from tests.support.postgres import Server, postgres_server

__all__ = ["postgres_server"]
pytestmark = pytest.mark.part("postgresql")


async def test_every_part_works_over_a_database(
    tmp_path: Path, postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres_server.migrated()
    shared = Settings(development=True, state=tmp_path, database=url, bodykeys_database=url)
    monkeypatch.setattr(support, "SqliteShelf", lambda _: PostgresShelf(*databases(shared)))
    await record_a_morning(tmp_path)
    monkeypatch.setattr(support, "settings_of", lambda state, **_: shared)
    async with opened(tmp_path) as desk:
        fenna = desk.sign_in(who="fenna")
        listed = main_of((await fenna.get("/zvh/verstrekkingen")).text)
        assert "ZVH-2026-0417" in listed
        assert (await fenna.post("/zvh/regels/2026/0/notitie", {"text": "gezien"})).status_code == 303
        assert "gezien" in main_of((await fenna.get("/zvh/regels/2026/0")).text)
        assert (await fenna.get("/zvh/regels/999999999999/999999999999")).status_code == 404
        assert (await fenna.get("/zvh/regels/2026/999999999999")).status_code == 404
        await fenna.post("/zvh/controle")
        while desk.desk.checks.running(Tenant.ZVH) is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        last = desk.desk.checks.last(Tenant.ZVH)
        assert last is not None
        assert last.records == desk.desk.indexes[Tenant.ZVH].level.sizes[2026]
        asked = await fenna.post("/zvh/betrokkene/nieuw", {"ontvangen": "2026-11-21", "taal": "nl"})
        place = asked.headers["location"]
        assert (await fenna.post(f"{place}/identiteit", {"hoe": "balie"})).status_code == 303
        assert (await fenna.post(f"{place}/opzoeken", {"nummer": "999993653"})).status_code == 303
        assert "alle" in main_of((await fenna.get(place)).text)
        whats = [each.look.what for each in desk.desk.acts[Tenant.ZVH].looks()]
        assert {"verstrekkingen", "regel", "inzageverzoek"} <= set(whats)

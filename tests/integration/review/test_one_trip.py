"""A statement is one journey to SQLite's thread, whatever it is, and says what the driver would have said."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiosqlite import Connection

from core.model.errors import StorageError
from core.model.ids import PartnerId
from core.storage.engine import open_storage
from core.storage.schema import partners
from tests.builders import NOW

TOWNS = [{"id": f"town-{number}", "name": {}, "created_at": NOW} for number in range(3)]


async def test_each_statement_goes_to_the_thread_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journeys = 0
    way = Connection._execute

    async def counted(driver: Connection, *what: Any, **named: Any) -> Any:
        nonlocal journeys
        journeys += 1
        return await way(driver, *what, **named)

    async with open_storage(f"sqlite+aiosqlite:///{tmp_path}/town.db") as storage, storage.unit() as unit:
        monkeypatch.setattr(Connection, "_execute", counted)
        added = await unit.connection.execute(partners.insert(), TOWNS)
        gone = await unit.connection.execute(partners.delete().where(partners.c.id == "town-0"))
        found = await unit.connection.execute(sa.select(partners.c.id).order_by(partners.c.id))
        assert journeys == 3
        monkeypatch.undo()
        assert (added.rowcount, gone.rowcount) == (3, 1)
        assert [row._asdict() for row in found] == [{"id": "town-1"}, {"id": "town-2"}]


async def test_what_sqlite_refuses_is_said_and_rolled_back(tmp_path: Path) -> None:
    async with open_storage(f"sqlite+aiosqlite:///{tmp_path}/town.db") as storage:
        with pytest.raises(sa.exc.IntegrityError):
            async with storage.unit() as unit:
                await unit.connection.execute(partners.insert(), [*TOWNS, TOWNS[0]])
        with pytest.raises(StorageError, match="tried again"):
            async with storage.unit() as unit:
                await unit.people.put_partner(PartnerId("town"), {}, NOW)
                await unit.connection.execute(sa.text("SELECT * FROM nowhere"))
        async with storage.reading() as unit:
            assert (await unit.connection.execute(sa.select(sa.func.count()).select_from(partners))).scalar_one() == 0

"""A statement is one journey to SQLite's thread, whatever it is, and says what the driver would have said."""

import asyncio
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


IDS = sa.select(partners.c.id).order_by(partners.c.id)


@pytest.fixture
def journeys(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What goes to a thread of SQLite's from now on."""
    gone: list[str] = []
    way = Connection._execute

    async def counted(driver: Connection, what: Any, *given: Any, **named: Any) -> Any:
        gone.append(what.__name__)
        return await way(driver, what, *given, **named)

    monkeypatch.setattr(Connection, "_execute", counted)
    return gone


async def test_each_statement_goes_to_the_thread_once(tmp_path: Path, journeys: list[str]) -> None:
    async with open_storage(f"sqlite+aiosqlite:///{tmp_path}/town.db") as storage:
        journeys.clear()
        async with storage.unit() as unit:
            added = await unit.connection.execute(partners.insert(), TOWNS)
            gone = await unit.connection.execute(partners.delete().where(partners.c.id == "town-0"))
            found = await unit.connection.execute(IDS)
            assert len(journeys) == 3  # the first one began the transaction too
            assert (added.rowcount, gone.rowcount) == (3, 1)
            assert [row._asdict() for row in found] == [{"id": "town-1"}, {"id": "town-2"}]
        assert journeys[3:] == ["commit"]


async def test_nobody_waits_for_a_transaction_that_changed_nothing(tmp_path: Path, journeys: list[str]) -> None:
    async with open_storage(f"sqlite+aiosqlite:///{tmp_path}/town.db") as storage:
        async with storage.reading() as unit:
            await unit.connection.execute(IDS)  # a reader is there from now on
        journeys.clear()
        async with storage.unit():
            pass
        async with storage.reading():
            pass
        assert journeys == []
        async with storage.reading() as unit:
            await unit.connection.execute(IDS)
            async with storage.unit() as other:
                await other.connection.execute(partners.insert(), TOWNS)
            assert not (await unit.connection.execute(IDS)).all(), "one state from its first statement on"
        assert journeys == ["_run", "_run", "commit", "_run"]
        async with storage.reading() as unit:
            assert len((await unit.connection.execute(IDS)).all()) == 3, "and a new state the next time"


async def test_what_is_thrown_away_needs_no_thread(tmp_path: Path, journeys: list[str]) -> None:
    async with open_storage(f"sqlite+aiosqlite:///{tmp_path}/town.db", durable=False) as storage:
        journeys.clear()
        async with storage.unit() as unit:
            turns: list[str] = []
            asyncio.get_running_loop().call_soon(turns.append, "another's")
            await unit.connection.execute(partners.insert(), TOWNS)
            assert turns, "others go on meanwhile"
        with pytest.raises(asyncio.CancelledError):
            async with storage.unit() as unit:
                await unit.connection.execute(partners.delete())
                raise asyncio.CancelledError
        async with storage.reading() as unit:
            assert len((await unit.connection.execute(IDS)).all()) == 3
        assert journeys == []


async def test_what_is_brief_makes_no_journey_but_that_of_its_commit(tmp_path: Path, journeys: list[str]) -> None:
    async with open_storage(f"sqlite+aiosqlite:///{tmp_path}/town.db") as storage:
        async with storage.reading() as unit:
            await unit.connection.execute(IDS)
        journeys.clear()
        async with storage.reading(brief=True) as unit:  # after the thread ended the one before on this connection
            assert not (await unit.connection.execute(IDS)).all()
            async with storage.unit(brief=True) as other:
                await other.connection.execute(partners.insert(), TOWNS)
            assert not (await unit.connection.execute(IDS)).all(), "one state from its first statement on"
        assert journeys == ["commit"]
        with pytest.raises(asyncio.CancelledError):
            async with storage.unit(brief=True) as unit:
                await unit.connection.execute(partners.delete())
                raise asyncio.CancelledError
        async with storage.reading(brief=True) as unit:
            assert len((await unit.connection.execute(IDS)).all()) == 3, "and a new state the next time"
        journeys.clear()
        async with storage.unit() as unit:
            await unit.connection.execute(partners.delete())
        assert journeys == ["_run", "commit"], "what is not brief goes to the thread as before"


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

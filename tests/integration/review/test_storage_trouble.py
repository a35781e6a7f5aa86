"""When the database itself is in trouble: the work waits, nothing is blamed for it, and readers see one state."""

import asyncio

import pytest
import sqlalchemy as sa

from core.model.errors import StorageError
from core.model.ids import PartnerId
from core.model.messages import Started
from core.storage.engine import Storage, open_storage
from core.storage.schema import inbox, partners
from tests.builders import NOW, consultation
from tests.databases import fresh_postgres
from tests.integration.review.village import Village

TOWN, CAMPUS = PartnerId("town"), PartnerId("campus")


async def test_a_reader_sees_one_state_from_its_first_statement_on(storage: Storage) -> None:
    count = sa.select(sa.func.count()).select_from(partners)
    async with storage.unit() as unit:
        await unit.people.put_partner(TOWN, {}, NOW)
    async with storage.reading() as reader:
        before = (await reader.connection.execute(count)).scalar_one()
        async with storage.unit() as unit:
            await unit.people.put_partner(CAMPUS, {}, NOW)
        assert (await reader.connection.execute(count)).scalar_one() == before == 1


async def test_a_reader_cannot_write(storage: Storage) -> None:
    with pytest.raises((StorageError, sa.exc.DBAPIError)):
        async with storage.reading() as unit:
            await unit.people.put_partner(TOWN, {}, NOW)


async def test_a_server_that_drops_the_connection_is_trouble_of_the_database(postgres: str) -> None:
    async with fresh_postgres(postgres) as url, open_storage(url) as storage:
        with pytest.raises(StorageError, match="tried again"):
            async with storage.unit() as unit:
                await unit.people.put_partner(TOWN, {}, NOW)
                async with storage.unit() as other:
                    await other.connection.execute(
                        sa.text(
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                        )
                    )
                await unit.people.put_partner(CAMPUS, {}, NOW)
        async with storage.unit() as unit:  # and the next one works
            await unit.people.put_partner(TOWN, {}, NOW)


async def test_trouble_of_the_database_sets_no_update_apart(village: Village) -> None:
    """A deadlock, say, again and again: the update is healthy, and goes through when the trouble is over."""
    if village.storage.dialect == "sqlite":
        pytest.skip("on SQLite nobody else writes")
    await village.starts(consultation(steps=()))
    refuse = (
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$"
    )
    async with village.storage.unit() as unit:
        await unit.connection.execute(sa.text(refuse))
        await unit.connection.execute(
            sa.text("CREATE TRIGGER refusing BEFORE INSERT ON dialogues FOR EACH ROW EXECUTE FUNCTION refuse()")
        )
    await village.comes("anna", Started("poster"))
    for _ in range(4):
        with pytest.raises(StorageError):
            await village.house.intake.receive_pending()
    async with village.storage.unit() as unit:
        await unit.connection.execute(sa.text("DROP TRIGGER refusing ON dialogues"))
        assert (await unit.connection.execute(sa.select(inbox.c.state, inbox.c.attempts))).all() == [("new", 0)]
    await village.house.settle()
    assert "Bonjour" in village.heard("anna")


async def test_an_update_is_worked_on_by_one_process_only(village: Village) -> None:
    await village.starts(consultation(steps=()))
    await village.comes("anna", Started("poster"))
    async with village.storage.reading() as unit:
        (row,) = await unit.inbox.pending(1)
    async with village.storage.unit() as unit:
        assert await unit.inbox.take(row.seq)
        if village.storage.dialect == "postgresql":
            async with village.storage.unit() as other:
                assert not await other.inbox.take(row.seq)
        await unit.inbox.done([row.seq])
    async with village.storage.unit() as unit:
        assert not await unit.inbox.take(row.seq)


async def test_a_unit_that_is_cancelled_again_and_again_still_rolls_back(storage: Storage) -> None:
    entered = asyncio.Event()

    async def stuck() -> None:
        async with storage.unit() as unit:
            await unit.people.put_partner(TOWN, {}, NOW)
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(stuck())
    await entered.wait()
    while not task.done():
        task.cancel()
        await asyncio.sleep(0)
    assert task.cancelled()
    async with storage.unit() as unit:
        assert await unit.people.partner_name(TOWN) == {}
        await unit.people.put_partner(TOWN, {}, NOW)

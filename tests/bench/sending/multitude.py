"""Very many people, and what is owed to them, made by the database from the first one: a million in under a minute."""

import sqlalchemy as sa

from core.storage.engine import Storage
from core.storage.schema import addresses, citizens, consents, deliveries, dialogues
from core.work.house import House
from tests.bench.sending.broadcast import FIRST_CHAT, owe_all, settled_in

FIRST = "c0000000"
BATCH = 50_000


async def multitude(storage: Storage, people: int) -> None:
    """As `settled_in`: citizens who agreed and have not finished."""
    await settled_in(storage, 1)
    for table in (citizens, addresses, dialogues, consents):
        await _copied(storage, table, people)


async def owe_later(house: House, people: int) -> None:
    """As `owe_all`, but due in an hour: rows that only stand there."""
    await owe_all(house, 1)
    async with house.storage.unit() as unit:
        await unit.connection.execute(sa.text("UPDATE deliveries SET due_at = replace(due_at, 'T07', 'T08')"))
    await _copied(house.storage, deliveries, people)


async def owe_now(house: House, people: int) -> None:
    await owe_all(house, 1)
    await _copied(house.storage, deliveries, people)


async def _copied(storage: Storage, table: sa.Table, people: int) -> None:
    """The row of the first person once for each of the others, with their name wherever hers stands."""
    names = [column.name for column in table.columns if column.name != "seq"]
    values = [
        f"{FIRST_CHAT} + n"
        if (table, name) == (addresses, "external_id")
        else f"replace({name}, '{FIRST}', printf('c%07d', n))"
        if isinstance(table.c[name].type, sa.String | sa.JSON)
        else name
        for name in names
    ]
    person = "citizen_id" if "citizen_id" in names else "id"
    for first in range(1, people, BATCH):
        last = min(people, first + BATCH) - 1
        async with storage.unit() as unit:
            await unit.connection.exec_driver_sql(
                f"INSERT INTO {table.name} ({', '.join(names)})"
                f" WITH RECURSIVE numbers(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last})"
                f" SELECT {', '.join(values)} FROM {table.name}, numbers WHERE {person} = '{FIRST}'"
            )

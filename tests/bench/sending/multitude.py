"""Very many people, and what is owed to them, made by the database from the first one: a million in under a minute."""

from collections.abc import Collection

import sqlalchemy as sa

from core.model.ids import CitizenId
from core.model.people import Purpose
from core.storage.engine import Storage
from core.storage.schema import addresses, citizens, consents, deliveries, dialogues
from core.work.house import House
from tests.bench.sending.broadcast import FIRST_CHAT, POOL, owe_all, settled_in
from tests.builders import START

FIRST = "c0000000"
IN_ORDER = "printf('c%07d', n)"
STREWN = "printf('a%07d', n * 7654321 % 9999991)"
"""Where people are looked at in the order of their ids, their addresses come in no order: both are random."""
BATCH = 50_000


async def multitude(storage: Storage, people: int, *, purposes: Collection[Purpose] = (Purpose.PARTICIPATION,)) -> None:
    """As `settled_in`: citizens who agreed (to these purposes) and have not finished."""
    await settled_in(storage, 1)
    async with storage.unit() as unit:
        await unit.people.give_consents([(CitizenId(FIRST), POOL, each, 1) for each in purposes], START)
    for table in (citizens, addresses, dialogues, consents):
        await copied(storage, table, people)


async def owe_later(house: House, people: int) -> None:
    """As `owe_all`, but due in an hour: rows that only stand there."""
    await owe_all(house, 1)
    async with house.storage.unit() as unit:
        await unit.connection.execute(sa.text("UPDATE deliveries SET due_at = replace(due_at, 'T07', 'T08')"))
    await copied(house.storage, deliveries, people)


async def owe_now(house: House, people: int) -> None:
    await owe_all(house, 1)
    await copied(house.storage, deliveries, people)


async def copied(storage: Storage, table: sa.Table, people: int, *, own: str = "", first: str = FIRST) -> None:
    """The row of the first person once for each of the others, with their name wherever hers stands. `own`: the column
    that says whose a row is, where it is not the person; there `first` is hers."""
    names = [column.name for column in table.columns if column.name != "seq"]
    quoted = [f'"{name}"' for name in names]
    values = [_made(table, name) for name in names]
    person = own or ("citizen_id" if "citizen_id" in names else "id")
    for begin in range(1, people, BATCH):
        last = min(people, begin + BATCH) - 1
        async with storage.unit() as unit:
            await unit.connection.exec_driver_sql(
                f"INSERT INTO {table.name} ({', '.join(quoted)})"
                f" WITH RECURSIVE numbers(n) AS (SELECT {begin} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last})"
                f" SELECT {', '.join(values)} FROM {table.name}, numbers WHERE {person} = '{first}'"
            )


def _made(table: sa.Table, name: str) -> str:
    """The `n`th person's value of a column, as SQL."""
    if (table, name) == (addresses, "external_id"):
        return f"{FIRST_CHAT} + n"
    if not isinstance(table.c[name].type, sa.String | sa.JSON):
        return f'"{name}"'
    is_address = name == "address_id" or (table, name) == (addresses, "id")
    return f"replace(\"{name}\", '{FIRST}', {STREWN if is_address else IN_ORDER})"

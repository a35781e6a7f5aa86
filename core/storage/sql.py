"""The little that SQLite and PostgreSQL say differently."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Row = Mapping[str, Any]
Item = TypeVar("Item")

CHUNK = 400
"""Values in one IN list or one multi-row statement: SQLite takes 32,766 parameters, this stays far below."""


async def put(
    connection: AsyncConnection,
    table: sa.Table,
    rows: Sequence[Row],
    *,
    unique: Sequence[str],
    replacing: Sequence[str] | Mapping[str, Any] = (),
) -> int:
    """Inserts `rows`; where `unique` is there already, replaces the columns `replacing` (none: leaves it).

    `replacing` names columns that take their new value, or says which value each takes. No `unique`: leaves it
    whatever it meets. All rows have the same keys. Returns the number of rows written.
    """
    written = 0
    for some in chunks(rows):
        builder = postgresql if connection.dialect.name == "postgresql" else sqlite
        statement = builder.insert(table).values([dict(row) for row in some])
        if replacing:
            values = (
                replacing if isinstance(replacing, Mapping) else {each: statement.excluded[each] for each in replacing}
            )
            final = statement.on_conflict_do_update(index_elements=list(unique), set_=dict(values))
        else:
            final = statement.on_conflict_do_nothing(index_elements=list(unique) or None)
        written += (await connection.execute(final)).rowcount
    return written


def locked(statement: sa.Select[Any], connection: AsyncConnection) -> sa.Select[Any]:
    """Rows that another process works on are passed over. SQLite has one writer: nothing to lock; nor has a reader."""
    reads = connection.sync_connection is not None and connection.sync_connection.get_execution_options()
    if connection.dialect.name == "postgresql" and not (reads and reads.get("postgresql_readonly")):
        return statement.with_for_update(skip_locked=True)
    return statement


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterable[list[Item]]:
    some: list[Item] = []
    for item in items:
        some.append(item)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some

"""The little that SQLite and PostgreSQL say differently."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Row = Mapping[str, Any]
Item = TypeVar("Item")
Renewed = Callable[[Any], Mapping[str, Any]]
"""Given the row that was to be inserted, what the columns of the one that is there become. A function with a name, not
one made at each call."""

CHUNK = 400
"""Values in one IN list or one multi-row statement: SQLite takes 32,766 parameters, this stays far below."""


async def put(
    connection: AsyncConnection,
    table: sa.Table,
    rows: Sequence[Row],
    *,
    unique: Sequence[str],
    replacing: Sequence[str] | Renewed = (),
) -> int:
    """Inserts `rows`; where `unique` is there already, replaces the columns `replacing` (none: leaves it).

    `replacing` names columns that take their new value, or says which value each takes. No `unique`: leaves it
    whatever it meets. All rows have the same keys. Returns the number of rows written.
    """
    written = 0
    one_by_one = connection.dialect.name == "sqlite"
    how = replacing if callable(replacing) else tuple(replacing)
    for some in chunks(rows):
        statement = inserting(table, connection.dialect.name, tuple(unique), how)
        values = [dict(row) for row in some]
        if one_by_one:  # written in words once, and in its thread at one go
            written += (await connection.execute(statement, values)).rowcount
        else:  # one journey to the server
            written += (await connection.execute(statement.values(values))).rowcount
    return written


@lru_cache(maxsize=200)
def inserting(
    table: sa.Table,
    dialect: str,
    unique: tuple[str, ...],
    replacing: tuple[str, ...] | Renewed = (),
    *,
    returning: tuple[str, ...] = (),
) -> Any:
    """The statement without its rows, which all have the same keys. It stays the same for as long as the program runs,
    and so do its words: putting many rows into words anew took more time than writing them."""
    statement = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    if replacing:
        new = statement.excluded
        values = replacing(new) if callable(replacing) else {each: new[each] for each in replacing}
        statement = statement.on_conflict_do_update(index_elements=list(unique), set_=dict(values))
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(unique) or None)
    return statement.returning(*(table.c[each] for each in returning)) if returning else statement


def many(name: str) -> sa.BindParameter[Any]:
    """The values of an IN list, given when the statement is executed: `column.in_(many("ids"))`. A statement that is
    made once (`functools.cache`) and only given other values costs a fraction of one that is built at each call."""
    return sa.bindparam(name, expanding=True)


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

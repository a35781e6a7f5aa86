"""The little that SQLite and PostgreSQL say differently."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

Row = Mapping[str, Any]
Item = TypeVar("Item")
Renewed = Callable[[Any], Mapping[str, Any]]
"""Given the row that was to be inserted, what the columns of the one that is there become. A function with a name, not
one made at each call."""

CHUNK = 500
"""Values in one IN list or one multi-row statement, a page of planning: SQLite takes 32,766 parameters, this stays far
below."""


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


class _List(sa.types.TypeDecorator[Sequence[Any]]):
    """Texts or numbers as one value: an array for PostgreSQL, JSON for SQLite."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, of: sa.types.TypeEngine[Any]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        return postgresql.ARRAY(self.of) if dialect.name == "postgresql" else dialect.type_descriptor(sa.Text())

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        return list(value or ()) if dialect.name == "postgresql" else orjson.dumps(list(value or ())).decode()


class _Among(FunctionElement[bool]):
    type = sa.Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> "_Among":  # noqa: ARG002  # the signature is SQLAlchemy's
        """As it is: SQLite would compare it with 1, and look at every row."""
        return self


@compiles(_Among)
def _in_json(among: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, values = (compiler.process(each, **how) for each in among.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608  # words of the compiler, no value


@compiles(_Among, "postgresql")
def _in_array(among: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, values = (compiler.process(each, **how) for each in among.clauses)
    return f"{column} = ANY ({values})"


def among(column: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[bool]:
    """Is it one of the values `name`, a list given when the statement is executed? One value, however many are in it:
    the statement's words stay the same, where an IN list is written out and read anew for each number of values.

    It is carried into no view: there, `many`."""
    return _Among(column, sa.bindparam(name, type_=_List(column.type)))


def many(name: str) -> sa.BindParameter[Any]:
    """The values of an IN list, given when the statement is executed: `column.in_(many("ids"))`. A statement that is
    made once (`functools.cache`) and only given other values costs a fraction of one that is built at each call."""
    return sa.bindparam(name, expanding=True)


def unindexed(column: sa.Column[str]) -> sa.ColumnElement[str]:
    """The column's value, hidden from indexes. Beside a list of keys: SQLite does not know how few they are, and would
    rather take the index on a state, which nearly every row has, and read the whole table."""
    return sa.func.coalesce(column, "")


def locked(statement: sa.Select[Any], connection: AsyncConnection, *, wait: bool = False) -> sa.Select[Any]:
    """Rows that another process works on are passed over; `wait`: waited for, and read as they are then. SQLite has one
    writer: nothing to lock; nor has a reader."""
    reads = connection.sync_connection is not None and connection.sync_connection.get_execution_options()
    if connection.dialect.name == "postgresql" and not (reads and reads.get("postgresql_readonly")):
        return statement.with_for_update(skip_locked=not wait)
    return statement


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterable[list[Item]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some

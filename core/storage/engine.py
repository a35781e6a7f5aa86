"""One writer, many readers: how units of work begin, commit and roll back on SQLite and on PostgreSQL.

    async with open_storage(url) as storage:
        async with storage.unit() as unit: ...       # writes: one at a time on SQLite, commits at the end
        async with storage.reading() as unit: ...    # reads: never waits for the writer

SQLite: WAL, synchronous=FULL, BEGIN IMMEDIATE on the only writing connection; readers are `query_only`. The file's
lock makes a second writing process fail at once with `AlreadyRunning`. Inside a unit nothing is awaited but SQL.
"""

import asyncio
import fcntl
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from asyncpg import PostgresError
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from core.model.errors import AlreadyRunning, DamagedDatabase, DiskFull, SilentDatabase, StorageError
from core.storage.migrate import refuse_newer, revisions, upgrade
from core.storage.one_trip import OneTrip, OneTripConnection
from core.storage.pen import Pen
from core.storage.reserve import Reserve
from core.storage.types import from_json, json_writer
from core.storage.unit import Unit

READERS = 4
BUSY_MILLISECONDS = 10_000
CACHE_KILOBYTES = 64 * 1024
"""Of a file's pages, kept by the one who writes; a reader keeps a quarter. SQLite's own 2 MB are read anew at each look
once a hundred thousand rows are owed. A small database takes no more than it is large."""
ROOM_TO_OPEN = 256 * 1024
"""Bytes that SQLite's log and its index may take before anything is written."""
POSTGRES_CONNECTIONS = 8
TROUBLES = frozenset({"08", "40", "53", "55", "57", "58"})
"""Classes of PostgreSQL's error codes that speak of the server, not of the statement: connection, rollback, resources,
locks, an operator, the system. https://www.postgresql.org/docs/15/errcodes-appendix.html"""
DISK_FULL = "53100"


class Storage:
    """Where everything is kept. Made by `open_storage`; safe for any number of tasks of one event loop."""

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine, *, reserve: Reserve | None) -> None:
        self._writer = writer
        self._reader = reader
        self._brief_writer, self._brief_reader = (each.execution_options(brief=True) for each in (writer, reader))
        self._pen = Pen() if reserve else None  # a file of ours has a single writer
        self.reserve = reserve

    @property
    def dialect(self) -> str:
        return self._writer.dialect.name

    @property
    def has_one_pen(self) -> bool:
        """Does one unit that writes wait for the other? Not where a server lets many write."""
        return self._pen is not None

    @property
    def haste(self) -> tuple[int, int]:
        """(how often the pen was asked for so far, how many hold it or wait for it), those left out who write pages;
        nobody where one does not wait for the other."""
        return (self._pen.asked, self._pen.wanted) if self._pen else (0, 0)

    @property
    def is_full(self) -> bool:
        """Is so little room left that nothing new may be taken? Always False where a server keeps the files."""
        return self.reserve is not None and self.reserve.is_needed

    @asynccontextmanager
    async def unit(self, *, spare: bool = False, patient: bool = False, brief: bool = False) -> AsyncIterator[Unit]:
        """A unit of work that writes. Commits at the end; rolls back on anything else, cancellation included.

        `spare`: it may use the room that is kept for a full disk, because it takes something away. `patient`: one of
        many pages, not counted in `haste`. `brief`: each of its statements looks at a few rows by their key, so that
        it is done sooner than another thread would be awake; nothing else happens meanwhile."""
        writer = self._brief_writer if brief else self._writer
        if self._pen is None:
            async with self._transaction(writer) as unit:
                yield unit
        else:
            async with (
                self._pen.held(patient=patient),
                self._room(wanted=spare),
                self._transaction(writer) as unit,
            ):
                yield unit

    @asynccontextmanager
    async def _room(self, *, wanted: bool) -> AsyncIterator[None]:
        if self.reserve is None or not (wanted and self.is_full):
            yield
            return
        with self.reserve.lent():
            yield
            await self._checkpoint()  # what the log took is free again

    @asynccontextmanager
    async def reading(self, *, brief: bool = False) -> AsyncIterator[Unit]:
        """A unit that only reads, one consistent state from its first statement on. `brief`: as above."""
        async with self._transaction(self._brief_reader if brief else self._reader) as unit:
            yield unit

    async def write_back(self) -> None:
        """Writes SQLite's log into its file and empties it: what was deleted is then in neither. When somebody reads
        just now it does what it can, and the next call the rest. Nothing to do on PostgreSQL."""
        if self._pen is None:
            return
        async with self._pen.held():
            await self._checkpoint()

    async def _checkpoint(self) -> None:
        async with self._writer.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None, "a connection that is open has its driver's"
            await driver.execute("PRAGMA busy_timeout=200")  # others must not wait long for this
            try:
                await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                await driver.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[Unit]:
        connection = await _connected(engine)
        try:
            try:
                await connection.begin()
                yield Unit(connection)
                await connection.commit()
            except BaseException as error:
                with suppress(DBAPIError):  # the connection is gone, and the transaction with it
                    await _finish(connection.rollback())
                if isinstance(error, DBAPIError) and _passes(error):
                    raise (DiskFull if _is_full(error) else StorageError)(_advice(error)) from error
                raise
        finally:
            if engine.dialect.name == "sqlite":
                await connection.close()  # goes back to its pool, and waits for nothing
            else:
                await _finish(connection.close())


async def _connected(engine: AsyncEngine) -> AsyncConnection:
    try:
        return await engine.connect()
    except (DBAPIError, PoolTimeout, PostgresError, OSError) as error:
        raise _silent(engine.url) from error


def _silent(url: URL) -> SilentDatabase:
    server = f"{url.host}:{url.port or 5432}" if url.host else str(url.database)
    return SilentDatabase(
        f"the database at {server} does not answer: check DATABASE_URL and that its server runs",
        "error.silent_database",
        server=server,
    )


def _passes(error: DBAPIError) -> bool:
    """Is it the database's trouble (locked, full, restarting, a deadlock), not the fault of what was asked?"""
    if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
        return True
    return str(getattr(error.orig, "sqlstate", None) or "")[:2] in TROUBLES


def _advice(error: DBAPIError) -> str:
    """One sentence for the operator; the statement and its values stay out of it."""
    if _is_full(error):
        return "the disk is full: nothing was lost; free some space, the work goes on by itself"
    return f"the database did not take the work just now ({type(error.orig).__name__}): it will be tried again"


def _is_full(error: DBAPIError) -> bool:
    cause = str(error.orig)
    return ("disk" in cause and "full" in cause) or getattr(error.orig, "sqlstate", "") == DISK_FULL


async def _finish(step: Any) -> None:
    """Runs `step` to its end even when this task is being cancelled: a transaction must not stay open."""
    task = asyncio.ensure_future(step)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:  # perhaps not for the first time
            cancelled = error
    if cancelled is not None:
        raise cancelled


@asynccontextmanager
async def open_storage(
    url: str, *, migrate: bool = True, readonly: bool = False, durable: bool = True
) -> AsyncIterator[Storage]:
    """Opens the database at `url` (an async SQLAlchemy URL), brings its tables up to date, closes it at the end.

    Raises `AlreadyRunning` when another process writes this file, `StorageError` when it cannot be used; both say
    what to do. `readonly`: no lock, no migration; `unit()` must not be used. `durable` False: a power cut may lose what
    was committed, and no thread does the waiting, for a database that is thrown away at the end.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        with _pen_of(parsed, readonly=readonly):
            async with _sqlite(parsed, migrate=migrate and not readonly, readonly=readonly, durable=durable) as storage:
                yield storage
    else:
        async with _postgres(parsed, migrate=migrate and not readonly) as storage:
            yield storage


@asynccontextmanager
async def _sqlite(url: URL, *, migrate: bool, readonly: bool, durable: bool) -> AsyncIterator[Storage]:
    path = Path(url.database or "")
    writer, reader = (
        create_async_engine(
            url,
            module=OneTrip(threaded=durable),
            pool_size=connections,
            max_overflow=0,
            pool_timeout=60,
            hide_parameters=True,
            json_serializer=json_writer(),
            json_deserializer=from_json,
            pool_reset_on_return=None,
        )
        for connections in (1, READERS)
    )
    _prepare_sqlite(writer, begin="BEGIN IMMEDIATE", query_only=False, durable=durable)
    _prepare_sqlite(reader, begin="BEGIN", query_only=True, durable=durable)
    reserve = Reserve(path)
    try:
        with reserve.lent(wanted=not readonly):
            revision = _revision(path, readonly=readonly)
            if not readonly:
                async with writer.connect() as connection:  # makes its log, while there is room for it
                    if migrate and revision != revisions()[-1]:
                        await _migrate(connection)
        yield Storage(writer, reader, reserve=reserve)
    finally:
        await reader.dispose()
        await writer.dispose()


@asynccontextmanager
async def _postgres(url: URL, *, migrate: bool) -> AsyncIterator[Storage]:
    engine = create_async_engine(
        url, pool_size=POSTGRES_CONNECTIONS, max_overflow=0, hide_parameters=True, json_serializer=json_writer()
    )
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    storage = Storage(engine, reader, reserve=None)
    try:
        if migrate:
            try:
                async with engine.connect() as connection:
                    await _migrate(connection)
            except OSError as error:
                raise _silent(url) from error
        yield storage
    finally:
        await engine.dispose()


async def _migrate(connection: AsyncConnection) -> None:
    try:
        if connection.dialect.name == "postgresql":
            # two processes that start together must not migrate together
            await connection.execute(sa.text("SELECT pg_advisory_xact_lock(7403201)"))
        await connection.run_sync(upgrade)
        await connection.commit()
    except (OperationalError, DatabaseError) as error:
        raise StorageError(
            "the database could not be brought up to date; nothing was changed. "
            f"Restore a backup or free some disk space, then start again ({type(error.orig).__name__})"
        ) from error


def _prepare_sqlite(engine: AsyncEngine, *, begin: str, query_only: bool, durable: bool) -> None:
    """Pragmas at connect; an explicit BEGIN, since the driver's own fails late with "locked"."""

    @sa.event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        for pragma in (
            f"synchronous={'FULL' if durable else 'OFF'}",
            f"busy_timeout={BUSY_MILLISECONDS}",
            "foreign_keys=ON",
            "secure_delete=ON",
            f"cache_size=-{CACHE_KILOBYTES // 4 if query_only else CACHE_KILOBYTES}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        if query_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        driver = connection.connection.dbapi_connection
        assert isinstance(driver, OneTripConnection), "both engines are made with it"
        driver.begin_with(begin, reads=query_only, brief=connection.get_execution_options().get("brief", False))


@contextmanager
def _pen_of(url: URL, *, readonly: bool) -> Iterator[None]:
    """Holds the file's lock while the database is open for writing."""
    if readonly or not url.database:
        yield
        return
    path = Path(url.database)
    _refuse_folder(path)
    with only_pen(path):
        _make_private(path)
        yield


@contextmanager
def only_pen(path: Path) -> Iterator[None]:
    """Holds the lock of a SQLite file, whether it exists or not. Raises `AlreadyRunning` when another has it,
    `StorageError` when nothing can be written where the file is or shall be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StorageError(
            f"the database cannot be kept in {path.parent} ({error.strerror}): let this user write there, or give "
            "another place in DATABASE_URL",
            "error.no_place",
            folder=str(path.parent),
            reason=str(error.strerror),
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(
                f"another Porte-voix already writes {path.name}: stop it first, or give this one another DATABASE_URL",
                "error.second",
                file=path.name,
            ) from None
        yield
    finally:
        os.close(handle)


def _refuse_folder(path: Path) -> None:
    if path.is_dir():
        raise StorageError(
            f"{path} is a folder: give DATABASE_URL the name of a file in it", "error.database_folder", folder=str(path)
        )


def _make_private(path: Path) -> None:
    """The database holds what people wrote: nobody else on the machine may read it."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)


def _revision(path: Path, *, readonly: bool) -> str:
    """Which tables the file has, "" for none yet. Raises `StorageError` when there is nothing to read, or something
    that is not a whole SQLite database of ours."""
    _refuse_folder(path)
    if not path.exists() or path.stat().st_size == 0:
        if readonly:
            raise StorageError(
                f"there is no database at {path.name} yet: start the program once with `make run`",
                "error.no_database",
                file=path.name,
            )
        return ""
    advice = "bring the last copy back (`python main.py restore FILE`): nothing was written to this file"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            made = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
            revision = connection.execute("SELECT version_num FROM alembic_version").fetchone() if made else None
            foreign = not made and connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and shutil.disk_usage(path.parent).free < ROOM_TO_OPEN:
            raise DiskFull(
                f"the disk is full, {path.name} cannot be opened: free some space, then start again; nothing was lost",
                "error.no_room",
                file=path.name,
            ) from error
        raise DamagedDatabase(f"{path.name} is not a readable database ({error}): {advice}", "damaged") from error
    if verdict != "ok":
        raise DamagedDatabase(f"{path.name} is damaged: {advice}", "damaged")
    if foreign:
        raise StorageError(
            f"{path.name} is a database of another program: give DATABASE_URL a file of its own; nothing was written",
            "error.foreign_database",
            file=path.name,
        )
    if revision is None:
        return ""
    refuse_newer(path, str(revision[0]))
    return str(revision[0])

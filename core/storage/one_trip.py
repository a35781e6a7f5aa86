"""SQLite through aiosqlite with one journey to its thread for each statement, where SQLAlchemy's adapter makes four.

    statement ─▶ [thread: BEGIN if it is the first, cursor, execute, fetch all, close] ─▶ rows, description, counts

A journey wakes another thread and then the event loop: some hundred microseconds on a busy machine, while the statement
itself takes ten. So a transaction begins with its first statement, and nobody waits for the end of one that only read.

A brief unit of work makes none: its statements read or write a few rows by their key and wait for no disk, so they
are run on the spot, and only the commit, which waits, is the thread's. Where nothing is made durable, all are brief.
`OneTrip` goes to `create_async_engine(module=…)`; everything else of the dialect stays as it is.
"""

import asyncio
import collections
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import aiosqlite
from sqlalchemy.connectors.asyncio import AsyncAdapt_dbapi_connection, AsyncAdapt_dbapi_cursor
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_dbapi


class _Done:
    """What is left of a cursor that was read to its end and closed in the thread."""

    __slots__ = ("arraysize", "description", "lastrowid", "rowcount")

    def __init__(self) -> None:
        self.description: Any = None
        self.lastrowid: int | None = None
        self.rowcount, self.arraysize = -1, 1

    def close(self) -> None:
        """It is closed."""


class _Cursor(AsyncAdapt_dbapi_cursor):
    __slots__ = ()
    _awaitable_cursor_close = False

    def __init__(self, adapt_connection: AsyncAdapt_dbapi_connection) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._cursor = _Done()  # type: ignore[assignment]  # nothing waits for it any more
        self._soft_closed_memoized = {}  # type: ignore[assignment]  # stays empty: `_Done` keeps the description
        self._rows = collections.deque()

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        return await self._go(operation, sqlite3.Cursor.execute, parameters if parameters is not None else ())

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        return await self._go(operation, sqlite3.Cursor.executemany, seq_of_parameters)

    async def _go(self, operation: str, how: Callable[..., object], parameters: Any) -> None:
        driver: Any = self._connection
        done: Any = self._cursor
        whole = self._adapt_connection
        assert isinstance(whole, OneTripConnection), "it makes the cursors"
        async with whole._execute_mutex:
            opening = whole.opens()
            if whole.is_brief:
                await whole.left_alone()
                rows = _run(driver._conn, done, opening, how, operation, parameters)
                await asyncio.sleep(0)
            else:  # aiosqlite has no public way to run a function in its thread
                rows = await driver._execute(_run, driver._conn, done, opening, how, operation, parameters)
        self._rows = collections.deque(rows)


def _run(
    connection: sqlite3.Connection,
    done: _Done,
    opening: str | None,
    how: Callable[..., object],
    operation: str,
    parameters: Any,
) -> Sequence[Any]:
    """In the thread, or on the spot."""
    cursor = connection.cursor()
    try:
        if opening:
            cursor.execute(opening)
        how(cursor, operation, parameters)
        rows = cursor.fetchall() if cursor.description else ()
        done.description, done.rowcount, done.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
    finally:
        cursor.close()
    return rows


class OneTripConnection(AsyncAdapt_aiosqlite_connection):
    """The driver's connection, as the pool keeps it."""

    __slots__ = ("_ending", "_opening", "_reads", "_threaded", "is_brief")
    _cursor_cls = _Cursor  # type: ignore[assignment]  # of a narrower type there

    def __init__(self, dbapi: Any, connection: Any, *, threaded: bool) -> None:
        super().__init__(dbapi, connection)
        self._opening: str | None = None
        self._reads = self.is_brief = False
        self._threaded = threaded
        self._ending: asyncio.Future[None] | None = None
        if not threaded:
            connection._execute = _on_the_spot

    def begin_with(self, opening: str, *, reads: bool, brief: bool) -> None:
        """The transaction begins with its first statement. `reads`: it can change nothing. `brief`: on the spot."""
        self._opening, self._reads, self.is_brief = opening, reads, brief and self._threaded

    async def left_alone(self) -> None:
        """Until the thread has nothing more to do with this connection."""
        ending, self._ending = self._ending, None
        if ending:
            await ending

    def opens(self) -> str | None:
        """What is to be said before the next statement. Said once, and ended from then on, whatever comes of it."""
        opening, self._opening = self._opening, None
        return opening

    def commit(self) -> None:
        if self._ends():
            super().commit()

    def rollback(self) -> None:
        if self._ends():
            super().rollback()

    def _ends(self) -> bool:
        """Must somebody wait for the end? Not of a transaction that never began, and not of one that only read: the
        thread ends that before whatever this connection is asked next."""
        if self.opens():
            return False
        driver: Any = self._connection
        if not (self._reads and self._threaded and driver._connection):
            return True
        if self.is_brief:
            driver._conn.rollback()
        else:
            self._ending = asyncio.get_running_loop().create_future()
            driver._tx.put_nowait((self._ending, driver._conn.rollback))
        return False


async def _on_the_spot(what: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """Others have their turn after it, as they have while a thread works, and whoever is to stop does."""
    result = what(*given, **named)
    await asyncio.sleep(0)
    return result


class OneTrip(AsyncAdapt_aiosqlite_dbapi):
    """The driver, as the dialect sees it. `threaded` False: for a database that is thrown away at the end."""

    def __init__(self, *, threaded: bool) -> None:
        super().__init__(aiosqlite, sqlite3)
        self._threaded = threaded

    def connect(self, *arg: Any, **kw: Any) -> AsyncAdapt_aiosqlite_connection:
        driver = super().connect(*arg, **kw)._connection  # SQLAlchemy asks for `check_same_thread=False`
        return OneTripConnection(self, driver, threaded=self._threaded)

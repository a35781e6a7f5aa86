"""A loop and a database in which nothing happens by chance: time jumps, and never while a statement is outstanding.

    ready work ─▶ done, turn by turn ─▶ none left? ─▶ the time of the next timer
                     └─ each turn may be the last one of a process

Statements run in the loop's own thread when they are asked for; their answer is heard one turn later. So a process can
die before a commit, or after it and before it knows. The rest is the real driver and the real SQLite.
"""

import asyncio
import selectors
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

import aiosqlite.core
import pytest


class _Jumping(selectors.SelectSelector):
    """Nothing ever comes from outside: what would be waited for is skipped."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.turn: Callable[[], None] = lambda: None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("nothing is ready and nothing will ever be: somebody waits for ever")
        self.turn()
        self.now += max(0.0, timeout)
        return []


class SimulatedLoop(asyncio.SelectorEventLoop):
    """`turn` is called once a turn, before the time moves on."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now

    def each_turn(self, turn: Callable[[], None]) -> None:
        self._jumping.turn = turn

    def run_in_executor(self, *_: object) -> Any:
        raise RuntimeError("a thread has no place in a simulation: its moment cannot be repeated")


class Room(StrEnum):
    """What the disk still takes. NONE: nothing, not even what a commit adds to the log. NO_GROWTH: what fits where
    something was deleted; SQLite itself says of the rest, in the middle of a transaction, that the disk is full."""

    PLENTY = "plenty"
    NO_GROWTH = "no growth"
    NONE = "none"


@dataclass(slots=True)
class Disk:
    """What all connections of a process share. `refused`: how often it was full. A `dead` process changes nothing."""

    room: Room = Room.PLENTY
    refused: int = 0
    dead: bool = False
    connections: list[sqlite3.Connection] = field(default_factory=list)
    _held: set[int] = field(default_factory=set)

    def die(self) -> None:
        """As at `kill -9`: what was not committed is gone."""
        self.dead = True
        for connection in self.connections:
            with suppress(sqlite3.ProgrammingError):  # closed already
                connection.close()
        self.connections.clear()

    def run(self, function: Callable[..., Any], *given: Any, **named: Any) -> Any:
        name, connection = getattr(function, "__name__", ""), _connection(function, given)
        if self.dead:
            if name in ("rollback", "close", ""):
                return None
            raise sqlite3.OperationalError("the process is dead")
        if name == "commit" and self.room is Room.NONE and _writes(connection):
            self.refused += 1
            raise sqlite3.OperationalError(FULL)
        if connection is not None and (self.room is Room.NO_GROWTH) is not (id(connection) in self._held):
            self._hold(connection)
        try:
            result = function(*given, **named)
        except sqlite3.OperationalError as error:
            self.refused += str(error) == FULL
            raise
        if isinstance(result, sqlite3.Connection):
            self.connections.append(result)
        return result

    def _hold(self, connection: sqlite3.Connection) -> None:
        """The file may not grow beyond what it is, or may again."""
        connection.execute(f"PRAGMA max_page_count={1 if self.room is Room.NO_GROWTH else MOST_PAGES}")
        self._held ^= {id(connection)}


FULL, MOST_PAGES = "database or disk is full", 1_000_000


def _connection(function: Callable[..., Any], given: tuple[Any, ...]) -> sqlite3.Connection | None:
    for each in (getattr(function, "__self__", None), *given[:1]):
        if isinstance(each, sqlite3.Connection):
            return each
    return None


def _writes(connection: sqlite3.Connection | None) -> bool:
    return connection is not None and not connection.execute("PRAGMA query_only").fetchone()[0]


class _Turns:
    """Stands where aiosqlite has the queue to its thread: connections are opened and closed by it."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk

    def put_nowait(self, asked: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        future, function = asked
        if future is None:
            self._disk.run(function)
        else:
            future.get_loop().call_soon(self._run, future, function)

    def _run(self, future: asyncio.Future[Any], function: Callable[[], Any]) -> None:
        try:
            result = self._disk.run(function)
        except Exception as error:
            if not future.done():
                future.set_exception(error)
        else:
            if not future.done():
                future.set_result(result)


async def _at_once(disk: Disk, function: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """As core/storage/one_trip.py does where nothing is made durable, if the disk lets it."""
    result = disk.run(function, *given, **named)
    await asyncio.sleep(0)
    return result


class _NoThread:
    daemon = True

    def start(self) -> None:
        """Nothing to start."""


@contextmanager
def statements_in_turn(disk: Callable[[], Disk]) -> Iterator[None]:
    """Every connection that is opened meanwhile belongs to the disk of that moment."""

    class InTurn(aiosqlite.core.Connection):
        def __init__(self, connector: Callable[[], sqlite3.Connection], iter_chunk_size: int) -> None:
            super().__init__(connector, iter_chunk_size)
            self._disk = disk()
            self._tx = _Turns(self._disk)  # type: ignore[assignment]  # in the place of the queue
            self._thread = _NoThread()  # type: ignore[assignment]  # and of who works on it

        @property
        def _execute(self) -> Callable[..., Any]:  # type: ignore[override]  # nobody puts another in its place
            return partial(_at_once, self._disk)

        @_execute.setter
        def _execute(self, _other: object) -> None:
            """Ours stays: it asks the disk first."""

        def __del__(self) -> None:
            """A process that was killed closes nothing, and warns of nothing."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aiosqlite.core, "Connection", InTurn)
        yield

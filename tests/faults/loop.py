"""A loop and a database in which nothing happens by chance: time jumps, and never while a statement is outstanding.

    ready work ─▶ done, turn by turn ─▶ none left? ─▶ the time of the next timer
                     └─ each turn may be the last one of a process

Statements run in the loop's own thread, one turn after they were asked for; their answer is heard one turn later. So a
process can die before a commit, or after it and before it knows. The rest is the real driver and the real SQLite.
"""

import asyncio
import selectors
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
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


@dataclass(slots=True)
class Disk:
    """What all connections of a process share. `full`: no commit is taken. A `dead` process changes nothing."""

    full: bool = False
    refused: int = 0
    dead: bool = False
    connections: list[sqlite3.Connection] = field(default_factory=list)

    def die(self) -> None:
        """As at `kill -9`: what was not committed is gone."""
        self.dead = True
        for connection in self.connections:
            with suppress(sqlite3.ProgrammingError):  # closed already
                connection.close()
        self.connections.clear()

    def run(self, function: Callable[[], Any]) -> Any:
        name = getattr(getattr(function, "func", None), "__name__", "")
        if self.dead:
            if name in ("rollback", "close", "") and not isinstance(function, type):
                return None
            raise sqlite3.OperationalError("the process is dead")
        if name == "commit" and self.full and _writes(getattr(function, "func").__self__):  # noqa: B009
            self.refused += 1
            raise sqlite3.OperationalError("database or disk is full")
        result = function()
        if isinstance(result, sqlite3.Connection):
            self.connections.append(result)
        return result


def _writes(connection: sqlite3.Connection) -> bool:
    return not connection.execute("PRAGMA query_only").fetchone()[0]


class _Turns:
    """Stands where aiosqlite has the queue to its thread."""

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
            self._tx = _Turns(disk())  # type: ignore[assignment]  # in the place of the queue
            self._thread = _NoThread()  # type: ignore[assignment]  # and of who works on it

        def __del__(self) -> None:
            """A process that was killed closes nothing, and warns of nothing."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aiosqlite.core, "Connection", InTurn)
        yield

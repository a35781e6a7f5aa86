"""Whoever writes pages lets those go first who answer somebody, and goes on though they never stop."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from core.storage.engine import Storage, open_storage
from core.work.patience import MOST_BREATHS, Patience
from tests.builders import NOW, StillClock
from tests.databases import sqlite_url


@dataclass(slots=True)
class Breathing(StillClock):
    """While a page waits, the one who answers writes on, so many times."""

    storage: Storage | None = None
    more: int = 0
    written: list[str] = field(default_factory=list)

    async def sleep(self, _seconds: float) -> None:
        if self.more and self.storage:
            self.more -= 1
            async with self.storage.unit():
                self.written.append("an answer")


async def pages(storage: Storage, clock: Breathing, count: int) -> None:
    patience = Patience(storage, clock)
    for _ in range(count):
        await patience.give_way()
        async with storage.unit(patient=True):
            clock.written.append("a page")


async def test_an_answer_goes_before_the_page_with_all_its_pieces(tmp_path: Path) -> None:
    async with open_storage(sqlite_url(tmp_path)) as storage:
        clock = Breathing(NOW, storage, more=3)
        async with storage.unit():
            turning = asyncio.create_task(pages(storage, clock, 2))
            await asyncio.sleep(0)
        await turning
    assert clock.written == ["an answer"] * 3 + ["a page"] * 2


async def test_where_nobody_else_writes_no_page_waits(tmp_path: Path) -> None:
    async with open_storage(sqlite_url(tmp_path)) as storage:
        clock = Breathing(NOW, storage, more=9)
        await pages(storage, clock, 2)
    assert clock.written == ["a page"] * 2


async def test_pages_go_on_while_somebody_never_stops_writing(tmp_path: Path) -> None:
    async with open_storage(sqlite_url(tmp_path)) as storage:
        clock = Breathing(NOW, storage, more=10 * MOST_BREATHS)
        async with storage.unit():
            turning = asyncio.create_task(pages(storage, clock, 2))
            await asyncio.sleep(0)
        await turning
    assert clock.written == (["an answer"] * MOST_BREATHS + ["a page"]) * 2

"""When the disk is full to the last byte: what cannot be kept is not acknowledged, and what people want gone goes."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bots.terminal.decode import encode
from core.model.errors import DiskFull
from core.model.messages import Said, Started
from core.storage.engine import open_storage
from core.work.dialogue.web_chat import Form, WebChat
from core.work.doctor import Verdict, disk_findings
from core.work.ports import RawUpdate
from core.work.status import status, status_card
from tests.builders import NOW, consultation
from tests.databases import sqlite_url
from tests.full_disk import SmallDisk, small_disk
from tests.integration.review.village import Village, village

MEGABYTES = 24
POOL = consultation(steps=())
LONG = "plus de bancs et plus d'arbres près de la gare, " * 60


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", MEGABYTES) as disk:
        yield disk


@pytest.fixture
async def town(disk: SmallDisk) -> AsyncIterator[Village]:
    """Anna and Ben have answered when the disk is full."""
    async with open_storage(sqlite_url(disk.path)) as storage, village(storage, NOW) as town:
        assert storage.reserve is not None
        storage.reserve.keep()
        await town.starts(POOL)
        for chat in ("anna", "ben"):
            await town.agrees(chat)
            await town.says(chat, f"{chat} voudrait un toboggan")
        await town.later(minutes=10)
        yield town


async def fills(town: Village, disk: SmallDisk) -> int:
    """New answers come until one cannot be kept. How many were."""
    disk.fill()
    kept = 0
    with pytest.raises(DiskFull, match="nothing was lost"):
        for kept in range(5_000):
            await town.comes(f"stranger-{kept}", Said(LONG, 1))
    return kept


def held(disk: SmallDisk, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{disk.path / 'test.db'}?mode=ro", uri=True)) as connection:
        return connection.execute(statement).fetchall()


async def test_who_wants_to_be_erased_is_and_hears_of_it(town: Village, disk: SmallDisk) -> None:
    kept = await fills(town, disk)
    assert town.storage.is_full
    with pytest.raises(DiskFull):
        await town.comes("carl", Started(""))
    assert held(disk, "SELECT count(*) FROM inbox WHERE chat = 'carl'") == [(0,)], "it was not acknowledged either"
    await town.says("anna", "effacer")
    await town.presses("anna", "Oui")
    assert "tout est effacé" in town.heard("anna")
    assert held(disk, "SELECT count(*) FROM erasures") == [(1,)]
    assert held(disk, "SELECT count(*) FROM parts WHERE text LIKE '%anna%'") == [(0,)]
    assert held(disk, "SELECT count(*) FROM citizens WHERE stopped_at IS NULL") == [(1,)]
    async with town.storage.reading() as unit:
        found = replace(await status(unit, now=NOW), disk_full=town.storage.is_full)
    assert "Disque plein" in str(status_card(found, town.house.words, "fr"))
    await town.says("ben", "STOP")
    assert held(disk, "SELECT count(*) FROM citizens WHERE stopped_at IS NOT NULL") == [(1,)]
    assert town.storage.is_full, "the room is kept again: the next one can be erased as well"
    disk.empty()
    assert not town.storage.is_full
    await town.starting("carl")
    await town.house.settle()
    assert "Bonjour" in town.heard("carl")
    assert held(disk, "SELECT count(*) FROM inbox WHERE chat LIKE 'stranger-%' AND state = 'done'") == [(kept,)]


async def test_what_nobody_can_read_keeps_no_erasure_out(town: Village, disk: SmallDisk) -> None:
    def nonsense(number: str) -> RawUpdate:
        return RawUpdate(town.accounts["town"], number, "stranger", b"nonsense", NOW)

    await town.house.inbox.accept([nonsense("before")])
    await fills(town, disk)
    with pytest.raises(DiskFull):
        await town.house.inbox.accept([nonsense("after")])
    await town.says("anna", "oui tout effacer")
    assert held(disk, "SELECT count(*) FROM erasures") == [(1,)]


async def test_the_program_starts_again_on_a_full_disk_and_still_erases(disk: SmallDisk) -> None:
    async with open_storage(sqlite_url(disk.path)) as storage, village(storage, NOW) as town:
        assert storage.reserve is not None
        storage.reserve.keep()
        await town.starts(POOL)
        await town.agrees("anna")
    disk.fill()
    async with open_storage(sqlite_url(disk.path)) as storage, village(storage, NOW) as town:
        assert storage.is_full
        await town.starts(POOL)
        await town.house.outbox.recover(everything=True)
        with pytest.raises(DiskFull):
            await town.says("anna", LONG)
        await town.says("anna", "oui tout effacer")
        assert held(disk, "SELECT count(*) FROM erasures") == [(1,)]
    (disk.path / "test.db.reserve").unlink()
    disk.fill()
    for readonly in (False, True):
        with pytest.raises(DiskFull, match="free some space, then start again"):
            async with open_storage(sqlite_url(disk.path), readonly=readonly):
                pass


async def test_a_page_takes_an_erasure_too_and_nothing_else(town: Village, disk: SmallDisk) -> None:
    page = WebChat(town.storage, town.clock, lambda: None, town.house.intake.takes_away)
    account = town.accounts["town"]
    await fills(town, disk)
    with pytest.raises(DiskFull):
        await page.take(Form(account, "anna", "page-1", lambda at: encode("anna", Said(LONG, at)), LONG))
    erase = "oui tout effacer"
    assert await page.take(Form(account, "anna", "page-2", lambda at: encode("anna", Said(erase, at)), erase))
    await town.house.settle()
    assert held(disk, "SELECT count(*) FROM erasures") == [(1,)]
    assert held(disk, "SELECT count(*) FROM web_messages") == [(0,)]


async def test_without_the_room_that_is_kept_nobody_could_be_erased(town: Village, disk: SmallDisk) -> None:
    assert town.storage.reserve is not None
    town.storage.reserve.lend()
    town.storage.reserve = None
    await fills(town, disk)
    with pytest.raises(DiskFull):
        await town.says("anna", "oui tout effacer")
    assert held(disk, "SELECT count(*) FROM erasures") == [(0,)]


async def test_it_is_kept_once_never_more_than_a_part_of_what_is_free_and_shown(town: Village, disk: SmallDisk) -> None:
    reserve = town.storage.reserve
    assert reserve is not None
    had = reserve.bytes
    assert 4_000_000 < had < MEGABYTES * 2**20 / 4
    reserve.keep()
    assert had <= reserve.bytes < MEGABYTES * 2**20 / 4
    assert (disk.path / "test.db.reserve").stat().st_mode & 0o777 == 0o600
    shown = {each.key: each.verdict for each in disk_findings(disk.path / "test.db")}
    assert shown["doctor.disk.reserve"] is Verdict.GOOD
    reserve.lend()
    shown = {each.key: each.verdict for each in disk_findings(disk.path / "test.db")}
    assert shown["doctor.disk.no_reserve"] is Verdict.LOOK
    reserve.take_back()

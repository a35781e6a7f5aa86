"""What every inbox promises: what it accepted is kept, once, as it came. The one of Telegram's tests is held to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.model.ids import AccountId, PartnerId
from core.model.people import Account
from core.storage.engine import Storage, open_storage
from core.storage.schema import inbox as rows
from core.work.intake import DurableInbox
from core.work.ports import Inbox, RawUpdate
from tests.builders import NOW
from tests.databases import fresh_postgres, sqlite_url
from tests.integration.telegram.conftest import KeptInbox

BOT, OTHER = AccountId("bot"), AccountId("other bot")
HELLO = RawUpdate(BOT, "1", "7", b'{"text": "\xc3\xa9 \xff"}', NOW)
NEXT = replace(HELLO, update_id="2", raw=b"{}")
ELSEWHERE = replace(HELLO, account=OTHER, chat="8")


@dataclass(frozen=True, slots=True)
class DurableBench:
    storage: Storage
    inbox: DurableInbox

    async def kept(self) -> list[tuple[str, str, bytes]]:
        """Read by somebody else, in the order in which it came."""
        async with self.storage.reading() as unit:
            statement = sa.select(rows.c.account_id, rows.c.update_id, rows.c.raw).order_by(rows.c.seq)
            return [tuple(row) for row in await unit.connection.execute(statement)]


@dataclass(frozen=True, slots=True)
class BenchOfTheTests:
    inbox: KeptInbox

    async def kept(self) -> list[tuple[str, str, bytes]]:
        return [(each.account, each.update_id, each.raw) for each in self.inbox.kept.values()]


Bench = DurableBench | BenchOfTheTests


@asynccontextmanager
async def durable(url: str) -> AsyncIterator[DurableBench]:
    async def nothing_is_urgent(_account: AccountId, _raw: bytes) -> bool:
        return False

    async with open_storage(url) as storage:
        async with storage.unit() as unit:
            town = PartnerId("town")
            await unit.people.put_partner(town, {"fr": "Ville"}, NOW)
            for account in (BOT, OTHER):
                await unit.people.add_account(Account(account, town, "telegram", account), NOW)
        yield DurableBench(storage, DurableInbox(storage, lambda: None, nothing_is_urgent))


@pytest.fixture(params=["sqlite", "postgresql", "of the tests"])
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    match request.param:
        case "sqlite":
            async with durable(sqlite_url(tmp_path)) as bench:
                yield bench
        case "postgresql":
            async with fresh_postgres(request.getfixturevalue("postgres")) as url, durable(url) as bench:
                yield bench
        case _:
            yield BenchOfTheTests(KeptInbox())


async def test_what_was_accepted_is_kept_as_it_came_and_in_its_order(bench: Bench) -> None:
    inbox: Inbox = bench.inbox
    assert await inbox.accept([NEXT, HELLO]) == 2
    assert await bench.kept() == [("bot", "2", b"{}"), ("bot", "1", HELLO.raw)]


async def test_the_same_update_is_new_once(bench: Bench) -> None:
    assert await bench.inbox.accept([HELLO, HELLO]) == 1
    assert await bench.inbox.accept([replace(HELLO, raw=b"again"), NEXT]) == 1
    assert await bench.inbox.accept([HELLO]) == 0
    assert await bench.kept() == [("bot", "1", HELLO.raw), ("bot", "2", b"{}")]


async def test_each_account_counts_its_own_updates(bench: Bench) -> None:
    assert await bench.inbox.accept([HELLO, ELSEWHERE]) == 2
    assert [account for account, _, _ in await bench.kept()] == ["bot", "other bot"]


async def test_nothing_is_nothing(bench: Bench) -> None:
    assert await bench.inbox.accept([]) == 0
    assert await bench.kept() == []


async def test_who_bring_something_at_the_same_time_are_each_told_what_was_new_of_theirs(bench: Bench) -> None:
    brought = [replace(HELLO, update_id=str(number)) for number in range(20)]
    counts = await asyncio.gather(*(bench.inbox.accept([update]) for update in brought))
    assert counts == [1] * 20
    assert len(await bench.kept()) == 20

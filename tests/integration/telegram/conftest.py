"""The real python-telegram-bot, our request class and channel, against the stand-in over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime

import pytest

from bots.telegram.api import Api
from bots.telegram.channel import TelegramChannel
from core.model.ids import AccountId, AddressId
from core.model.people import Address
from core.work.ports import RawUpdate
from tests.stand_ins.telegram.people import Person
from tests.stand_ins.telegram.server import TelegramServer

ACCOUNT = AccountId("account-1")


class QuickClock:
    """True times; waits are cut to a hundredth of a second, so that no test waits for a back-off."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.01))


class KeptInbox:
    """An inbox that keeps each update once, by (account, update id), and says when it has enough."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], RawUpdate] = {}
        self.arrivals: list[str] = []
        self._more = asyncio.Event()

    async def accept(self, updates: Sequence[RawUpdate]) -> int:
        await asyncio.sleep(0)  # a commit takes a moment
        before = len(self.kept)
        for update in updates:
            self.arrivals.append(update.update_id)
            self.kept.setdefault((update.account, update.update_id), update)
        self._more.set()
        return len(self.kept) - before

    async def holds(self, count: int) -> list[RawUpdate]:
        """Waits until it has at least `count` updates."""
        async with asyncio.timeout(20):
            while len(self.kept) < count:
                self._more.clear()
                await self._more.wait()
        return list(self.kept.values())


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as started:
        yield started


@pytest.fixture
async def api(server: TelegramServer) -> AsyncIterator[Api]:
    made = Api(server.token, server.url, connections=4, read_seconds=5.0)
    await made.connect()
    yield made
    await made.disconnect()


@pytest.fixture
async def impatient(server: TelegramServer) -> AsyncIterator[Api]:
    """One connection, and half a second for everything."""
    made = Api(server.token, server.url, connections=1, read_seconds=0.5, connect_seconds=0.3)
    await made.connect()
    yield made
    await made.disconnect()


@pytest.fixture
def channel(api: Api) -> TelegramChannel:
    return TelegramChannel(api)


@pytest.fixture
def inbox() -> KeptInbox:
    return KeptInbox()


@pytest.fixture
def clock() -> QuickClock:
    return QuickClock()


@pytest.fixture
def anna(server: TelegramServer) -> Person:
    """Someone who has pressed Start."""
    person = server.person(5001, first_name="Anna")
    person.start()
    return person


async def until(condition: Callable[[], object]) -> None:
    """Waits for something that tells nobody when it happens; fails after 20 s."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  # what is watched has no event
            await asyncio.sleep(0.005)


def address(person: Person | int) -> Address:
    number = person if isinstance(person, int) else person.id
    return Address(AddressId(f"address-{number}"), ACCOUNT, str(number))

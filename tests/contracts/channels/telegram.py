"""Telegram: the real python-telegram-bot, over HTTP to the strict stand-in."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from bots.telegram.api import Api
from bots.telegram.channel import TelegramChannel
from bots.telegram.decode import decode
from core.model.messages import Pressed
from core.model.people import Address
from core.work.ports import Channel
from tests.contracts.channels.bench import WAIT, Promises, Shown, TooLong, Trouble, address, nobody_there
from tests.stand_ins.telegram.limits import Fault
from tests.stand_ins.telegram.limits import Trouble as Wire
from tests.stand_ins.telegram.people import Person
from tests.stand_ins.telegram.server import TelegramServer

PROMISES = Promises(too_long=TooLong.TOLD)


@dataclass(frozen=True, slots=True)
class TelegramBench:
    server: TelegramServer
    anna: Person
    ben: Person
    channel: TelegramChannel

    @property
    def somebody(self) -> Address:
        return address(str(self.anna.id))

    @property
    def another(self) -> Address:
        return address(str(self.ben.id))

    @property
    def secrets(self) -> Sequence[str]:
        return self.server.token, self.server.token.partition(":")[2], str(self.anna.id)

    async def shown(self, address: Address) -> Sequence[Shown]:
        inbox = self._person(address).inbox
        assert not any("entities" in each.payload for each in inbox)
        return [Shown(each.text, each.labels) for each in inbox]

    async def pressed(self, address: Address, label: str) -> str:
        self._person(address).press(label)
        updates = self.server.bot.history
        inbound = decode(json.dumps(updates[max(updates)]).encode())
        assert inbound is not None
        assert isinstance(inbound.event, Pressed)
        return inbound.event.action

    @asynccontextmanager
    async def suffers(self, trouble: Trouble) -> AsyncIterator[Channel]:
        faults = self.server.bot.faults
        match trouble:
            case Trouble.BLOCKED:
                self.anna.block()
            case Trouble.CHAT_HALTED:
                faults.script(_too_many(chat=self.anna.id))
            case Trouble.ACCOUNT_HALTED:
                faults.script(_too_many(chat=None))
            case Trouble.NO_CONNECTION:
                with nobody_there() as port:
                    async with _opened(f"http://127.0.0.1:{port}", self.server.token) as channel:
                        yield channel
                return
            case Trouble.LOST_ANSWER:
                faults.script(Fault(Wire.DROP_AFTER))
            case Trouble.NO_ANSWER:
                faults.script(Fault(Wire.SILENT_AFTER))
                async with _opened(self.server.url, self.server.token, read_seconds=0.3) as channel:
                    yield channel
                return
            case Trouble.SERVER_FAULT:
                faults.script(Fault(Wire.STATUS_AFTER, status=502))
        yield self.channel
        faults.clear()
        self.anna.unblock()

    def _person(self, address: Address) -> Person:
        return self.anna if address == self.somebody else self.ben


def _too_many(chat: int | None) -> Fault:
    said = f"Too Many Requests: retry after {WAIT}"
    return Fault(Wire.REFUSE, chat=chat, times=None, status=429, description=said, parameters={"retry_after": WAIT})


@asynccontextmanager
async def _opened(url: str, token: str, *, read_seconds: float = 20.0) -> AsyncIterator[TelegramChannel]:
    api = Api(token, url, connections=4, read_seconds=read_seconds)
    await api.connect()
    try:
        yield TelegramChannel(api)
    finally:
        await api.disconnect()


@asynccontextmanager
async def open_bench(_request: pytest.FixtureRequest) -> AsyncIterator[TelegramBench]:
    async with TelegramServer() as server, _opened(server.url, server.token) as channel:
        anna, ben = server.person(5_512_345_001), server.person(5_512_345_002)
        anna.start()
        ben.start()
        yield TelegramBench(server, anna, ben, channel)

"""Slack: the real slack_sdk, over HTTP to the strict stand-in."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from bots.slack.channel import SlackChannel
from bots.slack.client import TOTAL_SECONDS, open_session, web_client
from core.model.people import Address
from core.work.ports import Channel
from tests.contracts.channels.bench import WAIT, Promises, Shown, TooLong, Trouble, address, nobody_there
from tests.stand_ins.slack.reading import buttons, flatten
from tests.stand_ins.slack.server import SlackServer
from tests.stand_ins.slack.world import Json, Planned
from tests.stand_ins.slack.world import Trouble as Wire

PROMISES = Promises(too_long=TooLong.TOLD, finds=True, hears=False)

POST = "chat.postMessage"
POOL, LIBRARY = address("C0PISCINE"), address("C0BIBLIO")


@dataclass(frozen=True, slots=True)
class SlackBench:
    """The people are two rooms of staff."""

    server: SlackServer
    channel: SlackChannel
    somebody = POOL
    another = LIBRARY

    @property
    def secrets(self) -> Sequence[str]:
        return (self.server.bot_token,)

    async def shown(self, address: Address) -> Sequence[Shown]:
        assert self.server.interpreted == []
        assert self.server.violations == []
        return [Shown(flatten(_without_buttons(each)), _rows(each)) for each in self._messages(address)]

    async def pressed(self, address: Address, label: str) -> str:
        newest = self._messages(address)[-1]
        return str(next(button["value"] for _, button in buttons(newest) if button["text"]["text"] == label))

    @asynccontextmanager
    async def suffers(self, trouble: Trouble) -> AsyncIterator[Channel]:
        halts = self.server.world.limits.halts
        match trouble:
            case Trouble.BLOCKED:
                self.server.plan(POST, Planned(Wire.REFUSE, code="user_disabled"))
            case Trouble.CHAT_HALTED:
                halts[POOL.external_id] = WAIT
            case Trouble.ACCOUNT_HALTED:
                halts[""] = WAIT
            case Trouble.NO_CONNECTION:
                with nobody_there() as port:
                    async with _opened(self.server, f"http://127.0.0.1:{port}/api/") as channel:
                        yield channel
                return
            case Trouble.LOST_ANSWER:
                self.server.plan(POST, Wire.LOSE_ANSWER)
            case Trouble.NO_ANSWER:
                self.server.plan(POST, Wire.HANG_AFTER)
                async with _opened(self.server, self.server.api_url, seconds=0.3) as channel:
                    yield channel
                return
            case Trouble.SERVER_FAULT:
                self.server.plan(POST, Wire.FAIL_AFTER)
        yield self.channel
        halts.clear()

    def _messages(self, address: Address) -> Sequence[Json]:
        return self.server.world.channels[address.external_id].messages


def _without_buttons(message: Json) -> Json:
    blocks = [
        {name: part for name, part in block.items() if name != "accessory"}
        for block in message["blocks"]
        if block["type"] != "actions"
    ]
    return {**message, "blocks": blocks}


def _rows(message: Json) -> Sequence[Sequence[str]]:
    rows: dict[str, list[str]] = {}
    for block, button in buttons(message):
        rows.setdefault(block["block_id"], []).append(button["text"]["text"])
    return list(rows.values())


@asynccontextmanager
async def _opened(server: SlackServer, url: str, *, seconds: float = TOTAL_SECONDS) -> AsyncIterator[SlackChannel]:
    async with open_session(seconds=seconds) as session:
        yield SlackChannel(web_client(session, server.bot_token, url), bot=server.world.bot_user)


@asynccontextmanager
async def open_bench(_request: pytest.FixtureRequest) -> AsyncIterator[SlackBench]:
    async with SlackServer() as server, _opened(server, server.api_url) as channel:
        server.channel(POOL.external_id, "piscine")
        server.channel(LIBRARY.external_id, "bibliotheque")
        server.world.limits.burst = 100
        yield SlackBench(server, channel)

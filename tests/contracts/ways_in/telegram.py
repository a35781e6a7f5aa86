"""Telegram, asked (polling) and told (webhook): the whole bot, over HTTP with the strict stand-in."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import orjson

from bots.telegram.app import open_telegram
from bots.telegram.webhook import BIGGEST_BODY, HEADER
from core.model.ids import AccountId
from core.work.house import House
from tests.builders import StillClock
from tests.contracts.ways_in.bench import Answer, Bringing, Promise, Served, Written, called, opened
from tests.integration.telegram.conftest import until
from tests.stand_ins.telegram.limits import Fault, Trouble
from tests.stand_ins.telegram.server import TelegramServer

ANNA, BEN = "5512345001", "5512345002"
SECRET = "a-secret_of_32_letters_and_digits"

NEVER_POLLING = {Promise.FORGED: "nobody brings us anything: we ask, and with our own token"}

NO_LIST: Mapping[str, bytes] = {
    "nothing": b"",
    "no JSON": b"<html>Welcome to the hotel</html>",
    "another JSON": b"[]",
    "no updates": b'{"ok": true, "result": "soon"}',
    "one update and no list": b'{"ok": true, "result": {"update_id": 1}}',
    "a list of something else": b'{"ok": true, "result": [null, 1, "x", [], {}]}',
    "an update without an id that is one": b'{"ok": true, "result": [{"update_id": "x", "message": {}}]}',
    "nested without end": b'{"ok": true, "result": ' + b"[" * 100_000,
}
STRANGE: Mapping[str, bytes] = {
    "nothing": b"",
    "no JSON": b"coucou",
    "a list": b"[]",
    "without an id": b'{"message": {}}',
    "an id that is none": b'{"update_id": "x", "message": {}}',
    "an id larger than any": b'{"update_id": 99999999999999999999, "message": {}}',
    "nested without end": b"[" * 100_000,
    "too large": b" " * (BIGGEST_BODY + 1),
    "ten times too large": b" " * (10 * BIGGEST_BODY),
}


@dataclass(slots=True)
class Paused(StillClock):
    """Stands still. Whoever sleeps waits until they are `woken`, and that somebody sleeps can be waited for."""

    sleeping: asyncio.Event = field(default_factory=asyncio.Event)
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    async def sleep(self, seconds: float) -> None:
        self.woken.clear()
        self.sleeping.set()
        try:
            await self.woken.wait()
        finally:
            self.sleeping.clear()


@dataclass(slots=True)
class PollingBench:
    house: House
    account: AccountId
    server: TelegramServer
    clock: Paused
    people = (ANNA, BEN)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _polling: "asyncio.Task[None] | None" = None

    @property
    def secrets(self) -> tuple[str, ...]:
        return self.server.token, self.server.token.partition(":")[2], *self.people

    async def written(self, person: str, text: str) -> Written:
        return Written(person, text)

    async def brings(self, written: Written) -> Answer:
        """The person's phone sends it the first time; then it is among the next updates once more."""
        if written.carried is None:
            self.server.person(int(written.chat)).say(written.text)
            written.carried = max(self.server.bot.history)
        else:
            self.server.bot.push_again(written.carried)
        return await self._seen()

    def forged(self, written: Written) -> Mapping[str, Bringing]:
        raise AssertionError(NEVER_POLLING[Promise.FORGED])

    def strange(self) -> Mapping[str, Bringing]:
        return {name: partial(self._answers, body) for name, body in NO_LIST.items()}

    async def stops(self) -> None:
        self._stop.set()
        if self._polling:
            await self._polling

    async def starts(self) -> None:
        started = asyncio.Event()
        self._stop = asyncio.Event()
        self._polling = asyncio.create_task(self._run(started))
        await started.wait()

    async def _run(self, started: asyncio.Event) -> None:
        server = self.server
        async with open_telegram(
            token=server.token,
            account=self.account,
            inbox=self.house.inbox,
            clock=self.clock,
            base_url=server.url,
        ) as telegram:
            started.set()
            await telegram.run(self._stop)

    async def _answers(self, body: bytes) -> Answer:
        """The next question is answered with this instead of updates."""
        bot = self.server.bot
        bot.faults.script(Fault(Trouble.STRANGE, frozenset({"getUpdates"}), body=body))
        bot.push("message", {"message_id": 1, "date": 0, "chat": {"id": -1, "type": "group"}})  # not ours: asks again
        self._goes_on()
        await until(lambda: self._over or (not bot.faults.waiting and (self.clock.sleeping.is_set() or self._at_rest)))
        assert not self._over, "it asks no more"
        return Answer.REFUSED

    async def _seen(self) -> Answer:
        """It is confirmed; or the bot waits because of some trouble; or nobody asks any more."""
        self._goes_on()
        await until(lambda: self._over or self._at_rest or self.clock.sleeping.is_set())
        return Answer.LATER if self.server.bot.anything() else Answer.TAKEN

    def _goes_on(self) -> None:
        """When some trouble made it wait."""
        self.clock.sleeping.clear()
        self.clock.woken.set()

    @property
    def _at_rest(self) -> bool:
        """It asks, and the platform has nothing for it."""
        return self.server.bot.poll is not None and not self.server.bot.anything()

    @property
    def _over(self) -> bool:
        return self._polling is None or self._polling.done()


@asynccontextmanager
async def open_polling(url: str) -> AsyncIterator[PollingBench]:
    clock = Paused()
    async with opened(url, "telegram", clock) as (house, account), TelegramServer() as server:
        bench = PollingBench(house, account, server, clock)
        await bench.starts()
        try:
            yield bench
        finally:
            await bench.stops()


@dataclass(slots=True)
class WebhookBench:
    house: House
    server: TelegramServer
    door: Served
    people = (ANNA, BEN)

    @property
    def secrets(self) -> tuple[str, ...]:
        return SECRET, self.server.token.partition(":")[2], *self.people

    async def written(self, person: str, text: str) -> Written:
        self.server.person(int(person)).say(text)
        history = self.server.bot.history
        return Written(person, text, orjson.dumps(history[max(history)]))

    async def brings(self, written: Written) -> Answer:
        return await self._posts(written.raw or b"")

    def forged(self, written: Written) -> Mapping[str, Bringing]:
        said = ("", SECRET[:-1], SECRET.upper(), "é" * 32)
        posts = partial(self._posts, written.raw or b"")
        return {f"with the secret {each!r}": partial(posts, {HEADER: each}) for each in said} | {
            "without a secret": partial(posts, {}),
            "without a secret, and too large": partial(self._posts, STRANGE["too large"], {}),
        }

    def strange(self) -> Mapping[str, Bringing]:
        away = partial(self.door.goes_away, b'{"update_id": 1, "message": {}}', {HEADER: SECRET})
        return {name: partial(self._posts, body) for name, body in STRANGE.items()} | {
            "half of it": away,
            "without end": lambda: self.door.post(_pieces(), {HEADER: SECRET}, most=BIGGEST_BODY),
        }

    async def stops(self) -> None:
        await self.door.stops()

    async def starts(self) -> None:
        await self.door.starts()

    async def _posts(self, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        return await self.door.post(body, {HEADER: SECRET} if headers is None else headers, most=BIGGEST_BODY)


async def _pieces() -> AsyncIterator[bytes]:
    """A body that does not say how long it is."""
    for _ in range(64):
        yield b" " * 65_536


@asynccontextmanager
async def open_webhook(url: str) -> AsyncIterator[WebhookBench]:
    clock = StillClock()
    async with (
        opened(url, "telegram", clock) as (house, account),
        TelegramServer() as server,
        open_telegram(
            token=server.token,
            account=account,
            inbox=house.inbox,
            clock=clock,
            base_url=server.url,
            mode="webhook",
            webhook_url="https://town.example/telegram",
            webhook_secret=SECRET,
        ) as telegram,
    ):
        assert telegram.route
        door = called(telegram.route)
        await door.starts()
        try:
            yield WebhookBench(house, server, door)
        finally:
            await door.stops()

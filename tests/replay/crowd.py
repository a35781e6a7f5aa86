"""Everybody in front of the bot at once: acts leave in batches, what happens in the stand-in comes to whom it concerns.

act ─▶ [queue] ─▶ one request for many ─▶ stand-in ─▶ events ─▶ Chat.hear ─▶ whoever waits in that chat
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.stand_ins.telegram.remote import RemoteServer

MOST_ACTS = 100
LONG_POLL = 20.0


@dataclass(frozen=True, slots=True)
class Seen:
    """One message of the bot, as it came. `at`: when it took effect, in seconds of `time.monotonic`."""

    text: str
    labels: tuple[str, ...]
    at: float = 0.0


class Silent(Exception):
    """Somebody waited in vain. Tells for what, never what was said."""


@dataclass(slots=True)
class Chat:
    """What one person has seen so far, oldest first; a message that came twice stands there twice."""

    patience: float
    seen: list[Seen] = field(default_factory=list)
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, seen: Seen) -> None:
        self.seen.append(seen)
        self._more.set()

    async def shows(self, what: str, fits: Callable[[Seen], bool], *, after: int = 0) -> int:
        """Waits for a message that fits, from place `after` on; the place behind it. Raises `Silent`."""
        place = after
        try:
            async with asyncio.timeout(self.patience):
                while True:
                    while place < len(self.seen):
                        place += 1
                        if fits(self.seen[place - 1]):
                            return place
                    self._more.clear()
                    await self._more.wait()
        except TimeoutError:
            raise Silent(what) from None

    def count(self, fits: Callable[[Seen], bool]) -> int:
        return sum(1 for seen in self.seen if fits(seen))


class Crowd:
    """Made by `gathered`. `acts` counts what people did; `patience`: seconds that a person waits for the bot. `tasks`
    run as long as the crowd is gathered.
    """

    def __init__(self, server: RemoteServer, numbers: Sequence[int], *, patience: float) -> None:
        self._server = server
        self._waiting: asyncio.Queue[tuple[dict[str, Any], asyncio.Future[Any]]] = asyncio.Queue()
        self.chats = {number: Chat(patience) for number in numbers}
        self.acts: Counter[str] = Counter()
        self.acted = asyncio.Condition()
        self.sent = 0
        self.tasks: list[asyncio.Task[None]] = []

    async def do(self, act: str, number: int, **given: Any) -> Any:
        """One act of one person; acts of one person keep their order. Returns what the stand-in says of it."""
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait(({"do": act, "person": number, **given}, done))
        result = await done
        self.acts[act] += 1
        async with self.acted:
            self.acted.notify_all()
        return result

    async def reaches(self, condition: Callable[[], bool]) -> None:
        """Waits until `condition` holds; it is asked after each act and each batch of messages seen."""
        async with self.acted:
            await self.acted.wait_for(condition)

    async def act(self) -> None:
        """Sends what people do, until it is cancelled."""
        while True:
            some = [await self._waiting.get()]
            while not self._waiting.empty() and len(some) < MOST_ACTS:
                some.append(self._waiting.get_nowait())
            results = await self._server.do_all([wish for wish, _ in some])
            for (_, done), result in zip(some, results, strict=True):
                if not done.cancelled():
                    done.set_result(result)

    async def listen(self) -> None:
        """Hands out what happens, until it is cancelled."""
        after = 0
        while True:
            events = await self._server.events(after, within=LONG_POLL)
            after += len(events)
            for event in events:
                if event["kind"] == "sent":
                    self.sent += 1
                    labels = tuple(label for row in event["labels"] for label in row)
                    self.chats[event["chat"]].hear(Seen(event["text"], labels, event["at"]))
            async with self.acted:
                self.acted.notify_all()


@asynccontextmanager
async def gathered(server: RemoteServer, numbers: Sequence[int], *, patience: float) -> AsyncIterator[Crowd]:
    """The crowd, acting and listening while the block runs."""
    crowd = Crowd(server, numbers, patience=patience)
    tasks = crowd.tasks = [asyncio.create_task(crowd.act()), asyncio.create_task(crowd.listen())]
    try:
        yield crowd
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for end in ended:
        if isinstance(end, Exception):
            raise end

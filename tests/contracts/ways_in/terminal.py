"""The terminal: one person at a keyboard, which is a pipe here, and what is printed."""

import asyncio
import io
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from rich.console import Console

from bots.terminal.channel import CHANNEL
from bots.terminal.conversation import CHAT, PROMPT, converse
from bots.terminal.keyboard import Keyboard, open_keyboard
from bots.terminal.screen import Screen
from core.work.house import House
from tests.builders import StillClock
from tests.contracts.ways_in.bench import TOWN, WORDS, Answer, Bringing, Promise, Written, opened
from tests.integration.telegram.conftest import until

NEVER = {
    Promise.AGAIN: "who types the same line twice says it twice",
    Promise.AT_ONCE: "who types the same line twice says it twice",
    Promise.FORGED: "who sits there may run the program, and read its database",
    Promise.STRANGE: "whatever is typed is a line, and what is no UTF-8 in it is shown as such",
    Promise.OTHERS: "one person sits there",
}


@dataclass(slots=True)
class TerminalBench:
    """A conversation that ended with an error is begun anew by whoever types on."""

    house: House
    screen: Screen
    printed: io.StringIO
    people = (CHAT,)
    secrets = ()
    _hands: int = -1
    _keyboard: Keyboard | None = None
    _talking: "asyncio.Task[None] | None" = None

    async def written(self, person: str, text: str) -> Written:
        return Written(person, text)

    async def brings(self, written: Written) -> Answer:
        """Taken when the next line is asked for, or the conversation ended well; later when it ended with an error."""
        if self._talking is None:
            return Answer.LATER
        if self._talking.done():
            await self.starts()
        prompts, talking = self._prompts, self._talking
        if not talking.done():
            os.write(self._hands, f"{written.text}\n".encode())
            await until(lambda: talking.done() or self._prompts > prompts)
        return Answer.LATER if talking.done() and talking.exception() else Answer.TAKEN

    def forged(self, written: Written) -> Mapping[str, Bringing]:
        raise AssertionError(NEVER[Promise.FORGED])

    def strange(self) -> Mapping[str, Bringing]:
        raise AssertionError(NEVER[Promise.STRANGE])

    async def stops(self) -> None:
        """Ctrl-C."""
        if self._keyboard and self._talking:
            self._keyboard.leave()
            await asyncio.wait((self._talking,))
            self._talking = None

    async def starts(self) -> None:
        asked, talking = self._prompts, asyncio.create_task(self._talk())
        self._talking = talking
        await until(lambda: talking.done() or self._prompts > asked)

    async def _talk(self) -> None:
        reading, self._hands = os.pipe()
        try:
            with os.fdopen(reading) as stream, open_keyboard(stream) as self._keyboard:
                self._keyboard.interactive = True
                await converse(self.house, self.screen, self._keyboard, TOWN, source="", advance=None)
        finally:
            os.close(self._hands)

    @property
    def _prompts(self) -> int:
        return self.printed.getvalue().count(PROMPT)


@asynccontextmanager
async def open_bench(url: str) -> AsyncIterator[TerminalBench]:
    async with opened(url, CHANNEL, StillClock()) as (house, _):
        printed = io.StringIO()
        console = Console(file=printed, width=100)
        bench = TerminalBench(house, Screen(WORDS, "fr", console, console), printed)
        await bench.starts()
        try:
            yield bench
        finally:
            await bench.stops()

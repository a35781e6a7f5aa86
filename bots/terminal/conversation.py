"""One person answers at the terminal: lines in, bubbles out, and what comes by itself comes while they think.

line ─▶ number or words of a button ─▶ Pressed ─┐
   └──▶ anything else ─────────────────▶ Said ──┴▶ inbox ─▶ the house ─▶ TerminalChannel
empty line: the silence after an open answer is over
twice a second: whatever has become due
"""

import asyncio
import itertools
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime

from bots.terminal.channel import CHANNEL, LIMITS, TerminalChannel
from bots.terminal.decode import encode
from bots.terminal.keyboard import Keyboard
from bots.terminal.screen import Screen
from core.model.consultations import Consultation
from core.model.ids import AccountId, PartnerId
from core.model.messages import Pressed, Said, Started
from core.work.house import House
from core.work.ports import RawUpdate
from core.work.staff import campaigns

CHAT = "me"
LOOK_EVERY = 0.5
PROMPT = "👤 "
CLEAR_LINE = "\r\x1b[K"

Advance = Callable[[datetime], None]


class Conversation:
    """Made by `converse`. `advance`: moves the clock on where nobody else depends on it; None: time takes its time."""

    def __init__(
        self, house: House, screen: Screen, keyboard: Keyboard, account: AccountId, advance: Advance | None
    ) -> None:
        self._house = house
        self._screen = screen
        self._keyboard = keyboard
        self._account = account
        self._advance = advance
        self._numbers: Iterator[int] = itertools.count(int(house.clock.now().timestamp() * 1000))
        self._turn = asyncio.Lock()
        self._asking = False
        self.channel = TerminalChannel(screen, self._numbers, before=self._clear, after=self._ask)

    async def run(self, source: str) -> None:
        """Until the keyboard is closed."""
        await self._bring(Started(source))
        async with asyncio.TaskGroup() as group:
            alive = group.create_task(self._keep_alive())
            while (line := await self._next_line()) is not None:
                await self._take(line)
            await self._silence()
            async with self._turn:  # not in the middle of something
                alive.cancel()

    async def _next_line(self) -> str | None:
        self._asking = self._keyboard.interactive
        self._ask()
        line = await self._keyboard.line()
        self._asking = False
        return line

    async def _take(self, line: str) -> None:
        if not line.strip():
            await self._silence()
            return
        button = self.channel.meant(line)
        if not self._keyboard.interactive:
            self._screen.show(f"{PROMPT}{button.label if button else line}")
        if button:
            await self._bring(Pressed(button.action, next(self._numbers)))
        else:
            await self._bring(Said(line, next(self._numbers)))

    async def _bring(self, event: Started | Said | Pressed) -> None:
        now = self._house.clock.now()
        raw = encode(CHAT, event, language=self._screen.language)
        await self._house.inbox.accept([RawUpdate(self._account, f"{CHAT}-{next(self._numbers)}", CHAT, raw, now)])
        await self._settle()

    async def _silence(self) -> None:
        """Until the silence after an open answer is over, and what follows it was said."""
        async with self._house.storage.reading() as unit:
            due = await unit.dialogues.next_elapse()
        if due is not None:
            if self._advance:
                self._advance(due)
            await self._house.clock.sleep(max(0.0, (due - self._house.clock.now()).total_seconds()))
            await self._settle()

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            await self._settle()

    async def _settle(self) -> None:
        async with self._turn:
            await self._house.settle()

    # ── a message may come while somebody writes ─────────────────────────────────────────────────────────────────────

    def _clear(self) -> None:
        if self._asking:
            print(CLEAR_LINE, end="", file=self._screen.console.file, flush=True)

    def _ask(self) -> None:
        if self._asking:
            print(PROMPT, end="", file=self._screen.console.file, flush=True)


async def converse(
    house: House,
    screen: Screen,
    keyboard: Keyboard,
    consultation: Consultation,
    *,
    source: str,
    advance: Advance | None,
) -> None:
    """The whole conversation. The campaign must have been started. Ctrl-C and Ctrl-D leave."""
    partner, now = PartnerId(consultation.partner.id), house.clock.now()
    async with house.storage.unit() as unit:
        account = await campaigns.own_account(unit, partner, CHANNEL, f"{CHANNEL}:{partner}", house.chance, now=now)
    conversation = Conversation(house, screen, keyboard, account.id, advance)
    house.join(account.id, conversation.channel, LIMITS)
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError, ValueError, RuntimeError):  # only the main thread hears signals
        loop.add_signal_handler(signal.SIGINT, keyboard.leave)
    try:
        screen.say("chat.how")
        await conversation.run(source)
        screen.say("chat.bye")
    finally:
        with suppress(NotImplementedError, ValueError, RuntimeError):
            loop.remove_signal_handler(signal.SIGINT)

"""`chat`: answer a consultation in the terminal, as a citizen would in any channel."""

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.prompt import Prompt

from bots.terminal.decode import encode
from bots.terminal.parts import Parts
from bots.terminal.rehearsal.clock import SeededChance
from bots.terminal.screen import Screen
from core.model.consultations import Consultation
from core.model.ids import AccountId, PartnerId
from core.model.messages import Button, Edit, Message, Outbound, Outcome, Pressed, Said, Sent, Started
from core.model.people import Address
from core.rules.pacing import Limits
from core.work import campaigns
from core.work.house import House
from core.work.ports import Clock, RawUpdate

CHANNEL = "terminal"
CHAT = "me"
LIMITS = Limits(most=100, burst=100, gap=timedelta(0))


@dataclass(slots=True)
class TerminalChannel:
    """Prints what is sent, and remembers the newest buttons so that a number can press them."""

    screen: Screen
    numbers: Iterator[int]
    buttons: list[Button] = field(default_factory=list)

    async def send(self, _address: Address, message: Outbound, /) -> Outcome:
        if isinstance(message, Edit):
            message = message.message
        if isinstance(message, Message):
            self.buttons = [button for row in message.buttons for button in row]
            self.screen.bubble(message)
        return Sent(str(next(self.numbers)))


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    @app.command(help=screen.text("help.chat"))
    def chat(
        path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=screen.text("help.file"))],
        source: Annotated[str, typer.Option(help=screen.text("help.chat.source"))] = "",
    ) -> None:
        asyncio.run(_chat(parts, screen, path, source))


async def _chat(parts: Parts, screen: Screen, path: Path, source: str) -> None:
    consultation = parts.read_consultation(path)
    async with parts.house() as house:
        await talk(house, house.clock, screen, consultation, source=source)


async def talk_on_stage(parts: Parts, screen: Screen, consultation: Consultation) -> None:
    """Answering the sample after the demo: nothing of it is kept."""
    screen.say("chat.on_stage")
    async with parts.stage(parts.clock, SeededChance(0)) as house:
        await talk(house, house.clock, screen, consultation, source=next(iter(consultation.sources), ""))


async def talk(house: House, clock: Clock, screen: Screen, consultation: Consultation, *, source: str) -> None:
    """A line is a message; a number presses the button with that place; an empty line lets time pass; Ctrl-D leaves."""
    partner = PartnerId(consultation.partner.id)
    async with house.storage.unit() as unit:
        await campaigns.start(unit, consultation, [], house.chance, now=clock.now())
        account = await campaigns.own_account(
            unit, partner, CHANNEL, f"{CHANNEL}:{partner}", house.chance, now=clock.now()
        )
    numbers = itertools.count(int(clock.now().timestamp()))
    channel = TerminalChannel(screen, numbers)
    house.join(account.id, channel, LIMITS)
    screen.say("chat.how")
    await _bring(house, account.id, numbers, Started(source))
    while True:
        await house.settle()
        try:
            line = await asyncio.to_thread(Prompt.ask, "👤", console=screen.console, default="", show_default=False)
        except (EOFError, KeyboardInterrupt):
            screen.say("chat.bye")
            return
        if not line.strip():
            await _silence(house, clock)
            continue
        place = int(line) - 1 if line.strip().isdigit() else -1
        if 0 <= place < len(channel.buttons):
            await _bring(house, account.id, numbers, Pressed(channel.buttons[place].action, next(numbers)))
        else:
            await _bring(house, account.id, numbers, Said(line, next(numbers)))


async def _bring(house: House, account: AccountId, numbers: Iterator[int], event: Started | Said | Pressed) -> None:
    raw = encode(CHAT, event)
    await house.inbox.accept([RawUpdate(account, f"{CHAT}-{next(numbers)}", CHAT, raw, house.clock.now())])


async def _silence(house: House, clock: Clock) -> None:
    """Waits, in real time, until the silence after an open answer is over."""
    async with house.storage.reading() as unit:
        due = await unit.dialogues.next_elapse()
    if due is not None:
        await clock.sleep(max(0.0, (due - clock.now()).total_seconds()))

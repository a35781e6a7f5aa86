"""`chat`: answer a consultation in the terminal, as a citizen would in any channel.

the campaign runs ──▶ the answers count (channel "terminal")
it does not, or --trial ──▶ a stage: the same program on a database that is thrown away at the end
"""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from bots.terminal.commands.overview import standing
from bots.terminal.commands.shape import command, file_argument
from bots.terminal.conversation import converse
from bots.terminal.keyboard import open_keyboard
from bots.terminal.parts import Parts
from bots.terminal.rehearsal.clock import SeededChance, StageClock
from bots.terminal.screen import Screen
from core.model.consultations import Consultation
from core.model.errors import AlreadyRunning, PorteVoixError
from core.work.staff import campaigns


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    @command(app, screen, "chat")
    def chat(
        path: Annotated[Path, file_argument(screen)],
        source: Annotated[str, typer.Option(metavar="CODE", help=screen.text("help.chat.source"))] = "",
        trial: Annotated[bool, typer.Option("--trial", help=screen.text("help.chat.trial"))] = False,
    ) -> None:
        asyncio.run(_chat(parts, screen, parts.read_consultation(path), source, trial=trial))


async def _chat(parts: Parts, screen: Screen, consultation: Consultation, source: str, *, trial: bool) -> None:
    running = None if trial else await standing(parts, consultation.id)
    if running is None or not running.open_at(parts.clock.now()):
        await talk_on_stage(parts, screen, consultation, source=source)
        return
    screen.say("chat.counts")
    try:
        async with parts.house() as house:
            with open_keyboard(sys.stdin) as keyboard:
                await converse(house, screen, keyboard, consultation, source=source, advance=None)
    except AlreadyRunning:
        raise PorteVoixError(screen.text("chat.service_runs")) from None


async def talk_on_stage(parts: Parts, screen: Screen, consultation: Consultation, *, source: str) -> None:
    """The same dialogue, on a day on which the consultation is open; nothing of it is kept."""
    screen.say("chat.on_stage")
    now = parts.clock.now()
    first, last = consultation.opens_at + timedelta(hours=2), consultation.closes_at - timedelta(days=1)
    clock = StageClock(parts.clock, now if first < now < last else first)
    async with parts.stage(clock, SeededChance(int(now.timestamp()))) as house:
        async with house.storage.unit() as unit:
            await campaigns.start(unit, consultation, [], house.chance, now=clock.now())
        with open_keyboard(sys.stdin) as keyboard:
            await converse(house, screen, keyboard, consultation, source=source, advance=clock.advance_to)

"""`deliveries`: each message that was owed, without its words and its address: where it stands, and why."""

import asyncio
from dataclasses import asdict
from typing import Annotated

import typer

from bots.terminal.commands.overview import consultation_of
from bots.terminal.commands.shape import command, consultation_argument, json_option
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.model.consultations import Consultation
from core.model.deliveries import Day, State
from core.model.ids import ConsultationId
from core.rules.calendar import on_wall
from core.storage.shelf import Owed
from core.work.cards.digest_layout import Voice

PAGE = 500
NEED_A_LOOK = (State.FAILED, State.UNCERTAIN)


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    @command(app, screen, "deliveries")
    def deliveries(
        consultation: Annotated[str, consultation_argument(screen)],
        state: Annotated[
            list[State] | None, typer.Option(show_default=False, help=screen.text("help.deliveries.state"))
        ] = None,
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        asyncio.run(_deliveries(consultation, state or list(NEED_A_LOOK), parts, screen, as_json=as_json))


async def _deliveries(consultation: str, states: list[State], parts: Parts, screen: Screen, *, as_json: bool) -> None:
    found: list[Owed] = []
    async with parts.reading() as storage:
        async with storage.reading() as unit:
            known = await consultation_of(unit, consultation, screen)
        while True:
            before = found[-1].seq if found else None
            async with storage.reading() as unit:
                page = await unit.shelf.deliveries(ConsultationId(known.id), states=states, before=before, limit=PAGE)
            found += page
            if len(page) < PAGE:
                break
    if as_json:
        screen.json([asdict(each) for each in found])
        return
    for each in found:
        screen.show(_line(each, known, screen))
    screen.say("deliveries.count", n=len(found))
    if any(each.state is State.FAILED for each in found):
        screen.say("deliveries.retry", id=known.id)
    if any(each.state is State.UNCERTAIN for each in found):
        screen.say("deliveries.uncertain")


def _line(owed: Owed, consultation: Consultation, screen: Screen) -> str:
    voice = Voice(screen.words, screen.language)
    wall = on_wall(owed.due_at, consultation.zone)
    return screen.text(
        "deliveries.line",
        number=owed.seq,
        day=Day(wall.date()),
        time=voice.hour(wall),
        what=voice.step(owed.step)
        if owed.step
        else screen.words.say(f"desk.sent.lane.{owed.lane.value}", screen.language, {}),
        state=screen.words.say(f"desk.sent.state.{owed.state.value}", screen.language, {}),
        why=voice(f"reason.{owed.reason.value}") if owed.reason else "–",
        citizen=owed.citizen or "–",
    )

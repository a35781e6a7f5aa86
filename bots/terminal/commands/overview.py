"""`status` and `digest`: how the service is, and what people said, for a person or for a program."""

import asyncio
from dataclasses import asdict, replace
from typing import Annotated

import typer

from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.model.consultations import Consultation
from core.model.errors import NotFound
from core.model.ids import ConsultationId
from core.work.composing import card_text
from core.work.digests import WEEK, figures_card, figures_json, figures_now
from core.work.status import status, status_card


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    as_json_help = screen.text("help.json")

    @app.command("status", help=screen.text("help.service_status"))
    def status_command(as_json: Annotated[bool, typer.Option("--json", help=as_json_help)] = False) -> None:
        asyncio.run(_status(parts, screen, as_json=as_json))

    @app.command(help=screen.text("help.digest"))
    def digest(
        consultation: Annotated[str, typer.Argument(help=screen.text("help.consultation"))],
        as_json: Annotated[bool, typer.Option("--json", help=as_json_help)] = False,
    ) -> None:
        asyncio.run(_digest(consultation, parts, screen, as_json=as_json))


async def _status(parts: Parts, screen: Screen, *, as_json: bool) -> None:
    async with parts.reading() as storage, storage.reading() as unit:
        found = await status(unit, now=parts.clock.now())
        if as_json:
            screen.json(asdict(found))
        else:
            screen.show(card_text(status_card(found, parts.words, screen.language)))


async def campaign_status(consultation: Consultation, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    """The part of `status` that is about one consultation."""
    async with parts.reading() as storage, storage.reading() as unit:
        everything = await status(unit, now=parts.clock.now())
    own = tuple(each for each in everything.consultations if each.id == consultation.id)
    found = replace(everything, consultations=own)
    if not found.consultations:
        raise NotFound(screen.text("status.never_started", id=consultation.id))
    if as_json:
        screen.json(asdict(found.consultations[0]))
    else:
        screen.show(card_text(status_card(found, parts.words, screen.language)))


async def _digest(consultation: str, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    async with parts.reading() as storage, storage.reading() as unit:
        known = await unit.consultations.current(ConsultationId(consultation))
        if known is None:
            raise NotFound(screen.text("status.never_started", id=consultation))
        now = parts.clock.now()
        figures = await figures_now(unit, known, now=now, since=now - WEEK)
        if as_json:
            screen.json(figures_json(figures))
        else:
            screen.show(card_text(await figures_card(unit, figures, known, parts.words, screen.language)))

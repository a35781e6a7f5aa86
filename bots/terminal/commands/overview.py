"""`status` and `digest`: how the service is, and what people said, for a person or for a program."""

import asyncio
from dataclasses import asdict, replace
from typing import Annotated

import typer

from bots.terminal.commands.shape import command, consultation_argument, json_option
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.model.consultations import Consultation
from core.model.errors import NotFound
from core.model.ids import ConsultationId
from core.storage.consultations import Running
from core.storage.unit import Unit
from core.work.digests.alike import others_alike
from core.work.digests.digest import WEEK, figures_card, figures_json, figures_now
from core.work.status import status, status_card


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    @command(app, screen, "status", "service_status")
    def status_command(as_json: Annotated[bool, json_option(screen)] = False) -> None:
        asyncio.run(_status(parts, screen, as_json=as_json))

    @command(app, screen, "digest")
    def digest(
        consultation: Annotated[str, consultation_argument(screen)],
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        asyncio.run(_digest(consultation, parts, screen, as_json=as_json))


async def _status(parts: Parts, screen: Screen, *, as_json: bool) -> None:
    async with parts.reading() as storage, storage.reading() as unit:
        found = replace(await status(unit, now=parts.clock.now()), disk_full=storage.is_full)
    if as_json:
        screen.json(asdict(found))
    else:
        screen.card(status_card(found, parts.words, screen.language), screen.text("status.where"))


async def campaign_status(consultation: Consultation, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    """The part of `status` that is about one consultation."""
    async with parts.reading() as storage, storage.reading() as unit:
        everything = await status(unit, now=parts.clock.now())
    own = tuple(each for each in everything.consultations if each.id == consultation.id)
    if not own:
        raise never_started(consultation.id, screen)
    if as_json:
        screen.json(asdict(own[0]))
    else:
        found = replace(everything, consultations=own)
        screen.card(status_card(found, parts.words, screen.language), screen.text("status.where"))


async def _digest(consultation: str, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    async with parts.reading() as storage:
        async with storage.reading() as unit:
            known = await consultation_of(unit, consultation, screen)
            now = parts.clock.now()
            figures = await figures_now(unit, known, now=now, since=now - WEEK)
        themes = parts.themes(storage)
        alike = await others_alike(storage, themes.surveyor, known, figures.quotes)
        figures = replace(figures, sorting=themes.teaching.sorting(known), alike=alike)
        async with storage.reading() as unit:
            card = await figures_card(unit, figures, known, parts.words, screen.language)
    if as_json:
        screen.json(figures_json(figures))
    else:
        screen.card(card, screen.text("digest.where", room=known.digest.slack_channel or "Slack"))


# ── what is known ────────────────────────────────────────────────────────────────────────────────────────────────────


async def standing(parts: Parts, consultation: str) -> Running | None:
    """Where a campaign stands; None when it was never started."""
    try:
        async with parts.reading() as storage, storage.reading() as unit:
            return await unit.consultations.running(ConsultationId(consultation))
    except NotFound:
        return None


async def consultation_of(unit: Unit, consultation: str, screen: Screen) -> Consultation:
    """The consultation of that name as it is now. `NotFound` with those that there are."""
    known = await unit.consultations.current(ConsultationId(consultation))
    if known is None:
        raise unknown([each.id for each in await unit.consultations.all()], consultation, screen)
    return known


def unknown(known: list[ConsultationId], asked: str, screen: Screen) -> NotFound:
    if not known:
        return never_started(asked, screen)
    return NotFound(screen.text("consultation.unknown", id=asked, known=", ".join(known)))


def never_started(consultation: str, screen: Screen) -> NotFound:
    return NotFound(screen.text("status.never_started", id=consultation))

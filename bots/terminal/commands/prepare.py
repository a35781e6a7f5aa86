"""`campaign prepare FILE`: a sending to those who are missing, proposed. A person puts it into the file, or not."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from bots.terminal.commands.compare import read_reference, reference_option
from bots.terminal.commands.overview import never_started, standing
from bots.terminal.commands.shape import command, file_argument, json_option
from bots.terminal.commands.who import plan_as_dict, tell_plan
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.model.consultations import Consultation
from core.rules.readout import percent
from core.work.cards.digest_layout import Voice
from core.work.staff.preparing import Prepared, file_lines, prepare


def add(campaign: typer.Typer, parts: Parts, screen: Screen) -> None:
    @command(campaign, screen, "prepare")
    def prepare_command(
        path: Annotated[Path, file_argument(screen)],
        reference: Annotated[Path | None, reference_option(screen)] = None,
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        asyncio.run(_prepare(path, reference, parts, screen, as_json=as_json))


async def _prepare(path: Path, reference: Path | None, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    consultation = parts.read_consultation(path)
    if await standing(parts, consultation.id) is None:
        raise never_started(consultation.id, screen)
    shares = read_reference(reference, consultation, screen)
    async with parts.reading() as storage, storage.reading() as unit:
        found = await prepare(unit, consultation, shares, now=parts.clock.now())
    if as_json:
        screen.json([_as_dict(each, consultation, parts) for each in found])
        return
    if not found:
        screen.say("prepare.nobody")
        return
    for each in found:
        _tell(each, consultation, path, parts, screen)
    screen.show("")
    screen.say("who.nothing_sent")


def _tell(found: Prepared, consultation: Consultation, path: Path, parts: Parts, screen: Screen) -> None:
    name = Voice(screen.words, screen.language).group(found.question, found.share.label, found.share.group)
    screen.heading(
        screen.text(
            "prepare.missing", name=name, n=percent(found.share.of_answers), people=percent(found.share.of_people)
        )
    )
    for plan in found.plans:
        tell_plan(plan, consultation, parts, screen)
        screen.show("")
        screen.say("prepare.into_the_file", file=str(path))
        for line in file_lines(plan.step):
            screen.show(line)
    if not found.plans:
        screen.say("prepare.nobody_known" if found.at else "prepare.too_late")
    screen.say("prepare.kit", id=consultation.id, name=name)


def _as_dict(found: Prepared, consultation: Consultation, parts: Parts) -> dict[str, Any]:
    return {
        "question": found.question,
        "group": found.share.group,
        "of_answers": found.share.of_answers,
        "of_people": found.share.of_people,
        "steps": [
            {**plan_as_dict(plan, consultation, parts), "file": "\n".join(file_lines(plan.step))}
            for plan in found.plans
        ],
    }

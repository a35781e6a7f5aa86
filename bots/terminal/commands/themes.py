"""`topics themes|accept CONSULTATION`: what people speak of that no topic says, and making a topic of it."""

import asyncio
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bots.terminal.commands.lines import rewritten
from bots.terminal.commands.overview import consultation_of
from bots.terminal.commands.shape import command, consultation_argument, json_option
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.model.errors import FileError
from core.model.ids import ConsultationId
from core.work.staff.themes import Proposed


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    @command(app, screen, "themes", "topics.themes")
    def themes(
        consultation: Annotated[str, consultation_argument(screen)],
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        with screen.working("topics.looking", hidden=as_json):
            found = asyncio.run(_proposed(consultation, parts, screen))
        if as_json:
            screen.json([{**asdict(each), "contributions": len(each.contributions)} for each in found])
            return
        for each in found:
            _show(each, screen)
        screen.remark("topics.themes.accept" if found else "topics.themes.none")

    @command(app, screen, "accept", "topics.accept")
    def accept(
        consultation: Annotated[str, consultation_argument(screen)],
        number: Annotated[int, typer.Argument(metavar="N", help=screen.text("help.topics.number"))],
        name: Annotated[
            str,
            typer.Option(
                "--name",
                metavar=screen.text("help.word.name"),
                show_default=False,
                help=screen.text("help.topics.theme_name"),
            ),
        ] = "",
        file: Annotated[
            Path | None,
            typer.Option(
                "--file",
                exists=True,
                dir_okay=False,
                metavar=screen.text("help.word.file"),
                show_default=False,
                help=screen.text("help.topics.theme_file"),
            ),
        ] = None,
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        if file is not None:
            known = asyncio.run(_file(consultation, parts, screen))
            if file.read_text(encoding="utf-8-sig", errors="replace") != known:
                raise FileError(screen.text("topics.accepted.another", file=str(file)))  # or what was changed were lost
        asked = {"consultation": consultation, "number": number, "name": name}
        with ExitStack() as stack:  # where the file cannot be written, nothing is accepted
            kept = stack.enter_context(rewritten(file)) if file is not None else None
            with screen.working("topics.looking", hidden=as_json):
                done = asyncio.run(parts.errand("topics.accept", asked))
            if kept is not None:
                kept.write(done["file"].encode())
        if as_json:
            screen.json({key: value for key, value in done.items() if key != "served"})
            return
        screen.say("topics.accepted", name=done["name"], n=done["filed"], revision=done["revision"])
        if file is not None:
            screen.say("topics.accepted.written", file=str(file))
        else:
            screen.say("topics.accepted.keep", consultation=consultation)


async def _proposed(consultation: str, parts: Parts, screen: Screen) -> list[Proposed]:
    async with parts.reading() as storage:
        async with storage.reading() as unit:
            known = await consultation_of(unit, consultation, screen)
        return await parts.themes(storage).proposed(known)


async def _file(consultation: str, parts: Parts, screen: Screen) -> str | None:
    """The text of the running revision."""
    async with parts.reading() as storage, storage.reading() as unit:
        known = await consultation_of(unit, consultation, screen)
        return await unit.consultations.file(ConsultationId(known.id), known.revision)


def _show(each: Proposed, screen: Screen) -> None:
    screen.say("topics.theme", number=str(each.number), name=each.name, n=each.people)
    screen.say("topics.theme.words", words=", ".join(each.phrases or each.words))
    for text in each.examples:
        screen.show(f"  « {' '.join(text.split())} »")

"""`report`, `note`: the evaluation of a consultation as a file to read, to print or to count with, or on one page."""

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bots.terminal.commands.compare import read_reference, reference_option
from bots.terminal.commands.lines import whole_file
from bots.terminal.commands.overview import consultation_of
from bots.terminal.commands.shape import command, consultation_argument
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.model.consultations import Consultation
from core.model.errors import FileError
from core.work.evaluation.report import Report, report_of

FOLDER = Path("var") / "reports"


class Form(StrEnum):
    HTML = "html"
    PDF = "pdf"
    MARKDOWN = "md"
    JSON = "json"


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    metavar = screen.text("help.word.file")
    in_language = typer.Option("--language", metavar="fr|en", help=screen.text("help.report.language"))

    @command(app, screen, "report")
    def report_command(
        consultation: Annotated[str, consultation_argument(screen)],
        form: Annotated[
            Form, typer.Option("--format", show_default=False, help=screen.text("help.report.format"))
        ] = Form.HTML,
        out: Annotated[
            Path | None, typer.Option(metavar=metavar, dir_okay=False, help=screen.text("help.report.out"))
        ] = None,
        language: Annotated[str, in_language] = "",
        reference: Annotated[Path | None, reference_option(screen)] = None,
    ) -> None:
        asyncio.run(_report(consultation, form, out, language, reference, parts, screen))

    @command(app, screen, "note")
    def note_command(
        consultation: Annotated[str, consultation_argument(screen)],
        out: Annotated[
            Path | None, typer.Option(metavar=metavar, dir_okay=False, help=screen.text("help.report.out"))
        ] = None,
        language: Annotated[str, in_language] = "",
    ) -> None:
        asyncio.run(_note(consultation, out, language, parts, screen))


async def _report(
    consultation: str,
    form: Form,
    out: Path | None,
    language: str,
    reference: Path | None,
    parts: Parts,
    screen: Screen,
) -> None:
    spoken = _spoken(language, screen)
    with screen.working("report.going"):
        known, report = await _composed(consultation, reference, parts, screen)
        made = await asyncio.to_thread(parts.report, report, known, form.value, spoken)
    file = out or FOLDER / f"{known.id}.{spoken}.{form.value}"
    with whole_file(file) as stream:
        stream.write(made)
    screen.say("report.done", file=str(file))


async def _note(consultation: str, out: Path | None, language: str, parts: Parts, screen: Screen) -> None:
    spoken = _spoken(language, screen)
    with screen.working("note.going"):
        known, report = await _composed(consultation, None, parts, screen)
        made = await asyncio.to_thread(parts.note, report, known, spoken)
    file = out or FOLDER / f"{known.id}-note.{spoken}.pdf"
    with whole_file(file) as stream:
        stream.write(made)
    screen.say("note.done", file=str(file))


async def _composed(
    consultation: str, reference: Path | None, parts: Parts, screen: Screen
) -> tuple[Consultation, Report]:
    async with parts.reading() as storage, storage.reading() as unit:
        known = await consultation_of(unit, consultation, screen)
        given = read_reference(reference, known, screen)
        return known, await report_of(unit, known, now=parts.clock.now(), reference=given)


def _spoken(language: str, screen: Screen) -> str:
    if language and language not in screen.words.languages:
        raise FileError(screen.text("report.language", language=language))
    return language or screen.language

"""`export`: every contribution as one row, masked, for a spreadsheet or for a program."""

import asyncio
import csv
import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bots.terminal.commands.lines import opened
from bots.terminal.commands.overview import consultation_of
from bots.terminal.commands.shape import command, consultation_argument
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.model.ids import ConsultationId
from core.work.evaluation.cells import COLUMNS, cells
from core.work.evaluation.exchange import export_rows


class Form(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    @command(app, screen, "export")
    def export_command(
        consultation: Annotated[str, consultation_argument(screen)],
        form: Annotated[
            Form, typer.Option("--format", show_default=False, help=screen.text("help.export.format"))
        ] = Form.CSV,
        out: Annotated[
            Path | None,
            typer.Option(metavar=screen.text("help.word.file"), dir_okay=False, help=screen.text("help.export.out")),
        ] = None,
    ) -> None:
        asyncio.run(_export(consultation, form, out, parts, screen))


async def _export(consultation: str, form: Form, out: Path | None, parts: Parts, screen: Screen) -> None:
    async with parts.reading() as storage:
        async with storage.reading() as unit:
            known = await consultation_of(unit, consultation, screen)
        count = 0
        with (
            opened(out, mark=form is Form.CSV) as stream,
            screen.working("export.going", hidden=out is None),
        ):
            writer = csv.writer(stream)
            if form is Form.CSV:
                writer.writerow(COLUMNS)
            async for row in export_rows(storage, ConsultationId(known.id)):
                count += 1
                if form is Form.CSV:
                    writer.writerow(cells(row))
                else:
                    stream.write(json.dumps(row.as_dict(), ensure_ascii=False) + "\n")
    if out:
        screen.remark("export.done", n=count, file=str(out))

"""`export`: every contribution as one row, masked, for a spreadsheet or for a program."""

import asyncio
import csv
import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer

from bots.terminal.commands.overview import consultation_of
from bots.terminal.commands.shape import command, consultation_argument
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.model.errors import FileError
from core.model.ids import ConsultationId
from core.work.cells import COLUMNS, cells
from core.work.exchange import export_rows


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
        with _opened(out, form, screen) as stream:
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


@contextmanager
def _opened(out: Path | None, form: Form, screen: Screen) -> Iterator[TextIO]:
    """UTF-8 in any case. A file takes its name only when it is whole, and only its owner may read it; a spreadsheet
    recognises UTF-8 by the mark at its beginning.
    """
    if out is None:
        raw = getattr(sys.stdout, "buffer", None)
        stream = io.TextIOWrapper(raw, encoding="utf-8", newline="", write_through=True) if raw else sys.stdout
        try:
            yield stream
        finally:
            stream.flush()
            if raw and isinstance(stream, io.TextIOWrapper):
                stream.detach()
        return
    growing = out.with_name(f".{out.name}.part")
    try:
        growing.unlink(missing_ok=True)
        handle = os.open(growing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise FileError(screen.text("export.not_written", file=str(out), why=error.strerror or "")) from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8-sig" if form is Form.CSV else "utf-8", newline="") as stream:
            yield stream
        growing.replace(out)
    finally:
        growing.unlink(missing_ok=True)

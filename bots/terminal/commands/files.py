"""`import` and `export`: what was gathered elsewhere comes in, everything goes out, safe to open in a spreadsheet."""

import asyncio
import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bots.terminal.errands import GATHERED
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.model.consultations import Consultation
from core.model.errors import FileError, NotFound
from core.model.ids import ConsultationId
from core.work.exchange import Gathered, Row, export_rows, gathered_key, open_question

COLUMNS = (
    "id", "consultation", "question", "citizen", "channel", "source", "language", "received_at", "text", "parts",
    "topics", "status",
)  # fmt: skip
KNOWN = frozenset({"id", "text", "question", "language", "source", "received_at", "consultation"})
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
BATCH = 500
LONGEST_TEXT = 20_000


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    @app.command("export", help=screen.text("help.export"))
    def export_command(
        consultation: Annotated[str, typer.Argument(help=screen.text("help.consultation"))],
        form: Annotated[str, typer.Option("--format", help=screen.text("help.export.format"))] = "csv",
        out: Annotated[Path | None, typer.Option(help=screen.text("help.export.out"))] = None,
    ) -> None:
        if form not in ("csv", "jsonl"):
            raise typer.BadParameter(screen.text("export.format"))
        asyncio.run(_export(consultation, form, out, parts))

    @app.command("import", help=screen.text("help.import"))
    def import_command(
        path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=screen.text("help.import.file"))],
        channel: Annotated[str, typer.Option(help=screen.text("help.import.channel"))] = "paper",
        consultation: Annotated[str, typer.Option(help=screen.text("help.import.consultation"))] = "",
        source: Annotated[str, typer.Option(help=screen.text("help.import.source"))] = "",
    ) -> None:
        asyncio.run(_import(path, channel, consultation, source, parts, screen))


# ── out ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _export(consultation: str, form: str, out: Path | None, parts: Parts) -> None:
    async with parts.reading() as storage:
        with _opened(out) as stream:
            writer = csv.writer(stream)
            if form == "csv":
                writer.writerow(COLUMNS)
            async for row in export_rows(storage, ConsultationId(consultation)):
                if form == "csv":
                    writer.writerow(_cells(row))
                else:
                    stream.write(json.dumps(row.as_dict(), ensure_ascii=False) + "\n")


def _opened(out: Path | None) -> Any:
    """A spreadsheet recognises UTF-8 by its mark; a new file is readable by its owner alone."""
    if out is None:
        return nullcontext(sys.stdout)
    out.touch(mode=0o600)
    return out.open("w", encoding="utf-8-sig" if out.suffix == ".csv" else "utf-8", newline="")


def _cells(row: Row) -> Iterator[str]:
    topics = "; ".join(f"{topic.name} ({topic.score:.2f}, {topic.by})" for topic in row.topics)
    for name, value in row.as_dict().items():
        yield safe_cell(topics if name == "topics" else str(value))


def safe_cell(value: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before what could begin one."""
    return (
        f"'{value}" if value.lstrip(" \n\u200b\ufeff").startswith(DANGEROUS) or value.startswith(DANGEROUS) else value
    )


# ── in ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _import(path: Path, channel: str, consultation: str, source: str, parts: Parts, screen: Screen) -> None:
    rows = list(_read(path))
    known = await _consultation(consultation or _named(rows), parts, screen)
    gathered = _gathered(rows, path, known, source, parts.clock.now())
    new = 0
    with screen.progress() as progress:
        task = progress.add_task(screen.text("import.going"), total=len(gathered))
        for start in range(0, len(gathered), BATCH):
            some = gathered[start : start + BATCH]
            done = await parts.errand(
                "import",
                {"consultation": known.id, "channel": channel, "rows": GATHERED.dump_python(some, mode="json")},
            )
            new += int(done["new"])
            progress.advance(task, len(some))
    screen.say("import.done", n=new, known=len(gathered) - new)


def _named(rows: Sequence[tuple[int, dict[str, Any]]]) -> str:
    names = {str(row["consultation"]) for _, row in rows if row.get("consultation")}
    return names.pop() if len(names) == 1 else ""


async def _consultation(name: str, parts: Parts, screen: Screen) -> Consultation:
    async with parts.reading() as storage, storage.reading() as unit:
        running = await unit.consultations.all()
        if not name and len(running) == 1:
            name = running[0].id
        known = await unit.consultations.current(ConsultationId(name)) if name else None
    if known is None:
        raise NotFound(screen.text("import.which", known=", ".join(each.id for each in running)))
    return known


def _read(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line, row) of a CSV file with a heading, or of JSON Lines. Raises `FileError` with the line."""
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix.lower() == ".csv":
        yield from _read_csv(text, path.name)
        return
    for line, raw in enumerate(text.splitlines(), 1):
        if raw.strip():
            try:
                row = json.loads(raw)
            except ValueError as error:
                raise FileError(f"{path.name}:{line}: not a JSON object on one line: {error}") from None
            if not isinstance(row, dict):
                raise FileError(f'{path.name}:{line}: write one JSON object a line, such as {{"text": "…"}}')
            yield line, row


def _read_csv(text: str, name: str) -> Iterable[tuple[int, dict[str, Any]]]:
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    if "text" not in (reader.fieldnames or ()):
        raise FileError(f"{name}:1: the first line must name the columns, `text` among them")
    for row in reader:
        yield reader.line_num, {key: value for key, value in row.items() if key}


def _gathered(
    rows: Sequence[tuple[int, dict[str, Any]]], path: Path, consultation: Consultation, source: str, now: datetime
) -> list[Gathered]:
    """Every row, or one `FileError` that tells every mistake: a file is imported whole or not at all."""
    mistakes: list[str] = []
    gathered: list[Gathered] = []
    for line, row in rows:
        try:
            gathered.append(_one(row, line, consultation, source, now))
        except FileError as error:
            mistakes.append(f"{path.name}:{line}: {error}")
    if mistakes:
        shown = mistakes[:20] + ([f"… and {len(mistakes) - 20} more"] if len(mistakes) > 20 else [])
        raise FileError("nothing was imported:\n" + "\n".join(shown))
    return gathered


def _one(row: dict[str, Any], line: int, consultation: Consultation, source: str, now: datetime) -> Gathered:
    if unknown := sorted(set(row) - KNOWN):
        raise FileError(f"unknown column {unknown[0]!r}: the columns are {', '.join(sorted(KNOWN))}")
    text = str(row.get("text") or "").replace("\x00", "").strip()
    if not text:
        raise FileError("`text` is empty: leave the line out, or write what was said")
    if len(text) > LONGEST_TEXT:
        raise FileError(f"`text` is longer than {LONGEST_TEXT} characters: cut it into several rows")
    language = str(row.get("language") or consultation.languages[0])
    return Gathered(
        key=gathered_key(str(row.get("id") or ""), text, line),
        question=open_question(consultation, str(row.get("question") or "")),
        text=text,
        language=language,
        source=str(row.get("source") or source),
        received_at=_moment(str(row.get("received_at") or ""), consultation, now),
    )


def _moment(said: str, consultation: Consultation, now: datetime) -> datetime:
    if not said:
        return now
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise FileError("`received_at` is not a date: write 2026-11-23 or 2026-11-23T18:30") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(consultation.zone))

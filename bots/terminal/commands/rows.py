"""Rows of a file that holds answers gathered elsewhere: read, checked, and every mistake told with its line.

    CSV ( , or ; ) ─┐
    JSON Lines ─────┴▶ (line, row) ─▶ Gathered … or one FileError with all mistakes

A file with a mistake in it is not imported at all; one whose import was cut short can be imported again. What `export`
writes can be read again: columns that an import does not need are left aside.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bots.terminal.screen import Screen
from core.model.consultations import Consultation
from core.model.deliveries import Param
from core.model.errors import FileError
from core.work.evaluation.cells import COLUMNS, unprotected
from core.work.evaluation.exchange import Gathered, gathered_key, open_question, open_questions

USED = frozenset({"id", "text", "question", "language", "channel", "source", "received_at", "consultation"})
LEFT_ASIDE = frozenset(COLUMNS) - USED
LONGEST_TEXT = 20_000
LONGEST_ID = 64
MISTAKES_SHOWN = 20
TOMORROW = timedelta(days=1)
ALONE = "\x1f"
"""Between the cells of a file that has one column: a comma in it belongs to what was said."""

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_CHANNEL = re.compile(r"[a-z0-9-]{1,16}")
_SOURCE = re.compile(r"[A-Za-z0-9_-]{0,64}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the file has it. `line`: where it begins."""

    line: int
    values: Mapping[str, str]


@dataclass(slots=True)
class Reading:
    """One file being read. `mistakes` grow; `check` raises them all, line after line, in the organiser's language."""

    name: str
    screen: Screen
    mistakes: list[tuple[int, str]] = field(default_factory=list)

    def wrong(self, line: int, key: str, /, **params: Param) -> None:
        self.mistakes.append((line, self.screen.words.say(key, self.screen.language, params)))

    def check(self) -> None:
        if self.mistakes:
            told = sorted(self.mistakes, key=lambda mistake: mistake[0])
            shown = [f"{self.name}:{line}: {said}" for line, said in told[:MISTAKES_SHOWN]]
            if len(self.mistakes) > MISTAKES_SHOWN:
                shown.append(self.screen.text("import.more", n=len(self.mistakes) - MISTAKES_SHOWN))
            raise FileError("\n".join([*shown, self.screen.text("import.nothing")]))


def read_rows(path: Path, reading: Reading) -> list[Row]:
    """Every row that can be read; what is wrong with the others is in `reading`. `FileError` when there is none."""
    text = _text(path)
    is_json = path.suffix.lower() in (".jsonl", ".ndjson", ".json")
    if path.suffix.lower() != ".csv" and text.lstrip().startswith("{"):
        is_json = True
    rows = list(_json_rows(text, reading) if is_json else _csv_rows(text, reading))
    if not rows:
        if not reading.mistakes:
            reading.wrong(1, "terminal.import.wrong.empty")
        reading.check()
    return rows


def gathered_rows(
    rows: Sequence[Row],
    reading: Reading,
    consultation: Consultation,
    *,
    channel: str | None,
    source: str,
    now: datetime,
) -> list[Gathered]:
    """Every row as an answer to `consultation`. `channel` outweighs what the rows say. Raises one `FileError`."""
    alike: Counter[tuple[str, ...]] = Counter()
    gathered: list[Gathered] = []
    named: dict[str, tuple[int, str]] = {}
    for row in rows:
        found = _one(row, reading, consultation, channel, source, now)
        if found is None:
            continue
        said = (found.question, found.channel, found.source, row.values.get("received_at", ""), found.text)
        alike[said] += 1
        given = row.values.get("id", "")
        if given:
            line, text = named.setdefault(given, (row.line, found.text))
            if text != found.text:
                reading.wrong(row.line, "terminal.import.wrong.same_id", id=given, line=line)
        key = gathered_key(given, *said, str(alike[said]))
        gathered.append(Gathered(key, *_fields(found)))
    reading.check()
    return gathered


# ── one row ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Found:
    question: str
    text: str
    language: str
    channel: str
    source: str
    received_at: datetime


def _fields(found: _Found) -> tuple[str, str, str, str, str, datetime]:
    return found.question, found.text, found.language, found.channel, found.source, found.received_at


def _one(
    row: Row, reading: Reading, consultation: Consultation, channel: str | None, source: str, now: datetime
) -> _Found | None:
    """None when something in it is wrong: every mistake of the row has then been told."""
    before = len(reading.mistakes)
    values, line = row.values, row.line
    for name in sorted(set(values) - USED - LEFT_ASIDE):
        reading.wrong(line, "terminal.import.wrong.column", column=name, columns=", ".join(sorted(USED)))
    text = values.get("text", "")
    if not text:
        reading.wrong(line, "terminal.import.wrong.no_text")
    elif len(text) > LONGEST_TEXT:
        reading.wrong(line, "terminal.import.wrong.long_text", most=LONGEST_TEXT)
    if len(values.get("id", "")) > LONGEST_ID:
        reading.wrong(line, "terminal.import.wrong.long_id", most=LONGEST_ID)
    if values.get("consultation", consultation.id) not in ("", consultation.id):
        reading.wrong(
            line, "terminal.import.wrong.other_consultation", found=values["consultation"], wanted=consultation.id
        )
    question = open_question(consultation, values.get("question", ""))
    if question is None:
        reading.wrong(line, "terminal.import.wrong.question", questions=", ".join(open_questions(consultation)))
    language = values.get("language", "").lower() or consultation.languages[0]
    if not _LANGUAGE.fullmatch(language):
        reading.wrong(line, "terminal.import.wrong.language")
    channel = channel or values.get("channel", "") or "paper"
    if not _CHANNEL.fullmatch(channel):
        reading.wrong(line, "terminal.import.wrong.channel", found=channel)
    source = values.get("source", "") or source
    if not _SOURCE.fullmatch(source):
        reading.wrong(line, "terminal.import.wrong.source")
    received_at = _moment(row, reading, consultation, now)
    if len(reading.mistakes) > before or question is None:
        return None
    return _Found(question, text, language, channel, source, received_at)


def _moment(row: Row, reading: Reading, consultation: Consultation, now: datetime) -> datetime:
    said = row.values.get("received_at", "")
    if not said:
        return now
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        reading.wrong(row.line, "terminal.import.wrong.date")
        return now
    moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(consultation.zone))
    if moment > now + TOMORROW:
        reading.wrong(row.line, "terminal.import.wrong.future")
    return moment


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _text(path: Path) -> str:
    """UTF-8, else as spreadsheets of Western Europe save it. No NUL: no database would take it."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    return text.replace("\x00", "")


def _json_rows(text: str, reading: Reading) -> Iterator[Row]:
    for line, raw in enumerate(text.split("\n"), 1):  # not splitlines: a text may hold other line ends
        if not raw.strip():
            continue
        try:
            values = json.loads(raw)
        except ValueError:
            values = None
        if isinstance(values, dict):
            yield Row(line, {str(name): _plain(value) for name, value in values.items() if _plain(value)})
        else:
            reading.wrong(line, "terminal.import.wrong.not_json")


def _plain(value: Any) -> str:
    """A value as a cell has it; half a surrogate pair, which JSON can hold, becomes "?"."""
    if value is None or isinstance(value, list | dict):
        return ""
    return str(value).encode("utf-8", "replace").decode().replace("\x00", "").strip()


def _csv_rows(text: str, reading: Reading) -> Iterator[Row]:
    first = text.partition("\n")[0]
    cut = max(";,", key=first.count) if any(mark in first for mark in ";,") else ALONE
    reader = csv.reader(io.StringIO(text), delimiter=cut, strict=True)
    begins = 1
    heading: list[str] = []
    try:
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if not heading:
                heading = [name.strip().lower() for name in cells]
                if "text" not in heading:
                    reading.wrong(1, "terminal.import.wrong.heading")
                    return
            elif any(cell.strip() for cell in cells):
                if len(cells) > len(heading):
                    reading.wrong(line, "terminal.import.wrong.cells", cells=len(cells), columns=len(heading))
                found = zip(heading, (unprotected(cell).strip() for cell in cells), strict=False)
                yield Row(line, {name: value for name, value in found if name and value})
    except csv.Error:
        reading.wrong(begins, "terminal.import.wrong.not_csv")

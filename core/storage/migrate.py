"""Brings a database to the newest schema with Alembic, on a connection that is already open."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from core.model.errors import StorageError

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(connection: sa.Connection, revision: str = "head") -> None:
    command.upgrade(_config(connection), revision)


def refuse_newer(path: Path, revision: str) -> None:
    """Tables that a later version of the program made are not touched by this one: raises `StorageError`."""
    if revision not in revisions():
        raise StorageError(
            f"{path.name} was written by a newer version of Porte-voix (tables {revision}): install that version, "
            "or restore a copy made before; nothing was changed"
        )


def revisions() -> list[str]:
    """Every schema that was ever released, the oldest first."""
    return [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config

"""Brings a database to the newest schema with Alembic, on a connection that is already open."""

from pathlib import Path

import sqlalchemy as sa

from core.model.errors import StorageError

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(connection: sa.Connection, revision: str = "head") -> None:
    """Alembic is loaded here: a database that is up to date, which is nearly every one, does without."""
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def refuse_newer(path: Path, revision: str) -> None:
    """Tables that a later version of the program made are not touched by this one: raises `StorageError`."""
    if revision not in revisions():
        raise StorageError(
            f"{path.name} was written by a newer version of Porte-voix (tables {revision}): install that version, "
            "or restore a copy made before; nothing was changed",
            "error.newer_database",
            file=path.name,
            tables=revision,
        )


def revisions() -> list[str]:
    """Every schema that was ever released, the oldest first: the numbers that the files begin with."""
    return sorted(script.name.partition("_")[0] for script in (MIGRATIONS / "versions").glob("[0-9]*.py"))

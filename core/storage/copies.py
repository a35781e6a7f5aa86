"""Copies of a SQLite database: made while others write, looked at before they are trusted, put in its place.

    database ── make_copy ─▶ copy (whole, of one moment, without what was deleted)
    copy ── inspect ─▶ Copy | StorageError: no database, damaged, of a newer version
    copy + what happened since ── carry_over ─▶ what is put in place of the database

What happened after a copy was made and must not be undone by bringing it back: erasures, STOP, consents taken back,
"not interested", addresses that refuse us, staff who were removed, what staff hid, masked or let be quoted, which
messages have left, and what was paid for them.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.model.errors import FileError, StorageError
from core.storage.migrate import refuse_newer

Watch = Callable[[float], None]
"""Told now and then how much is done, from 0 to 1."""
_STEPS = 20_000
"""Instructions of SQLite between two looks at how far it is."""
_BESIDE = ("-wal", "-shm")
_DRAFT_SUFFIXES = ("", *_BESIDE, ".lock")
_OVER = "('sent', 'failed', 'unreachable', 'uncertain', 'sending', 'skipped', 'cancelled')"


@dataclass(frozen=True, slots=True)
class Copy:
    """What a copy holds. `revision`: of its tables."""

    revision: str
    bytes: int
    consultations: int
    contributions: int


@dataclass(frozen=True, slots=True)
class Carried:
    """How many of each were carried over from the database that is replaced."""

    stopped: int = 0
    withdrawn: int = 0
    deliveries: int = 0


def make_copy(database: Path, target: Path, watch: Watch) -> Copy:
    """Writes a copy of `database`, as it is at this moment, to the new file `target`, for its owner's eyes only.

    Others may write meanwhile. Raises `StorageError` when there is nothing to copy, `FileError` when the copy cannot be
    written; then there is no half of one.
    """
    size = max(1, database.stat().st_size)
    growing = target.with_name(f".{target.name}.part")
    try:
        growing.unlink(missing_ok=True)
        os.close(os.open(growing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        if target.exists():
            raise FileError(
                f"{target} is there already: give the copy another name, nothing was overwritten",
                "error.copy_there",
                file=str(target),
            )
        with closing(sqlite3.connect(_readonly(database), uri=True)) as connection:
            connection.set_progress_handler(lambda: watch(min(1.0, growing.stat().st_size / size)), _STEPS)
            connection.execute("VACUUM INTO ?", (str(growing),))
        copy = inspect(growing)
        with growing.open("rb") as whole:
            os.fsync(whole.fileno())
        growing.rename(target)
    except sqlite3.Error as error:
        raise FileError(f"the copy {target} could not be written ({error}): is there room on the disk?") from error
    except OSError as error:
        raise FileError(
            f"the copy {target} could not be written ({error.strerror}): choose another place",
            "error.copy_place",
            file=str(target),
            reason=str(error.strerror),
        ) from error
    finally:
        with suppress(OSError):
            growing.unlink(missing_ok=True)
    return copy


def inspect(path: Path) -> Copy:
    """Raises `StorageError`, with what to do, for what is not a whole database that this version understands."""
    if not path.is_file() or not path.stat().st_size:
        raise StorageError(
            f"there is no copy at {path}: give the file that `backup` wrote", "error.no_copy", file=str(path)
        )
    try:
        with closing(sqlite3.connect(_readonly(path), uri=True)) as connection:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if verdict != "ok":
                raise StorageError(
                    f"{path} is damaged: take an older copy; nothing was changed", "error.copy_damaged", file=str(path)
                )
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not {"alembic_version", "consultations", "contributions"} <= tables:
                raise StorageError(
                    f"{path} is no database of Porte-voix: give the file that `backup` wrote",
                    "error.no_copy_of_ours",
                    file=str(path),
                )
            revision = str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
            counts = [_count(connection, table) for table in ("consultations", "contributions")]
    except sqlite3.DatabaseError as error:
        raise StorageError(
            f"{path} is not a whole database ({error}): take an older copy; nothing was changed",
            "error.copy_damaged",
            file=str(path),
        ) from error
    refuse_newer(path, revision)
    return Copy(revision, path.stat().st_size, *counts)


@contextmanager
def drafted(copy: Path, database: Path) -> Iterator[Path]:
    """A private copy of the copy beside `database`, to be brought up to date; gone at the end unless put in place."""
    draft = database.with_name(f"{database.name}.restoring")
    try:
        _remove(draft)
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        shutil.copyfile(copy, draft)
        yield draft
    except OSError as error:
        raise StorageError(f"{draft.name} could not be written ({error.strerror}): nothing was changed") from error
    finally:
        _remove(draft)


@contextmanager
def as_it_is(database: Path) -> Iterator[Path | None]:
    """A passing copy of the database as it stands now; None when there is none that can be read."""
    passing = database.with_name(f"{database.name}.since")
    try:
        _remove(passing)
        try:
            if database.exists():
                make_copy(database, passing, lambda _done: None)
        except (FileError, StorageError):
            _remove(passing)
        yield passing if passing.exists() else None
    finally:
        _remove(passing)


def put_in_place(draft: Path, database: Path, *, now: datetime) -> Path | None:
    """`draft` becomes the database. The one that was there is kept under the name that is returned, None if none was.
    Nobody may have either open."""
    kept = None
    if database.exists() and database.stat().st_size:
        kept = database.with_name(f"{database.name}.before-{now:%Y%m%d-%H%M%S}")
        for suffix in ("", *_BESIDE):  # what stands in the log belongs to the old one
            with suppress(FileNotFoundError):
                Path(f"{database}{suffix}").rename(f"{kept}{suffix}")
    draft.rename(database)
    return kept


def carry_over(draft: Path, since: Path) -> Carried:
    """Into `draft` what `since`, a later state of the same database with the same tables, knows and it does not."""
    with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("ATTACH ? AS later", (f"{since.absolute().as_uri()}?mode=ro",))
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT OR IGNORE INTO erasures SELECT * FROM later.erasures")
        stopped = connection.execute(
            "UPDATE citizens SET stopped_at = l.stopped_at FROM later.citizens l"
            " WHERE l.id = citizens.id AND l.stopped_at IS NOT NULL AND citizens.stopped_at IS NULL"
        ).rowcount
        withdrawn = connection.execute(
            "UPDATE consents SET revoked_at = l.revoked_at FROM later.consents l"
            " WHERE l.citizen_id = consents.citizen_id AND l.consultation_id = consents.consultation_id"
            " AND l.purpose = consents.purpose AND l.notice_version = consents.notice_version"
            " AND l.revoked_at IS NOT NULL AND consents.revoked_at IS NULL"
        ).rowcount
        connection.execute(
            "UPDATE addresses SET unreachable = 1 FROM later.addresses l WHERE l.id = addresses.id AND l.unreachable"
        )
        _take_rows(connection, "dialogues", ("id",), "l.stage IN ('declined', 'stopped')")
        connection.execute(
            "UPDATE dialogues SET state = json_set(dialogues.state, '$.not_interested', json('true'))"
            " FROM later.dialogues l WHERE l.id = dialogues.id AND json_extract(l.state, '$.not_interested')"
        )
        _forget_removed(connection)
        _go_on_with_audit(connection)
        judged = "l.whole_at IS contributions.whole_at AND (l.review <> 'new' OR l.hidden_for IS NOT NULL)"
        _take_rows(connection, "contributions", ("id",), judged)
        _take_rows(connection, "tags", ("contribution_id", "topic", "by"), "l.tagged_at = tags.tagged_at")
        connection.execute("INSERT OR REPLACE INTO senders SELECT * FROM later.senders"
                           " WHERE account_id IN (SELECT id FROM accounts)")  # fmt: skip
        deliveries = _take_rows(connection, "deliveries", ("key",), f"l.state IN {_OVER}", but=("seq", "id"))
        deliveries += _add_deliveries(connection)
        connection.execute(
            "INSERT INTO paid_messages SELECT * FROM later.paid_messages"
            " WHERE consultation_id IN (SELECT id FROM consultations)"
            " ON CONFLICT DO UPDATE SET messages = max(messages, excluded.messages)"
        )
        connection.execute("COMMIT")
    return Carried(stopped, withdrawn, deliveries)


def _go_on_with_audit(connection: sqlite3.Connection) -> None:
    """What staff did since stays written, though what they did may be gone. A log that is not the copy's own, gone on
    with, is left aside."""
    connection.execute(
        "INSERT INTO audit SELECT * FROM later.audit l"
        " WHERE l.number > (SELECT coalesce(max(number), 0) FROM audit) AND NOT EXISTS"
        " (SELECT 1 FROM audit a LEFT JOIN later.audit same ON same.number = a.number AND same.hash = a.hash"
        " WHERE same.number IS NULL)"
    )


def _forget_removed(connection: sqlite3.Connection) -> None:
    """Staff who were removed since: their name goes from their row and from what they had in charge, and their address,
    unless something else is written to it."""
    connection.execute(
        "DELETE FROM addresses WHERE citizen_id IS NULL AND id NOT IN (SELECT id FROM later.addresses)"
        " AND external_id IN (SELECT s.email FROM staff_members s JOIN later.staff_members l ON l.id = s.id"
        " WHERE l.removed_at IS NOT NULL AND s.email IS NOT NULL)"
    )
    connection.execute(
        "DELETE FROM charges WHERE by IN (SELECT id FROM later.staff_members WHERE removed_at IS NOT NULL)"
    )
    _take_rows(connection, "staff_members", ("id",), "l.removed_at IS NOT NULL")


def _take_rows(
    connection: sqlite3.Connection, table: str, key: tuple[str, ...], which: str, *, but: tuple[str, ...] = ()
) -> int:
    columns = [name for name in _columns(connection, table) if name not in (*key, *but)]
    taken = ", ".join(f'"{name}" = l."{name}"' for name in columns)
    differs = " OR ".join(f'{table}."{name}" IS NOT l."{name}"' for name in columns)
    same = " AND ".join(f"l.{name} = {table}.{name}" for name in key)
    statement = f"UPDATE {table} SET {taken} FROM later.{table} l WHERE {same} AND {which} AND ({differs})"  # noqa: S608
    return connection.execute(statement).rowcount


def _add_deliveries(connection: sqlite3.Connection) -> int:
    """Messages that were planned after the copy and have left: planned again, they would leave again."""
    columns = [name for name in _columns(connection, "deliveries") if name != "seq"]
    names = ", ".join(f'"{name}"' for name in columns)
    known = " AND ".join(
        f"(l.{column} IS NULL OR l.{column} IN (SELECT id FROM {table}))"  # noqa: S608
        for column, table in (
            ("account_id", "accounts"),
            ("address_id", "addresses"),
            ("citizen_id", "citizens"),
            ("consultation_id", "consultations"),
        )
    )
    statement = (
        f"INSERT OR IGNORE INTO deliveries ({names}) SELECT {names} FROM later.deliveries l"  # noqa: S608
        f" WHERE l.state IN {_OVER} AND {known} AND l.key NOT IN (SELECT key FROM deliveries)"
    )
    return connection.execute(statement).rowcount


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def _count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608  our own names


def _readonly(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro"


def _remove(path: Path) -> None:
    for suffix in _DRAFT_SUFFIXES:
        Path(f"{path}{suffix}").unlink(missing_ok=True)

"""Bringing a copy of the database back without bringing anybody back.

    copy ─▶ draft, brought up to date ─▶ what happened since (if the database can still be read) ─▶ erasures again
                                                                                                        │
    database ─▶ kept under another name ◀───────────────────────── put in its place ◀───────────────────┘

Until the last step nothing of the database is touched. Whoever erased everything after the copy was made is erased
again: the ledger has a keyed hash of their address, and the key stands apart from the database.

A server's own tool brings its copy back into the database itself; `restored_by_server` then does the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from core.model.audit import TERMINAL, Act
from core.model.errors import StorageError
from core.storage.copies import (
    Carried,
    Copy,
    Watch,
    as_it_is,
    carry_over,
    drafted,
    inspect,
    put_in_place,
)
from core.storage.engine import Storage, only_pen, open_storage
from core.work.dialogue.own_data import erase_citizen
from core.work.ports import Chance

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Restored:
    """`kept`: where the database that was there is now. `known`: what happened since the copy could be read and was
    carried over; else `held` messages are uncertain and every campaign is paused. `erased`: people erased again."""

    copy: Copy
    kept: Path | None
    known: bool
    carried: Carried = field(default_factory=Carried)
    held: int = 0
    erased: int = 0


async def restore(
    database: Path, copy: Path, erasure_hash: Callable[[str], str], chance: Chance, *, now: datetime, watch: Watch
) -> Restored:
    """Puts `copy` in the place of `database`. Raises `AlreadyRunning` while a service writes it, `StorageError` for a
    copy that cannot serve; then nothing was changed."""
    with only_pen(database):
        found = inspect(copy)
        watch(0.1)
        with drafted(copy, database) as draft:
            await _bring_up_to_date(draft)
            watch(0.4)
            carried = await _carried_over(draft, database)
            watch(0.6)
            async with open_storage(_url(draft), migrate=False) as storage:
                held = await _made_safe(storage, now, known=carried is not None)
                erased = await _erase_again(storage, erasure_hash, chance, now)
            watch(0.9)
            kept = put_in_place(draft, database, now=now)
    watch(1.0)
    return Restored(found, kept, carried is not None, carried or Carried(), held, erased)


@dataclass(frozen=True, slots=True)
class RestoredByServer:
    """`held` messages are uncertain and every campaign is paused; `erased`: people erased again."""

    held: int
    erased: int


async def restored_by_server(
    storage: Storage, erasure_hash: Callable[[str], str], chance: Chance, *, now: datetime
) -> RestoredByServer:
    """After `pg_restore`, before the service starts: nothing leaves twice, and whoever the ledger names goes again.
    Called twice it does the same: nothing of it is undone by a second time."""
    held = await _made_safe(storage, now, known=False)
    return RestoredByServer(held, await _erase_again(storage, erasure_hash, chance, now))


async def _made_safe(storage: Storage, now: datetime, *, known: bool) -> int:
    """`known`: what left since the copy was carried over. Else nothing that was due leaves, and no campaign goes on by
    itself. Returns how many messages are uncertain."""
    async with storage.unit() as unit:
        await unit.members.sign_everybody_out()
        for partner in sorted({each.partner for each in await unit.consultations.all()}):
            await unit.audit.note(Act.DATABASE_RESTORED, partner=partner, actor=TERMINAL, subject=partner, now=now)
        if known:
            return 0
        await unit.consultations.pause_all()
        return await unit.deliveries.hold_back(now)


async def _carried_over(draft: Path, database: Path) -> Carried | None:
    """None when the database is gone or cannot be read."""
    with as_it_is(database) as since:
        if since is None:
            return None
        try:
            await _bring_up_to_date(since)
        except StorageError:
            return None
        return carry_over(draft, since)


async def _erase_again(storage: Storage, erasure_hash: Callable[[str], str], chance: Chance, now: datetime) -> int:
    """Whoever came back after their erasure is another person to us, and stays."""
    async with storage.reading() as unit:
        ledger = await unit.privacy.ledger()
        known = await unit.privacy.people_with_addresses() if ledger else []
    gone = [
        (citizen, address)
        for citizen, address, since in known
        if any(at >= since for at in ledger.get(erasure_hash(f"{address.account}:{address.external_id}"), ()))
    ]
    for begin in range(0, len(gone), CHUNK):
        async with storage.unit() as unit:
            for citizen, _ in gone[begin : begin + CHUNK]:
                await erase_citizen(unit, citizen, None, chance, now, farewell=None)
    return len({citizen for citizen, _ in gone})


async def _bring_up_to_date(path: Path) -> None:
    async with open_storage(_url(path)):
        pass


def _url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"

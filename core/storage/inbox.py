"""Raw updates: kept before they are acknowledged, worked on in order per chat, never lost.

new ──▶ done
 └────▶ quarantined     (failed alone, again and again)
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.ids import AccountId
from core.storage.schema import inbox
from core.storage.sql import among, chunks, inserting, locked

MOST_OF_ONE = 8
"""Of one chat in one batch, while others wait: nobody types more before their turn comes again."""


@dataclass(frozen=True, slots=True)
class Pending:
    """One update still to be worked on. `seq` grows in the order of arrival."""

    seq: int
    account: AccountId
    chat: str
    raw: bytes
    received_at: datetime
    attempts: int


class Inbox:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def append(self, updates: Sequence[Mapping[str, Any]]) -> set[tuple[AccountId, str]]:
        """Rows of account_id, update_id, chat, raw, received_at. Returns the (account, update id) of those that are
        new."""
        rows = [{**update, "state": "new", "attempts": 0} for update in updates]
        key = ("account_id", "update_id")
        statement = inserting(inbox, self._connection.dialect.name, key, returning=key)
        found: set[tuple[AccountId, str]] = set()
        for some in chunks(rows):
            result = await self._connection.execute(statement, some)
            found.update((AccountId(row.account_id), row.update_id) for row in result)
        return found

    async def pending(self, limit: int) -> list[Pending]:
        """The oldest unfinished updates, in order. Where several processes share work, one chat stays with one. Whoever
        sends a thousand has a few of them worked on at a time: the others stay, and nobody waits behind them."""
        statement = locked(_pending(self._connection.dialect.name), self._connection)
        rows = (await self._connection.execute(statement, {"limit": limit})).all()
        chats = Counter((row.account_id, row.chat) for row in rows)
        if len(rows) == limit and max(chats.values(), default=0) > MOST_OF_ONE:
            rows = (await self._connection.execute(_a_few_of_each(limit))).all()
        return [
            Pending(row.seq, AccountId(row.account_id), row.chat, row.raw, row.received_at, row.attempts)
            for row in rows
        ]

    async def more_than(self, depth: int) -> bool:
        """Do more than `depth` updates wait to be worked on?"""
        statement = sa.select(inbox.c.seq).where(inbox.c.state == "new").order_by(inbox.c.seq).offset(depth).limit(1)
        return (await self._connection.execute(statement)).first() is not None

    async def take(self, seq: int) -> bool:
        """Holds one update until the unit ends. False when it is finished, or another process works on it."""
        statement = sa.select(inbox.c.seq).where(inbox.c.seq == seq, inbox.c.state == "new")
        return (await self._connection.execute(locked(statement, self._connection))).first() is not None

    async def done(self, seqs: Collection[int]) -> None:
        for some in chunks(seqs):
            await self._connection.execute(_done(), {"seqs": some})

    async def failed(self, seq: int, *, quarantine: bool) -> None:
        """The update failed alone once more; `quarantine` sets it apart, so that it blocks nobody."""
        values: dict[str, Any] = {"attempts": inbox.c.attempts + 1}
        if quarantine:
            values["state"] = "quarantined"
        await self._connection.execute(sa.update(inbox).where(inbox.c.seq == seq).values(values))

    async def release_quarantined(self) -> Counter[AccountId]:
        """Gives every quarantined update another try (after a bug was mended). Returns how many of each account."""
        statement = sa.update(inbox).where(inbox.c.state == "quarantined").values(state="new", attempts=0)
        released = await self._connection.execute(statement.returning(inbox.c.account_id))
        return Counter(AccountId(each) for each in released.scalars())

    async def forget_chat(self, account: AccountId, chat: str, *, upto: int = 0) -> None:
        """Empties what one chat sent and was worked on, and all that it sent until `upto`: what came after that is not
        meant. The update ids stay, so that a late redelivery is not taken for new."""
        await self._connection.execute(
            sa.update(inbox)
            .where(
                inbox.c.account_id == account, inbox.c.chat == chat, sa.or_(inbox.c.state != "new", inbox.c.seq <= upto)
            )
            .values(raw=b"", chat="", state="done")
        )

    async def old(self, before: datetime, accounts: Collection[AccountId], limit: int) -> list[int]:
        """Some of the updates received before then: finished ones, and those set apart."""
        statement = (
            sa.select(inbox.c.seq)
            .where(inbox.c.state != "new", inbox.c.received_at < before, inbox.c.account_id.in_(list(accounts)))
            .order_by(inbox.c.seq)
            .limit(limit)
        )
        return [row.seq for row in await self._connection.execute(statement)]

    async def forget(self, seqs: Collection[int]) -> int:
        """Deletes these updates, those that wait excepted. Returns how many."""
        gone = 0
        for some in chunks(seqs):
            statement = sa.delete(inbox).where(inbox.c.seq.in_(some), inbox.c.state != "new")
            gone += (await self._connection.execute(statement)).rowcount
        return gone


# ── statements, each made once ───────────────────────────────────────────────────────────────────────────────────────


@cache
def _pending(dialect: str) -> sa.Select[Any]:
    statement = sa.select(
        inbox.c.seq, inbox.c.account_id, inbox.c.chat, inbox.c.raw, inbox.c.received_at, inbox.c.attempts
    ).where(inbox.c.state == "new")
    if dialect == "postgresql":
        older = inbox.alias("older")
        statement = statement.where(
            ~sa.exists().where(
                older.c.account_id == inbox.c.account_id,
                older.c.chat == inbox.c.chat,
                older.c.state == "new",
                older.c.seq < inbox.c.seq,
            )
        )
    return statement.order_by(inbox.c.seq).limit(sa.bindparam("limit"))


@cache
def _done() -> sa.Update:
    return sa.update(inbox).where(among(inbox.c.seq, "seqs")).values(state="done")


def _a_few_of_each(limit: int) -> sa.Select[Any]:
    """The oldest few of each chat, in the order of arrival."""
    turn = sa.func.row_number().over(partition_by=(inbox.c.account_id, inbox.c.chat), order_by=inbox.c.seq)
    waiting = sa.select(inbox, turn.label("turn")).where(inbox.c.state == "new").subquery()
    return sa.select(waiting).where(waiting.c.turn <= MOST_OF_ONE).order_by(waiting.c.seq).limit(limit)

"""One sender for each account: whoever holds it, until when, and the epoch that its messages are claimed under.

    nobody ─▶ held (epoch 1) ─▶ renewed (same epoch)
                  └─ until is past ─▶ held by another (epoch 2): what was claimed under epoch 1 is no longer the first's

Two senders of one token would each keep the platform's limit and break it together. A sender that stalled until
another took over finds its epoch past: it stamps nothing, settles nothing, sends nothing more.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.ids import AccountId
from core.storage.schema import senders
from core.storage.sql import many, put


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a sender found out about its account's pace. `estimate` 0: nothing yet."""

    estimate: int = 0
    halted_until: datetime | None = None


class Senders:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def hold(
        self, accounts: Collection[AccountId], holder: str, *, now: datetime, until: datetime
    ) -> dict[AccountId, int]:
        """Takes or keeps each account that is free. By account, the epoch; those that another holds are absent."""
        own = sa.update(senders).where(senders.c.account_id.in_(list(accounts)))
        await self._connection.execute(own.where(senders.c.holder == holder).values(until=until))
        await self._connection.execute(
            own.where(senders.c.holder != holder, senders.c.until <= now).values(
                holder=holder, epoch=senders.c.epoch + 1, until=until
            )
        )
        new = [
            {"account_id": account, "holder": holder, "epoch": 1, "until": until, "estimate": 0} for account in accounts
        ]
        await put(self._connection, senders, new, unique=("account_id",))
        return await self.held(accounts, holder, now)

    async def held(self, accounts: Collection[AccountId], holder: str, now: datetime) -> dict[AccountId, int]:
        """Those of `accounts` that are the holder's for longer than `now`, with their epoch."""
        rows = await self._connection.execute(_held(), {"accounts": list(accounts), "holder": holder, "now": now})
        return {AccountId(row.account_id): row.epoch for row in rows}

    async def free(self, now: datetime, holder: str | None = None) -> None:
        """The holder leaves, and the next one need not wait. None: whoever held anything is certainly gone."""
        statement = sa.update(senders).values(until=now - timedelta(microseconds=1))
        if holder is not None:
            statement = statement.where(senders.c.holder == holder)
        await self._connection.execute(statement)

    # ── what was learnt ──────────────────────────────────────────────────────────────────────────────────────────────

    async def learn(self, holder: str, learnt: Mapping[AccountId, Learnt]) -> None:
        """Keeps it for the next sender, or for this one after a restart. What another holds is left alone."""
        for account, each in learnt.items():
            await self._connection.execute(
                sa.update(senders)
                .where(senders.c.account_id == account, senders.c.holder == holder)
                .values(estimate=each.estimate, halted_until=each.halted_until)
            )

    async def learnt(self, accounts: Collection[AccountId]) -> dict[AccountId, Learnt]:
        statement = sa.select(senders).where(senders.c.account_id.in_(list(accounts)))
        return {
            AccountId(row.account_id): Learnt(row.estimate, row.halted_until)
            for row in await self._connection.execute(statement)
        }


@cache
def _held() -> sa.Select[Any]:
    return sa.select(senders.c.account_id, senders.c.epoch).where(
        senders.c.account_id.in_(many("accounts")),
        senders.c.holder == sa.bindparam("holder"),
        senders.c.until > sa.bindparam("now"),
    )

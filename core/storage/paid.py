"""How many messages of a step were paid for: counted before they leave, so that no ceiling is ever passed.

    take ─▶ the message leaves ─▶ it arrived, or may have: it stays counted
                          └─▶ it certainly did not: give_back

A number and nothing else: an erasure takes rows of deliveries away, and what they cost was spent all the same.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.ids import ConsultationId
from core.storage.schema import paid_messages
from core.storage.sql import put


class Paid:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, consultation: ConsultationId) -> Mapping[str, int]:
        """By step, how many were paid for, or may have been."""
        rows = await self._connection.execute(_of(), {"consultation": consultation})
        return {row.step: row.messages for row in rows}

    async def take(self, consultation: ConsultationId, step: str, wanted: int, *, most: int) -> int:
        """Counts up to `wanted` more, never beyond `most` in all. Returns how many may be paid for."""
        paid = await self.of(consultation)
        granted = min(wanted, most - paid.get(step, 0))
        if granted <= 0:
            return 0
        if step not in paid:
            new = {"consultation_id": consultation, "step": step, "messages": 0}
            await put(self._connection, paid_messages, [new], unique=("consultation_id", "step"))
        asked = {"consultation": consultation, "of": step, "most": most, "granted": granted}
        done = await self._connection.execute(_counted(), asked)
        return granted if done.rowcount else 0

    async def give_back(self, consultation: ConsultationId, step: str, count: int) -> None:
        given = {"consultation": consultation, "of": step, "count": count}
        await self._connection.execute(_given_back(), given)


@cache
def _of() -> sa.Select[Any]:
    own = paid_messages.c.consultation_id == sa.bindparam("consultation")
    return sa.select(paid_messages.c.step, paid_messages.c.messages).where(own)


@cache
def _counted() -> sa.Update:
    """Asked and taken at once."""
    granted = sa.bindparam("granted", type_=sa.Integer())
    below = paid_messages.c.messages <= sa.bindparam("most", type_=sa.Integer()) - granted
    return _one().where(below).values(messages=paid_messages.c.messages + granted)


@cache
def _given_back() -> sa.Update:
    return _one().values(messages=paid_messages.c.messages - sa.bindparam("count", type_=sa.Integer()))


def _one() -> sa.Update:
    own = paid_messages.c.consultation_id == sa.bindparam("consultation")
    return sa.update(paid_messages).where(own, paid_messages.c.step == sa.bindparam("of"))

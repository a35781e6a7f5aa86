"""How many messages of a step were paid for: counted before they leave, so that no ceiling is ever passed.

    take ─▶ the message leaves ─▶ it arrived, or may have: it stays counted
                          └─▶ it certainly did not: give_back

A number and nothing else: an erasure takes rows of deliveries away, and what they cost was spent all the same.
"""

from collections.abc import Mapping

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
        statement = sa.select(paid_messages.c.step, paid_messages.c.messages)
        rows = await self._connection.execute(statement.where(paid_messages.c.consultation_id == consultation))
        return {row.step: row.messages for row in rows}

    async def take(self, consultation: ConsultationId, step: str, wanted: int, *, most: int) -> int:
        """Counts up to `wanted` more, never beyond `most` in all. Returns how many may be paid for."""
        granted = min(wanted, most - (await self.of(consultation)).get(step, 0))
        if granted <= 0:
            return 0
        new = {"consultation_id": consultation, "step": step, "messages": 0}
        await put(self._connection, paid_messages, [new], unique=("consultation_id", "step"))
        counted = self._step(consultation, step).where(
            paid_messages.c.messages <= most - granted
        )  # asked and taken at once
        done = await self._connection.execute(counted.values(messages=paid_messages.c.messages + granted))
        return granted if done.rowcount else 0

    async def give_back(self, consultation: ConsultationId, step: str, count: int) -> None:
        await self._connection.execute(self._step(consultation, step).values(messages=paid_messages.c.messages - count))

    def _step(self, consultation: ConsultationId, step: str) -> sa.Update:
        own = paid_messages.c.consultation_id == consultation
        return sa.update(paid_messages).where(own, paid_messages.c.step == step)

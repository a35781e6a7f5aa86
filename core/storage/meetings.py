"""What staff note about meetings: how many people came."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.ids import ConsultationId
from core.storage.schema import attendance
from core.storage.sql import put


class Meetings:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def came(self, consultation: ConsultationId) -> dict[str, int]:
        """By question, how many people came to its event."""
        statement = sa.select(attendance).where(attendance.c.consultation_id == consultation)
        return {row.question_id: row.came for row in await self._connection.execute(statement)}

    async def note_came(self, consultation: ConsultationId, question: str, came: int, now: datetime) -> None:
        """The number noted last is the number."""
        row = {"consultation_id": consultation, "question_id": question, "came": came, "noted_at": now}
        unique, replacing = ("consultation_id", "question_id"), ("came", "noted_at")
        await put(self._connection, attendance, [row], unique=unique, replacing=replacing)

"""When people came and finished, and when each step left: what the response curve is drawn from."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.deliveries import Lane, State
from core.model.ids import ConsultationId
from core.storage.schema import deliveries, dialogues


class Curves:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def people(self, consultation: ConsultationId) -> list[tuple[datetime, datetime | None]]:
        """(came, finished) of each."""
        statement = sa.select(dialogues.c.started_at, dialogues.c.finished_at).where(
            dialogues.c.consultation_id == consultation
        )
        return [(row.started_at, row.finished_at) for row in await self._connection.execute(statement)]

    async def sends(self, consultation: ConsultationId) -> dict[str, list[datetime]]:
        """By step, when each message left."""
        statement = (
            sa.select(deliveries.c.step, deliveries.c.sent_at)
            .where(
                deliveries.c.consultation_id == consultation,
                deliveries.c.lane == Lane.PUSH.value,
                deliveries.c.state == State.SENT.value,
            )
            .order_by(deliveries.c.sent_at)
        )
        found: dict[str, list[datetime]] = {}
        for row in await self._connection.execute(statement):
            found.setdefault(row.step, []).append(row.sent_at)
        return found

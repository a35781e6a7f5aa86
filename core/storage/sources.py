"""Sources as a list to look after: when each was made, and whether it still leads anywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.ids import ConsultationId, PartnerId
from core.storage.schema import sources


@dataclass(frozen=True, slots=True)
class KnownSource:
    """`retired_at`: since then its token leads nowhere; what came through it stays counted."""

    consultation: ConsultationId
    token: str
    label: Mapping[str, str]
    created_at: datetime
    retired_at: datetime | None


class Sources:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, consultation: ConsultationId) -> list[KnownSource]:
        """All of them, retired ones included, the oldest first."""
        statement = (
            sa.select(sources)
            .where(sources.c.consultation_id == consultation)
            .order_by(sources.c.created_at, sources.c.token)
        )
        return [
            KnownSource(ConsultationId(row.consultation_id), row.token, row.label, row.created_at, row.retired_at)
            for row in await self._connection.execute(statement)
        ]

    async def holders(self, partner: PartnerId) -> dict[str, ConsultationId]:
        """By token, the consultation whose it is; a retired one stays its own."""
        found = await self._connection.execute(
            sa.select(sources.c.token, sources.c.consultation_id).where(sources.c.partner_id == partner)
        )
        return {row.token: ConsultationId(row.consultation_id) for row in found}

    async def taken(self, token: str) -> bool:
        """Whether anybody on this installation holds the token, retired or not: links name no partner."""
        statement = sa.select(sa.func.count()).where(sources.c.token == token)
        return (await self._connection.execute(statement)).scalar_one() > 0

    async def retire(self, consultation: ConsultationId, token: str, now: datetime) -> bool:
        """False when there is no such source, or it is retired already."""
        statement = (
            sa.update(sources)
            .where(sources.c.consultation_id == consultation, sources.c.token == token, sources.c.retired_at.is_(None))
            .values(retired_at=now)
        )
        return (await self._connection.execute(statement)).rowcount == 1

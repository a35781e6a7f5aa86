"""Who took what in charge: one person at a time."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.charges import Charge
from core.model.ids import ConsultationId
from core.storage.schema import charges
from core.storage.sql import put


class Charges:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def take(self, charge: Charge) -> bool:
        """False when somebody has it already."""
        row = {
            "consultation_id": charge.consultation,
            "subject": charge.subject,
            "by": charge.by,
            "name": charge.name,
            "at": charge.at,
        }
        return await put(self._connection, charges, [row], unique=("consultation_id", "subject")) == 1

    async def leave(self, consultation: ConsultationId, subject: str, by: str) -> bool:
        """False when it was not theirs."""
        gone = await self._connection.execute(
            sa.delete(charges).where(
                charges.c.consultation_id == consultation, charges.c.subject == subject, charges.c.by == by
            )
        )
        return gone.rowcount == 1

    async def relieve(self, charge: Charge, of: str) -> bool:
        """It passes on from whoever had it. False when they have it no more."""
        passed = await self._connection.execute(
            sa.update(charges)
            .where(
                charges.c.consultation_id == charge.consultation,
                charges.c.subject == charge.subject,
                charges.c.by == of,
            )
            .values(by=charge.by, name=charge.name, at=charge.at)
        )
        return passed.rowcount == 1

    async def of(self, consultation: ConsultationId) -> Mapping[str, Charge]:
        """By subject."""
        statement = sa.select(charges).where(charges.c.consultation_id == consultation)
        return {row.subject: _charge(row) for row in await self._connection.execute(statement)}

    async def drop_of(self, by: str) -> None:
        """Whoever is no longer staff has nothing in charge, and keeps no name here."""
        await self._connection.execute(sa.delete(charges).where(charges.c.by == by))


def _charge(row: Any) -> Charge:
    return Charge(ConsultationId(row.consultation_id), row.subject, row.by, row.name, row.at)

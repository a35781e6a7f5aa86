"""The audit log: it grows at its end, and there is no way here to change or delete a line."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.audit import NOTHING_BEFORE, Act, Entry, hash_of
from core.storage.schema import audit


class Audit:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def note(self, act: Act, *, partner: str, actor: str, subject: str, now: datetime) -> None:
        """Writes one line at the end, in the transaction of what it tells of."""
        if self._connection.dialect.name == "postgresql":  # SQLite has one writer: the end stays where it is
            await self._connection.execute(sa.text("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE"))
        statement = sa.select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)
        last = (await self._connection.execute(statement)).first()
        number, before = (last.number + 1, last.hash) if last else (1, NOTHING_BEFORE)
        line = {"number": number, "at": now, "partner": partner, "actor": actor, "act": act.value, "subject": subject}
        line |= {"before": before, "hash": hash_of(number, now, partner, actor, act.value, subject, before)}
        await self._connection.execute(sa.insert(audit).values(line))

    async def last_actor(self, act: Act, subject: str) -> str | None:
        """Who did it last to this subject."""
        statement = sa.select(audit.c.actor).where(audit.c.act == act.value, audit.c.subject == subject)
        found = await self._connection.execute(statement.order_by(audit.c.number.desc()).limit(1))
        return found.scalar_one_or_none()

    async def entries(self) -> list[Entry]:
        """Every line, the oldest first."""
        return [
            Entry(row.number, row.at, row.partner, row.actor, Act(row.act), row.subject, row.before, row.hash)
            for row in await self._connection.execute(sa.select(audit).order_by(audit.c.number))
        ]

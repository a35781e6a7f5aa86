"""What staff read: digests, alerts, and the count of what could not be read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.ids import AlertId, ConsultationId, ContributionId, DigestId, PartnerId
from core.storage.schema import alerts, digests, media_counts
from core.storage.sql import put


@dataclass(frozen=True, slots=True)
class AlertRow:
    """Something that a person must read. `kind`: the redirect or the flag that it met."""

    id: AlertId
    partner: PartnerId
    consultation: ConsultationId
    contribution: ContributionId
    kind: str
    serious: bool
    created_at: datetime
    opened_at: datetime | None


class Staff:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_alert(self, alert: AlertRow) -> bool:
        """One alert a contribution and kind. False when it was there already."""
        row = {
            "id": alert.id,
            "partner_id": alert.partner,
            "consultation_id": alert.consultation,
            "contribution_id": alert.contribution,
            "kind": alert.kind,
            "serious": alert.serious,
            "created_at": alert.created_at,
        }
        return await put(self._connection, alerts, [row], unique=("contribution_id", "kind")) == 1

    async def alert(self, alert: AlertId) -> AlertRow | None:
        row = (await self._connection.execute(sa.select(alerts).where(alerts.c.id == alert))).one_or_none()
        return _alert(row) if row else None

    async def waiting_alerts(self, consultation: ConsultationId) -> list[AlertRow]:
        """Those that nobody has opened, the oldest first."""
        statement = (
            sa.select(alerts)
            .where(alerts.c.consultation_id == consultation, alerts.c.opened_at.is_(None))
            .order_by(alerts.c.created_at)
        )
        return [_alert(row) for row in await self._connection.execute(statement)]

    async def open_alert(self, alert: AlertId, by: str, now: datetime) -> None:
        """Notes who read it first, and when."""
        await self._connection.execute(
            sa.update(alerts)
            .where(alerts.c.id == alert, alerts.c.opened_at.is_(None))
            .values(opened_at=now, opened_by=by)
        )

    async def add_digest(
        self, digest: DigestId, consultation: ConsultationId, occasion: str, figures: Mapping[str, Any], now: datetime
    ) -> bool:
        """One digest an occasion (its local time on the schedule). False when it was made already."""
        row = {
            "id": digest,
            "consultation_id": consultation,
            "occasion": occasion,
            "figures": dict(figures),
            "made_at": now,
        }
        return await put(self._connection, digests, [row], unique=("consultation_id", "occasion")) == 1

    async def digest(self, digest: DigestId) -> tuple[ConsultationId, Mapping[str, Any]] | None:
        statement = sa.select(digests).where(digests.c.id == digest)
        row = (await self._connection.execute(statement)).one_or_none()
        return (ConsultationId(row.consultation_id), row.figures) if row else None

    async def last_digest_at(self, consultation: ConsultationId) -> datetime | None:
        statement = sa.select(sa.func.max(digests.c.made_at)).where(digests.c.consultation_id == consultation)
        last: datetime | None = (await self._connection.execute(statement)).scalar_one()
        return last

    async def digests_quoting(self, consultation: ConsultationId, contributions: Collection[str]) -> list[DigestId]:
        """Digests of this consultation that quote one of these contributions."""
        wanted = set(contributions)
        statement = sa.select(digests.c.id, digests.c.figures).where(digests.c.consultation_id == consultation)
        return [
            DigestId(row.id)
            for row in await self._connection.execute(statement)
            if wanted.intersection(row.figures.get("quotes", ()))
        ]

    async def count_media(self, consultation: ConsultationId, media: str) -> None:
        changed = await self._connection.execute(
            sa.update(media_counts)
            .where(media_counts.c.consultation_id == consultation, media_counts.c.media == media)
            .values(n=media_counts.c.n + 1)
        )
        if not changed.rowcount:
            row = {"consultation_id": consultation, "media": media, "n": 1}
            await put(self._connection, media_counts, [row], unique=("consultation_id", "media"))

    async def media(self, consultation: ConsultationId) -> dict[str, int]:
        statement = sa.select(media_counts).where(media_counts.c.consultation_id == consultation)
        return {row.media: row.n for row in await self._connection.execute(statement)}


def _alert(row: Any) -> AlertRow:
    return AlertRow(
        id=AlertId(row.id),
        partner=PartnerId(row.partner_id),
        consultation=ConsultationId(row.consultation_id),
        contribution=ContributionId(row.contribution_id),
        kind=row.kind,
        serious=row.serious,
        created_at=row.created_at,
        opened_at=row.opened_at,
    )

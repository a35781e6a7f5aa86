"""What staff note about meetings: how many people came, what is proposed, what was dealt with."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.contributions import ContributionState
from core.model.ids import ConsultationId, ContributionId
from core.model.meetings import Proposal
from core.storage.schema import attendance, contributions, proposal_contributions, proposals
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

    # ── proposals ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def proposed(
        self, consultation: ConsultationId, questions: Collection[str], limit: int
    ) -> list[tuple[ContributionId, str]]:
        """The masked contributions to these questions that belong to no proposal yet, the oldest first."""
        taken = sa.exists().where(proposal_contributions.c.contribution_id == contributions.c.id)
        statement = (
            sa.select(contributions.c.id, contributions.c.text)
            .where(
                contributions.c.consultation_id == consultation,
                contributions.c.question_id.in_(list(questions)),
                contributions.c.redirect.is_(None),
                contributions.c.state == ContributionState.READ.value,
                contributions.c.text.is_not(None),
                ~taken,
            )
            .order_by(contributions.c.received_at, contributions.c.id)
            .limit(limit)
        )
        return [(ContributionId(row.id), row.text) for row in await self._connection.execute(statement)]

    async def proposals(self, consultation: ConsultationId) -> list[Proposal]:
        """In the order in which they were made."""
        people = (
            sa.select(sa.func.count())
            .where(
                proposal_contributions.c.consultation_id == proposals.c.consultation_id,
                proposal_contributions.c.number == proposals.c.number,
            )
            .scalar_subquery()
        )
        statement = (
            sa.select(proposals, people.label("people"))
            .where(proposals.c.consultation_id == consultation)
            .order_by(proposals.c.number)
        )
        rows = await self._connection.execute(statement)
        return [Proposal(row.number, row.label, row.people, row.treated_on) for row in rows]

    async def add_proposal(self, consultation: ConsultationId, label: Mapping[str, str], now: datetime) -> int:
        """Its number."""
        last = sa.select(sa.func.max(proposals.c.number)).where(proposals.c.consultation_id == consultation)
        number: int = ((await self._connection.execute(last)).scalar_one() or 0) + 1
        row = {"consultation_id": consultation, "number": number, "label": dict(label), "made_at": now}
        await self._connection.execute(sa.insert(proposals).values(row))
        return number

    async def merge(self, consultation: ConsultationId, number: int, ids: Collection[ContributionId]) -> int:
        """These contributions propose that. Those of another proposal stay there. Returns how many are new."""
        rows = [{"contribution_id": each, "consultation_id": consultation, "number": number} for each in ids]
        return await put(self._connection, proposal_contributions, rows, unique=("contribution_id",))

    async def set_treated(self, consultation: ConsultationId, number: int, on: date | None) -> bool:
        """False: there is no such proposal."""
        statement = (
            sa.update(proposals)
            .where(proposals.c.consultation_id == consultation, proposals.c.number == number)
            .values(treated_on=on)
        )
        return (await self._connection.execute(statement)).rowcount == 1

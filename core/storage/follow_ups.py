"""Follow-ups, whom each of them concerns, and how far the telling has come."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.deliveries import State
from core.model.follow_ups import ANSWERS, FOLLOW_UP_STEP, FollowUp, Progress
from core.model.ids import ConsultationId, ContributionId, FollowUpId
from core.model.publications import Publication
from core.storage.effective import about
from core.storage.pushes import Pushes, values_of
from core.storage.schema import contributions, deliveries, dialogues, follow_up_contributions, follow_ups
from core.storage.sql import among, put
from core.storage.tellings import asked, owing, page_of, subject_of


class FollowUps:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, follow_up: FollowUp, named: Collection[ContributionId]) -> None:
        row = {
            "id": follow_up.id,
            "consultation_id": follow_up.consultation,
            "topic": follow_up.topic,
            "progress": follow_up.progress.value,
            "text": dict(follow_up.text),
            "service": dict(follow_up.service),
            "decided_on": follow_up.on,
            "author": follow_up.author,
            "made_at": follow_up.made_at,
            "state": follow_up.publication.value,
            "publish_at": follow_up.publish_at,
            "published_at": follow_up.published_at,
            "people": follow_up.people,
            "cursor": "",
            "asked_up_to": "" if follow_up.progress in ANSWERS else None,
        }
        await self._connection.execute(sa.insert(follow_ups).values(row))
        rows = [{"follow_up_id": follow_up.id, "contribution_id": each} for each in named]
        await put(self._connection, follow_up_contributions, rows, unique=("follow_up_id", "contribution_id"))

    async def get(self, follow_up: FollowUpId) -> FollowUp | None:
        row = (await self._connection.execute(sa.select(follow_ups).where(follow_ups.c.id == follow_up))).first()
        return follow_up_of(row) if row else None

    async def of(self, consultation: ConsultationId) -> list[FollowUp]:
        """All of a consultation: published ones first, the newest of them first; then drafts, the newest first."""
        statement = (
            sa.select(follow_ups)
            .where(follow_ups.c.consultation_id == consultation)
            .order_by(
                follow_ups.c.published_at.is_(None),
                follow_ups.c.published_at.desc(),
                follow_ups.c.made_at.desc(),
                follow_ups.c.id,
            )
        )
        return [follow_up_of(row) for row in await self._connection.execute(statement)]

    async def messages(self, consultation: ConsultationId) -> dict[FollowUpId, Counter[State]]:
        """How many of those who are owed word of each stand where."""
        before = sa.func.substr(
            deliveries.c.key, 1, sa.func.length(deliveries.c.key) - sa.func.length(deliveries.c.citizen_id)
        ).label("before")
        statement = (
            sa.select(before, deliveries.c.state, sa.func.count().label("n"))
            .where(deliveries.c.consultation_id == consultation, deliveries.c.step == FOLLOW_UP_STEP)
            .group_by(before, deliveries.c.state)
        )
        found: dict[FollowUpId, Counter[State]] = {}
        for row in await self._connection.execute(statement):
            _, which, _ = row.before.split(":")
            found.setdefault(FollowUpId(which), Counter())[State(row.state)] += row.n
        return found

    async def named(self, consultation: ConsultationId) -> dict[FollowUpId, set[ContributionId]]:
        """The contributions that the follow-ups of no topic were made for."""
        statement = (
            sa.select(follow_up_contributions)
            .join(follow_ups, follow_ups.c.id == follow_up_contributions.c.follow_up_id)
            .where(follow_ups.c.consultation_id == consultation)
        )
        found: dict[FollowUpId, set[ContributionId]] = {}
        for row in await self._connection.execute(statement):
            found.setdefault(FollowUpId(row.follow_up_id), set()).add(ContributionId(row.contribution_id))
        return found

    # ── publishing ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def set_publication(
        self,
        follow_up: FollowUp,
        to: Publication,
        *,
        publish_at: datetime | None = None,
        published_at: datetime | None = None,
    ) -> bool:
        """False when somebody else moved it meanwhile."""
        statement = (
            sa.update(follow_ups)
            .where(follow_ups.c.id == follow_up.id, follow_ups.c.state == follow_up.publication.value)
            .values(state=to.value, publish_at=publish_at, published_at=published_at)
        )
        return (await self._connection.execute(statement)).rowcount == 1

    async def counted(self, follow_up: FollowUpId, people: int) -> None:
        """So many people asked for it."""
        await self._connection.execute(sa.update(follow_ups).where(follow_ups.c.id == follow_up).values(people=people))

    async def due(self, now: datetime) -> list[FollowUp]:
        """Those whose moment has come, and those that not everybody was told of."""
        coming = sa.and_(follow_ups.c.state == Publication.SCHEDULED.value, follow_ups.c.publish_at <= now)
        statement = (
            sa.select(follow_ups)
            .where(sa.or_(coming, follow_ups.c.state == Publication.PUBLISHED.value))
            .order_by(follow_ups.c.published_at, follow_ups.c.id)
        )
        return [follow_up_of(row) for row in await self._connection.execute(statement)]

    async def cursor(self, follow_up: FollowUpId) -> str | None:
        """Up to whom it was told; None when everybody was."""
        statement = sa.select(follow_ups.c.cursor).where(
            follow_ups.c.id == follow_up, follow_ups.c.state == Publication.PUBLISHED.value
        )
        found: str | None = (await self._connection.execute(statement)).scalar_one_or_none()
        return found

    async def told_up_to(self, follow_up: FollowUpId, cursor: str, *, everybody: bool) -> None:
        state = Publication.TOLD if everybody else Publication.PUBLISHED
        await self._connection.execute(
            sa.update(follow_ups).where(follow_ups.c.id == follow_up).values(cursor=cursor, state=state.value)
        )

    # ── whom it concerns ─────────────────────────────────────────────────────────────────────────────────────────────

    async def people(self, consultation: ConsultationId, topic: str, named: Collection[ContributionId] = ()) -> int:
        """How many people asked for it, each counted once. Answers from paper are no people."""
        those = asked(about(topic) if topic else among(contributions.c.id, "named"))
        statement = sa.select(sa.func.count()).select_from(dialogues)
        statement = statement.where(dialogues.c.consultation_id == consultation, those)
        found = await self._connection.execute(statement, {} if topic else {"named": list(named)})
        return found.scalar_one()

    async def page(self, consultation: ConsultationId, *, after: str, limit: int) -> tuple[str, int]:
        """The next people who take part, in the order of their ids, from `after` on: (the last of them, how many)."""
        given = {"consultation": consultation, "after": after, "limit": limit}
        row = (await self._connection.execute(page_of(), given)).one()
        return row.last or after, row.people

    async def owe(self, follow_up: FollowUp, pushes: Pushes, *, after: str, up_to: str) -> int:
        """Owes those who asked the message, each once, in the first words where nobody's language is theirs; whoever
        stopped, is out of reach or did not want to know has a row that says so. Returns how many are to be told."""
        statement = owing(self._connection.dialect.name, len(pushes.words), by_topic=bool(follow_up.topic))
        given = {**values_of(pushes), **subject_of(follow_up), "after": after, "up_to": up_to}
        return (await self._connection.execute(statement, given)).scalars().all().count(State.PLANNED.value)


def follow_up_of(row: Any) -> FollowUp:
    return FollowUp(
        id=FollowUpId(row.id),
        consultation=ConsultationId(row.consultation_id),
        topic=row.topic,
        progress=Progress(row.progress),
        text=row.text,
        service=row.service,
        on=row.decided_on,
        author=row.author,
        made_at=row.made_at,
        publication=Publication(row.state),
        publish_at=row.publish_at,
        published_at=row.published_at,
        people=row.people,
    )

"""Follow-ups, whom each of them concerns, and how far the telling has come."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.contributions import ContributionState
from core.model.dialogues import Stage
from core.model.follow_ups import ANSWERS, FollowUp, Progress
from core.model.ids import AccountId, AddressId, CitizenId, ConsultationId, ContributionId, FollowUpId
from core.model.people import Purpose
from core.model.publications import Publication
from core.storage.effective import about
from core.storage.schema import (
    addresses,
    citizens,
    consents,
    contributions,
    dialogues,
    follow_up_contributions,
    follow_ups,
)
from core.storage.sql import chunks, put


@dataclass(frozen=True, slots=True)
class Concerned:
    """Somebody who asked. `stopped`, `unreachable`, `wants`: what decides whether they are told."""

    citizen: CitizenId
    address: AddressId
    account: AccountId
    language: str
    stopped: bool
    unreachable: bool
    wants: bool


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
        people: int = 0,
    ) -> bool:
        """False when somebody else moved it meanwhile."""
        statement = (
            sa.update(follow_ups)
            .where(follow_ups.c.id == follow_up.id, follow_ups.c.state == follow_up.publication.value)
            .values(state=to.value, publish_at=publish_at, published_at=published_at, people=people)
        )
        return (await self._connection.execute(statement)).rowcount == 1

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
        found = 0
        for some in [()] if topic else chunks(named):
            statement = sa.select(sa.func.count()).select_from(dialogues)
            asked = _asked(about(topic) if topic else contributions.c.id.in_(list(some)))
            statement = statement.where(dialogues.c.consultation_id == consultation, asked)
            found += (await self._connection.execute(statement)).scalar_one()
        return found

    async def concerned(self, follow_up: FollowUp, *, after: str, limit: int) -> list[Concerned]:
        """A page of those who asked, in the order of their ids, from `after` on."""
        given = {"consultation": follow_up.consultation, "after": after, "limit": limit}
        given |= {"topic": follow_up.topic} if follow_up.topic else {"follow_up": follow_up.id}
        rows = await self._connection.execute(_page(bool(follow_up.topic)), given)
        return [_concerned(row) for row in rows]


@cache
def _page(by_topic: bool) -> sa.Select[Any]:
    """Parameters: topic or else follow_up, consultation, after, limit."""
    own = sa.select(follow_up_contributions.c.contribution_id).where(
        follow_up_contributions.c.follow_up_id == sa.bindparam("follow_up")
    )
    wants = sa.exists().where(
        consents.c.citizen_id == dialogues.c.citizen_id,
        consents.c.consultation_id == dialogues.c.consultation_id,
        consents.c.purpose == Purpose.RESULTS.value,
        consents.c.revoked_at.is_(None),
    )
    return (
        sa.select(
            dialogues.c.citizen_id,
            dialogues.c.address_id,
            dialogues.c.stage,
            addresses.c.account_id,
            addresses.c.unreachable,
            citizens.c.language,
            citizens.c.stopped_at,
            wants.label("wants"),
        )
        .join(citizens, citizens.c.id == dialogues.c.citizen_id)
        .join(addresses, addresses.c.id == dialogues.c.address_id)
        .where(
            _plain(dialogues.c.consultation_id) == sa.bindparam("consultation"),
            dialogues.c.citizen_id > sa.bindparam("after"),
            _asked(about(sa.bindparam("topic", type_=sa.String)) if by_topic else contributions.c.id.in_(own)),
        )
        .order_by(dialogues.c.citizen_id)
        .limit(sa.bindparam("limit"))
    )


def _asked(which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Has the person of this dialogue such a contribution? Whoever was hidden by staff asked all the same, and is owed
    the answer."""
    return sa.exists().where(
        contributions.c.dialogue_id == dialogues.c.id,
        _plain(contributions.c.state).in_([ContributionState.READ.value, ContributionState.HIDDEN.value]),
        contributions.c.redirect.is_(None),
        which,
    )


def _plain(column: sa.Column[str]) -> sa.ColumnElement[str]:
    """The column's value, hidden from indexes: SQLite would take the one on a state, which nearly every row has, for
    the one on the person, and read the whole table for each of them."""
    return sa.func.coalesce(column, "")


def _concerned(row: Any) -> Concerned:
    return Concerned(
        citizen=CitizenId(row.citizen_id),
        address=AddressId(row.address_id),
        account=AccountId(row.account_id),
        language=row.language,
        stopped=row.stopped_at is not None or row.stage == Stage.STOPPED.value,
        unreachable=row.unreachable,
        wants=bool(row.wants),
    )


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

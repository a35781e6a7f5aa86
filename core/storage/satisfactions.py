"""Whether official answers answer those who were told: whom to ask, what they said, and why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.contributions import ContributionState
from core.model.deliveries import State
from core.model.follow_ups import FOLLOW_UP_STEP, FollowUp
from core.model.ids import AccountId, AddressId, CitizenId, ConsultationId, ContributionId, FollowUpId
from core.model.publications import Publication
from core.model.satisfaction import Satisfied
from core.storage.follow_ups import follow_up_of
from core.storage.schema import contributions, deliveries, follow_ups, satisfactions
from core.storage.sql import chunks, put


@dataclass(frozen=True, slots=True)
class WasTold:
    """Somebody whom the answer reached, and when."""

    citizen: CitizenId
    address: AddressId
    account: AccountId
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What one person said of one answer. `why`: the contribution that holds their words."""

    follow_up: FollowUpId
    topic: str
    value: Satisfied
    at: datetime
    why: ContributionId | None


@dataclass(frozen=True, slots=True)
class Why:
    """Masked words about the answer to a topic."""

    topic: str
    value: Satisfied
    text: str


class Satisfactions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def to_ask(self) -> list[FollowUp]:
        """The follow-ups that everybody was told of, and not everybody was asked about."""
        statement = (
            sa.select(follow_ups)
            .where(follow_ups.c.state == Publication.TOLD.value, follow_ups.c.asked_up_to.is_not(None))
            .order_by(follow_ups.c.published_at, follow_ups.c.id)
        )
        return [follow_up_of(row) for row in await self._connection.execute(statement)]

    async def asked_up_to(self, follow_up: FollowUpId) -> str | None:
        """Up to whom they were asked; None when everybody was."""
        statement = sa.select(follow_ups.c.asked_up_to).where(follow_ups.c.id == follow_up)
        found: str | None = (await self._connection.execute(statement)).scalar_one_or_none()
        return found

    async def set_asked(self, follow_up: FollowUpId, up_to: str | None) -> None:
        await self._connection.execute(
            sa.update(follow_ups).where(follow_ups.c.id == follow_up).values(asked_up_to=up_to)
        )

    async def told(self, consultation: ConsultationId, prefix: str, *, after: str, limit: int) -> list[WasTold]:
        """A page of those whom the deliveries with keys of this `prefix` reached, in the order of their ids."""
        statement = (
            sa.select(deliveries)
            .where(
                deliveries.c.consultation_id == consultation,
                deliveries.c.step == FOLLOW_UP_STEP,
                deliveries.c.citizen_id > after,
                deliveries.c.key == sa.literal(prefix) + deliveries.c.citizen_id,
                deliveries.c.state == State.SENT.value,
            )
            .order_by(deliveries.c.citizen_id)
            .limit(limit)
        )
        return [
            WasTold(
                citizen=CitizenId(row.citizen_id),
                address=AddressId(row.address_id),
                account=AccountId(row.account_id),
                language=row.language,
                at=row.sent_at,
            )
            for row in await self._connection.execute(statement)
        ]

    # ── what they said ───────────────────────────────────────────────────────────────────────────────────────────────

    async def was_asked(self, key: str) -> bool:
        """Is there a question of this key? Whoever presses a button without one forged it."""
        statement = sa.select(deliveries.c.id).where(deliveries.c.key == key)
        return (await self._connection.execute(statement)).first() is not None

    async def put(self, follow_up: FollowUpId, citizen: CitizenId, value: Satisfied, now: datetime) -> None:
        """The last word counts; the why that came with an earlier one stays."""
        row = {"follow_up_id": follow_up, "citizen_id": citizen, "value": value.value, "answered_at": now}
        await put(
            self._connection,
            satisfactions,
            [row],
            unique=("follow_up_id", "citizen_id"),
            replacing=("value", "answered_at"),
        )

    async def set_why(self, follow_up: FollowUpId, citizen: CitizenId, why: ContributionId) -> None:
        await self._connection.execute(
            sa.update(satisfactions)
            .where(satisfactions.c.follow_up_id == follow_up, satisfactions.c.citizen_id == citizen)
            .values(contribution_id=why)
        )

    async def of_citizen(self, citizen: CitizenId, consultation: ConsultationId) -> list[Said]:
        statement = (
            sa.select(satisfactions, follow_ups.c.topic)
            .join(follow_ups, follow_ups.c.id == satisfactions.c.follow_up_id)
            .where(satisfactions.c.citizen_id == citizen, follow_ups.c.consultation_id == consultation)
            .order_by(satisfactions.c.answered_at)
        )
        return [
            Said(
                FollowUpId(row.follow_up_id),
                row.topic,
                Satisfied(row.value),
                row.answered_at,
                ContributionId(row.contribution_id) if row.contribution_id else None,
            )
            for row in await self._connection.execute(statement)
        ]

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def counts(self, consultation: ConsultationId) -> dict[tuple[str, Satisfied], int]:
        """By topic ("": some contributions) and word, how many people."""
        statement = (
            sa.select(follow_ups.c.topic, satisfactions.c.value, sa.func.count().label("n"))
            .join(follow_ups, follow_ups.c.id == satisfactions.c.follow_up_id)
            .where(follow_ups.c.consultation_id == consultation)
            .group_by(follow_ups.c.topic, satisfactions.c.value)
        )
        rows = await self._connection.execute(statement)
        return {(row.topic, Satisfied(row.value)): row.n for row in rows}

    async def said_since(self, consultation: ConsultationId, since: datetime) -> int:
        """How many people said something, or something else, since then."""
        statement = (
            sa.select(sa.func.count())
            .select_from(satisfactions)
            .join(follow_ups, follow_ups.c.id == satisfactions.c.follow_up_id)
            .where(follow_ups.c.consultation_id == consultation, satisfactions.c.answered_at >= since)
        )
        return (await self._connection.execute(statement)).scalar_one()

    async def whys(self, consultation: ConsultationId, limit: int) -> list[Why]:
        """The newest words that were masked."""
        statement = (
            sa.select(follow_ups.c.topic, satisfactions.c.value, contributions.c.text)
            .join(follow_ups, follow_ups.c.id == satisfactions.c.follow_up_id)
            .join(contributions, contributions.c.id == satisfactions.c.contribution_id)
            .where(
                follow_ups.c.consultation_id == consultation,
                contributions.c.state == ContributionState.HIDDEN.value,
                contributions.c.hidden_for.is_(None),
                contributions.c.text.is_not(None),
            )
            .order_by(satisfactions.c.answered_at.desc())
            .limit(limit)
        )
        rows = await self._connection.execute(statement)
        return [Why(row.topic, Satisfied(row.value), row.text) for row in rows]

    async def said_by(self, citizens: Collection[CitizenId]) -> dict[tuple[FollowUpId, CitizenId], Satisfied]:
        found: dict[tuple[FollowUpId, CitizenId], Satisfied] = {}
        for some in chunks(citizens):
            statement = sa.select(satisfactions).where(satisfactions.c.citizen_id.in_(some))
            for row in await self._connection.execute(statement):
                found[FollowUpId(row.follow_up_id), CitizenId(row.citizen_id)] = Satisfied(row.value)
        return found

    async def forget(self, consultation: ConsultationId) -> int:
        """What was said of the answers of a consultation whose time is over."""
        own = sa.select(follow_ups.c.id).where(follow_ups.c.consultation_id == consultation)
        statement = sa.delete(satisfactions).where(satisfactions.c.follow_up_id.in_(own))
        return (await self._connection.execute(statement)).rowcount

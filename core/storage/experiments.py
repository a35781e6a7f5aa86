"""The frozen audience of a step, and what became of it: who finished in time, who left."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.deliveries import Lane, State
from core.model.experiments import Group, Place
from core.model.ids import CitizenId, ConsultationId
from core.storage.schema import audience, citizens, deliveries, dialogues
from core.storage.sql import among, chunks, put
from core.storage.types import Instant

LEFT_WITHIN = timedelta(days=2)
"""A STOP so soon after a message counts as an answer to it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """People of one group and source. `waiting`: whose time is not over. `hours`: from the planned moment, of each
    who finished in time."""

    group: Group
    source: str
    people: int
    waiting: int
    hours: tuple[float, ...]


class Experiments:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def frozen(self, consultation: ConsultationId, step: str) -> bool:
        statement = sa.select(audience.c.citizen_id).where(_of(consultation, step)).limit(1)
        return (await self._connection.execute(statement)).first() is not None

    async def freeze(self, consultation: ConsultationId, step: str, places: Sequence[Place]) -> int:
        """Whoever has a place keeps it. Returns how many are new."""
        rows = [
            {
                "consultation_id": consultation,
                "step": step,
                "citizen_id": each.citizen,
                "part": each.group.value,
                "source": each.source,
                "begins_at": each.begins_at,
                "due_at": each.due_at,
                "reads_at": each.reads_at,
            }
            for each in places
        ]
        return await put(self._connection, audience, rows, unique=("consultation_id", "step", "citizen_id"))

    async def places(
        self, consultation: ConsultationId, step: str, ids: Collection[CitizenId]
    ) -> dict[CitizenId, Place]:
        found: dict[CitizenId, Place] = {}
        for some in chunks(ids):
            asked = {"consultation": consultation, "of": step, "citizens": some}
            for row in await self._connection.execute(_places(), asked):
                citizen = CitizenId(row.citizen_id)
                found[citizen] = Place(citizen, Group(row.part), row.source, row.begins_at, row.due_at, row.reads_at)
        return found

    async def thaw(self, consultation: ConsultationId) -> None:
        """A new revision: a draw of which nobody was sent anything yet is forgotten, and made again."""
        begun = sa.exists().where(
            deliveries.c.consultation_id == consultation,
            deliveries.c.step == audience.c.step,
            deliveries.c.state.not_in([State.PLANNED.value, State.SKIPPED.value, State.CANCELLED.value]),
        )
        await self._connection.execute(sa.delete(audience).where(audience.c.consultation_id == consultation, ~begun))

    async def charged(
        self, ids: Collection[CitizenId], since: datetime, now: datetime, *, consultation: ConsultationId, step: str
    ) -> dict[CitizenId, int]:
        """By citizen, the other steps that they would have got since then, had the draw put them in the first group.

        They count against the cap as if they had been sent: otherwise those who wait would get more of everything
        else, and the comparison would be of that.
        """
        counts: dict[CitizenId, int] = {}
        asked = {"since": since, "now": now, "consultation": consultation, "of": step}
        for some in chunks(ids):
            for row in await self._connection.execute(_charged(), asked | {"citizens": some}):
                counts[CitizenId(row.citizen_id)] = row.n
        return counts

    async def without(self, consultation: ConsultationId) -> dict[tuple[str, Group], int]:
        """By step and group, how many of those written down for a step have no message in it: not yet, or never. In
        `APART` only those whom the step is not for."""
        owed = sa.exists().where(
            deliveries.c.citizen_id == audience.c.citizen_id,
            deliveries.c.consultation_id == audience.c.consultation_id,
            deliveries.c.step == audience.c.step,
        )
        statement = (
            sa.select(audience.c.step, audience.c.part, sa.func.count().label("n"))
            .where(
                audience.c.consultation_id == consultation,
                sa.or_(audience.c.due_at.is_(None), audience.c.part == Group.LATER.value),
                ~owed,
            )
            .group_by(audience.c.step, audience.c.part)
        )
        return {(row.step, Group(row.part)): row.n for row in await self._connection.execute(statement)}

    async def outcomes(self, consultation: ConsultationId, step: str, now: datetime) -> tuple[list[Outcome], datetime]:
        """(by group and source what became of them, when the last one's time is over). `apart` is in none of them."""
        own = sa.and_(_of(consultation, step), audience.c.part != Group.APART.value)
        people = (
            sa.select(
                audience.c.part,
                audience.c.source,
                sa.func.count().label("n"),
                sa.func.count(sa.case((audience.c.reads_at > now, 1))).label("waiting"),
                sa.func.max(audience.c.reads_at).label("reads_at"),
            )
            .where(own)
            .group_by(audience.c.part, audience.c.source)
        )
        rows = (await self._connection.execute(people)).all()
        hours = await self._hours(own)
        found = [
            Outcome(Group(row.part), row.source, row.n, row.waiting, tuple(hours.get((row.part, row.source), ())))
            for row in rows
        ]
        return found, max((row.reads_at for row in rows), default=now)

    async def _hours(self, own: sa.ColumnElement[bool]) -> dict[tuple[str, str], list[float]]:
        statement = (
            sa.select(audience.c.part, audience.c.source, audience.c.begins_at, dialogues.c.finished_at)
            .join(
                dialogues,
                sa.and_(
                    dialogues.c.citizen_id == audience.c.citizen_id,
                    dialogues.c.consultation_id == audience.c.consultation_id,
                ),
            )
            .where(own, dialogues.c.finished_at.is_not(None), dialogues.c.finished_at < audience.c.reads_at)
        )
        found: dict[tuple[str, str], list[float]] = {}
        for row in await self._connection.execute(statement):
            passed = (row.finished_at - row.begins_at).total_seconds() / 3600
            found.setdefault((row.part, row.source), []).append(max(0.0, passed))
        return found

    async def matured(self, consultation: ConsultationId, step: str, now: datetime) -> list[Outcome]:
        """As `outcomes`, of those whose time is over and of nobody else."""
        own = sa.and_(_of(consultation, step), audience.c.reads_at <= now, audience.c.part != Group.APART.value)
        people = sa.select(audience.c.part, audience.c.source, sa.func.count().label("n")).where(own)
        rows = (await self._connection.execute(people.group_by(audience.c.part, audience.c.source))).all()
        hours = await self._hours(own)
        return [
            Outcome(Group(row.part), row.source, row.n, 0, tuple(hours.get((row.part, row.source), ()))) for row in rows
        ]

    async def left(self, consultation: ConsultationId, step: str, *, enough: Callable[[int], int]) -> tuple[int, int]:
        """(messages of a step that were sent, people who said STOP within two days of theirs). No more of the first are
        counted than one beyond `enough` of the second: to count all of them at each look is what a large sending would
        mostly do."""
        asked = {"consultation": consultation, "of": step}
        rows = await self._connection.execute(_stops(), asked)
        stopped = sum(row.sent_at is not None and row.stopped_at - row.sent_at <= LEFT_WITHIN for row in rows)
        most = {"most": enough(stopped) + 1}
        sent: int = (await self._connection.execute(_sent(), asked | most)).scalar_one()
        return sent, stopped


def kept_out(
    citizen: sa.ColumnElement[str], consultation: ConsultationId, step: str, soon: datetime | None
) -> sa.ColumnElement[bool]:
    """By the draw, or because the step is not for them, this person does not get it; `soon`: nor before then."""
    not_now: sa.ColumnElement[bool] = audience.c.due_at.is_(None)
    if soon is not None:
        not_now = sa.or_(not_now, audience.c.due_at > soon)
    return sa.exists().where(_of(consultation, step), audience.c.citizen_id == citizen, not_now)


def _of(consultation: ConsultationId, step: str) -> sa.ColumnElement[bool]:
    return sa.and_(audience.c.consultation_id == consultation, audience.c.step == step)


# ── what is asked of every push that is about to leave: statements made once ─────────────────────────────────────────


@cache
def _places() -> sa.Select[Any]:
    return sa.select(audience).where(_given(audience), among(audience.c.citizen_id, "citizens"))


@cache
def _charged() -> sa.Select[Any]:
    sent = sa.exists().where(
        deliveries.c.citizen_id == audience.c.citizen_id,
        deliveries.c.consultation_id == audience.c.consultation_id,
        deliveries.c.step == audience.c.step,
        deliveries.c.sent_at.is_not(None),
    )
    return (
        sa.select(audience.c.citizen_id, sa.func.count().label("n"))
        .where(
            among(audience.c.citizen_id, "citizens"),
            audience.c.begins_at >= sa.bindparam("since", type_=Instant()),
            audience.c.begins_at <= sa.bindparam("now", type_=Instant()),
            audience.c.part.in_([Group.LATER.value, Group.NEVER.value]),
            ~_given(audience),
            ~sent,
        )
        .group_by(audience.c.citizen_id)
    )


@cache
def _sent() -> sa.Select[Any]:
    counted = sa.select(sa.literal(1)).select_from(deliveries).where(_went_out())
    return sa.select(sa.func.count()).select_from(counted.limit(sa.bindparam("most", type_=sa.Integer())).subquery())


@cache
def _stops() -> sa.Select[Any]:
    """From the few who stopped to what they got, and not the other way round."""
    own = sa.and_(deliveries.c.citizen_id == citizens.c.id, deliveries.c.sent_at <= citizens.c.stopped_at)
    last = sa.select(sa.func.max(deliveries.c.sent_at)).where(_went_out(), own).correlate(citizens).scalar_subquery()
    return sa.select(citizens.c.stopped_at, last.label("sent_at")).where(citizens.c.stopped_at.is_not(None))


def _went_out() -> sa.ColumnElement[bool]:
    return sa.and_(_given(deliveries), deliveries.c.lane == Lane.PUSH.value, deliveries.c.state == State.SENT.value)


def _given(table: sa.Table) -> sa.ColumnElement[bool]:
    own = table.c.consultation_id == sa.bindparam("consultation")
    return sa.and_(own, table.c.step == sa.bindparam("of"))

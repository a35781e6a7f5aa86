"""Those whom a step is not for: counted beforehand, and written down by the database, many at a time.

outside its segment ─▶ a moment for all, and the audience is frozen ─▶ a place that says so
                   └▶ a moment of their own ─▶ near (known by zone) ─▶ a place that says so, else: not yet
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.audience import Segment
from core.model.consultations import Anchor
from core.model.dialogues import Stage
from core.model.experiments import Group
from core.model.ids import CitizenId, ConsultationId, PartnerId
from core.storage.dialogues import nothing_planned
from core.storage.people import may_be_prompted
from core.storage.schema import addresses, audience, citizens, dialogues
from core.storage.segments import inside
from core.storage.sql import inserting
from core.storage.types import Instant


@dataclass(frozen=True, slots=True)
class Outside:
    """The people that a step is kept from by `segment`, and by nothing else. `stages`: of the dialogues it makes sense
    in; none: it is a first prompt, to those who have no dialogue yet. `finished`, `answer`: as `Dialogues.unplanned`
    has them."""

    partner: PartnerId
    consultation: ConsultationId
    step: str
    segment: Segment
    stages: Collection[Stage] = ()
    finished: bool = False
    answer: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """Of a step with a moment for each person: those who count from `latest` or before, by zone, counted `since`."""

    since: Anchor
    latest: Mapping[str, datetime]


class Outsiders:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def zones(self, partner: PartnerId) -> list[str]:
        """Every zone that somebody lives in."""
        statement = sa.select(citizens.c.zone).where(citizens.c.partner_id == partner).distinct()
        return list((await self._connection.execute(statement)).scalars())

    async def page(self, outside: Outside, *, after: str, limit: int) -> tuple[list[CitizenId], str]:
        """(those who have no place yet, where the page after it begins)"""
        people, own = _people(outside, None, after)
        rows = (await self._connection.execute(people.order_by(own).limit(limit))).all()
        return [CitizenId(row.citizen_id) for row in rows], rows[-1].own if rows else after

    async def span(self, outside: Outside, near: Near | None, *, after: str, limit: int) -> tuple[str, str] | None:
        """(the next one who is to have a place, the last of as many people from there on, whoever they are)"""
        people, own = _people(outside, near, after)
        first: str | None = (await self._connection.execute(people.order_by(own).limit(1))).scalar()
        if first is None:
            return None
        some = sa.select(own).where(own >= first).order_by(own).limit(limit)
        if outside.stages:
            some = some.where(dialogues.c.consultation_id == outside.consultation)
        last = (await self._connection.execute(sa.select(sa.func.max(some.subquery().c.id)))).scalar_one()
        return first, last

    async def place(self, outside: Outside, near: Near | None, span: tuple[str, str], at: datetime) -> int:
        """Writes down that the step is not for those of the `span`. Returns how many are new."""
        people, own = _people(outside, near)
        people = people.where(own >= span[0], own <= span[1])
        moment = sa.literal(at, Instant())
        place: dict[str, sa.ColumnElement[Any]] = {
            "consultation_id": sa.literal(outside.consultation),
            "step": sa.literal(outside.step),
            "citizen_id": people.selected_columns.citizen_id,
            "part": sa.literal(Group.APART.value),
            "source": people.selected_columns.source,
            "begins_at": moment,
            "due_at": sa.null(),
            "reads_at": moment,
        }
        unique = ("consultation_id", "step", "citizen_id")
        statement = inserting(audience, self._connection.dialect.name, unique)
        placed = statement.from_select(list(place), people.with_only_columns(*place.values()))
        return (await self._connection.execute(placed)).rowcount


def _people(outside: Outside, near: Near | None, after: str = "") -> tuple[sa.Select[Any], sa.Column[str]]:
    """(own, citizen_id, source) of each, and the column whose order their pages have."""
    source: sa.ColumnElement[str]
    if not outside.stages:
        own, person, source = citizens.c.id, citizens.c.id, sa.literal("")
        joined = citizens.join(addresses, addresses.c.citizen_id == citizens.c.id)
        wanted = may_be_prompted(outside.partner, outside.consultation, outside.step)
    else:
        own, person, source = dialogues.c.id, dialogues.c.citizen_id, dialogues.c.source
        joined = dialogues.join(citizens, citizens.c.id == dialogues.c.citizen_id)
        wanted = nothing_planned(
            outside.consultation, outside.step, outside.stages, finished=outside.finished, answer=outside.answer
        )
        wanted += [_comes_near(near)] if near else []
    wanted.append(~inside(person, outside.consultation, outside.step, outside.segment))
    if after:
        wanted.append(own > after)
    some = sa.select(own.label("own"), person.label("citizen_id"), source.label("source"))
    return some.select_from(joined).where(*wanted), own


def _comes_near(near: Near) -> sa.ColumnElement[bool]:
    arrival = sa.func.coalesce(dialogues.c.agreed_at, dialogues.c.started_at)
    counted = sa.func.coalesce(dialogues.c.last_at, arrival) if near.since is Anchor.ANSWER else arrival
    return sa.or_(
        sa.false(),
        *(
            sa.and_(citizens.c.zone == zone, counted <= sa.literal(latest, Instant()))
            for zone, latest in near.latest.items()
        ),
    )

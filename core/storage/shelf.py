"""What staff look up: contributions and deliveries, by what is known of them. Read only, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.contributions import Contribution, ContributionState, Hidden
from core.model.deliveries import Lane, Reason, State
from core.model.ids import CitizenId, ConsultationId, ContributionId
from core.model.satisfaction import WHY_ANSWER
from core.storage.contributions import Contributions
from core.storage.effective import about, corrected, sorted_somewhere
from core.storage.schema import FOUND_BY, contributions, deliveries

UNSORTED = "-"
"""In the place of a topic: those that have none."""
CORRECTED = "~"
"""In the place of a topic: those whose author or staff said what they are about."""


class Status(StrEnum):
    """Where a contribution stands, as staff think of it. One may stand in several places: read, flagged and quotable.

    `waiting`: not masked yet. `unread`: nobody of staff has said whether it may be quoted. `urgent`: answered at once,
    in no figure, opened from its alert. `hidden`: by staff, who can show it again.
    """

    WAITING = "waiting"
    READ = "read"
    UNREAD = "unread"
    QUOTABLE = "quotable"
    NEVER = "never"
    FLAGGED = "flagged"
    HIDDEN = "hidden"
    UNTAGGABLE = "untaggable"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which contributions: "" and None mean any. `since`, `until`: received from, and before, these moments.

    `topic`: a topic's id, `UNSORTED` or `CORRECTED`. `words`: beginnings, as `core.model.words.asked_for` makes them,
    that must all occur; a text that nobody may read is found by none.
    """

    question: str = ""
    source: str | None = None
    channel: str = ""
    language: str = ""
    status: Status | None = None
    since: datetime | None = None
    until: datetime | None = None
    topic: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A contribution with what staff said of quoting it: new, reviewed or never; and why they hid it, if they did."""

    contribution: Contribution
    review: str
    hidden_for: Hidden | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from among a consultation's contributions."""

    sources: tuple[str, ...]
    channels: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Owed:
    """A delivery without its words and its address. `citizen`: their random id, "" for a message to staff."""

    seq: int
    citizen: str
    step: str
    lane: Lane
    state: State
    reason: Reason | None
    planned_at: datetime
    due_at: datetime
    sent_at: datetime | None
    attempts: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many deliveries of a step ("" for what belongs to none) and lane stand like this."""

    step: str
    lane: Lane
    state: State
    reason: Reason | None
    n: int


class Shelf:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # ── contributions ────────────────────────────────────────────────────────────────────────────────────────────────

    async def contributions(
        self, consultation: ConsultationId, wanted: Wanted, *, after: ContributionId | None, limit: int
    ) -> list[Kept]:
        """The newest first, those that come behind `after`."""
        statement = sa.select(contributions).where(*self._conditions(consultation, wanted))
        if after is not None:
            statement = statement.where(_behind(after))
        statement = statement.order_by(contributions.c.received_at.desc(), contributions.c.id.desc()).limit(limit)
        rows = list(await self._connection.execute(statement))
        found = await Contributions(self._connection).with_tags(rows)
        return [
            Kept(contribution, row.review, Hidden(row.hidden_for) if row.hidden_for else None)
            for contribution, row in zip(found, rows, strict=True)
        ]

    async def count(self, consultation: ConsultationId, wanted: Wanted) -> int:
        statement = sa.select(sa.func.count()).where(*self._conditions(consultation, wanted))
        return (await self._connection.execute(statement)).scalar_one()

    async def choices(self, consultation: ConsultationId) -> Choices:
        columns = (contributions.c.source, contributions.c.channel, contributions.c.language)
        found = [
            sorted(
                row[0]
                for row in await self._connection.execute(
                    sa.select(column).where(contributions.c.consultation_id == consultation).distinct()
                )
            )
            for column in columns
        ]
        return Choices(*(tuple(each) for each in found))

    def _conditions(self, consultation: ConsultationId, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
        found = _conditions(consultation, wanted)
        if wanted.words:
            found += [contributions.c.state == ContributionState.READ.value, *self._holds(wanted.words)]
        return found

    def _holds(self, beginnings: Sequence[str]) -> list[sa.ColumnElement[bool]]:
        """Words that begin like this occur. They are letters and digits alone: nothing in them means more than itself.
        PostgreSQL has an index for it; SQLite reads the words through, newest first."""
        if self._connection.dialect.name == "postgresql":
            asked = " & ".join(f"'{each}':*" for each in beginnings)
            return [FOUND_BY.op("@@")(sa.cast(sa.cast(asked, sa.Text), TSQUERY))]
        return [sa.func.instr(" " + contributions.c.words, f" {each}") > 0 for each in beginnings]

    # ── deliveries ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def tallies(self, consultation: ConsultationId) -> list[Tally]:
        columns = (deliveries.c.step, deliveries.c.lane, deliveries.c.state, deliveries.c.reason)
        statement = (
            sa.select(*columns, sa.func.count().label("n"))
            .where(deliveries.c.consultation_id == consultation)
            .group_by(*columns)
        )
        return [
            Tally(row.step or "", Lane(row.lane), State(row.state), Reason(row.reason) if row.reason else None, row.n)
            for row in await self._connection.execute(statement)
        ]

    async def deliveries(
        self,
        consultation: ConsultationId,
        *,
        step: str = "",
        lanes: Sequence[Lane] = (),
        states: Sequence[State] = (),
        reason: Reason | None = None,
        before: int | None = None,
        limit: int,
    ) -> list[Owed]:
        """The newest first, those with a number smaller than `before`."""
        statement = sa.select(deliveries).where(deliveries.c.consultation_id == consultation)
        if step:
            statement = statement.where(deliveries.c.step == step)
        if lanes:
            statement = statement.where(deliveries.c.lane.in_([lane.value for lane in lanes]))
        if states:
            statement = statement.where(deliveries.c.state.in_([state.value for state in states]))
        if reason is not None:
            statement = statement.where(deliveries.c.reason == reason.value)
        if before is not None:
            statement = statement.where(deliveries.c.seq < before)
        statement = statement.order_by(deliveries.c.seq.desc()).limit(limit)
        return [_owed(row) for row in await self._connection.execute(statement)]


def _behind(after: ContributionId) -> sa.ColumnElement[bool]:
    """What comes later than this contribution in the order of the list: older, or as old with a smaller id."""
    at = sa.select(contributions.c.received_at).where(contributions.c.id == after).scalar_subquery()
    return sa.tuple_(contributions.c.received_at, contributions.c.id) < sa.tuple_(at, sa.literal(after))


def _conditions(consultation: ConsultationId, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [contributions.c.consultation_id == consultation]
    for column, value in (
        (contributions.c.question_id, wanted.question),
        (contributions.c.channel, wanted.channel),
        (contributions.c.language, wanted.language),
    ):
        if value:
            found.append(column == value)
    if wanted.source is not None:
        found.append(contributions.c.source == wanted.source)
    if wanted.since is not None:
        found.append(contributions.c.received_at >= wanted.since)
    if wanted.until is not None:
        found.append(contributions.c.received_at < wanted.until)
    if wanted.status is not None:
        found.append(_stands(wanted.status))
    if wanted.topic == UNSORTED:
        found += [contributions.c.text.is_not(None), ~sorted_somewhere()]
    elif wanted.topic:
        found.append(corrected() if wanted.topic == CORRECTED else about(wanted.topic))
    return found


def _stands(status: Status) -> sa.ColumnElement[bool]:
    state, review = contributions.c.state, contributions.c.review
    ours = contributions.c.redirect.is_(None)
    read = sa.and_(ours, state == ContributionState.READ.value)
    match status:
        case Status.WAITING:
            return sa.and_(ours, state.in_([ContributionState.OPEN.value, ContributionState.RECEIVED.value]))
        case Status.READ:
            return read
        case Status.UNREAD:
            return sa.and_(read, review == "new")
        case Status.QUOTABLE:
            return sa.and_(read, review == "reviewed")
        case Status.NEVER:
            return sa.and_(read, review == "never")
        case Status.FLAGGED:
            return sa.and_(ours, sa.cast(contributions.c.flags, sa.Text) != "[]")
        case Status.HIDDEN:
            return sa.and_(ours, state == ContributionState.HIDDEN.value)
        case Status.UNTAGGABLE:
            return sa.and_(ours, state == ContributionState.UNTAGGABLE.value)
        case Status.URGENT:
            return sa.and_(contributions.c.redirect.is_not(None), contributions.c.redirect != WHY_ANSWER)


def _owed(row: Any) -> Owed:
    return Owed(
        seq=row.seq,
        citizen=CitizenId(row.citizen_id) if row.citizen_id else "",
        step=row.step or "",
        lane=Lane(row.lane),
        state=State(row.state),
        reason=Reason(row.reason) if row.reason else None,
        planned_at=row.planned_at,
        due_at=row.due_at,
        sent_at=row.sent_at,
        attempts=row.attempts,
    )

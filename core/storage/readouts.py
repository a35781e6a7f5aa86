"""Figures, each counted in one place. What a figure means is said in `core/rules/readout.py`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.charges import Heap
from core.model.contributions import By, ContributionState
from core.model.deliveries import Lane, State
from core.model.ids import ConsultationId, ContributionId
from core.model.quality import Scored
from core.storage.schema import answers, citizens, contributions, deliveries, dialogues, tags
from core.storage.sql import chunks

READABLE = (ContributionState.READ.value, ContributionState.UNTAGGABLE.value, ContributionState.RECEIVED.value)


@dataclass(frozen=True, slots=True)
class Funnel:
    """People (dialogues): arrived → agreed → gave an answer → finished with at least one."""

    arrived: int
    agreed: int
    answered: int
    finished: int


@dataclass(frozen=True, slots=True)
class Nudged:
    """People one step was sent to, and what they did afterwards. `first`, `last`: when it was sent."""

    sent: int
    finished_after: int
    stopped_after: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Quotable:
    """The masked text of a contribution. `reviewed`: a person said that it may be quoted."""

    id: ContributionId
    text: str
    reviewed: bool


@dataclass(frozen=True, slots=True)
class Spoken:
    """Contributions by topic, in all and lately; how many there are, in all and lately; how many are "à classer"."""

    topics: Mapping[str, int]
    topics_lately: Mapping[str, int]
    contributions: int
    lately: int
    unsorted: int


class Readouts:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def funnel(self, consultation: ConsultationId, since: datetime | None = None) -> Funnel:
        """`since`: only what happened from then on, each step by its own date."""
        statement = sa.select(*funnel_columns(since)).where(dialogues.c.consultation_id == consultation)
        return funnel_of((await self._connection.execute(statement)).one())

    async def funnels(self, consultation: ConsultationId) -> dict[str, Funnel]:
        """By source. "": nobody knows where they came from."""
        statement = (
            sa.select(dialogues.c.source, *funnel_columns(None))
            .where(dialogues.c.consultation_id == consultation)
            .group_by(dialogues.c.source)
        )
        return {row.source: funnel_of(row) for row in await self._connection.execute(statement)}

    async def response(self, consultation: ConsultationId, steps: Collection[str]) -> tuple[int, int]:
        """(those with a recorded answer, all) of the distinct citizens that one of these steps was sent to."""
        pushed = (
            sa.select(deliveries.c.citizen_id)
            .where(
                deliveries.c.consultation_id == consultation,
                deliveries.c.step.in_(list(steps)),
                deliveries.c.lane == Lane.PUSH.value,
                deliveries.c.state == State.SENT.value,
                deliveries.c.citizen_id.is_not(None),
            )
            .distinct()
            .subquery()
        )
        own = sa.and_(dialogues.c.citizen_id == pushed.c.citizen_id, dialogues.c.consultation_id == consultation)
        statement = sa.select(
            sa.func.count().label("pushed"), sa.func.count(sa.case((recorded(), 1))).label("answered")
        ).select_from(pushed.outerjoin(dialogues, own))
        row = (await self._connection.execute(statement)).one()
        return row.answered, row.pushed

    async def answer_counts(self, consultation: ConsultationId, question: str) -> dict[str, int]:
        """By stored value, how many people gave it."""
        statement = (
            sa.select(answers.c.value, sa.func.count().label("n"))
            .join(dialogues, dialogues.c.id == answers.c.dialogue_id)
            .where(dialogues.c.consultation_id == consultation, answers.c.question_id == question)
            .group_by(answers.c.value)
        )
        return {row.value: row.n for row in await self._connection.execute(statement)}

    # ── contributions ────────────────────────────────────────────────────────────────────────────────────────────────

    async def elsewhere(self, consultation: ConsultationId) -> dict[str, int]:
        """By channel, the contributions that came by no dialogue: gathered on paper, brought in by a file."""
        statement = (
            sa.select(contributions.c.channel, sa.func.count().label("n"))
            .where(*self._counted(consultation, None), contributions.c.dialogue_id.is_(None))
            .group_by(contributions.c.channel)
        )
        return {row.channel: row.n for row in await self._connection.execute(statement)}

    async def untaggable(self, consultation: ConsultationId) -> int:
        """Contributions, redirected ones included, that could not be masked: nobody has read them."""
        statement = sa.select(sa.func.count()).where(
            contributions.c.consultation_id == consultation,
            contributions.c.state == ContributionState.UNTAGGABLE.value,
        )
        return (await self._connection.execute(statement)).scalar_one()

    async def contribution_count(self, consultation: ConsultationId, since: datetime | None = None) -> int:
        statement = sa.select(sa.func.count()).where(*self._counted(consultation, since))
        return (await self._connection.execute(statement)).scalar_one()

    async def topic_counts(
        self, consultation: ConsultationId, since: datetime | None = None
    ) -> tuple[Mapping[str, int], int]:
        """(by topic how many contributions, how many are "à classer"). Staff's word counts before the citizen's, the
        citizen's before the tagger's."""
        statement = self._classified(consultation, since, tags.c.topic, _how_many()).group_by(tags.c.topic)
        counts = {row.topic: row.n for row in await self._connection.execute(statement)}
        classified = (await self._connection.execute(self._classified(consultation, since, _how_many()))).scalar_one()
        return counts, await self.contribution_count(consultation, since) - classified

    async def spoken_of(self, consultation: ConsultationId, since: datetime) -> Spoken:
        """The same of all and of those since then, in as few looks as can be: a digest asks it of very many."""
        late = contributions.c.received_at >= since
        lately = sa.func.count(sa.distinct(sa.case((late, tags.c.contribution_id)))).label("late")
        statement = self._classified(consultation, None, tags.c.topic, _how_many(), lately).group_by(tags.c.topic)
        rows = (await self._connection.execute(statement)).all()
        classified = (await self._connection.execute(self._classified(consultation, None, _how_many()))).scalar_one()
        counted = sa.select(sa.func.count().label("n"), sa.func.count(sa.case((late, 1))).label("late"))
        everything = (await self._connection.execute(counted.where(*self._counted(consultation, None)))).one()
        return Spoken(
            {row.topic: row.n for row in rows},
            {row.topic: row.late for row in rows if row.late},
            everything.n,
            everything.late,
            everything.n - classified,
        )

    def _classified(
        self, consultation: ConsultationId, since: datetime | None, *columns: sa.ColumnElement[Any]
    ) -> sa.Select[Any]:
        """Over the topics of each contribution that figures speak of, as the strongest of who named one says."""
        weight = sa.case((tags.c.by == By.STAFF.value, 3), (tags.c.by == By.CITIZEN.value, 2), else_=1)
        strongest = (
            sa.select(tags.c.contribution_id, sa.func.max(weight).label("weight"))
            .join(contributions, contributions.c.id == tags.c.contribution_id)
            .where(contributions.c.consultation_id == consultation)
            .group_by(tags.c.contribution_id)
            .subquery()
        )
        same = sa.and_(strongest.c.contribution_id == tags.c.contribution_id, strongest.c.weight == weight)
        return (
            sa.select(*columns)
            .select_from(tags)
            .join(strongest, same)
            .join(contributions, contributions.c.id == tags.c.contribution_id)
            .where(*self._counted(consultation, since), tags.c.topic != "")
        )

    async def scored(self, consultation: ConsultationId, since: datetime) -> dict[str, tuple[Scored, Scored]]:
        """By topic, how sure the tagger was of it before `since`, and from then on."""
        late = sa.case((contributions.c.received_at >= since, 1), else_=0)
        statement = (
            sa.select(
                tags.c.topic,
                late.label("late"),
                sa.func.count().label("n"),
                sa.func.avg(tags.c.score).label("mean"),
                sa.func.avg(tags.c.score * tags.c.score).label("square"),
            )
            .join(contributions, contributions.c.id == tags.c.contribution_id)
            .where(*self._counted(consultation, None), tags.c.by == By.TAGGER.value)
            .group_by(tags.c.topic, late)
        )
        nothing = Scored(0, 0.0, 0.0)
        found: dict[str, list[Scored]] = {}
        for row in await self._connection.execute(statement):
            mean = float(row.mean)
            spread = max(0.0, float(row.square) - mean * mean)
            found.setdefault(row.topic, [nothing, nothing])[row.late] = Scored(row.n, mean, spread)
        return {topic: (before, now) for topic, (before, now) in found.items()}

    def _counted(self, consultation: ConsultationId, since: datetime | None) -> list[sa.ColumnElement[bool]]:
        """Contributions that figures speak of: not the redirected ones, not the hidden ones."""
        wanted = [
            contributions.c.consultation_id == consultation,
            contributions.c.redirect.is_(None),
            contributions.c.state.in_(READABLE),
        ]
        if since is not None:
            wanted.append(contributions.c.received_at >= since)
        return wanted

    # ── quotes ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def quotable(
        self, consultation: ConsultationId, *, reviewed_only: bool, limit: int, since: datetime | None = None
    ) -> list[Quotable]:
        """The newest contributions that may be quoted, by the partner's rule.

        What nobody has read is quoted only when nothing in it was flagged.
        """
        statement = self._may_be_quoted(consultation, reviewed_only=reviewed_only)
        if since is not None:
            statement = statement.where(contributions.c.received_at >= since)
        statement = statement.order_by(contributions.c.received_at.desc(), contributions.c.id).limit(limit)
        return [_quotable(row) for row in await self._connection.execute(statement)]

    async def still_quotable(
        self, consultation: ConsultationId, ids: Collection[str], *, reviewed_only: bool
    ) -> dict[str, Quotable]:
        """Those of `ids` that may be quoted now: still there, not hidden, not edited since somebody read them."""
        found: dict[str, Quotable] = {}
        for some in chunks(ids):
            statement = self._may_be_quoted(consultation, reviewed_only=reviewed_only)
            for row in await self._connection.execute(statement.where(contributions.c.id.in_(some))):
                found[row.id] = _quotable(row)
        return found

    def _may_be_quoted(self, consultation: ConsultationId, *, reviewed_only: bool) -> sa.Select[Any]:
        reviewed = contributions.c.review == "reviewed"
        unflagged = sa.and_(contributions.c.review == "new", sa.cast(contributions.c.flags, sa.Text) == "[]")
        return sa.select(contributions.c.id, contributions.c.text, contributions.c.review).where(
            contributions.c.consultation_id == consultation,
            contributions.c.redirect.is_(None),
            contributions.c.state == ContributionState.READ.value,
            contributions.c.text.is_not(None),
            reviewed if reviewed_only else sa.or_(reviewed, unflagged),
        )

    async def to_review(self, consultation: ConsultationId, *, limit: int) -> tuple[int, list[Quotable]]:
        """(how many contributions nobody has read, the newest of them): read by a person, they may be quoted."""
        waiting = (
            contributions.c.consultation_id == consultation,
            contributions.c.redirect.is_(None),
            contributions.c.state == ContributionState.READ.value,
            contributions.c.text.is_not(None),
            contributions.c.review == "new",
        )
        count = (await self._connection.execute(sa.select(sa.func.count()).where(*waiting))).scalar_one()
        statement = (
            sa.select(contributions.c.id, contributions.c.text, contributions.c.review)
            .where(*waiting)
            .order_by(contributions.c.received_at.desc(), contributions.c.id)
            .limit(limit)
        )
        return count, [_quotable(row) for row in await self._connection.execute(statement)]

    # ── the campaign ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def steps(self, consultation: ConsultationId) -> dict[str, dict[str, int]]:
        """By step, by state, how many deliveries."""
        statement = (
            sa.select(deliveries.c.step, deliveries.c.state, sa.func.count().label("n"))
            .where(deliveries.c.consultation_id == consultation, deliveries.c.step.is_not(None))
            .group_by(deliveries.c.step, deliveries.c.state)
        )
        found: dict[str, dict[str, int]] = {}
        for row in await self._connection.execute(statement):
            found.setdefault(row.step, {})[row.state] = row.n
        return found

    async def left_out(self, consultation: ConsultationId) -> dict[str, int]:
        """By reason, how many pushes were not sent."""
        statement = (
            sa.select(deliveries.c.reason, sa.func.count().label("n"))
            .where(
                deliveries.c.consultation_id == consultation,
                deliveries.c.lane == Lane.PUSH.value,
                deliveries.c.reason.is_not(None),
            )
            .group_by(deliveries.c.reason)
        )
        return {row.reason: row.n for row in await self._connection.execute(statement)}

    async def nudged(self, consultation: ConsultationId, steps: Sequence[str]) -> dict[str, Nudged]:
        """By step, those it was sent to and what they did afterwards. Counts, not effects."""
        own = sa.and_(
            dialogues.c.citizen_id == deliveries.c.citizen_id,
            dialogues.c.consultation_id == deliveries.c.consultation_id,
        )
        finished = sa.and_(dialogues.c.finished_at >= deliveries.c.sent_at, recorded())
        statement = (
            sa.select(
                deliveries.c.step,
                sa.func.count().label("sent"),
                sa.func.count(sa.case((finished, 1))).label("finished"),
                sa.func.count(sa.case((citizens.c.stopped_at >= deliveries.c.sent_at, 1))).label("stopped"),
                sa.func.min(deliveries.c.sent_at).label("first"),
                sa.func.max(deliveries.c.sent_at).label("last"),
            )
            .select_from(deliveries)
            .outerjoin(dialogues, own)
            .outerjoin(citizens, citizens.c.id == deliveries.c.citizen_id)
            .where(
                deliveries.c.consultation_id == consultation,
                deliveries.c.step.in_(list(steps)),
                deliveries.c.lane == Lane.PUSH.value,
                deliveries.c.state == State.SENT.value,
            )
            .group_by(deliveries.c.step)
        )
        return {
            row.step: Nudged(row.sent, row.finished, row.stopped, row.first, row.last)
            for row in await self._connection.execute(statement)
        }

    async def heaps(self, consultation: ConsultationId) -> dict[Heap, tuple[int, datetime | None]]:
        """Of what waits as a whole: how many there are, and when the oldest came."""
        read = (
            contributions.c.consultation_id == consultation,
            contributions.c.redirect.is_(None),
            contributions.c.state == ContributionState.READ.value,
            contributions.c.text.is_not(None),
        )

        def says(by: By, *more: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
            return sa.exists().where(tags.c.contribution_id == contributions.c.id, tags.c.by == by.value, *more)

        named = tags.c.topic != ""
        sorted_already = sa.or_(  # what a person said counts before what the program saw
            says(By.STAFF), says(By.CITIZEN, named), sa.and_(says(By.TAGGER, named), ~says(By.CITIZEN))
        )
        doubtful = (deliveries.c.consultation_id == consultation, deliveries.c.state == State.UNCERTAIN.value)
        came, owed = sa.func.min(contributions.c.received_at), sa.func.min(deliveries.c.planned_at)
        asked = {
            Heap.UNSORTED: sa.select(sa.func.count(), came).where(*read, ~sorted_already),
            Heap.REVIEW: sa.select(sa.func.count(), came).where(*read, contributions.c.review == "new"),
            Heap.UNCERTAIN: sa.select(sa.func.count(), owed).where(*doubtful),
        }
        found: dict[Heap, tuple[int, datetime | None]] = {}
        for heap, statement in asked.items():
            n, oldest = (await self._connection.execute(statement)).one()
            found[heap] = (n, oldest)
        return found

    async def uncertain(self, consultation: ConsultationId) -> int:
        """Messages that may have arrived, or not: nobody can know, and they are not sent again."""
        statement = sa.select(sa.func.count()).where(
            deliveries.c.consultation_id == consultation, deliveries.c.state == State.UNCERTAIN.value
        )
        return (await self._connection.execute(statement)).scalar_one()


def _how_many() -> sa.Label[int]:
    return sa.func.count(sa.distinct(tags.c.contribution_id)).label("n")


def recorded() -> sa.ColumnElement[bool]:
    """This dialogue holds an answer now: a closed one, or a contribution that was not redirected."""
    return sa.or_(
        sa.exists().where(answers.c.dialogue_id == dialogues.c.id),
        sa.exists().where(contributions.c.dialogue_id == dialogues.c.id, contributions.c.redirect.is_(None)),
    )


def funnel_columns(since: datetime | None) -> list[sa.ColumnElement[int]]:
    """The four counts of a funnel, as columns of a query over dialogues."""
    has_answer = recorded()
    steps = []
    for column, wanted in (
        ("started_at", sa.true()),
        ("agreed_at", sa.true()),
        ("first_answer_at", has_answer),
        ("finished_at", has_answer),
    ):
        reached = dialogues.c[column]
        happened = reached.is_not(None) if since is None else reached >= since
        steps.append(sa.func.count(sa.case((sa.and_(happened, wanted), 1))).label(column))
    return list(steps)


def funnel_of(row: Any) -> Funnel:
    return Funnel(row.started_at, row.agreed_at, row.first_answer_at, row.finished_at)


def _quotable(row: Any) -> Quotable:
    return Quotable(ContributionId(row.id), row.text, row.review == "reviewed")

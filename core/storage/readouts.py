"""Figures, each counted in one place: of everything from `tallies`, of the last days by an index.

What a figure means is said in `core/rules/readout.py`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.charges import Heap
from core.model.contributions import By, ContributionState
from core.model.deliveries import Lane, State
from core.model.ids import ConsultationId, ContributionId
from core.model.quality import Scored
from core.storage.schema import answers, citizens, contributions, deliveries, dialogues, tags, untallied
from core.storage.sql import chunks
from core.storage.tallies import SCALE, Tallied, Tally, counted_anew, fold, recount, tallied

READABLE = (ContributionState.READ.value, ContributionState.UNTAGGABLE.value, ContributionState.RECEIVED.value)

WAY = (Tallied.ARRIVED, Tallied.AGREED, Tallied.ANSWERED, Tallied.FINISHED)
NONE = Tally(0)


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

    # ── what is kept up to date ──────────────────────────────────────────────────────────────────────────────────────

    async def miscounted(self, consultation: ConsultationId) -> bool:
        """Whether what is kept up to date is not what every row counts for. It reads all of them."""
        kept = await tallied(self._connection, consultation, *Tallied)
        return kept != await counted_anew(self._connection, consultation)

    async def recount(self) -> None:
        await recount(self._connection)

    async def unfolded(self) -> bool:
        """Did anything change that is not in the tallies yet? It counts all the same, more slowly."""
        return (await self._connection.execute(sa.select(untallied.c.id).limit(1))).first() is not None

    async def fold(self, limit: int) -> int:
        return await fold(self._connection, limit)

    # ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def funnel(self, consultation: ConsultationId) -> Funnel:
        ways = [astuple(each) for each in (await self.funnels(consultation)).values()]
        return Funnel(*(sum(each) for each in zip(*ways, strict=True))) if ways else Funnel(0, 0, 0, 0)

    async def funnels(self, consultation: ConsultationId) -> dict[str, Funnel]:
        """By source. "": nobody knows where they came from."""
        found = await tallied(self._connection, consultation, *WAY)
        sources = dict.fromkeys(source for _, source in found)
        return {each: Funnel(*(found.get((step, each), NONE).n for step in WAY)) for each in sources}

    async def answered_since(self, consultation: ConsultationId, since: datetime) -> int:
        """Those who gave their first answer from then on."""
        statement = sa.select(sa.func.count()).where(
            dialogues.c.consultation_id == consultation, dialogues.c.first_answer_at >= since, recorded()
        )
        return (await self._connection.execute(statement)).scalar_one()

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
        found = await tallied(self._connection, consultation, Tallied.CHOSEN)
        chosen = {key.partition(":"): each.n for (_, key), each in found.items()}
        return {value: n for (asked, _, value), n in chosen.items() if asked == question}

    # ── contributions ────────────────────────────────────────────────────────────────────────────────────────────────

    async def elsewhere(self, consultation: ConsultationId) -> dict[str, int]:
        """By channel, the contributions that came by no dialogue: gathered on paper, brought in by a file."""
        found = await tallied(self._connection, consultation, Tallied.ELSEWHERE)
        return {channel: each.n for (_, channel), each in found.items()}

    async def untaggable(self, consultation: ConsultationId) -> int:
        """Contributions, redirected ones included, that could not be masked: nobody has read them."""
        return await self._one(consultation, Tallied.UNTAGGABLE)

    async def contribution_count(self, consultation: ConsultationId, since: datetime | None = None) -> int:
        if since is None:
            return await self._one(consultation, Tallied.SAID)
        statement = sa.select(sa.func.count()).where(*self._counted(consultation, since))
        return (await self._connection.execute(statement)).scalar_one()

    async def topic_counts(
        self, consultation: ConsultationId, since: datetime | None = None
    ) -> tuple[Mapping[str, int], int]:
        """(by topic how many contributions, how many are "à classer"). Staff's word counts before the citizen's, the
        citizen's before the tagger's."""
        if since is None:
            found = await tallied(self._connection, consultation, Tallied.SAID, Tallied.SORTED, Tallied.TOPIC)
            unsorted = found.get((Tallied.SAID, ""), NONE).n - found.get((Tallied.SORTED, ""), NONE).n
            return {key: each.n for (kind, key), each in found.items() if kind is Tallied.TOPIC}, unsorted
        statement = self._classified(consultation, since, tags.c.topic, _how_many()).group_by(tags.c.topic)
        counts = {row.topic: row.n for row in await self._connection.execute(statement)}
        classified = (await self._connection.execute(self._classified(consultation, since, _how_many()))).scalar_one()
        return counts, await self.contribution_count(consultation, since) - classified

    async def speakers(self, consultation: ConsultationId) -> tuple[int, Mapping[str, int]]:
        """(how many people the contributions are of, and those of each topic). On paper nobody knows who: each is
        somebody. Every contribution is read for it."""
        who = sa.func.count(sa.distinct(said_by()))
        everybody = sa.select(who).where(*self._counted(consultation))
        by_topic = self._classified(consultation, None, tags.c.topic, who.label("n")).group_by(tags.c.topic)
        people: int = (await self._connection.execute(everybody)).scalar_one()
        return people, {row.topic: row.n for row in await self._connection.execute(by_topic)}

    async def spoken_of(self, consultation: ConsultationId, since: datetime) -> Spoken:
        """The same of all and of those since then."""
        topics, unsorted = await self.topic_counts(consultation)
        statement = self._classified(consultation, since, tags.c.topic, _how_many()).group_by(tags.c.topic)
        lately = {row.topic: row.n for row in await self._connection.execute(statement)}
        return Spoken(
            topics,
            lately,
            await self.contribution_count(consultation),
            await self.contribution_count(consultation, since),
            unsorted,
        )

    async def _one(self, consultation: ConsultationId, kind: Tallied) -> int:
        return (await tallied(self._connection, consultation, kind)).get((kind, ""), NONE).n

    def _classified(
        self, consultation: ConsultationId, since: datetime | None, *columns: sa.ColumnElement[Any]
    ) -> sa.Select[Any]:
        """Over the topics of each contribution since then, as the strongest of who named one says."""
        other = tags.alias()
        stronger = sa.exists().where(other.c.contribution_id == tags.c.contribution_id, _weight(other) > _weight(tags))
        return (
            sa.select(*columns)
            .select_from(contributions)
            .join(tags, contributions.c.id == tags.c.contribution_id)
            .where(*self._counted(consultation, since), tags.c.topic != "", ~stronger)
        )

    async def scored(self, consultation: ConsultationId, since: datetime) -> dict[str, tuple[Scored, Scored]]:
        """By topic, how sure the tagger was of it before `since`, and from then on."""
        ever = await tallied(self._connection, consultation, Tallied.SCORED)
        score = sa.cast(sa.func.round(tags.c.score * SCALE), sa.BigInteger)
        statement = (
            sa.select(
                tags.c.topic,
                sa.func.count().label("n"),
                sa.cast(sa.func.sum(score), sa.BigInteger).label("total"),
                sa.cast(sa.func.sum(score * score), sa.BigInteger).label("square"),
            )
            .select_from(contributions)
            .join(tags, contributions.c.id == tags.c.contribution_id)
            .where(*self._counted(consultation, since), tags.c.by == By.TAGGER.value)
            .group_by(tags.c.topic)
        )
        rows = await self._connection.execute(statement)
        late = {row.topic: Tally(row.n, row.total, row.square) for row in rows}
        return {
            topic: (_scored(each, late.get(topic, NONE)), _scored(late.get(topic, NONE)))
            for (_, topic), each in ever.items()
        }

    def _counted(self, consultation: ConsultationId, since: datetime | None = None) -> list[sa.ColumnElement[bool]]:
        """Contributions that figures speak of, since then: not the redirected ones, not the hidden ones."""
        return [
            contributions.c.consultation_id == consultation,
            contributions.c.redirect.is_(None),
            contributions.c.state.in_(READABLE),
            *([contributions.c.received_at >= since] if since is not None else []),
        ]

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
        reviewed = contributions.c.review == sa.literal("reviewed", literal_execute=True)  # as its index says it
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
        count = await self._one(consultation, Tallied.TO_REVIEW)
        if not limit:
            return count, []
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


def _weight(some: sa.FromClause) -> sa.ColumnElement[int]:
    return sa.case((some.c.by == By.STAFF.value, 3), (some.c.by == By.CITIZEN.value, 2), else_=1)


def _scored(some: Tally, without: Tally = NONE) -> Scored:
    """Mean and variance of scores, of some without some of them."""
    n = some.n - without.n
    if not n:
        return Scored(0, 0.0, 0.0)
    mean = (some.total - without.total) / n / SCALE
    return Scored(n, mean, max(0.0, (some.square - without.square) / n / SCALE**2 - mean * mean))


def said_by() -> sa.ColumnElement[str]:
    """Who said a contribution; on paper nobody knows who, and each is somebody."""
    return sa.func.coalesce(contributions.c.citizen_id, contributions.c.id)


def _how_many() -> sa.Label[int]:
    return sa.func.count(sa.distinct(tags.c.contribution_id)).label("n")


def recorded() -> sa.ColumnElement[bool]:
    """This dialogue holds an answer now: a closed one, or a contribution that was not redirected."""
    return sa.or_(
        sa.exists().where(answers.c.dialogue_id == dialogues.c.id),
        sa.exists().where(contributions.c.dialogue_id == dialogues.c.id, contributions.c.redirect.is_(None)),
    )


def funnel_columns() -> list[sa.ColumnElement[int]]:
    """The four counts of a funnel, as columns of a query over dialogues."""
    has_answer = recorded()
    steps = []
    for column, wanted in (
        ("started_at", sa.true()),
        ("agreed_at", sa.true()),
        ("first_answer_at", has_answer),
        ("finished_at", has_answer),
    ):
        happened = dialogues.c[column].is_not(None)
        steps.append(sa.func.count(sa.case((sa.and_(happened, wanted), 1))).label(column))
    return list(steps)


def funnel_of(row: Any) -> Funnel:
    return Funnel(row.started_at, row.agreed_at, row.first_answer_at, row.finished_at)


def _quotable(row: Any) -> Quotable:
    return Quotable(ContributionId(row.id), row.text, row.review == "reviewed")

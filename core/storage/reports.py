"""What only an evaluation asks for: how each channel, question, day and message did. Counts; no word of anybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.contributions import By
from core.model.deliveries import Lane, State
from core.model.ids import ConsultationId
from core.storage.outbox_statements import is_post
from core.storage.readouts import READABLE, Funnel, funnel_columns, funnel_of, recorded
from core.storage.schema import accounts, addresses, answers, citizens, contributions, deliveries, dialogues, tags

_NOT_SENT = (State.FAILED, State.UNREACHABLE, State.UNCERTAIN, State.SKIPPED, State.CANCELLED)


@dataclass(frozen=True, slots=True)
class Wave:
    """One step of the campaign as it left. `first`: when the first of its messages was sent. `room`: the group or
    channel that a post stands in, "" for what went to people."""

    step: str
    first: datetime
    sent: int
    room: str = ""


@dataclass(frozen=True, slots=True)
class NotSent:
    """Messages to citizens in one state, for one reason ("" when none is known)."""

    state: str
    reason: str
    messages: int


class Reports:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def reached(self, consultation: ConsultationId) -> int:
        """Citizens to whom at least one message of this consultation was sent, replies included."""
        statement = sa.select(sa.func.count(sa.distinct(deliveries.c.citizen_id))).where(_went_out(consultation))
        return (await self._connection.execute(statement)).scalar_one()

    async def reached_by_channel(self, consultation: ConsultationId) -> dict[str, int]:
        """The same by the channel that the messages went through; who has two counts in both."""
        statement = (
            _reached(consultation, accounts.c.channel)
            .join(addresses, addresses.c.id == deliveries.c.address_id)
            .join(accounts, accounts.c.id == addresses.c.account_id)
        )
        return {row.of: row.n for row in await self._connection.execute(statement)}

    async def reached_by_source(self, consultation: ConsultationId) -> dict[str, int]:
        """The same by the source they came by; "": by none that is known, or they have not come yet."""
        came = sa.and_(
            dialogues.c.citizen_id == deliveries.c.citizen_id,
            dialogues.c.consultation_id == deliveries.c.consultation_id,
        )
        source: sa.ColumnElement[str] = sa.func.coalesce(dialogues.c.source, sa.literal_column("''"))
        statement = _reached(consultation, source).outerjoin(dialogues, came)
        return {row.of: row.n for row in await self._connection.execute(statement) if row.n}

    async def by_channel(self, consultation: ConsultationId) -> dict[str, Funnel]:
        statement = (
            sa.select(accounts.c.channel, *funnel_columns())
            .select_from(dialogues)
            .join(addresses, addresses.c.id == dialogues.c.address_id)
            .join(accounts, accounts.c.id == addresses.c.account_id)
            .where(dialogues.c.consultation_id == consultation)
            .group_by(accounts.c.channel)
        )
        return {row.channel: funnel_of(row) for row in await self._connection.execute(statement)}

    async def by_question(self, consultation: ConsultationId) -> dict[str, tuple[int, int]]:
        """By question, (people who answered it, how many of them went through all the questions)."""
        finished = sa.func.count(sa.distinct(sa.case((dialogues.c.finished_at.is_not(None), dialogues.c.id))))
        people = sa.func.count(sa.distinct(dialogues.c.id))
        closed = (
            sa.select(answers.c.question_id, people.label("people"), finished.label("finished"))
            .join(dialogues, dialogues.c.id == answers.c.dialogue_id)
            .where(dialogues.c.consultation_id == consultation)
            .group_by(answers.c.question_id)
        )
        written = (
            sa.select(contributions.c.question_id, people.label("people"), finished.label("finished"))
            .join(dialogues, dialogues.c.id == contributions.c.dialogue_id)
            .where(dialogues.c.consultation_id == consultation, contributions.c.redirect.is_(None))
            .group_by(contributions.c.question_id)
        )
        found: dict[str, tuple[int, int]] = {}
        for statement in (closed, written):
            for row in await self._connection.execute(statement):
                found[row.question_id] = (row.people, row.finished)
        return found

    async def languages(self, consultation: ConsultationId) -> dict[str, int]:
        """By language, how many citizens answered in it."""
        statement = (
            sa.select(citizens.c.language, sa.func.count().label("n"))
            .join(dialogues, dialogues.c.citizen_id == citizens.c.id)
            .where(dialogues.c.consultation_id == consultation, recorded())
            .group_by(citizens.c.language)
        )
        return {row.language: row.n for row in await self._connection.execute(statement)}

    async def first_answers(self, consultation: ConsultationId) -> list[datetime]:
        """When each citizen who answered gave the first answer."""
        statement = sa.select(dialogues.c.first_answer_at).where(
            dialogues.c.consultation_id == consultation, dialogues.c.first_answer_at.is_not(None), recorded()
        )
        return list((await self._connection.execute(statement)).scalars())

    async def waves(self, consultation: ConsultationId) -> list[Wave]:
        """The steps that have been sent and the posts, the earliest first."""
        first = sa.func.min(deliveries.c.sent_at, type_=deliveries.c.sent_at.type).label("first")
        sent = sa.and_(deliveries.c.consultation_id == consultation, deliveries.c.state == State.SENT.value)
        to_people = (
            sa.select(deliveries.c.step, first, sa.func.count().label("sent"))
            .where(sent, deliveries.c.lane == Lane.PUSH.value, deliveries.c.step.is_not(None))
            .group_by(deliveries.c.step)
        )
        posted = (
            sa.select(deliveries.c.step, first, sa.func.count().label("sent"), addresses.c.external_id.label("room"))
            .join(addresses, addresses.c.id == deliveries.c.address_id)
            .where(sent, is_post())
            .group_by(deliveries.c.step, addresses.c.external_id)
        )
        found = [Wave(row.step, row.first, row.sent) for row in await self._connection.execute(to_people)]
        found += [Wave(row.step, row.first, row.sent, row.room) for row in await self._connection.execute(posted)]
        return sorted(found, key=lambda each: (each.first, each.step))

    async def not_sent(self, consultation: ConsultationId) -> list[NotSent]:
        """Messages to citizens that did not arrive, or perhaps did not, the most frequent first."""
        statement = (
            sa.select(deliveries.c.state, deliveries.c.reason, sa.func.count().label("n"))
            .where(
                deliveries.c.consultation_id == consultation,
                deliveries.c.lane != Lane.STAFF.value,
                deliveries.c.state.in_([state.value for state in _NOT_SENT]),
            )
            .group_by(deliveries.c.state, deliveries.c.reason)
        )
        found = [NotSent(row.state, row.reason or "", row.n) for row in await self._connection.execute(statement)]
        return sorted(found, key=lambda each: (-each.messages, each.state, each.reason))

    async def push_delays(self, consultation: ConsultationId) -> list[float]:
        """Seconds between the moment a prompt or reminder was due and the moment it left, the shortest first."""
        statement = sa.select(deliveries.c.due_at, deliveries.c.sent_at).where(
            deliveries.c.consultation_id == consultation,
            deliveries.c.lane == Lane.PUSH.value,
            deliveries.c.state == State.SENT.value,
            deliveries.c.sent_at.is_not(None),
        )
        rows = await self._connection.execute(statement)
        return sorted(max(0.0, (row.sent_at - row.due_at).total_seconds()) for row in rows)

    async def stopped(self, consultation: ConsultationId) -> int:
        """Citizens of this consultation who said STOP since they came to it."""
        statement = (
            sa.select(sa.func.count())
            .select_from(dialogues)
            .join(citizens, citizens.c.id == dialogues.c.citizen_id)
            .where(dialogues.c.consultation_id == consultation, citizens.c.stopped_at >= dialogues.c.started_at)
        )
        return (await self._connection.execute(statement)).scalar_one()

    async def sorted_by(self, consultation: ConsultationId) -> Mapping[str, int]:
        """Contributions with a topic, by whose word it is: "staff", "citizen", "sure" or "unsure" (the program)."""
        weight = sa.case((tags.c.by == By.STAFF.value, 6), (tags.c.by == By.CITIZEN.value, 4), else_=2)
        named = sa.case((tags.c.topic != "", 1), else_=0)
        sure = sa.func.max(sa.case((sa.and_(tags.c.by == By.TAGGER.value, tags.c.confident), 1), else_=0))
        strongest = (
            sa.select(sa.func.max(weight + named).label("word"), sure.label("sure"))
            .join(contributions, contributions.c.id == tags.c.contribution_id)
            .where(
                contributions.c.consultation_id == consultation,
                contributions.c.redirect.is_(None),
                contributions.c.state.in_(READABLE),
            )
            .group_by(tags.c.contribution_id)
            .subquery()
        )
        statement = sa.select(strongest.c.word, strongest.c.sure, sa.func.count().label("n")).group_by(
            strongest.c.word, strongest.c.sure
        )
        found = {"staff": 0, "citizen": 0, "sure": 0, "unsure": 0}
        for row in await self._connection.execute(statement):
            if row.word % 2:  # the strongest word names a topic, and does not say "none of the list"
                found[{7: "staff", 5: "citizen"}.get(row.word, "sure" if row.sure else "unsure")] += row.n
        return found


def _went_out(consultation: ConsultationId) -> sa.ColumnElement[bool]:
    return sa.and_(
        deliveries.c.consultation_id == consultation,
        deliveries.c.state == State.SENT.value,
        deliveries.c.lane != Lane.STAFF.value,
    )


def _reached(consultation: ConsultationId, by: sa.ColumnElement[str]) -> sa.Select[str, int]:
    """Citizens reached, by something of the messages or of the people."""
    people = sa.func.count(sa.distinct(deliveries.c.citizen_id)).label("n")
    return sa.select(by.label("of"), people).select_from(deliveries).where(_went_out(consultation)).group_by(by)

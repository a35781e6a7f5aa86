"""Figures, each counted in one place. What a figure means is said in `core/rules/readout.py`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.contributions import By, ContributionState
from core.model.deliveries import Lane, State
from core.model.ids import ConsultationId, ContributionId
from core.storage.schema import answers, contributions, deliveries, dialogues, inbox, tags

READABLE = (ContributionState.READ.value, ContributionState.UNTAGGABLE.value, ContributionState.RECEIVED.value)


@dataclass(frozen=True, slots=True)
class Funnel:
    """People (dialogues): arrived → agreed → gave a first answer → finished."""

    arrived: int
    agreed: int
    answered: int
    finished: int


class Readouts:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def funnel(self, consultation: ConsultationId, since: datetime | None = None) -> Funnel:
        """`since`: only what happened from then on, each step by its own date."""
        steps = []
        for column in ("started_at", "agreed_at", "first_answer_at", "finished_at"):
            reached = dialogues.c[column]
            happened = reached.is_not(None) if since is None else reached >= since
            steps.append(sa.func.count(sa.case((happened, 1))).label(column))
        row = (
            await self._connection.execute(sa.select(*steps).where(dialogues.c.consultation_id == consultation))
        ).one()
        return Funnel(row.started_at, row.agreed_at, row.first_answer_at, row.finished_at)

    async def finished_by_source(self, consultation: ConsultationId) -> dict[str, int]:
        statement = (
            sa.select(dialogues.c.source, sa.func.count(dialogues.c.finished_at).label("n"))
            .where(dialogues.c.consultation_id == consultation)
            .group_by(dialogues.c.source)
        )
        return {row.source: row.n for row in await self._connection.execute(statement)}

    async def answer_counts(self, consultation: ConsultationId, question: str) -> dict[str, int]:
        """By stored value, how many people gave it."""
        statement = (
            sa.select(answers.c.value, sa.func.count().label("n"))
            .join(dialogues, dialogues.c.id == answers.c.dialogue_id)
            .where(dialogues.c.consultation_id == consultation, answers.c.question_id == question)
            .group_by(answers.c.value)
        )
        return {row.value: row.n for row in await self._connection.execute(statement)}

    async def contribution_count(self, consultation: ConsultationId, since: datetime | None = None) -> int:
        statement = sa.select(sa.func.count()).where(*self._counted(consultation, since))
        return (await self._connection.execute(statement)).scalar_one()

    async def topic_counts(
        self, consultation: ConsultationId, since: datetime | None = None
    ) -> tuple[Mapping[str, int], int]:
        """(by topic how many contributions, how many are "à classer"). Staff's word counts before the citizen's, the
        citizen's before the tagger's."""
        weight = sa.case((tags.c.by == By.STAFF.value, 3), (tags.c.by == By.CITIZEN.value, 2), else_=1)
        strongest = (
            sa.select(tags.c.contribution_id, sa.func.max(weight).label("weight"))
            .group_by(tags.c.contribution_id)
            .subquery()
        )
        statement = (
            sa.select(tags.c.topic, sa.func.count(sa.distinct(tags.c.contribution_id)).label("n"))
            .join(
                strongest,
                sa.and_(strongest.c.contribution_id == tags.c.contribution_id, strongest.c.weight == weight),
            )
            .join(contributions, contributions.c.id == tags.c.contribution_id)
            .where(*self._counted(consultation, since), tags.c.topic != "")
            .group_by(tags.c.topic)
        )
        counts = {row.topic: row.n for row in await self._connection.execute(statement)}
        with_topic = (
            sa.select(sa.func.count(sa.distinct(tags.c.contribution_id)))
            .join(
                strongest,
                sa.and_(strongest.c.contribution_id == tags.c.contribution_id, strongest.c.weight == weight),
            )
            .join(contributions, contributions.c.id == tags.c.contribution_id)
            .where(*self._counted(consultation, since), tags.c.topic != "")
        )
        classified = (await self._connection.execute(with_topic)).scalar_one()
        return counts, await self.contribution_count(consultation, since) - classified

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

    async def quotable(self, consultation: ConsultationId, *, reviewed_only: bool, limit: int) -> list[ContributionId]:
        """The newest contributions that may be quoted, by the partner's rule."""
        statement = sa.select(contributions.c.id).where(
            contributions.c.consultation_id == consultation,
            contributions.c.redirect.is_(None),
            contributions.c.state == ContributionState.READ.value,
            contributions.c.review != "never",
        )
        if reviewed_only:
            statement = statement.where(contributions.c.review == "reviewed")
        statement = statement.order_by(contributions.c.received_at.desc(), contributions.c.id).limit(limit)
        return [ContributionId(row.id) for row in await self._connection.execute(statement)]

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

    async def reminded_answers(self, consultation: ConsultationId, step: str) -> tuple[int, int]:
        """(people the step was sent to, those of them who finished afterwards). A count, not an effect."""
        statement = (
            sa.select(
                sa.func.count().label("sent"),
                sa.func.count(sa.case((dialogues.c.finished_at >= deliveries.c.sent_at, 1))).label("after"),
            )
            .join(
                dialogues,
                sa.and_(
                    dialogues.c.citizen_id == deliveries.c.citizen_id,
                    dialogues.c.consultation_id == deliveries.c.consultation_id,
                ),
            )
            .where(
                deliveries.c.consultation_id == consultation,
                deliveries.c.step == step,
                deliveries.c.state == State.SENT.value,
            )
        )
        row = (await self._connection.execute(statement)).one()
        return row.sent, row.after

    async def health(self) -> dict[str, object]:
        """What `status` shows of the whole installation: ages are instants, None when nothing waits."""
        waiting = (
            await self._connection.execute(
                sa.select(sa.func.count().label("n"), sa.func.min(inbox.c.received_at).label("oldest")).where(
                    inbox.c.state == "new"
                )
            )
        ).one()
        quarantined = (
            await self._connection.execute(sa.select(sa.func.count()).where(inbox.c.state == "quarantined"))
        ).scalar_one()
        states = await self._connection.execute(
            sa.select(
                deliveries.c.state, sa.func.count().label("n"), sa.func.min(deliveries.c.due_at).label("oldest")
            ).group_by(deliveries.c.state)
        )
        by_state = {row.state: (row.n, row.oldest) for row in states}
        untagged = (
            await self._connection.execute(
                sa.select(sa.func.count().label("n"), sa.func.min(contributions.c.whole_at).label("oldest")).where(
                    contributions.c.state == ContributionState.RECEIVED.value
                )
            )
        ).one()
        return {
            "unprocessed": waiting.n,
            "oldest_unprocessed_at": waiting.oldest,
            "quarantined": quarantined,
            "deliveries": {state: n for state, (n, _) in by_state.items()},
            "oldest_unsent_at": by_state.get(State.PLANNED.value, (0, None))[1],
            "untagged": untagged.n,
            "oldest_untagged_at": untagged.oldest,
        }

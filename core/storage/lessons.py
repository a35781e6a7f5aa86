"""What topics are learnt from: the masked contributions of a consultation, and what people said of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.contributions import By, Contribution, ContributionState
from core.model.ids import ConsultationId, ContributionId
from core.storage.contributions import Contributions
from core.storage.schema import contributions, tags


@dataclass(frozen=True, slots=True)
class Scope:
    """The contributions that one list of topics is for: to this question, or (None) to any but those of `others`."""

    consultation: ConsultationId
    question: str | None = None
    others: tuple[str, ...] = ()

    def holds(self, question: str) -> bool:
        return question == self.question if self.question is not None else question not in self.others


class Lessons:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def count(self, scope: Scope, until: datetime) -> int:
        """How many contributions of people there are that came until then, in whatever state: this number falls only
        when one is taken away. What a file brought has dates of its own, and nobody who could take it away."""
        statement = sa.select(sa.func.count()).where(
            *_within(scope), contributions.c.dialogue_id.is_not(None), contributions.c.received_at <= until
        )
        return (await self._connection.execute(statement)).scalar_one()

    async def readable(self, scope: Scope) -> int:
        statement = sa.select(sa.func.count()).where(*_within(scope), *_readable())
        return (await self._connection.execute(statement)).scalar_one()

    async def said(self, scope: Scope) -> dict[ContributionId, datetime]:
        """The contributions of which a person said what they are about, and when that was."""
        statement = (
            sa.select(tags.c.contribution_id, sa.func.max(tags.c.tagged_at).label("at"))
            .join(contributions, contributions.c.id == tags.c.contribution_id)
            .where(*_within(scope), *_readable(), tags.c.by != By.TAGGER.value)
            .group_by(tags.c.contribution_id)
        )
        return {ContributionId(row.contribution_id): row.at for row in await self._connection.execute(statement)}

    async def newest(self, scope: Scope, limit: int, *, without: Collection[ContributionId] = ()) -> list[Contribution]:
        """The newest that can be read."""
        statement = (
            sa.select(contributions)
            .where(*_within(scope), *_readable())
            .order_by(contributions.c.received_at.desc(), contributions.c.id)
            .limit(limit)
        )
        rows: Sequence[Any] = list(await self._connection.execute(statement))
        return await Contributions(self._connection).with_tags([row for row in rows if row.id not in without])


def _within(scope: Scope) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [
        contributions.c.consultation_id == scope.consultation,
        contributions.c.redirect.is_(None),
    ]
    if scope.question is not None:
        found.append(contributions.c.question_id == scope.question)
    elif scope.others:
        found.append(contributions.c.question_id.not_in(scope.others))
    return found


def _readable() -> list[sa.ColumnElement[bool]]:
    return [contributions.c.state == ContributionState.READ.value, contributions.c.text.is_not(None)]

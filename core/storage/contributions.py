"""Contributions with their parts and tags: safe at once, read by nobody before they are masked."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.consultations import MOST_EMAILS
from core.model.contributions import By, Contribution, ContributionState, Tag
from core.model.ids import CitizenId, ConsultationId, ContributionId, DialogueId
from core.storage.schema import alerts, contributions, deliveries, parts, tags
from core.storage.sorting import found_by
from core.storage.sql import among, chunks, put
from core.storage.staff import alert_key


class Contributions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # ── coming in ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def slots(self, ids: Collection[DialogueId]) -> dict[tuple[DialogueId, str], ContributionId]:
        """By dialogue and question, the contribution that takes further parts. Redirected texts stand apart."""
        found: dict[tuple[DialogueId, str], ContributionId] = {}
        for some in chunks(ids):
            for row in await self._connection.execute(_slots(), {"dialogues": some}):
                found[DialogueId(row.dialogue_id), row.question_id] = ContributionId(row.id)
        return found

    async def add(self, rows: Sequence[Mapping[str, Any]]) -> int:
        """Rows of every column that has no default. An `import_key` that is there already adds nothing."""
        fresh = [{"import_key": None, "redirect": None, "text": None, "whole_at": None, **row} for row in rows]
        fresh = [{"masked": [], "flags": [], "review": "new", **row} for row in fresh]
        fresh = [{**row, "words": found_by(row["text"], row["redirect"])} for row in fresh]
        return await put(self._connection, contributions, fresh, unique=())

    async def imported(self, consultation: ConsultationId, keys: Collection[str]) -> set[str]:
        """Those of `keys` that an earlier import brought already."""
        found: set[str] = set()
        for some in chunks(keys):
            statement = sa.select(contributions.c.import_key).where(
                contributions.c.consultation_id == consultation, contributions.c.import_key.in_(some)
            )
            found.update(row.import_key for row in await self._connection.execute(statement))
        return found

    async def add_parts(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Rows of contribution_id, message_id, text, forwarded, received_at. The same message twice counts once."""
        await put(self._connection, parts, rows, unique=("contribution_id", "message_id"))

    async def edit_part(self, dialogue: DialogueId, message_id: int, text: str) -> list[ContributionId]:
        """The contributions whose part was changed: one, and the alert that an edit of it raised; none when that
        message was no part of one, or when its words were purged (the others would not come back)."""
        own = sa.select(contributions.c.id).where(contributions.c.dialogue_id == dialogue)
        statement = (
            sa.update(parts)
            .where(parts.c.message_id == message_id, parts.c.contribution_id.in_(own), parts.c.text.is_not(None))
            .values(text=text)
            .returning(parts.c.contribution_id)
        )
        return [ContributionId(row.contribution_id) for row in await self._connection.execute(statement)]

    async def written_in(self, ids: Collection[DialogueId], message_id: int) -> DialogueId | None:
        """Which of these dialogues a message is a part of."""
        statement = (
            sa.select(contributions.c.dialogue_id)
            .join(parts, parts.c.contribution_id == contributions.c.id)
            .where(contributions.c.dialogue_id.in_(list(ids)), parts.c.message_id == message_id)
        )
        row = (await self._connection.execute(statement)).first()
        return DialogueId(row.dialogue_id) if row else None

    async def whole(self, ids: Collection[ContributionId], now: datetime) -> None:
        """No more parts for now: to be masked and tagged, again if it was before. Nobody reads the old text."""
        for some in chunks(ids):
            await self._connection.execute(_whole(), {"ids": some, "now": now})

    async def retag_edited(self, contribution: ContributionId, now: datetime) -> None:
        """An edited part: whole again, unless more parts are still awaited."""
        statement = sa.select(contributions.c.state).where(contributions.c.id == contribution)
        if (await self._connection.execute(statement)).scalar_one() != ContributionState.OPEN.value:
            await self.whole([contribution], now)

    async def reclaim(self, dialogue: DialogueId, message_id: int) -> tuple[ContributionId, str] | None:
        """Takes back a redirected text: the row that kept it goes. Returns its id and the text, None when unknown."""
        statement = (
            sa.select(contributions.c.id, parts.c.text)
            .join(parts, parts.c.contribution_id == contributions.c.id)
            .where(
                contributions.c.dialogue_id == dialogue,
                contributions.c.redirect.is_not(None),
                parts.c.message_id == message_id,
            )
        )
        row = (await self._connection.execute(statement)).first()
        if row is None or row.text is None:
            return None
        await drop(self._connection, contributions.c.id == row.id)
        return ContributionId(row.id), row.text

    async def delete(self, ids: Collection[ContributionId]) -> None:
        for some in chunks(ids):
            await drop(self._connection, contributions.c.id.in_(some))

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def page(
        self, consultation: ConsultationId, *, after: ContributionId | None = None, limit: int = 500
    ) -> list[Contribution]:
        """One page of a consultation's contributions, in the order of their ids."""
        statement = sa.select(contributions).where(contributions.c.consultation_id == consultation)
        if after is not None:
            statement = statement.where(contributions.c.id > after)
        rows = list(await self._connection.execute(statement.order_by(contributions.c.id).limit(limit)))
        return await self.with_tags(rows)

    async def of_citizen(self, citizen: CitizenId) -> list[Contribution]:
        statement = (
            sa.select(contributions)
            .where(contributions.c.citizen_id == citizen)
            .order_by(contributions.c.received_at, contributions.c.id)
        )
        return await self.with_tags(list(await self._connection.execute(statement)))

    async def get(self, ids: Collection[ContributionId]) -> list[Contribution]:
        found: list[Contribution] = []
        for some in chunks(ids):
            rows = list(await self._connection.execute(_by_id(), {"ids": some}))
            found += await self.with_tags(rows)
        return found

    async def with_tags(self, rows: Sequence[Any]) -> list[Contribution]:
        """Rows of the table as contributions, in the same order."""
        by_contribution: dict[str, list[Tag]] = {}
        for some in chunks([row.id for row in rows]):
            for row in await self._connection.execute(_tags(), {"ids": some}):
                by_contribution.setdefault(row.contribution_id, []).append(
                    Tag(row.topic, row.score, By(row.by), tuple(row.words or ()))
                )
        return [_contribution(row, tuple(by_contribution.get(row.id, ()))) for row in rows]

    async def raw_of(self, citizen: CitizenId) -> list[tuple[ContributionId, str]]:
        """What a person wrote, word for word, for their own export and for nobody else."""
        statement = (
            sa.select(parts.c.contribution_id, parts.c.text)
            .join(contributions, contributions.c.id == parts.c.contribution_id)
            .where(contributions.c.citizen_id == citizen, parts.c.text.is_not(None))
            .order_by(contributions.c.received_at, parts.c.contribution_id, parts.c.message_id)
        )
        return [(ContributionId(row.contribution_id), row.text) for row in await self._connection.execute(statement)]


async def drop(connection: AsyncConnection, which: sa.ColumnElement[bool]) -> int:
    """Deletes contributions and all that hangs on them, the rows that told staff of their alerts too: those name an
    alert that nobody can open any more. Returns how many."""
    found = sa.select(alerts.c.id).where(alerts.c.contribution_id.in_(sa.select(contributions.c.id).where(which)))
    told = [
        alert_key(alert, letter)
        for alert in (await connection.execute(found)).scalars().all()
        for letter in range(MOST_EMAILS + 1)
    ]
    for some in chunks(told):
        await connection.execute(sa.delete(deliveries).where(deliveries.c.key.in_(some)))
    return (await connection.execute(sa.delete(contributions).where(which))).rowcount


# ── statements, each made once ───────────────────────────────────────────────────────────────────────────────────────


@cache
def _slots() -> sa.Select[Any]:
    return sa.select(contributions.c.id, contributions.c.dialogue_id, contributions.c.question_id).where(
        among(contributions.c.dialogue_id, "dialogues"), contributions.c.redirect.is_(None)
    )


@cache
def _whole() -> sa.Update:
    counted = (
        sa.select(sa.func.count())
        .where(parts.c.contribution_id == contributions.c.id)
        .correlate(contributions)
        .scalar_subquery()
    )
    return (
        sa.update(contributions)
        .where(among(contributions.c.id, "ids"))
        .values(
            state=ContributionState.RECEIVED.value,
            whole_at=sa.bindparam("now"),
            text=None,
            words=None,
            parts=counted,
            review="new",
            hidden_for=None,
        )
    )


@cache
def _by_id() -> sa.Select[Any]:
    return sa.select(contributions).where(among(contributions.c.id, "ids"))


@cache
def _tags() -> sa.Select[Any]:
    return sa.select(tags).where(among(tags.c.contribution_id, "ids")).order_by(tags.c.score.desc(), tags.c.topic)


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _contribution(row: Any, found: tuple[Tag, ...]) -> Contribution:
    return Contribution(
        id=ContributionId(row.id),
        consultation=ConsultationId(row.consultation_id),
        question=row.question_id,
        citizen=CitizenId(row.citizen_id) if row.citizen_id else None,
        dialogue=DialogueId(row.dialogue_id) if row.dialogue_id else None,
        channel=row.channel,
        source=row.source,
        language=row.language,
        received_at=row.received_at,
        state=ContributionState(row.state),
        text=row.text,
        parts=row.parts,
        tags=found,
        flags=tuple(row.flags),
        redirected=row.redirect is not None,
    )

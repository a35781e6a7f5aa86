"""What becomes of a contribution once it is whole: masked and tagged, sorted anew by people, hidden and shown again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.contributions import By, ContributionState, Hidden
from core.model.ids import ConsultationId, ContributionId, DialogueId
from core.model.words import findable, words
from core.storage.schema import contributions, parts, tags
from core.storage.sql import among, chunks, locked, put, unindexed


@dataclass(frozen=True, slots=True)
class Whole:
    """A contribution that waits to be masked and tagged: its raw parts, in order."""

    id: ContributionId
    consultation: ConsultationId
    question: str
    dialogue: DialogueId | None
    language: str
    redirect: str | None
    whole_at: datetime
    texts: tuple[str, ...]


class Sorting:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # ── masking and tagging ──────────────────────────────────────────────────────────────────────────────────────────

    async def to_tag(self, limit: int) -> list[Whole]:
        """The whole ones that nobody has masked yet, the oldest first."""
        statement = locked(_to_tag(), self._connection)
        rows = list(await self._connection.execute(statement, {"limit": limit}))
        texts = await self._texts([row.id for row in rows])
        return [
            Whole(
                id=ContributionId(row.id),
                consultation=ConsultationId(row.consultation_id),
                question=row.question_id,
                dialogue=DialogueId(row.dialogue_id) if row.dialogue_id else None,
                language=row.language,
                redirect=row.redirect,
                whole_at=row.whole_at,
                texts=tuple(texts.get(row.id, ())),
            )
            for row in rows
        ]

    async def _texts(self, ids: Collection[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for some in chunks(ids):
            for row in await self._connection.execute(_texts(), {"ids": some}):
                found.setdefault(row.contribution_id, []).append(row.text)
        return found

    async def read(self, whole: Whole, values: Mapping[str, Any]) -> bool:
        """Saves what the tagger found; False when a part or an edit came meanwhile (it will be tagged again)."""
        found = {"words": found_by(values["text"], whole.redirect)} if "text" in values else {}
        result = await self._connection.execute(
            sa.update(contributions)
            .where(
                contributions.c.id == whole.id,
                contributions.c.state == ContributionState.RECEIVED.value,
                contributions.c.whole_at == whole.whole_at,
            )
            .values({**values, **found})
        )
        return result.rowcount == 1

    async def put_tags(
        self,
        contribution: ContributionId,
        found: Sequence[tuple[str, float, bool]],
        by: By,
        now: datetime,
        evidence: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Replaces what `by` said of this contribution: (topic, score, confident); topic "" = none of the list.
        `evidence`: by topic, the words that speak for it."""
        await self._connection.execute(
            sa.delete(tags).where(tags.c.contribution_id == contribution, tags.c.by == by.value)
        )
        rows = [
            {
                "contribution_id": contribution,
                "topic": topic,
                "by": by.value,
                "score": score,
                "confident": confident,
                "tagged_at": now,
                "words": list((evidence or {}).get(topic, ())),
            }
            for topic, score, confident in found
        ]
        await put(self._connection, tags, rows, unique=("contribution_id", "topic", "by"))

    # ── hidden by staff ──────────────────────────────────────────────────────────────────────────────────────────────

    async def hide(self, contribution: ContributionId, text: str, reason: Hidden) -> bool:
        """From now on nobody of staff reads it and no figure counts it. False: it says `text` no longer."""
        changed = await self._connection.execute(
            sa.update(contributions)
            .where(
                contributions.c.id == contribution,
                contributions.c.state == ContributionState.READ.value,
                contributions.c.text == text,
            )
            .values(state=ContributionState.HIDDEN.value, hidden_for=reason.value)
        )
        return changed.rowcount == 1

    async def mask_further(self, contribution: ContributionId, text: str, left: str) -> bool:
        """A person masked more of it: that may be quoted, and no topic shows a word any more that is gone. False: it no
        longer says `text`."""
        changed = await self._connection.execute(
            sa.update(contributions)
            .where(contributions.c.id == contribution, contributions.c.text == text)
            .values(text=left, words=findable(left), review="reviewed")
        )
        if changed.rowcount != 1:
            return False
        there = set(words(left))
        own = sa.select(tags).where(tags.c.contribution_id == contribution, tags.c.words.is_not(None))
        for row in (await self._connection.execute(own)).all():
            kept = [each for each in row.words if there.issuperset(words(each))]
            this = (tags.c.contribution_id == contribution, tags.c.topic == row.topic, tags.c.by == row.by)
            await self._connection.execute(sa.update(tags).where(*this).values(words=kept))
        return True

    async def show(self, contribution: ContributionId) -> bool:
        """Takes it back. False when staff had not hidden it."""
        changed = await self._connection.execute(
            sa.update(contributions)
            .where(
                contributions.c.id == contribution,
                contributions.c.state == ContributionState.HIDDEN.value,
                contributions.c.hidden_for.is_not(None),
            )
            .values(state=ContributionState.READ.value, hidden_for=None)
        )
        return changed.rowcount == 1

    # ── what it was sorted as ────────────────────────────────────────────────────────────────────────────────────────

    async def confident_topics(self, ids: Collection[DialogueId]) -> dict[DialogueId, list[str]]:
        """By dialogue, the topics that the tagger is sure of, the surest first."""
        found: dict[DialogueId, list[str]] = {}
        for some in chunks(ids):
            for row in await self._connection.execute(_confident_topics(), {"dialogues": some}):
                found.setdefault(DialogueId(row.dialogue_id), []).append(row.topic)
        return found

    async def named(self, dialogue: DialogueId) -> ContributionId | None:
        """The contribution of this dialogue whose topic its author was told: the one already corrected, else the one
        that the tagger is surest about, else the newest."""
        corrected = sa.case((tags.c.by == By.CITIZEN.value, 1), else_=0)
        sure = sa.case((tags.c.confident, 1), else_=0)
        statement = (
            sa.select(contributions.c.id)
            .outerjoin(tags, tags.c.contribution_id == contributions.c.id)
            .where(contributions.c.dialogue_id == dialogue, contributions.c.redirect.is_(None))
            .order_by(
                corrected.desc(),
                sure.desc(),
                sa.func.coalesce(tags.c.score, 0).desc(),
                contributions.c.received_at.desc(),
            )
            .limit(1)
        )
        row = (await self._connection.execute(statement)).first()
        return ContributionId(row.id) if row else None

    async def corrected_count(self, consultation: ConsultationId) -> int:
        """Contributions whose author said that the topic was another one."""
        statement = (
            sa.select(sa.func.count(sa.distinct(tags.c.contribution_id)))
            .join(contributions, contributions.c.id == tags.c.contribution_id)
            .where(contributions.c.consultation_id == consultation, tags.c.by == By.CITIZEN.value)
        )
        return (await self._connection.execute(statement)).scalar_one()


# ── statements, each made once ───────────────────────────────────────────────────────────────────────────────────────


@cache
def _to_tag() -> sa.Select[Any]:
    return (
        sa.select(contributions)
        .where(contributions.c.state == ContributionState.RECEIVED.value)
        .order_by(contributions.c.whole_at, contributions.c.id)
        .limit(sa.bindparam("limit"))
    )


@cache
def _texts() -> sa.Select[Any]:
    return (
        sa.select(parts.c.contribution_id, parts.c.text)
        .where(among(parts.c.contribution_id, "ids"), parts.c.text.is_not(None))
        .order_by(parts.c.contribution_id, parts.c.message_id)
    )


@cache
def _confident_topics() -> sa.Select[Any]:
    return (
        sa.select(contributions.c.dialogue_id, tags.c.topic)
        .join(tags, tags.c.contribution_id == contributions.c.id)
        .where(
            among(contributions.c.dialogue_id, "dialogues"),
            unindexed(contributions.c.state) == ContributionState.READ.value,
            tags.c.by == By.TAGGER.value,
            tags.c.confident,
        )
        .order_by(tags.c.score.desc(), tags.c.topic)
    )


def found_by(text: str | None, redirect: str | None) -> str | None:
    """By which words a masked text is found. An urgent one is opened from its alert, and found by none."""
    return None if text is None or redirect else findable(text)

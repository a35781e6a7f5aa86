"""What is known of people when it is asked whom a step is for."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.audience import Facts
from core.model.contributions import By
from core.model.ids import CitizenId, ConsultationId
from core.storage.schema import answers, citizens, contributions, dialogues, tags
from core.storage.sql import chunks

_WEIGHT = {By.STAFF.value: 3, By.CITIZEN.value: 2, By.TAGGER.value: 1}


class Knowledge:
    """`facts`: of people of one partner, over all its consultations."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def facts(
        self, consultation: ConsultationId, sector_questions: Collection[str], ids: Collection[CitizenId]
    ) -> dict[CitizenId, Facts]:
        """`sources`: how they came to this consultation, or to any when they have not come to it yet. Topics: the
        tags that count, staff's word before the citizen's, the citizen's before the tagger's."""
        found: dict[CitizenId, Facts] = {}
        for some in chunks(ids):
            languages = await self._languages(some)
            came = await self._came(consultation, some)
            sectors = await self._sectors(sector_questions, some)
            topics = await self._topics(some)
            for citizen in languages:
                here, elsewhere, finished, before = came.get(citizen, ((), (), False, False))
                found[CitizenId(citizen)] = Facts(
                    frozenset(here or elsewhere),
                    languages[citizen],
                    frozenset(sectors.get(citizen, ())),
                    frozenset(topics.get(citizen, ())),
                    finished,
                    before,
                )
        return found

    async def _languages(self, ids: list[CitizenId]) -> dict[str, str]:
        statement = sa.select(citizens.c.id, citizens.c.language).where(citizens.c.id.in_(ids))
        return {row.id: row.language for row in await self._connection.execute(statement)}

    async def _came(self, consultation: ConsultationId, ids: list[CitizenId]) -> dict[str, tuple[Any, Any, bool, bool]]:
        """By citizen: (sources here, sources elsewhere, finished here, finished elsewhere)."""
        statement = sa.select(
            dialogues.c.citizen_id, dialogues.c.consultation_id, dialogues.c.source, dialogues.c.finished_at
        ).where(dialogues.c.citizen_id.in_(ids))
        found: dict[str, tuple[Any, Any, bool, bool]] = {}
        for row in await self._connection.execute(statement):
            here, elsewhere, finished, before = found.get(row.citizen_id, ((), (), False, False))
            done = row.finished_at is not None
            if row.consultation_id == consultation:
                found[row.citizen_id] = ((*here, row.source), elsewhere, finished or done, before)
            else:
                found[row.citizen_id] = (here, (*elsewhere, row.source), finished, before or done)
        return found

    async def _sectors(self, questions: Collection[str], ids: list[CitizenId]) -> dict[str, set[str]]:
        if not questions:
            return {}
        statement = (
            sa.select(dialogues.c.citizen_id, answers.c.value)
            .join(dialogues, dialogues.c.id == answers.c.dialogue_id)
            .where(dialogues.c.citizen_id.in_(ids), answers.c.question_id.in_(list(questions)))
        )
        found: dict[str, set[str]] = {}
        for row in await self._connection.execute(statement):
            found.setdefault(row.citizen_id, set()).add(row.value)
        return found

    async def _topics(self, ids: list[CitizenId]) -> dict[str, set[str]]:
        statement = (
            sa.select(contributions.c.citizen_id, tags.c.contribution_id, tags.c.topic, tags.c.by)
            .join(contributions, contributions.c.id == tags.c.contribution_id)
            .where(contributions.c.citizen_id.in_(ids), contributions.c.redirect.is_(None))
        )
        rows = (await self._connection.execute(statement)).all()
        strongest: dict[str, int] = {}
        for row in rows:
            strongest[row.contribution_id] = max(strongest.get(row.contribution_id, 0), _WEIGHT[row.by])
        found: dict[str, set[str]] = {}
        for row in rows:
            if row.topic and _WEIGHT[row.by] == strongest[row.contribution_id]:
                found.setdefault(row.citizen_id, set()).add(row.topic)
        return found

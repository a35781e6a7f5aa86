"""Staff's word on what a contribution is about: it counts before the citizen's and the program's, and is learnt."""

from collections.abc import Collection
from datetime import datetime

from core.model.audit import Act
from core.model.consultations import Consultation
from core.model.contributions import By, ContributionState
from core.model.errors import NotFound
from core.model.ids import ContributionId
from core.model.staff import Member
from core.storage.unit import Unit
from core.work.teaching import class_of


async def correct_topics(
    unit: Unit,
    consultation: Consultation,
    contribution: ContributionId,
    topics: Collection[str],
    member: Member,
    *,
    now: datetime,
) -> None:
    """`topics` empty: none of the list. Those that are not on the list are left out. `NotFound` for a contribution of
    another consultation, one that is gone, and one that nobody may read."""
    found = await unit.contributions.get([contribution])
    if (
        not found
        or found[0].consultation != consultation.id
        or found[0].redirected
        or found[0].state is not ContributionState.READ
    ):
        raise NotFound(
            "this contribution cannot be sorted: it is gone, or not to be read now", "error.contribution_gone"
        )
    one = class_of(consultation, found[0].question)
    known = {topic.id for topic in one.taxonomy.topics} if one else set()
    said = [topic for topic in dict.fromkeys(topics) if topic in known] or [""]
    await unit.sorting.put_tags(contribution, [(topic, 1.0, True) for topic in said], By.STAFF, now)
    await unit.audit.note(
        Act.TOPIC_CORRECTED, partner=member.partner, actor=member.id, subject=consultation.id, now=now
    )

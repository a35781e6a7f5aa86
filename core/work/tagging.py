"""Masks and tags whole contributions, away from the replies: the tagger works in its own process.

received ──▶ tagger ──▶ read           (or untaggable, or hidden when it was redirected)
                └─ a part came meanwhile: received again, next time
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from core.model.consultations import Consultation
from core.model.contributions import By, ContributionState
from core.model.errors import StorageError
from core.model.ids import AlertId, ContributionId, DialogueId, PartnerId
from core.storage.engine import Storage
from core.storage.sorting import Whole
from core.storage.staff import AlertRow
from core.storage.unit import Unit
from core.work.ports import Chance, Clock, School, Tagged, Tagger, TagJob, Untaggable
from core.work.session import Library
from core.work.staff_rooms import owe_alert
from core.work.teaching import class_of

log = logging.getLogger(__name__)

Read = tuple[Whole, Tagged | Untaggable]
"""A contribution, and what the tagger said of it."""


@dataclass(slots=True)
class Tagging:
    """`tell_filed` hears of the dialogues whose contribution was tagged. `wake` is called when a message was owed."""

    storage: Storage
    tagger: Tagger
    clock: Clock
    chance: Chance
    library: Library
    tell_filed: Callable[[Collection[DialogueId]], Awaitable[None]]
    wake: Callable[[], None]
    school: School

    async def tag_pending(self, *, batch: int = 64) -> int:
        """Returns how many contributions were read; 0 = nothing waits."""
        async with self.storage.reading() as unit:
            waiting = await unit.sorting.to_tag(batch)
            consultations = {each.id: await self._consultation(unit, each) for each in waiting}
        if not waiting:
            return 0
        jobs = [self._job(each, consultations[each.id]) for each in waiting]
        results = await self.tagger.tag(jobs)
        alerted = await self._save_all(list(zip(waiting, results, strict=True)), consultations)
        tagged = {each.dialogue for each, result in zip(waiting, results, strict=True) if _sure(result)}
        await self.tell_filed([dialogue for dialogue in tagged if dialogue is not None])
        if alerted or tagged:
            self.wake()
        return len(waiting)

    def _job(self, whole: Whole, consultation: Consultation) -> TagJob:
        """With the list that the answers to this question are sorted by, and what was learnt for it."""
        one = class_of(consultation, whole.question)
        taxonomy = one.taxonomy if one else consultation.taxonomy
        model = self.school.model(one.place, taxonomy) if one else ""
        return TagJob("\n".join(whole.texts), whole.language, taxonomy, whole.question, model)

    async def _consultation(self, unit: Unit, whole: Whole) -> Consultation:
        """The revision that the dialogue runs with; the current one for what came by paper."""
        key = None
        if whole.dialogue:
            placed = (await unit.dialogues.get([whole.dialogue]))[whole.dialogue]
            key = (whole.consultation, placed.dialogue.revision)
        else:
            running = await unit.consultations.running(whole.consultation)
            if running:
                key = (whole.consultation, running.revision)
        assert key is not None, "a contribution cannot outlive its consultation"
        if key not in self.library:
            self.library |= await unit.consultations.revisions([key])
        return self.library[key]

    async def _save_all(self, read: Sequence[Read], consultations: Mapping[ContributionId, Consultation]) -> bool:
        """In one commit. When one of them cannot be saved, each alone: that one is shown as untaggable, and the others
        are read. True when staff must be told."""
        try:
            async with self.storage.unit() as unit:
                return any([await self._save(unit, whole, result, consultations[whole.id]) for whole, result in read])
        except StorageError:
            raise
        except Exception as error:
            if len(read) == 1:
                whole = read[0][0]
                log.error("contribution %s cannot be saved as read: %s", whole.id, type(error).__name__)
                async with self.storage.unit() as unit:
                    await unit.sorting.read(whole, {"state": ContributionState.UNTAGGABLE.value})
                return False
        return any([await self._save_all([one], consultations) for one in read])

    async def _save(self, unit: Unit, whole: Whole, result: Tagged | Untaggable, consultation: Consultation) -> bool:
        """True when staff must be told."""
        now = self.clock.now()
        if isinstance(result, Untaggable):
            await unit.sorting.read(whole, {"state": ContributionState.UNTAGGABLE.value})
            return False
        state = ContributionState.HIDDEN if whole.redirect else ContributionState.READ
        saved = await unit.sorting.read(
            whole,
            {
                "state": state.value,
                "text": result.masked,
                "language": result.language,
                "masked": list(result.kinds),
                "flags": list(result.flags),
            },
        )
        if not saved:
            return False
        if not whole.redirect:
            found = [(topic.topic, topic.score, topic.confident) for topic in result.topics]
            evidence = {topic.topic: topic.words for topic in result.topics}
            await unit.sorting.put_tags(whole.id, found, By.TAGGER, now, evidence)
        return await self._flag(unit, whole, result.flags, consultation)

    async def _flag(self, unit: Unit, whole: Whole, flags: Sequence[str], consultation: Consultation) -> bool:
        told = False
        for flag in flags:
            row = AlertRow(
                id=AlertId(self.chance.token()),
                partner=PartnerId(consultation.partner.id),
                consultation=whole.consultation,
                contribution=whole.id,
                kind=flag,
                serious=True,
                created_at=self.clock.now(),
                opened_at=None,
            )
            if await unit.staff.add_alert(row):
                told |= await owe_alert(
                    unit, row, consultation, self.chance, dialogue=whole.dialogue, now=row.created_at
                )
        return told


def _sure(result: Tagged | Untaggable) -> bool:
    return isinstance(result, Tagged) and any(topic.confident for topic in result.topics)

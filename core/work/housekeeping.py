"""What is kept too long goes, each thing after its own time; campaigns that are over are closed.

    typed before agreeing   the file's `held_text`, never more than a day
    raw updates             `raw_updates`: those that could not be worked on too
    words of messages       `message_bodies`
    raw words of answers    `message_bodies` after the closing: the masked text stays
    answers                 `contributions` after the closing: typed or tapped, as the notice says
    people                  `inactive_people` after they last wrote: as if they had erased everything

Where a partner's files name different periods for what belongs to no single consultation, the shortest counts. Proofs
of consent go with the person: none is older than `inactive_people`.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.model.campaigns import CampaignState
from core.model.consultations import Consultation, Retention
from core.model.dialogues import Dialogue
from core.model.ids import ConsultationId, PartnerId
from core.storage.consultations import Running
from core.storage.dialogues import HELD_TEXT
from core.storage.engine import Storage
from core.work.own_data import erase_citizen
from core.work.ports import Chance, Clock

PAGE = 200


@dataclass(frozen=True, slots=True)
class _Kept:
    """A consultation that was started, with the periods of its newest file."""

    running: Running
    retention: Retention


@dataclass(slots=True)
class Housekeeping:
    storage: Storage
    clock: Clock
    chance: Chance
    erasure_hash: Callable[[str], str]

    async def tidy(self) -> Counter[str]:
        """One round. Counts what went. At its end the database's own log is written back: what went is in no file."""
        now = self.clock.now()
        counts: Counter[str] = Counter()
        everything = await self._everything()
        for each in everything:
            counts["held"] += await self._held(each, now)
            if now >= each.running.closes_at:
                counts += await self._closed(each, now)
        for partner in dict.fromkeys(each.running.partner for each in everything):
            own = [each.retention for each in everything if each.running.partner == partner]
            counts += await self._partner(partner, own, now)
        await self.storage.write_back()
        return counts

    async def _everything(self) -> list[_Kept]:
        async with self.storage.reading() as unit:
            started = await unit.consultations.all()
            current = await unit.consultations.revisions([(each.id, each.revision) for each in started])
        found: list[tuple[Running, Consultation]] = [(each, current[each.id, each.revision]) for each in started]
        return [_Kept(running, consultation.retention) for running, consultation in found]

    async def _held(self, kept: _Kept, now: datetime) -> int:
        """Text that came before consent and waited too long. Returns for how many dialogues."""
        before = now - min(kept.retention.held_text, HELD_TEXT)
        async with self.storage.unit() as unit:
            placed = await unit.dialogues.holding_since(kept.running.id, before, PAGE)
            fresh = [replace(each, dialogue=_without_held(each.dialogue, before)) for each in placed]
            await unit.dialogues.save(fresh, {})
        return len(placed)

    async def _partner(self, partner: PartnerId, own: Sequence[Retention], now: datetime) -> Counter[str]:
        counts: Counter[str] = Counter()
        received = now - min(each.raw_updates for each in own)
        planned = now - min(each.message_bodies for each in own)
        seen = now - min(each.inactive_people for each in own)
        async with self.storage.unit() as unit:
            accounts = [account.id for account in await unit.people.accounts(partner)]
            counts["updates"] = await unit.inbox.forget_before(received, accounts)
            counts["bodies"] = await unit.deliveries.forget_bodies(planned, accounts)
            counts["pages"] = await unit.web.forget_before(planned, accounts)
            for citizen in await unit.privacy.inactive(partner, seen, PAGE):
                await erase_citizen(unit, citizen, self.erasure_hash, self.chance, now, farewell=None)
                counts["inactive"] += 1
        return counts

    async def _closed(self, kept: _Kept, now: datetime) -> Counter[str]:
        counts: Counter[str] = Counter()
        own, closed = ConsultationId(kept.running.id), kept.running.closes_at
        if now >= closed + kept.retention.message_bodies:
            async with self.storage.unit() as unit:
                counts["raw words"] = await unit.privacy.forget_parts(own)
        if now >= closed + kept.retention.contributions:
            counts["contributions"] = await self._answers(own)
            if kept.running.state in (CampaignState.RUNNING, CampaignState.PAUSED):
                async with self.storage.unit() as unit:
                    await unit.consultations.set_state(own, CampaignState.FINISHED, now)
        return counts

    async def _answers(self, consultation: ConsultationId) -> int:
        """Every answer of a consultation, and what its dialogues remember of them. That somebody came stays a count."""
        gone, some = 0, True
        while some:
            async with self.storage.unit() as unit:
                placed = await unit.dialogues.answering(consultation, PAGE)
                some = bool(placed)
                await unit.dialogues.save([replace(each, dialogue=_emptied(each.dialogue)) for each in placed], {})
                gone += await unit.privacy.delete_answers([each.dialogue.id for each in placed])
        async with self.storage.unit() as unit:
            return gone + await unit.privacy.delete_contributions(consultation)


def _without_held(dialogue: Dialogue, before: datetime) -> Dialogue:
    return replace(dialogue, held=tuple(held for held in dialogue.held if held.at > before))


def _emptied(dialogue: Dialogue) -> Dialogue:
    """Where it stands, and not a word of what was said."""
    return replace(
        dialogue,
        open_question=None,
        elapses_at=None,
        answered={},
        skipped=frozenset(),
        choosing=(),
        held=(),
        offered_topics=(),
        filed=None,
        asides={},
    )

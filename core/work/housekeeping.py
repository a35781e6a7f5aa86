"""What is kept too long goes, each thing after its own time; campaigns that are over are closed.

    typed before agreeing   the file's `held_text`, never more than a day
    raw updates             `raw_updates`: those that could not be worked on too
    words of messages       `message_bodies`
    raw words of answers    `message_bodies` after the closing: the masked text stays
    answers                 `contributions` after the closing: typed or tapped, as the notice says
    staff's way in          links that were used or are too old, sessions that ended
    people                  `inactive_people` after they last wrote: as if they had erased everything
    who is too young        an hour after they last wrote, and who said no: no trace stays, not even that of an erasure

Where a partner's files name different periods for what belongs to no single consultation, the shortest counts. Proofs
of consent go with the person: none is older than `inactive_people`.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from core.model.campaigns import CampaignState
from core.model.consultations import Consultation, Retention
from core.model.dialogues import Dialogue
from core.model.ids import ConsultationId, PartnerId
from core.storage.consultations import Running
from core.storage.dialogues import HELD_TEXT
from core.storage.engine import Storage
from core.storage.unit import Unit
from core.work.alone import each_alone
from core.work.dialogue.own_data import erase_citizen
from core.work.digests.digest import amend_after_erasure
from core.work.ports import Chance, Clock
from core.work.staff import approvals
from core.work.staff.members import IDLE

PAGE = 200
MANY = 1000
Found = TypeVar("Found")
DECLINED = timedelta(hours=1)
"""Until then whoever is too young, or said no, gets the same kind answer again when they go on writing."""
FAREWELL = timedelta(days=2)
"""So long the last message to somebody who erased everything is tried; then their address goes without it."""


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
        everything = await self._everything()
        partners: dict[PartnerId, list[Retention]] = {}
        for each in everything:
            partners.setdefault(each.running.partner, []).append(each.retention)
        work = [partial(self._consultation, each, now) for each in everything]
        work += [partial(self._partner, partner, own, now) for partner, own in partners.items()]
        work.append(partial(self._staff, now))
        try:
            return sum(await each_alone(work, lambda one: one()), Counter())
        finally:
            await self.storage.write_back()

    async def _everything(self) -> list[_Kept]:
        async with self.storage.reading() as unit:
            started = await unit.consultations.all()
            current = await unit.consultations.revisions([(each.id, each.revision) for each in started])
        found: list[tuple[Running, Consultation]] = [(each, current[each.id, each.revision]) for each in started]
        return [_Kept(running, consultation.retention) for running, consultation in found]

    async def _consultation(self, kept: _Kept, now: datetime) -> Counter[str]:
        counts = Counter(held=await self._held(kept, now))
        return counts + await self._closed(kept, now) if now >= kept.running.over_at else counts

    async def _held(self, kept: _Kept, now: datetime) -> int:
        """Text that came before consent and waited too long. Returns for how many dialogues."""
        before = now - min(kept.retention.held_text, HELD_TEXT)
        gone, some = 0, True
        while some:
            async with self.storage.unit(spare=True) as unit:
                placed = await unit.dialogues.holding_since(kept.running.id, before, PAGE)
                fresh = [replace(each, dialogue=_without_held(each.dialogue, before)) for each in placed]
                await unit.dialogues.save(fresh, {})
            gone += len(placed)
            some = bool(placed)
        return gone

    async def _partner(self, partner: PartnerId, own: Sequence[Retention], now: datetime) -> Counter[str]:
        counts: Counter[str] = Counter()
        received = now - min(each.raw_updates for each in own)
        planned = now - min(each.message_bodies for each in own)
        seen = now - min(each.inactive_people for each in own)
        async with self.storage.reading() as unit:
            accounts = [account.id for account in await unit.people.accounts(partner)]
        counts["updates"] = await self._some_at_a_time(
            lambda unit: unit.inbox.old(received, accounts, MANY), lambda unit, some: unit.inbox.forget(some)
        )
        counts["bodies"] = await self._some_at_a_time(
            lambda unit: unit.deliveries.old_words(planned, accounts, MANY),
            lambda unit, some: unit.deliveries.forget_words(some),
        )
        async with self.storage.unit(spare=True) as unit:
            counts["farewells"] = await unit.privacy.forget_leaving(now - FAREWELL, accounts)
            counts["pages"] = await unit.web.forget_before(planned, accounts)
            for citizen in await unit.privacy.inactive(partner, seen, PAGE):
                await erase_citizen(unit, citizen, self.erasure_hash, self.chance, now, farewell=None)
                counts["inactive"] += 1
            for citizen in await unit.privacy.declined(partner, now - DECLINED, PAGE):
                await erase_citizen(unit, citizen, None, self.chance, now, farewell=None)
                counts["declined"] += 1
        return counts

    async def _staff(self, now: datetime) -> Counter[str]:
        async with self.storage.unit(spare=True) as unit:
            return Counter(ways_in=await unit.members.forget_over(now, now - IDLE))

    async def _closed(self, kept: _Kept, now: datetime) -> Counter[str]:
        counts: Counter[str] = Counter()
        own, closed = ConsultationId(kept.running.id), kept.running.over_at
        if now >= closed + kept.retention.message_bodies:
            counts["raw words"] = await self._some_at_a_time(
                lambda unit: unit.privacy.raw_words(own, MANY), lambda unit, some: unit.privacy.forget_raw_words(some)
            )
        if now >= closed + kept.retention.contributions:
            counts["contributions"] = await self._answers(own, now)
            if kept.running.state in (CampaignState.RUNNING, CampaignState.PAUSED):
                async with self.storage.unit(spare=True) as unit:
                    await unit.consultations.set_state(own, CampaignState.FINISHED, now)
                    await approvals.overtaken(unit, own, self.chance, now=now)
        return counts

    async def _some_at_a_time(
        self,
        find: Callable[[Unit], Awaitable[list[Found]]],
        forget: Callable[[Unit, list[Found]], Awaitable[int]],
    ) -> int:
        """Looks for them without holding the pen, and holds it only for a few: whoever answers people needs it."""
        gone = 0
        while True:
            async with self.storage.reading() as unit:
                some = await find(unit)
            if not some:
                return gone
            async with self.storage.unit(spare=True) as unit:
                gone += await forget(unit, some)

    async def _answers(self, consultation: ConsultationId, now: datetime) -> int:
        """Every answer of a consultation, and what its dialogues remember of them. That somebody came stays a count."""
        gone, some = 0, True
        while some:
            async with self.storage.unit(spare=True) as unit:
                placed = await unit.dialogues.answering(consultation, PAGE)
                some = bool(placed)
                await unit.dialogues.save([replace(each, dialogue=_emptied(each.dialogue)) for each in placed], {})
                gone += await unit.privacy.delete_answers([each.dialogue.id for each in placed])
        async with self.storage.unit(spare=True) as unit:
            quoted = await unit.staff.quoted(consultation)
            gone += await unit.privacy.delete_contributions(consultation)
            await unit.satisfactions.forget(consultation)
            await amend_after_erasure(unit, consultation, quoted, self.chance, now)
        return gone


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
        asked_why=None,
        explained=False,
    )

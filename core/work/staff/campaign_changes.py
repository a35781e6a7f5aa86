"""A file that changes a campaign: in force at once, or kept until a colleague has seen it.

    file ─▶ check ─┬─ one person may ─────────────────────────────────────▶ in force (a revision, once)
                   └─ two are asked for ─▶ [change that waits] ─ see it ─┬─▶ check ─▶ in force (once)
                                                                         └─▶ dropped │ replaced │ overtaken

Whoever gave a change cannot put it in force. Only what somebody saw is put in force or dropped: what changed meanwhile
is said instead.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from core.model.audit import Act
from core.model.campaigns import CampaignState
from core.model.consultations import Consultation
from core.model.errors import FileError
from core.model.ids import ConsultationId
from core.model.messages import Card, Line, sentence
from core.model.staff import Actor
from core.rules.findings import Finding, refused
from core.storage.consultations import Running
from core.storage.engine import Storage
from core.storage.unit import Unit
from core.work.cards.digest_layout import Voice
from core.work.ports import Chance, Clock, Words
from core.work.staff import approvals, campaigns
from core.work.staff.approvals import Became
from core.work.staff.campaign_cards import change_card, checked_card

_LIVE = (CampaignState.RUNNING, CampaignState.PAUSED)


@dataclass(frozen=True, slots=True)
class Drafting:
    """What is known of consultation files. `write`: what was filled in, the last file, the language and the ids in
    use as the text of a file; `read`: a text, its mistakes said in a language as a `FileError`; `check`: what is
    remarkable.
    """

    write: Callable[[Mapping[str, str], str, str, Collection[str]], str]
    read: Callable[[str, str], Consultation]
    check: Callable[[Consultation], Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class Changes:
    """`wake`: called when something is owed or in force."""

    storage: Storage
    clock: Clock
    chance: Chance
    words: Words
    drafting: Drafting
    wake: Callable[[], None]

    async def checked(self, running: Running, consultation: Consultation, voice: Voice) -> Card:
        """What the check says of it, and what can be done."""
        findings = self.drafting.check(consultation)
        async with self.storage.reading() as unit:
            waits = running.id in await unit.consultations.proposed(running.partner)
            return await checked_card(
                unit, running, consultation, findings, self.words, voice, waits=waits, now=self.clock.now()
            )

    async def revised(
        self, which: ConsultationId, consultation: Consultation, file: str, revision: str, who: Actor, voice: Voice
    ) -> Card:
        """What runs gets a new revision, unless somebody was quicker or it is over."""
        async with self.storage.unit() as unit:
            running = await unit.consultations.running(which)
            if running is None or str(running.revision) != revision or running.state not in _LIVE:
                return sentence(voice("campaign.changed"))
            await self._put_in_force(unit, running, consultation, file, who)
        return await self._in_force(which, voice)

    # ── when two people are asked for ────────────────────────────────────────────────────────────────────────────────

    async def proposed(self, which: ConsultationId, file: str, revision: str, who: Actor, voice: Voice) -> Card:
        """Kept until a colleague has seen it, in the place of one that waited; nothing of it is in force. Their room is
        told."""
        now, told = self.clock.now(), False
        async with self.storage.unit() as unit:
            running = await unit.consultations.running(which)
            if running is None or str(running.revision) != revision or running.state not in _LIVE:
                return sentence(voice("campaign.changed"))
            known = await unit.consultations.current(which)
            assert known is not None, "it runs"
            before = await unit.consultations.file(which, running.revision)
            waited, by = await unit.consultations.change(which), await approvals.colleague(unit, who)
            if waited is None or waited.file != file:  # else it has had its effect
                if waited is not None:
                    given = waited.given_at
                    await approvals.over(unit, which, Became.REPLACED, self.chance, since=given, by=by, now=now)
                await unit.consultations.propose(which, running.revision, file, now)
                await unit.audit.note(Act.CHANGE_GIVEN, partner=running.partner, actor=who.id, subject=which, now=now)
            since = waited.given_at if waited and waited.file == file else now
            told = await approvals.ask(unit, known, by, self.chance, since=since, now=now)
        if told:
            self.wake()
        shown = await self.seen(running, known, before or "", file, who, voice)
        return Card((Line(voice("campaign.change_told" if told else "campaign.change_given")), *shown.blocks))

    async def seen(
        self, running: Running, known: Consultation, before: str, file: str, who: Actor, voice: Voice
    ) -> Card:
        """What a colleague sees before they put it in force."""
        try:
            consultation = await asyncio.to_thread(self.drafting.read, file, voice.language)
        except FileError:  # it was right when it was given: the program knows better since
            return sentence(voice("campaign.change_refused"))
        async with self.storage.reading() as unit:
            own = who.id == await unit.audit.last_actor(Act.CHANGE_GIVEN, running.id)
            return await change_card(
                unit,
                running,
                (known, before),
                (consultation, file),
                self.drafting.check(consultation),
                self.words,
                voice,
                own=own,
                now=self.clock.now(),
            )

    async def approved(self, running: Running, file: str, who: Actor, voice: Voice) -> Card:
        """Puts in force what this person saw, once; whoever gave it cannot."""
        try:
            consultation = await asyncio.to_thread(self.drafting.read, file, voice.language)
        except FileError:
            return sentence(voice("campaign.change_refused"))
        if refused(self.drafting.check(consultation)):
            return sentence(voice("campaign.change_refused"))
        async with self.storage.unit() as unit:
            if who.id == await unit.audit.last_actor(Act.CHANGE_GIVEN, running.id):
                return sentence(voice("campaign.change_second"))
            now_running = await unit.consultations.running(running.id)
            same = now_running is not None and now_running.revision == running.revision
            if not same or now_running is None or now_running.state not in _LIVE:
                return sentence(voice("campaign.changed"))
            change = await unit.consultations.take_proposed(running.id, file)
            if change is None:
                return sentence(voice("campaign.changed"))
            since, now = change.given_at, self.clock.now()
            by = await approvals.colleague(unit, who)
            await approvals.over(unit, running.id, Became.IN_FORCE, self.chance, since=since, by=by, now=now)
            await self._put_in_force(unit, now_running, consultation, file, who)
        return await self._in_force(running.id, voice)

    async def dropped(self, running: Running, file: str, who: Actor, voice: Voice) -> Card:
        now, own = self.clock.now(), running.id
        async with self.storage.unit() as unit:
            change = await unit.consultations.take_proposed(own, file)
            if change is None:
                return sentence(voice("campaign.changed"))
            since, by = change.given_at, await approvals.colleague(unit, who)
            await approvals.over(unit, own, Became.DROPPED, self.chance, since=since, by=by, now=now)
            await unit.audit.note(Act.CHANGE_DROPPED, partner=running.partner, actor=who.id, subject=own, now=now)
        self.wake()
        return sentence(voice("campaign.change_dropped"))

    # ── in force ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _put_in_force(
        self, unit: Unit, running: Running, consultation: Consultation, file: str, who: Actor
    ) -> None:
        now, by = self.clock.now(), await approvals.colleague(unit, who)
        await campaigns.start(unit, consultation, (), self.chance, now=now, file=file, by=by)
        if running.state is CampaignState.PAUSED:
            await campaigns.move(unit, running.id, CampaignState.PAUSED, self.chance, now=now)
        await unit.audit.note(Act.CAMPAIGN_STARTED, partner=running.partner, actor=who.id, subject=running.id, now=now)

    async def _in_force(self, which: ConsultationId, voice: Voice) -> Card:
        async with self.storage.reading() as unit:
            running, current = await unit.consultations.running(which), await unit.consultations.current(which)
        assert running is not None, "it was just revised"
        assert current is not None, "it was just revised"
        self.wake()
        checked = await self.checked(running, current, voice)
        return Card((Line(voice("campaign.revised", revision=running.revision)), *checked.blocks))

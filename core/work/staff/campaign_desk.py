"""Campaigns from the staff's own room: written in a form, checked like a file, started once, paused and stopped.

    form ─▶ text of a file ─▶ read ─▶ check ─▶ [draft: revision, file] ─▶ preview, who gets what ─▶ start (once)
              └─ mistakes ─▶ the form again                     └─▶ the file, to take along and change

A draft reaches nobody. Whoever starts says which revision they saw: what somebody changed or started meanwhile is said
instead. Where the partner asks for a second person, whoever wrote the draft cannot start it, and a file that
changes what runs waits until a colleague has seen it (`core/work/staff/campaign_changes.py`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from core.model.audit import Act
from core.model.campaigns import CampaignState
from core.model.consultations import Consultation
from core.model.errors import FileError, NotAllowed
from core.model.forms import Form
from core.model.ids import AccountId, ConsultationId
from core.model.messages import Button, Card, Heading, Line, Note, sentence
from core.model.staff import Actor
from core.rules.findings import refused
from core.rules.permissions import Deed
from core.rules.plain_text import cleaned
from core.storage.consultations import Running
from core.storage.engine import Storage
from core.storage.unit import Unit
from core.work.cards.digest_layout import Voice
from core.work.ports import Chance, Clock, Words
from core.work.staff import approvals, campaigns
from core.work.staff.campaign_cards import change_mark, messages_card
from core.work.staff.campaign_changes import Changes, Drafting
from core.work.staff.campaign_forms import (
    CAMPAIGN,
    GIVEN,
    MOST_LISTED,
    PICKED,
    WRITTEN,
    campaign_form,
    campaign_line,
    filled_from,
    give_form,
)
from core.work.staff.guard import Guard, NotTheirs, Shown, partner_of
from core.work.staff.lookups import Taken

_MOVES = {
    "pause": CampaignState.PAUSED,
    "resume": CampaignState.RUNNING,
    "stopped": CampaignState.STOPPED,
}


@dataclass(slots=True)
class CampaignDesk:
    """`wake`: called when a campaign began, went on or stopped."""

    storage: Storage
    clock: Clock
    chance: Chance
    words: Words
    drafting: Drafting
    wake: Callable[[], None]
    guard: Guard = field(init=False)
    changes: Changes = field(init=False)

    def __post_init__(self) -> None:
        self.guard = Guard(self.storage, self.clock)
        self.changes = Changes(self.storage, self.clock, self.chance, self.words, self.drafting, self.wake)

    async def campaigns(self, account: AccountId, who: Actor, language: str) -> Card:
        """The partner's campaigns, each with what can be done, and a button for a new one."""
        voice = Voice(self.words, language)
        return await self._lets(account, who, voice, lambda: self._campaigns(account, voice))

    async def _lets(
        self, account: AccountId, who: Actor, voice: Voice, work: Callable[[], Awaitable[Shown]]
    ) -> Shown | Card:
        return await self.guard.lets(Deed.CHANGE_CONSULTATION, account, who, voice, work)

    async def _campaigns(self, account: AccountId, voice: Voice) -> Card:
        async with self.storage.reading() as unit:
            own = await _own(unit, account)
            waiting = await unit.consultations.proposed(own[0][0].partner) if own else {}
        lines = [campaign_line(each, known, voice, waits=each.id in waiting) for each, known in own[:MOST_LISTED]]
        new = Line(voice("campaign.new_one"), (Button(voice("campaign.button.new"), f"{CAMPAIGN}:new"),))
        return Card((Heading(voice("campaign.title")), *lines, new, Note(voice("campaign.file_too"))))

    async def pressed(self, account: AccountId, action: str, who: Actor, language: str) -> Card | Form | Taken | None:
        """What a button leads to; None when it is none of these."""
        begins, verb, own, revision = (*action.split(":"), "", "", "")[:4]
        if begins != CAMPAIGN:
            return None
        voice = Voice(self.words, language)
        return await self._lets(account, who, voice, lambda: self._led(account, verb, own, revision, who, voice))

    async def _led(
        self, account: AccountId, verb: str, own: str, revision: str, who: Actor, voice: Voice
    ) -> Card | Form | Taken:
        if verb == "new":
            return await self._new(account, voice)
        async with self.storage.reading() as unit:
            found = await _one(unit, account, own)
            if found is None:
                raise NotTheirs(exists=await unit.consultations.running(ConsultationId(own)) is not None)
            running, known = found
            file = await unit.consultations.file(running.id, running.revision)
            change = await unit.consultations.change(running.id)
            waiting = change.file if change else None
        match verb:
            case "look":
                return await self.changes.checked(running, known, voice)
            case "says":
                return messages_card(known, self.words, voice)
            case "edit" if running.state is CampaignState.DRAFT:
                action = f"{CAMPAIGN}:edit:{own}:{running.revision}"
                return campaign_form(action, filled_from(known, voice.language), voice)
            case "file" if file is not None:
                return Taken(f"{own}.yaml", file.encode(), voice("campaign.file", title=voice.text(known.title)))
            case "give":
                two = known.partner.second_person and running.state is not CampaignState.DRAFT
                return give_form(f"{CAMPAIGN}:give:{own}:{running.revision}", voice, two=two)
            case "change" if waiting is not None:
                return await self.changes.seen(running, known, file or "", waiting, who, voice)
            case "approve" if waiting is not None and change_mark(waiting) == revision:
                return await self.changes.approved(running, waiting, who, voice)
            case "drop" if waiting is not None and change_mark(waiting) == revision:
                return await self.changes.dropped(running, waiting, who, voice)
            case "start":
                return await self._start(account, running.id, revision, who, voice)
            case "stop":
                yes = Button(voice("campaign.button.stopped"), f"{CAMPAIGN}:stopped:{own}")
                return sentence(voice("campaign.stop_sure", title=voice.text(known.title)), yes)
            case "pause" | "resume" | "stopped":
                return await self._move(running.id, _MOVES[verb], who, voice)
        return sentence(voice("campaign.changed"))

    async def sent(
        self, account: AccountId, action: str, fields: Mapping[str, str], who: Actor, language: str
    ) -> Card | Form:
        """A form that came back: kept as a draft and checked, or the form again with the mistakes."""
        voice = Voice(self.words, language)
        return await self._lets(account, who, voice, lambda: self._received(account, action, fields, who, voice))

    async def _received(
        self, account: AccountId, action: str, fields: Mapping[str, str], who: Actor, voice: Voice
    ) -> Card | Form:
        if action.startswith(f"{CAMPAIGN}:give:"):
            return await self._given_back(account, action, fields.get(GIVEN, ""), who, voice)
        language = voice.language
        given = {name: cleaned(fields.get(name, "")).strip() for name in (*WRITTEN, *PICKED)}
        _, _, own, revision = (*action.split(":"), "", "", "")[:4]
        async with self.storage.reading() as unit:
            base, taken = await _last_file(unit, account), {each.id for each in await unit.consultations.all()}
            known = await _own(unit, account)
            if own and own not in {running.id for running, _ in known}:
                raise NotTheirs(exists=own in taken)
        if base is None:
            return sentence(voice("campaign.first_by_file"))
        spoken = next((each.languages for running, each in known if running.id == own), known[-1][1].languages)
        language = language if language in spoken else spoken[0]
        try:
            for running, there in known if not own else ():  # the same form again has had its effect
                if running.state is CampaignState.DRAFT:
                    _, same = await asyncio.to_thread(self._read, {**given, "id": running.id}, base, language, taken)
                    if replace(same, revision=there.revision) == there:
                        return await self.changes.checked(running, there, voice)
            file, consultation = await asyncio.to_thread(self._read, {**given, "id": own}, base, language, taken)
        except FileError as error:
            return campaign_form(action, given, voice, mistakes=str(error).splitlines())
        return await self._kept(account, consultation, file, own, revision, who, voice)

    async def _given_back(self, account: AccountId, action: str, file: str, who: Actor, voice: Voice) -> Card | Form:
        """A file that was changed elsewhere: the same check as for a form. A draft gets its next revision; a campaign
        that runs gets it at once, unless the check refuses it."""
        _, _, own, revision = (*action.split(":"), "", "")[:4]
        try:
            consultation = await asyncio.to_thread(self.drafting.read, file, voice.language)
        except FileError as error:
            return give_form(action, voice, mistakes=str(error).splitlines())
        async with self.storage.reading() as unit:
            found = await _one(unit, account, own)
            if found is None:
                raise NotTheirs(exists=await unit.consultations.running(ConsultationId(own)) is not None)
        running, there = found
        if (consultation.id, consultation.partner.id) != (running.id, running.partner):
            return give_form(action, voice, mistakes=(voice("campaign.give_other", id=own),))
        if replace(consultation, revision=there.revision) == there:  # the same file again has had its effect
            return await self.changes.checked(running, there, voice)
        if running.state is CampaignState.DRAFT:
            return await self._kept(account, consultation, file, own, revision, who, voice)
        if refused(self.drafting.check(consultation)):
            return await self.changes.checked(running, consultation, voice)
        if consultation.partner.second_person or there.partner.second_person:
            return await self.changes.proposed(running.id, file, revision, who, voice)
        return await self.changes.revised(running.id, consultation, file, revision, who, voice)

    def _read(
        self, fields: Mapping[str, str], base: str, language: str, taken: Collection[str]
    ) -> tuple[str, Consultation]:
        file = self.drafting.write(fields, base, language, taken)
        return file, self.drafting.read(file, language)

    async def _new(self, account: AccountId, voice: Voice) -> Card | Form:
        async with self.storage.reading() as unit:
            own, base = await _own(unit, account), await _last_file(unit, account)
        if base is None or not own:
            return sentence(voice("campaign.first_by_file"))
        last = own[-1][1]
        notice = last.notice.more.get(voice.language) or last.in_language(last.notice.more, "")
        return campaign_form(f"{CAMPAIGN}:new", {"reminder": "yes", "last_call": "yes", "notice": notice}, voice)

    async def _kept(
        self,
        account: AccountId,
        consultation: Consultation,
        file: str,
        own: str,
        revision: str,
        who: Actor,
        voice: Voice,
    ) -> Card:
        """The draft, or its next revision, unless somebody was quicker."""
        now, which = self.clock.now(), ConsultationId(consultation.id)
        async with self.storage.unit() as unit:
            running = await unit.consultations.running(which)
            if not own and running is None:
                await unit.consultations.add(consultation, now, file=file)
            elif running and own and await _is_draft(unit, account, running, revision):
                await unit.consultations.revise(consultation, running.revision + 1, now, file=file)
            else:
                return sentence(voice("campaign.changed"))
            partner = consultation.partner.id
            await unit.audit.note(Act.CAMPAIGN_DRAFTED, partner=partner, actor=who.id, subject=which, now=now)
            running = await unit.consultations.running(which)
            assert running is not None, "it was just kept"
            ready = await approvals.takes_two(unit, consultation) and not refused(self.drafting.check(consultation))
            by = await approvals.colleague(unit, who)
            told = ready and await approvals.ask(unit, consultation, by, self.chance, since=None, now=now)
        checked = await self.changes.checked(running, consultation, voice)
        if not told:
            return checked
        self.wake()
        return Card((Line(voice("campaign.draft_told")), *checked.blocks))

    async def _start(self, account: AccountId, which: ConsultationId, revision: str, who: Actor, voice: Voice) -> Card:
        """Starts what this person saw, once."""
        now = self.clock.now()
        async with self.storage.unit() as unit:
            running = await unit.consultations.running(which)
            if running is None or not await _is_draft(unit, account, running, revision):
                return sentence(voice("campaign.changed"))
            consultation = await unit.consultations.current(which)
            assert consultation is not None, "it has a revision"
            if refused(self.drafting.check(consultation)):
                return sentence(voice("campaign.refused"))
            wrote_it = who.id == await unit.audit.last_actor(Act.CAMPAIGN_DRAFTED, which)
            if wrote_it and await approvals.takes_two(unit, consultation):
                return sentence(voice("campaign.second_person"))
            partner = running.partner
            accounts = [
                (each.channel, each.external_id) for each in await unit.people.accounts() if each.partner == partner
            ]
            file = await unit.consultations.file(which, running.revision)
            by = await approvals.colleague(unit, who)
            await campaigns.start(unit, consultation, accounts, self.chance, now=now, file=file, by=by)
            await unit.audit.note(Act.CAMPAIGN_STARTED, partner=partner, actor=who.id, subject=which, now=now)
        self.wake()
        return sentence(voice("campaign.started", title=voice.text(consultation.title)))

    async def _move(self, which: ConsultationId, to: CampaignState, who: Actor, voice: Voice) -> Card:
        now = self.clock.now()
        try:
            async with self.storage.unit() as unit:
                running = await unit.consultations.running(which)
                if running is None or running.state is CampaignState.DRAFT:
                    return sentence(voice("campaign.changed"))
                by, known = await approvals.colleague(unit, who), await unit.consultations.current(which)
                assert known is not None, "it began, so it has a revision"
                await campaigns.move(unit, which, to, self.chance, now=now, by=by)
                await approvals.moved(unit, known, to, by, self.chance, now=now)
                act = Act(f"campaign.{to}")
                await unit.audit.note(act, partner=running.partner, actor=who.id, subject=which, now=now)
        except NotAllowed:  # somebody was quicker
            return sentence(voice("campaign.changed"))
        self.wake()
        return sentence(voice(f"campaign.became.{to}"))


# ── whose it is ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def _own(unit: Unit, account: AccountId) -> list[tuple[Running, Consultation]]:
    """The partner's campaigns, drafts too, those that were made last at the end."""
    partner = await partner_of(unit, account)
    if partner is None:
        return []
    own = sorted(await unit.consultations.all(partner), key=lambda each: each.opens_at)
    current = await unit.consultations.revisions([(each.id, each.revision) for each in own])
    return [(each, current[each.id, each.revision]) for each in own]


async def _one(unit: Unit, account: AccountId, own: str) -> tuple[Running, Consultation] | None:
    return next((each for each in await _own(unit, account) if each[0].id == own), None)


async def _is_draft(unit: Unit, account: AccountId, running: Running, revision: str) -> bool:
    """Whether it is still the partner's draft that somebody saw."""
    if running.state is not CampaignState.DRAFT or str(running.revision) != revision:
        return False
    return await _one(unit, account, running.id) is not None


async def _last_file(unit: Unit, account: AccountId) -> str | None:
    for running, _ in reversed(await _own(unit, account)):
        if file := await unit.consultations.file(running.id, running.revision):
            return file
    return None

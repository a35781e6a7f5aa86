"""One event of one person: which dialogue it belongs to, what the dialogue makes of it, and that done.

Inbound ─▶ _place(which dialogue?) ─▶ advance / begin (pure) ─▶ Turn ─▶ perform(effect) for each effect
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from core.model.consultations import Consultation
from core.model.contributions import By
from core.model.copies import altered
from core.model.deliveries import Reason, Spec
from core.model.dialogues import (
    AddPart,
    Alert,
    Answer,
    AskInvitations,
    Correct,
    CountMedia,
    Dialogue,
    EditPart,
    Effect,
    Elapsed,
    Erase,
    Explain,
    ExportMine,
    Filed,
    GiveConsent,
    ListConsultations,
    OptIn,
    OptOut,
    Postpone,
    Rate,
    Reclaim,
    Reply,
    RevokeConsent,
    SetLanguage,
    Setting,
    ShowAnswers,
    ShowFollowUps,
    Stage,
    SwitchTo,
    Turn,
    Unanswer,
    Whole,
)
from core.model.ids import AlertId, ConsultationId
from core.model.messages import Attached, Edited, Event, Inbound, Left, Pressed, Returned, Said, Started
from core.model.people import Account, Purpose
from core.rules.dialogue import advance, begin, elsewhere
from core.rules.specs.actions import UNDER_A_PUSH, read, tag_of
from core.rules.specs.course import consultations_spec
from core.rules.turn.said import WHY_WAITS
from core.storage.consultations import Running
from core.storage.dialogues import Placed
from core.storage.staff import AlertRow
from core.work.dialogue import own_data
from core.work.dialogue.postponing import postpone
from core.work.ports import Chance
from core.work.pushes.satisfaction import explained, rated
from core.work.session import Person, Session
from core.work.staff_rooms import owe_alert

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(slots=True)
class Turns:
    """Plays events in the session of one batch. `erasure_hash` makes the trace that an erasure leaves; `languages`:
    those that we speak at all, the first for people whose language is not among them."""

    session: Session
    chance: Chance
    erasure_hash: Callable[[str], str]
    languages: Sequence[str]

    async def receive(self, account: Account, inbound: Inbound, key: str) -> None:
        """`key` names the inbound row: replies are owed once per key and ordinal, however often it is worked on."""
        person = self.session.person(account, inbound.chat)
        if person and person.citizen.unreachable and not isinstance(inbound.event, Left):
            await self._reachable(person, left=False)  # the platform did not tell, but here they are
        match inbound.event:
            case Left() | Returned():
                if person:
                    await self._reachable(person, left=isinstance(inbound.event, Left))
            case Started(payload=payload):
                await self._start(account, person, inbound, payload, key)
            case Said() | Edited() | Pressed() | Attached():
                if person and person.active:
                    self.session.seen(person)
                    await self._advance(person, await self._meant(person, inbound.event), inbound.event, key)
                elif len(self.session.open_in(account.partner)) == 1 and not isinstance(inbound.event, Edited):
                    await self._start(account, person, inbound, "", key)
                else:
                    await self._elsewhere(account, person, inbound, key)
            case _:
                assert_never(inbound.event)

    async def hear(self, person: Person, placed: Placed, event: Elapsed | Filed, key: str) -> None:
        """What happened without the person: a silence is over, their answer was tagged.

        In a dialogue that they left for another one, nothing is said: it would speak into that other one.
        """
        if placed.active or not isinstance(event, Filed):
            await self._advance(person, placed, event, key, aloud=placed.active)

    async def _reachable(self, person: Person, *, left: bool) -> None:
        await self.session.flush()
        await self.session.unit.people.set_unreachable([person.address.id], unreachable=left)
        person.citizen = replace(person.citizen, unreachable=left)
        if left:
            await self.session.unit.deliveries.withdraw(Reason.UNREACHABLE, citizen=person.citizen.id)

    # ── which dialogue ───────────────────────────────────────────────────────────────────────────────────────────────

    async def _meant(self, person: Person, event: Event) -> Placed:
        """The dialogue that a message belongs to: the active one; for an edit the one it was written in, for what
        stands under a push the one it is about."""
        assert person.active is not None, "only somebody who speaks in a dialogue is asked which"
        if isinstance(event, Pressed) and (action := read(event.action)) and action.verb in UNDER_A_PUSH:
            about = (each for each in person.dialogues.values() if tag_of(each.dialogue.consultation) == action.tag)
            return next(about, person.active)
        if isinstance(event, Said):
            return self._spoken_of(person, person.active)
        if not isinstance(event, Edited) or len(person.dialogues) == 1:
            return person.active
        await self.session.flush()
        own = {placed.dialogue.id: placed for placed in person.dialogues.values()}
        for placed in own.values():
            if any(held.message_id == event.message_id for held in placed.dialogue.held):
                return placed
        written = await self.session.unit.contributions.written_in(list(own), event.message_id)
        return own[written] if written else person.active

    def _spoken_of(self, person: Person, active: Placed) -> Placed:
        """Whoever just said whether an answer answers them says why in the dialogue of that answer."""
        newest = max(person.dialogues.values(), key=lambda each: each.dialogue.last_at or each.dialogue.started_at)
        asked, at = newest.dialogue.asked_why, newest.dialogue.last_at
        return newest if asked and at and self.session.now - at <= WHY_WAITS else active

    async def _start(self, account: Account, person: Person | None, inbound: Inbound, payload: str, key: str) -> None:
        source = payload if _TOKEN.fullmatch(payload) else ""
        wanted = self.session.sources[account.partner].get(source)
        if wanted is None:
            source = ""
            wanted = self._usual(account, person)
        if wanted is None:
            await self._elsewhere(account, person, inbound, key)
            return
        if self.session.running[wanted].soon_at(self.session.now) and not (person and wanted in person.dialogues):
            await self._elsewhere(account, person, inbound, key, only=wanted)
            return
        consultation = await self.session.consultation(wanted)
        if person is None:
            language = self._language(inbound.language, consultation)
            person = self.session.welcome(account, inbound.chat, language, consultation.zone)
        self.session.seen(person)
        event = inbound.event
        if wanted in person.dialogues:
            placed = self.session.activate(person, person.dialogues[wanted])
            await self._advance(person, placed, event, key)
            return
        await self._begin(person, consultation, source, key)
        if not isinstance(event, Started) and person.active:
            await self._advance(person, person.active, event, f"{key}:then")

    def _usual(self, account: Account, person: Person | None) -> ConsultationId | None:
        """Where a bare start leads: on with what they were in; when that is over, to the only one that is open."""
        running = self.session.open_in(account.partner)
        only = running[0].id if len(running) == 1 else None
        if person is None or person.active is None:
            return only
        current = person.active.dialogue.consultation
        return current if only is None or current in {each.id for each in running} else only

    def _language(self, hint: str | None, consultation: Consultation) -> str:
        return hint if hint in consultation.languages else consultation.languages[0]

    async def _elsewhere(
        self,
        account: Account,
        person: Person | None,
        inbound: Inbound,
        key: str,
        *,
        only: ConsultationId | None = None,
    ) -> None:
        """Someone who speaks in no consultation: nothing says which one is meant, none runs, or the `only` one that
        is meant opens later."""
        running = [] if only else [await self._current(each) for each in self.session.open_in(account.partner)]
        coming = [] if running else [await self._current(each) for each in self.session.soon_in(account.partner)]
        coming = [each for each in coming if only in (None, each.id)]
        language = person.citizen.language if person else inbound.language or ""
        if language not in self.languages:
            language = self.languages[0]
        others = [(each.id, each.in_language(each.title, language)) for each in running]
        effects = elsewhere(inbound.event, others, language, coming=coming)
        if not effects:
            return
        zone = next((each.zone for each in [*running, *coming]), "Europe/Paris")
        person = person or self.session.welcome(account, inbound.chat, language, zone)
        specs: list[Spec] = []
        for effect in effects:
            match effect:
                case Reply(spec=spec):
                    specs.append(spec)
                case SwitchTo(consultation=wanted):
                    await self._switch(person, ConsultationId(wanted), key)
                case OptOut():
                    self.session.seen(person, stopped_at=self.session.now)
                case _:
                    pass  # media that nobody asked for: answered, and there is no consultation to count it in
        for ordinal, spec in enumerate(specs):
            self.session.owe(person, f"reply:{key}:{ordinal}", spec, dialogue=None, citizen=person.citizen.id)

    async def _current(self, running: Running) -> Consultation:
        return await self.session.consultation(running.id)

    async def _begin(self, person: Person, consultation: Consultation, source: str, key: str) -> None:
        placed = self.session.start_dialogue(person, consultation, source)
        turn = begin(placed.dialogue, consultation, await self._setting(person, placed.dialogue), now=self.session.now)
        await self._perform(person, placed, turn, consultation, key)

    async def _advance(
        self, person: Person, placed: Placed, event: Event | Elapsed | Filed, key: str, *, aloud: bool = True
    ) -> None:
        dialogue = placed.dialogue
        consultation = await self.session.consultation(dialogue.consultation, dialogue.revision)
        setting = await self._setting(person, dialogue)
        turn = advance(dialogue, event, consultation, setting, now=self.session.now)
        if not aloud:
            turn = replace(turn, effects=tuple(each for each in turn.effects if not isinstance(each, Reply)))
        await self._perform(person, placed, turn, consultation, key)

    async def _setting(self, person: Person, dialogue: Dialogue) -> Setting:
        others = []
        for running in self.session.open_in(person.account.partner):
            if running.id != dialogue.consultation:
                consultation = await self.session.consultation(running.id)
                others.append((consultation.id, consultation.in_language(consultation.title, dialogue.language)))
        welcomed = {dialogue.stage, dialogue.resume_stage} & {Stage.OFFERED, Stage.DECLINED}  # who may hear the number
        return Setting(
            open_now=not self.session.running[dialogue.consultation].closed_at(self.session.now),
            topics=tuple(self.session.topics.get(dialogue.id, ())),
            finished_count=await self.session.finished_count(dialogue.consultation) if welcomed else 0,
            others=tuple(others),
            stopped=person.citizen.stopped_at is not None,
            zone=person.citizen.zone,
            closings={
                each.id: each.closes_at
                for each in self.session.running.values()
                if each.partner == person.account.partner
            },
            agreed_before=any(each.dialogue.agreed_at is not None for each in person.dialogues.values()),
        )

    # ── what a turn asks for ─────────────────────────────────────────────────────────────────────────────────────────

    async def _perform(self, person: Person, placed: Placed, turn: Turn, consultation: Consultation, key: str) -> None:
        if turn.dialogue != placed.dialogue:
            placed = altered(placed, dialogue=turn.dialogue)
            self.session.put(person, placed)
        specs: list[Spec] = []
        for effect in turn.effects:
            specs += await self._effect(person, turn.dialogue, effect, consultation, f"{key}:{len(specs)}")
            if isinstance(effect, Erase):
                self._say(person, specs, key, dialogue=None)
                await self.session.flush()
                return
        self._say(person, specs, key, dialogue=turn.dialogue)

    def _say(self, person: Person, specs: list[Spec], key: str, *, dialogue: Dialogue | None) -> None:
        citizen = person.citizen.id if dialogue else None
        for ordinal, spec in enumerate(specs):
            self.session.owe(person, f"reply:{key}:{ordinal}", spec, dialogue=dialogue, citizen=citizen)

    async def _effect(
        self, person: Person, dialogue: Dialogue, effect: Effect, consultation: Consultation, key: str
    ) -> Sequence[Spec]:
        """Does what the effect asks; returns what is to be said because of it."""
        session, unit = self.session, self.session.unit
        match effect:
            case Reply(spec=spec):
                return [spec]
            case Answer(question=question, value=value):
                session.answer(dialogue, question, value)
            case AddPart(question=question, text=text, message_id=message_id, forwarded=forwarded):
                session.add_part(person, dialogue, question, text, message_id, forwarded=forwarded)
            case Whole(question=question):
                contribution = session.slots.get((dialogue.id, question))
                if contribution:  # else it was erased during the silence
                    session.whole(contribution)
            case GiveConsent(purpose=purpose, notice_version=version):
                session.consent(dialogue, purpose, version)
            case SetLanguage(language=language):
                session.seen(person, language=language)
            case OptIn():
                session.seen(person, stopped_at=None)
            case OptOut():
                session.seen(person, stopped_at=session.now)
                await unit.deliveries.withdraw(Reason.OPTED_OUT, citizen=dialogue.citizen)
            case Alert():
                await self._alert(person, dialogue, effect, consultation)
            case CountMedia(media=media):
                await unit.staff.count_media(dialogue.consultation, media.value)
            case SwitchTo(consultation=other):
                await self._switch(person, ConsultationId(other), key)
            case Postpone(consultation=about, at=at):
                await session.flush()
                await postpone(session, self.chance, person, ConsultationId(about), at, key)
            case _:
                await session.flush()
                return await self._after_flush(person, dialogue, effect, consultation)
        return []

    async def _after_flush(
        self, person: Person, dialogue: Dialogue, effect: Effect, consultation: Consultation
    ) -> Sequence[Spec]:
        """Effects that read or change rows which this very batch may have written."""
        session, unit = self.session, self.session.unit
        match effect:
            case EditPart(text=text, message_id=message_id):
                for edited in await unit.contributions.edit_part(dialogue.id, message_id, text):
                    await unit.contributions.retag_edited(edited, session.now)
            case Reclaim(message_id=message_id):
                await self._reclaim(person, dialogue, message_id)
            case Correct(topic=topic):
                named = await unit.sorting.named(dialogue.id)
                if named:
                    await unit.sorting.put_tags(named, [(topic or "", 1.0, True)], By.CITIZEN, session.now)
            case Unanswer(question=question):
                await unit.dialogues.drop_answer(dialogue.id, question)
                contribution = session.slots.pop((dialogue.id, question), None)
                if contribution:
                    await own_data.forget_contribution(
                        unit, dialogue.consultation, contribution, self.chance, session.now
                    )
            case RevokeConsent(purpose=purpose):
                where = None if purpose is Purpose.REMINDERS else dialogue.consultation
                await unit.people.revoke_consent(dialogue.citizen, purpose, session.now, consultation=where)
            case AskInvitations():
                return [await own_data.invitations(unit, dialogue.citizen)]
            case ListConsultations():
                running = session.open_in(person.account.partner)
                found = [await session.consultation(each.id) for each in running]
                asked = await own_data.invitations(unit, dialogue.citizen)
                return [consultations_spec(found, dialogue.language, invitations=asked)]
            case ShowAnswers():
                return await own_data.answers(unit, person.citizen.id, dialogue, consultation)
            case ShowFollowUps():
                return await own_data.follow_ups(unit, person.citizen.id, dialogue, consultation)
            case Rate():
                return await rated(session, dialogue, effect)
            case Explain():
                await explained(session, person, dialogue, effect)
            case ExportMine():
                return await own_data.export(unit, person.citizen)
            case Erase():
                await own_data.erase(
                    unit, person.citizen.id, person.address, self.erasure_hash, self.chance, session.now
                )
                session.forget(person)
                return own_data.erased(dialogue.language)
            case _:
                raise NotImplementedError(type(effect).__name__)
        return []

    async def _alert(self, person: Person, dialogue: Dialogue, alert: Alert, consultation: Consultation) -> None:
        """The text is kept apart from the answers, and staff are told where to read it."""
        session = self.session
        contribution = session.new_contribution(person, dialogue, "", redirect=alert.redirect)
        session.put_part(contribution, alert.text, alert.message_id, forwarded=False)
        session.whole(contribution)
        await session.flush()
        row = AlertRow(
            id=AlertId(self.chance.token()),
            partner=person.account.partner,
            consultation=dialogue.consultation,
            contribution=contribution,
            kind=alert.redirect,
            serious=alert.serious,
            created_at=session.now,
            opened_at=None,
        )
        await session.unit.staff.add_alert(row)
        if alert.serious:
            await owe_alert(session.unit, row, consultation, self.chance, dialogue=dialogue.id, now=session.now)

    async def _reclaim(self, person: Person, dialogue: Dialogue, message_id: int) -> None:
        """A redirected text was an answer after all: it joins the contribution to its question."""
        session = self.session
        taken = await session.unit.contributions.reclaim(dialogue.id, message_id)
        question = dialogue.asides.get(str(message_id))
        if taken and question:
            session.add_part(person, dialogue, question, taken[1], message_id, forwarded=False)
            session.whole(session.slots[dialogue.id, question])

    async def _switch(self, person: Person, wanted: ConsultationId, key: str) -> None:
        """Opens or resumes another consultation of the same partner; anything else is somebody's forgery."""
        if wanted not in {running.id for running in self.session.open_in(person.account.partner)}:
            return
        consultation = await self.session.consultation(wanted)
        if wanted in person.dialogues:
            placed = self.session.activate(person, person.dialogues[wanted])
            await self._advance(person, placed, Started(""), f"{key}:switch")
        else:
            await self._begin(person, consultation, "", f"{key}:switch")

"""Campaigns from the staff's own room: written in a form, checked like a file, started once, paused and stopped.

    form ─▶ text of a file ─▶ read ─▶ check ─▶ [draft: revision, file] ─▶ preview, who gets what ─▶ start (once)
              └─ mistakes ─▶ the form again                     └─▶ the file, to take along and change

A draft reaches nobody. Whoever starts says which revision they saw: what somebody changed or started meanwhile is said
instead. Where the partner's file asks for a second person, whoever wrote the draft cannot start it.
"""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from core.model.audit import Act
from core.model.campaigns import CampaignState
from core.model.consultations import Consultation, QuestionKind, StepKind
from core.model.deliveries import Day
from core.model.errors import FileError, NotAllowed
from core.model.forms import Choice, Form, Pick, Write
from core.model.ids import AccountId, ConsultationId
from core.model.messages import Block, Button, Card, Heading, Line, Note, Quote
from core.model.staff import Actor
from core.rules.calendar import on_wall
from core.rules.commitments import Finding, Severity, refused
from core.rules.permissions import LEAST, Deed
from core.rules.plain_text import cleaned
from core.rules.preview import preview
from core.rules.readout import cut
from core.storage.consultations import Running
from core.storage.engine import Storage
from core.storage.unit import Unit
from core.work import campaigns
from core.work.composing import spec_message
from core.work.digest_layout import Voice
from core.work.dry_run import dry_run
from core.work.lookups import Taken
from core.work.ports import Chance, Clock, Words

CAMPAIGN = "campaign"
"""What every button and form of a campaign begins with: `campaign:verb:consultation:revision`."""
SHORT, LONG = 300, 3000
LONG_FIELDS = frozenset({"options_1", "options_2", "options_3", "topics", "places", "notice"})
WRITTEN = (
    "title", "why", "decided", "open", "decider", "decided_on", "readers", "reply_by", "opens", "closes",
    "question_1", "options_1", "question_2", "options_2", "question_3", "options_3", "topics", "places", "notice",
)  # fmt: skip
PICKED = ("reminder", "last_call")
MOST_REMARKS = 8
MOST_LISTED = 12
MESSAGE_ROOM = 1200
_MOVES = {
    "pause": CampaignState.PAUSED,
    "resume": CampaignState.RUNNING,
    "stopped": CampaignState.STOPPED,
}


@dataclass(frozen=True, slots=True)
class Drafting:
    """What is known of consultation files. `write`: what was filled in, the last file, the language and the ids in
    use as the text of a file; `read`: a text, its mistakes said in a language as a `FileError`; `check`: what is
    remarkable.
    """

    write: Callable[[Mapping[str, str], str, str, Collection[str]], str]
    read: Callable[[str, str], Consultation]
    check: Callable[[Consultation], Sequence[Finding]]


@dataclass(slots=True)
class CampaignDesk:
    """`wake`: called when a campaign began, went on or stopped."""

    storage: Storage
    clock: Clock
    chance: Chance
    words: Words
    drafting: Drafting
    wake: Callable[[], None]

    async def campaigns(self, account: AccountId, who: Actor, language: str) -> Card:
        """The partner's campaigns, each with what can be done, and a button for a new one."""
        voice = Voice(self.words, language)
        if not who.may(LEAST[Deed.CHANGE_CONSULTATION]):
            return _not_yours(voice)
        async with self.storage.reading() as unit:
            own = await _own(unit, account)
        lines = [_listed(running, known, voice) for running, known in own[:MOST_LISTED]]
        new = Line(voice("campaign.new_one"), (Button(voice("campaign.button.new"), f"{CAMPAIGN}:new"),))
        return Card((Heading(voice("campaign.title")), *lines, new, Note(voice("campaign.file_too"))))

    async def pressed(self, account: AccountId, action: str, who: Actor, language: str) -> Card | Form | Taken | None:
        """What a button leads to; None when it is none of these."""
        begins, verb, own, revision = (*action.split(":"), "", "", "")[:4]
        if begins != CAMPAIGN:
            return None
        voice = Voice(self.words, language)
        if not who.may(LEAST[Deed.CHANGE_CONSULTATION]):
            return _not_yours(voice)
        if verb == "new":
            return await self._new(account, voice)
        async with self.storage.reading() as unit:
            found = await _one(unit, account, own)
            if found is None:
                return _sentence(voice("refused"))
            running, known = found
            file = await unit.consultations.file(running.id, running.revision)
        match verb:
            case "look":
                return await self._checked(running, known, voice)
            case "says":
                return self._messages(known, voice)
            case "edit" if running.state is CampaignState.DRAFT:
                return _form(f"{CAMPAIGN}:edit:{own}:{running.revision}", _given(known, language), voice)
            case "file" if file is not None:
                return Taken(f"{own}.yaml", file.encode(), voice("campaign.file", title=voice.text(known.title)))
            case "start":
                return await self._start(account, running.id, revision, who, voice)
            case "stop":
                yes = Button(voice("campaign.button.stopped"), f"{CAMPAIGN}:stopped:{own}")
                return Card((Line(voice("campaign.stop_sure", title=voice.text(known.title)), (yes,)),))
            case "pause" | "resume" | "stopped":
                return await self._move(running.id, _MOVES[verb], who, voice)
        return _sentence(voice("campaign.changed"))

    async def sent(
        self, account: AccountId, action: str, fields: Mapping[str, str], who: Actor, language: str
    ) -> Card | Form:
        """A form that came back: kept as a draft and checked, or the form again with the mistakes."""
        voice = Voice(self.words, language)
        if not who.may(LEAST[Deed.CHANGE_CONSULTATION]):
            return _not_yours(voice)
        given = {name: cleaned(fields.get(name, "")).strip() for name in (*WRITTEN, *PICKED)}
        _, _, own, revision = (*action.split(":"), "", "", "")[:4]
        async with self.storage.reading() as unit:
            base, taken = await _last_file(unit, account), {each.id for each in await unit.consultations.all()}
            known = await _own(unit, account)
        if base is None:
            return _sentence(voice("campaign.first_by_file"))
        spoken = next((each.languages for running, each in known if running.id == own), known[-1][1].languages)
        language = language if language in spoken else spoken[0]
        try:
            for running, there in known if not own else ():  # the same form again has had its effect
                if running.state is CampaignState.DRAFT:
                    _, same = await asyncio.to_thread(self._read, {**given, "id": running.id}, base, language, taken)
                    if replace(same, revision=there.revision) == there:
                        return await self._checked(running, there, voice)
            file, consultation = await asyncio.to_thread(self._read, {**given, "id": own}, base, language, taken)
        except FileError as error:
            return _form(action, given, voice, mistakes=str(error).splitlines())
        return await self._kept(account, consultation, file, own, revision, who, voice)

    def _read(
        self, fields: Mapping[str, str], base: str, language: str, taken: Collection[str]
    ) -> tuple[str, Consultation]:
        file = self.drafting.write(fields, base, language, taken)
        return file, self.drafting.read(file, language)

    async def _new(self, account: AccountId, voice: Voice) -> Card | Form:
        async with self.storage.reading() as unit:
            own, base = await _own(unit, account), await _last_file(unit, account)
        if base is None or not own:
            return _sentence(voice("campaign.first_by_file"))
        last = own[-1][1]
        notice = last.notice.more.get(voice.language) or last.in_language(last.notice.more, "")
        return _form(f"{CAMPAIGN}:new", {"reminder": "yes", "last_call": "yes", "notice": notice}, voice)

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
                return _sentence(voice("campaign.changed"))
            partner = consultation.partner.id
            await unit.audit.note(Act.CAMPAIGN_DRAFTED, partner=partner, actor=who.id, subject=which, now=now)
            running = await unit.consultations.running(which)
            assert running is not None, "it was just kept"
        return await self._checked(running, consultation, voice)

    async def _checked(self, running: Running, consultation: Consultation, voice: Voice) -> Card:
        """What the check says, when what leaves, who would get it now, and what can be done."""
        findings = sorted(self.drafting.check(consultation), key=lambda each: each.severity is Severity.WARN)
        remarks = [
            Line(voice(f"campaign.{each.severity}", text=self.words.say(each.key, voice.language, each.params)))
            for each in findings[:MOST_REMARKS]
        ]
        if len(findings) > MOST_REMARKS:
            remarks.append(Line(voice("more", n=len(findings) - MOST_REMARKS)))
        async with self.storage.reading() as unit:
            plans = await dry_run(unit, consultation, now=self.clock.now())
        steps = [Line("  " + voice("campaign.step", step=voice.step(each.step.id), n=each.people)) for each in plans]
        title = cut(voice.text(consultation.title), 120)
        return Card(
            (
                Heading(voice("campaign.draft", title=title, state=voice(f"state.{running.state}"))),
                *(remarks or [Line(voice("campaign.all_right"))]),
                Line(voice("campaign.from_to", opens=_day(consultation, True), closes=_day(consultation, False))),
                *steps,
                Note(voice("campaign.first_come")),
                Line(voice("campaign.then"), tuple(_buttons(running, refuses=refused(findings), voice=voice))),
            )
        )

    def _messages(self, consultation: Consultation, voice: Voice) -> Card:
        """Every message that people will read, in the order of its life."""
        spoken = voice.language if voice.language in consultation.languages else consultation.languages[0]
        blocks: list[Block] = [Heading(voice("campaign.messages", title=voice.text(consultation.title)))]
        heading = ""
        for each in preview(consultation, spoken):
            said = self.words.say(each.heading.key, voice.language, each.heading.params)
            if said != heading:
                blocks.append(Line(said))
            heading = said
            message = spec_message(each.spec, spoken, self.words)
            labels = " ".join(f"[{button.label}]" for row in message.buttons for button in row)
            blocks.append(Quote(cut(message.text, MESSAGE_ROOM), labels))
        return Card(tuple(blocks))

    async def _start(self, account: AccountId, which: ConsultationId, revision: str, who: Actor, voice: Voice) -> Card:
        """Starts what this person saw, once."""
        now = self.clock.now()
        async with self.storage.unit() as unit:
            running = await unit.consultations.running(which)
            if running is None or not await _is_draft(unit, account, running, revision):
                return _sentence(voice("campaign.changed"))
            consultation = await unit.consultations.current(which)
            assert consultation is not None, "it has a revision"
            if refused(self.drafting.check(consultation)):
                return _sentence(voice("campaign.refused"))
            if consultation.partner.second_person and who.id == await unit.audit.last_actor(
                Act.CAMPAIGN_DRAFTED, which
            ):
                return _sentence(voice("campaign.second_person"))
            partner = running.partner
            accounts = [
                (each.channel, each.external_id) for each in await unit.people.accounts() if each.partner == partner
            ]
            file = await unit.consultations.file(which, running.revision)
            await campaigns.start(unit, consultation, accounts, self.chance, now=now, file=file)
            await unit.audit.note(Act.CAMPAIGN_STARTED, partner=partner, actor=who.id, subject=which, now=now)
        self.wake()
        return _sentence(voice("campaign.started", title=voice.text(consultation.title)))

    async def _move(self, which: ConsultationId, to: CampaignState, who: Actor, voice: Voice) -> Card:
        now = self.clock.now()
        try:
            async with self.storage.unit() as unit:
                running = await unit.consultations.running(which)
                if running is None or running.state is CampaignState.DRAFT:
                    return _sentence(voice("campaign.changed"))
                await campaigns.move(unit, which, to, now=now)
                act = Act(f"campaign.{to}")
                await unit.audit.note(act, partner=running.partner, actor=who.id, subject=which, now=now)
        except NotAllowed:  # somebody was quicker
            return _sentence(voice("campaign.changed"))
        self.wake()
        return _sentence(voice(f"campaign.became.{to}"))


# ── whose it is ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def _own(unit: Unit, account: AccountId) -> list[tuple[Running, Consultation]]:
    """The partner's campaigns, drafts too, those that were made last at the end."""
    partner = next((each.partner for each in await unit.people.accounts() if each.id == account), None)
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


# ── cards and forms ──────────────────────────────────────────────────────────────────────────────────────────────────


def _form(action: str, given: Mapping[str, str], voice: Voice, *, mistakes: Sequence[str] = ()) -> Form:
    yes_no = (Choice("yes", voice("campaign.yes")), Choice("no", voice("campaign.no")))
    written = [
        Write(name, voice(f"campaign.field.{name}"), LONG if name in LONG_FIELDS else SHORT, given.get(name, ""))
        for name in WRITTEN
    ]
    picked = [Pick(name, voice(f"campaign.field.{name}"), yes_no, given.get(name) or "yes") for name in PICKED]
    above: list[Block] = [Line(f"• {_without_line(each)}") for each in mistakes[:MOST_REMARKS]]
    first = voice("campaign.mistakes") if mistakes else voice("campaign.how")
    fields: tuple[Write | Pick, ...] = (*written, *picked)
    return Form(action, voice("campaign.form"), (Line(first), *above), fields, voice("campaign.send"))


def _without_line(mistake: str) -> str:
    """Nobody sees the lines of a file that was never opened."""
    where, separator, what = mistake.partition(": ")
    return what if separator and ".yaml:" in where else mistake


def _given(consultation: Consultation, language: str) -> dict[str, str]:
    """What the form said, read back from the draft."""

    def said(text: Mapping[str, str]) -> str:
        return text.get(language) or next(iter(text.values()), "")

    zone = consultation.zone
    given = {
        "title": said(consultation.title),
        "why": said(consultation.why),
        "decided": said(consultation.decided),
        "open": said(consultation.open),
        "decider": said(consultation.decision.who),
        "decided_on": consultation.decision.on.isoformat(),
        "readers": said(consultation.readers.who),
        "reply_by": consultation.reply.by.isoformat(),
        "opens": f"{on_wall(consultation.opens_at, zone):%Y-%m-%d %H:%M}",
        "closes": f"{on_wall(consultation.closes_at, zone):%Y-%m-%d %H:%M}",
        "topics": "\n".join(
            f"{said(each.name)}: {', '.join(each.words)}" if each.words else said(each.name)
            for each in consultation.taxonomy.topics
        ),
        "places": "\n".join(said(each) for each in consultation.sources.values()),
        "notice": said(consultation.notice.more),
        **{kind: "yes" if any(step.kind is StepKind(kind) for step in consultation.steps) else "no" for kind in PICKED},
    }
    for place, question in enumerate(consultation.questions[:3], 1):
        given[f"question_{place}"] = said(question.text)
        if question.kind is not QuestionKind.OPEN:
            given[f"options_{place}"] = "\n".join(said(option.label) for option in question.options)
    return given


def _listed(running: Running, consultation: Consultation, voice: Voice) -> Line:
    said = voice("campaign.one", title=voice.text(consultation.title), state=voice(f"state.{running.state}"))
    own = running.id
    look = Button(voice("campaign.button.look"), f"{CAMPAIGN}:look:{own}")
    return Line(said, (look,))


def _buttons(running: Running, *, refuses: bool, voice: Voice) -> Iterator[Button]:
    verbs = {
        CampaignState.DRAFT: ("edit",) if refuses else ("start", "edit"),
        CampaignState.RUNNING: ("pause", "stop"),
        CampaignState.PAUSED: ("resume", "stop"),
    }.get(running.state, ())
    for verb in (*verbs, "says", "file"):
        action = f"{CAMPAIGN}:{verb}:{running.id}"
        yield Button(voice(f"campaign.button.{verb}"), f"{action}:{running.revision}" if verb == "start" else action)


def _day(consultation: Consultation, opening: bool) -> Day:
    at = consultation.opens_at if opening else consultation.closes_at
    return Day(on_wall(at, consultation.zone).date(), year=True)


def _not_yours(voice: Voice) -> Card:
    return _sentence(voice("campaign.role"))


def _sentence(text: str) -> Card:
    return Card((Line(text),))

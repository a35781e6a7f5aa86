"""The first page of staff in Slack: their consultations, what waits for them, what comes next, and short explanations.

    title · state          answered this week, in all
    what they took         [What waits]
    what waits             [Open] [Review] [See the digest]
    what comes next        reminder, digest, closing
    how it works           a few short cards, for whoever has never done this

Read again each time the page is opened: nothing here is older than that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from core.model.campaigns import CampaignState
from core.model.charges import topic_subject
from core.model.consultations import Consultation
from core.model.deliveries import Day
from core.model.ids import AccountId, ConsultationId
from core.model.messages import Block, Button, Card, Heading, Line, Note
from core.model.staff import Actor
from core.rules.readout import Figures
from core.storage.consultations import Running
from core.storage.shelf import UNSORTED
from core.storage.staff import AlertRow
from core.storage.unit import Unit
from core.work.cards.deed_cards import subject_name
from core.work.cards.digest_layout import ALL, CHANGE, COUNTING, MEETING, OPEN, REVIEW, WAITING, Voice, action
from core.work.digests.digest import WEEK, figures_now
from core.work.digests.waiting import waiting_now
from core.work.events.meetings import has_meetings
from core.work.follow_up import published
from core.work.staff.approvals import takes_two
from core.work.staff.campaign_forms import CAMPAIGN
from core.work.staff.desk import Desk
from core.work.staff.guard import partner_of
from core.work.status import moment_words, next_moments, state_called

DIGEST = "digest:"
"""A button that shows the digest of this moment of the consultation that follows."""

MOST_CONSULTATIONS = 6
MOST_MOMENTS = 3
LESSONS = ("review", "answer", "sending", "figures")


@dataclass(slots=True)
class StaffHome:
    desk: Desk

    async def home(self, account: AccountId, who: Actor, language: str) -> Card:
        """What one person of the partner sees first."""
        voice, now = Voice(self.desk.words, language), self.desk.clock.now()
        async with self.desk.storage.reading() as unit:
            own = await self.desk.own(unit, account)
            blocks: list[Block] = [] if own else [Heading(voice("home.empty")), Line(voice("home.begin"))]
            for each in own[:MOST_CONSULTATIONS]:
                blocks += await _consultation(unit, each.consultation, who, voice, now)
            blocks += await _drafts(unit, account, voice)
        if len(own) > MOST_CONSULTATIONS:
            blocks.append(Note(voice("more", n=len(own) - MOST_CONSULTATIONS)))
        return Card((*blocks, *_lessons(voice)))

    async def pressed(self, account: AccountId, action: str, who: Actor, language: str) -> Card | None:
        """What a button of this page leads to; None when it is none of these."""
        if action.startswith(DIGEST):
            return await self.desk.digest(account, action.removeprefix(DIGEST), who, language)
        return None


async def _consultation(unit: Unit, consultation: Consultation, who: Actor, voice: Voice, now: datetime) -> list[Block]:
    own = ConsultationId(consultation.id)
    running = await unit.consultations.running(own)
    assert running is not None, "it began"
    figures = await figures_now(unit, consultation, now=now, since=now - WEEK)
    alerts = await unit.staff.waiting_alerts(own)
    state = voice(f"state.{await state_called(unit, running)}")
    waiting = [*await _change(unit, consultation, voice, now), *_waiting(figures, alerts, voice)]
    answered = voice("home.answered", n=figures.funnel.answered, week=figures.answered_this_week)
    see = Button(voice("home.see"), f"{DIGEST}{consultation.id}")
    return [
        Heading(voice.text(consultation.title)),
        Line(voice("home.stands", state=state[:1].upper() + state[1:], answered=answered), (see,)),
        *await _yours(unit, consultation, who, voice, now),
        *(waiting or [Line(voice("home.nothing"))]),
        *_meetings(consultation, voice),
        *_coming(consultation, running, voice, now),
    ]


async def _yours(unit: Unit, consultation: Consultation, who: Actor, voice: Voice, now: datetime) -> list[Block]:
    """What this person took in charge and is not done: topics without an official answer, and what waits."""
    own = ConsultationId(consultation.id)
    taken = sorted((await unit.charges.of(own)).values(), key=lambda each: (each.at, each.subject))
    mine = [each.subject for each in taken if each.by == who.id]
    if not mine:
        return []
    answered = {topic_subject(topic) for topic in (await published(unit, own)).by_topic()}
    waits = {each.subject for each in await waiting_now(unit, consultation, now=now)}
    topics = {topic_subject(each.id) for each in consultation.topics} - answered
    names = [subject_name(consultation, each, voice) for each in mine if each in waits | topics]
    see = Button(voice("button.waiting"), action(WAITING, consultation.id))
    return [Line(voice("home.yours", list=" · ".join(names)), (see,))] if names else []


def _meetings(consultation: Consultation, voice: Voice) -> Iterator[Block]:
    if has_meetings(consultation):
        yield Line(voice("home.meetings"), (Button(voice("button.meeting"), action(MEETING, consultation.id)),))


async def _drafts(unit: Unit, account: AccountId, voice: Voice) -> list[Block]:
    """What is prepared and not started yet, and a way to prepare more."""
    partner = await partner_of(unit, account)
    if partner is None:
        return []
    drafts = [each for each in await unit.consultations.all(partner) if each.state is CampaignState.DRAFT]
    known = await unit.consultations.revisions([(each.id, each.revision) for each in drafts])
    lines: list[Block] = []
    for each in drafts[:MOST_CONSULTATIONS]:
        draft = known[each.id, each.revision]
        two = await takes_two(unit, draft)
        said = voice("home.draft_two" if two else "home.draft", title=voice.text(draft.title))
        lines.append(Line(said, (Button(voice("campaign.button.look"), f"{CAMPAIGN}:look:{each.id}"),)))
    prepare = Button(voice("campaign.button.new"), f"{CAMPAIGN}:new")
    return [*lines, Line(voice("campaign.new_one"), (prepare,))]


async def _change(unit: Unit, consultation: Consultation, voice: Voice, now: datetime) -> list[Block]:
    """What waits for a second person."""
    change = await unit.consultations.change(ConsultationId(consultation.id))
    if change is None:
        return []
    see = Button(voice("campaign.button.change"), f"{CHANGE}{consultation.id}")
    return [Line(voice("home.change", since=voice.when(change.given_at, consultation.zone, now)), (see,))]


def _waiting(figures: Figures, alerts: list[AlertRow], voice: Voice) -> Iterator[Block]:
    """What a person must do, the serious things first."""
    if alerts:
        first = min(alerts, key=lambda alert: (not alert.serious, alert.created_at))
        yield Line(voice("home.alerts", n=len(alerts)), (Button(voice("button.open"), f"{OPEN}{first.id}"),))
    if figures.reply_due:
        key = "late" if figures.late else "due"
        see = Button(voice("home.see"), f"{DIGEST}{figures.consultation}")
        day = Day(figures.reply_by, year=True)
        yield Line(voice(f"home.reply_{key}", n=max(1, len(figures.owed)), day=day), (see,))
    if figures.to_review:
        review = Button(voice("button.review"), f"{REVIEW}{figures.consultation}")
        yield Line(voice("home.to_review", n=figures.to_review), (review,))
    if figures.unsorted:
        see = Button(voice("button.all"), action(ALL, figures.consultation, UNSORTED))
        yield Line(voice("home.unsorted", n=figures.unsorted), (see,))
    if figures.uncertain:
        yield Line(voice("home.uncertain", n=figures.uncertain))


def _coming(consultation: Consultation, running: Running, voice: Voice, now: datetime) -> Iterator[Block]:
    if running.state not in (CampaignState.RUNNING, CampaignState.PAUSED):
        return
    coming = [moment_words(each, consultation.zone, voice) for each in next_moments(consultation, running, now)]
    if coming:
        yield Note(voice("home.coming", list=" · ".join(coming[:MOST_MOMENTS])))


def _lessons(voice: Voice) -> Iterator[Block]:
    """Short cards for whoever does this for the first time."""
    yield Heading(voice("home.how"))
    for lesson in LESSONS:
        yield Line(f"• {voice(f'home.lesson.{lesson}')}")
    yield Line(voice("home.commands"), (Button(voice("button.counting"), COUNTING),))
    yield Note(voice("help.privacy"))

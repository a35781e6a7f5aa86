"""Digests and alerts: what staff read, first as figures that can be stored, then as a card at the moment of sending.

    plan ─▶ make_due ─▶ [digest: figures, quotes as ids] ─▶ [delivery] ─▶ outbox ─▶ digest_card ─▶ Slack
                                                                ▲
    erasure ─▶ amend_after_erasure ─▶ [delivery: edit] ─────────┘      (the copy in Slack loses the quote)

No word of a citizen is stored with a digest: quotes are looked up each time the card is composed, so that whatever was
erased, hidden or edited meanwhile is not in it, and alerts that somebody opened meanwhile are no longer to be done.
By e-mail the same digest goes without any quote: nobody can take it back from a mailbox.
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from core.model.campaigns import CampaignState
from core.model.charges import alert_subject
from core.model.consultations import Consultation, DigestPlan, QuotePolicy
from core.model.deliveries import AlertRef, Delivery, DigestRef
from core.model.errors import PorteVoixError, no_consultation
from core.model.ids import AlertId, ConsultationId, ContributionId, DigestId
from core.model.messages import Card, Note
from core.rules.calendar import DigestDue, next_digest
from core.rules.quality import Sorting
from core.rules.readout import Figures, Funnel, topics_by_size, week_of
from core.rules.rooms import followed
from core.rules.waiting import reminder_day
from core.storage.consultations import Running
from core.storage.engine import Storage
from core.storage.staff import AlertRow, Posted, alert_edit_key, alert_key, digest_key, edit_key
from core.storage.unit import Unit
from core.work.alone import each_alone
from core.work.cards.digest_layout import Quoted, alert_layout, layout
from core.work.digests import figures as parts
from core.work.digests.effects import over_campaigns
from core.work.digests.threads import edited_threads
from core.work.digests.waiting import overdue, remind
from core.work.events import meetings
from core.work.ports import Chance, Clock, Words
from core.work.pushes.satisfaction import satisfaction
from core.work.session import Library
from core.work.staff_rooms import owe_to, staff_edit, staff_rooms

WEEK = timedelta(days=7)
LOOK_BACK = timedelta(days=8)
"""Longer than any gap on a weekly plan: the newest occasion is never further back."""

FOLDED_AT_ONCE = 500
"""Rows whose counts are put in in one unit: others have their turn between."""

LOOK_FOR_OVERDUE = timedelta(minutes=10)
"""How often what waits is looked through for what waits too long. That is promised in hours, and is a look at all that
was written."""

LONGEST_OCCASION = 64
"""Letters of an occasion in the table."""

log = logging.getLogger(__name__)

_ALIVE = (CampaignState.RUNNING, CampaignState.PAUSED)
_FIGURES = TypeAdapter(Figures)


# ── figures ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def figures_now(
    unit: Unit, consultation: Consultation, *, now: datetime, since: datetime, follows: Sequence[str] = ()
) -> Figures:
    """Every figure of the digest, as the database says at `now`. "This week" begins at `since`. `follows`: the topics
    that are told of, all when there are none."""
    own = ConsultationId(consultation.id)
    running = await unit.consultations.running(own)
    if running is None:
        raise no_consultation(own)
    start = running.begins_at
    week, weeks = week_of(start, running.closes_at, now)
    spoken = await unit.readouts.spoken_of(own, since)
    came = await unit.readouts.funnels(own)
    ways = [(each.arrived, each.agreed, each.answered, each.finished) for each in came.values()]
    names = {topic.id: topic.name for topic in consultation.topics}
    figures = Figures(
        consultation=consultation.id,
        title=consultation.title,
        zone=consultation.zone,
        made_at=now,
        since=since,
        week=week,
        weeks=weeks,
        first_week=since <= start,
        answered_this_week=await unit.readouts.answered_since(own, since),
        funnel=Funnel(*(sum(each) for each in zip(*ways, strict=True))) if ways else Funnel(0, 0, 0, 0),
        response=await parts.response(unit, consultation),
        sources=await parts.sources(unit, consultation, came),
        elsewhere=await unit.readouts.elsewhere(own),
        sectors=await parts.sectors(unit, consultation),
        contributions=spoken.contributions,
        topics=topics_by_size(spoken.topics, spoken.topics_lately, names, first_week=since <= start),
        unsorted=spoken.unsorted,
        quotes=await parts.quotes(unit, consultation, since, follows),
        to_review=(await unit.readouts.to_review(own, limit=0))[0],
        nudges=await parts.nudges(unit, consultation, now=now),
        not_read=await unit.staff.media(own),
        alerts=len(await unit.staff.waiting_alerts(own)),
        quarantined=await unit.staff.quarantined(running.partner),
        uncertain=await unit.readouts.uncertain(own),
        untaggable=await unit.readouts.untaggable(own),
        reply_by=consultation.reply.by,
        reply_service=consultation.reply.service,
        decided=await parts.decided(unit, own),
        changed=await parts.changed(unit, consultation, since, spoken),
        satisfied=await satisfaction(unit, own),
        events=await meetings.events(unit, consultation),
        votes=await meetings.votes(unit, consultation),
        satisfied_this_week=await unit.satisfactions.said_since(own, since),
        pooled=await over_campaigns(unit, consultation, now=now),
    )
    return followed(figures, follows)


def figures_json(figures: Figures) -> dict[str, Any]:
    """Figures as JSON holds them; `figures_of` reads them back."""
    found: dict[str, Any] = _FIGURES.dump_python(figures, mode="json")
    return found


def figures_of(stored: Any) -> Figures:
    return _FIGURES.validate_python(stored)


# ── cards ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def digest_card(unit: Unit, digest_id: str, words: Words, language: str, *, letter: bool = False) -> Card | None:
    """The digest as it may be read now, or None when it is gone. `letter`: by e-mail, so without anybody's words."""
    row = await unit.staff.digest(DigestId(digest_id))
    if row is None:
        return None
    consultation = await unit.consultations.current(row.consultation)
    if consultation is None:
        return None
    if letter:
        plan = replace(consultation.digest, quotes=QuotePolicy.NONE)
        consultation = replace(consultation, digest=plan)
    card = await figures_card(unit, figures_of(row.figures), consultation, words, language)
    return _by_letter(card, words, language) if letter else card


async def figures_card(unit: Unit, figures: Figures, consultation: Consultation, words: Words, language: str) -> Card:
    """Figures with what stands behind them now: the words of the quotes, the alerts that still wait, the topics that
    still wait for their answer, who took what in charge."""
    own = ConsultationId(consultation.id)
    policy = consultation.digest.quotes
    quoted: list[Quoted] = []
    if policy is not QuotePolicy.NONE:
        still = await unit.readouts.still_quotable(own, figures.quotes, reviewed_only=policy is QuotePolicy.REVIEWED)
        quoted = [
            Quoted(each, still[each].text, still[each].reviewed, figures.alike.get(each, 0))
            for each in figures.quotes
            if each in still
        ]
    charges = {subject: each.name for subject, each in (await unit.charges.of(own)).items()}
    figures = replace(figures, decided=await parts.decided(unit, own))
    alerts = [each for each in await unit.staff.waiting_alerts(own) if each.created_at <= figures.made_at]
    change = await unit.consultations.change(own)
    return layout(
        figures,
        alerts,
        quoted,
        charges,
        words,
        language,
        offers_review=policy is QuotePolicy.REVIEWED and figures.to_review > 0 and len(quoted) < 2,
        changed_at=change.given_at if change else None,
    )


async def alert_card(unit: Unit, alert_id: str, words: Words, language: str, *, letter: bool = False) -> Card | None:
    """What staff are told at once about a flagged message, without a word of it; None when it is gone."""
    alert = await unit.staff.alert(AlertId(alert_id))
    consultation = await unit.consultations.current(alert.consultation) if alert else None
    if alert is None or consultation is None:
        return None
    charge = (await unit.charges.of(alert.consultation)).get(alert_subject(alert.id))
    card = alert_layout(alert, consultation, charge.name if charge else None, words, language)
    return _by_letter(card, words, language) if letter else card


def _by_letter(card: Card, words: Words, language: str) -> Card:
    """An e-mail says why one gets it, and how to get no more."""
    return Card((*card.blocks, Note(words.say("staff.letter.stop", language))))


# ── when ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


Alike = Callable[[Consultation, Collection[str]], Awaitable[Mapping[str, int]]]
"""By contribution, how many other people said nearly the same."""


async def nobody_else(_consultation: Consultation, _ids: Collection[str]) -> Mapping[str, int]:
    return {}


def unmeasured(_consultation: Consultation) -> Sorting | None:
    return None


@dataclass(slots=True)
class Digests:
    """`wake` is called when a digest was owed to a room. `sorting`: how far the topics of a consultation can be
    trusted. `alike`: how many others said what a quote says."""

    storage: Storage
    clock: Clock
    chance: Chance
    library: Library
    wake: Callable[[], None]
    sorting: Callable[[Consultation], Sorting | None] = unmeasured
    alike: Alike = nobody_else
    _reminded: dict[str, date] = field(default_factory=dict)
    """By consultation, the day for which the rooms were reminded: what the key of the delivery says, without asking."""
    _looked_at: dict[str, datetime] = field(default_factory=dict)
    """By consultation, when nothing waited too long."""

    async def fold(self) -> None:
        """Puts what changed into what is kept up to date, so that little of it is left when a digest is read."""
        done = FOLDED_AT_ONCE
        while done == FOLDED_AT_ONCE:
            async with self.storage.reading() as unit:
                if not await unit.readouts.unfolded():
                    return
            async with self.storage.unit() as unit:
                done = await unit.readouts.fold(FOLDED_AT_ONCE)

    async def make_due(self) -> int:
        """Makes the newest digest of each consultation whose time has come. Returns how many were made.

        Nothing is remembered between two calls but the digests themselves: a missed call costs nothing, and after a
        long stop only the newest occasion counts.
        """
        async with self.storage.reading() as unit:
            alive = [each for each in await unit.consultations.all() if each.state in _ALIVE]
        return sum(await each_alone(alive, self._make))

    async def remind_due(self) -> int:
        """Reminds the staff rooms of what waits longer than promised, once a day. Returns how many messages are owed.

        What was asked stays to be answered after the closing: a campaign that is over reminds too.
        """
        async with self.storage.reading() as unit:
            begun = [each for each in await unit.consultations.all() if each.state is not CampaignState.DRAFT]
        owed = sum(await each_alone(begun, self._remind))
        if owed:
            self.wake()
        return owed

    async def _remind(self, running: Running) -> int:
        now, consultation = self.clock.now(), await self._consultation(running)
        day = reminder_day(now, consultation.zone)
        looked_at = self._looked_at.get(running.id)
        lately = looked_at is not None and timedelta(0) <= now - looked_at < LOOK_FOR_OVERDUE
        if day is None or self._reminded.get(running.id) == day or lately:
            return 0
        async with self.storage.reading() as unit:
            if not await overdue(unit, consultation, open_=running.state in _ALIVE, now=now):
                self._looked_at[running.id] = now
                return 0
        async with self.storage.unit() as unit:
            owed = await remind(unit, consultation, day, self.chance, now=now)
        self._reminded[running.id] = day
        return owed

    async def _make(self, running: Running) -> int:
        now = self.clock.now()
        consultation = await self._consultation(running)
        made = 0
        for plan in (consultation.digest, *consultation.digest.rooms):
            due = newest_occasion(consultation, plan, running, now)
            made += 0 if due is None else await self._make_for(consultation, plan, due, now)
        return made

    async def make_now(self, consultation_id: str) -> DigestId:
        """A digest of this very moment, stored; no room is told. `NotFound` when there is no such consultation."""
        now = self.clock.now()
        async with self.storage.reading() as unit:
            consultation = await unit.consultations.current(ConsultationId(consultation_id))
            if consultation is None:
                raise no_consultation(consultation_id)
            figures = await figures_now(unit, consultation, now=now, since=now - WEEK)
        figures = await self._with_others(consultation, replace(figures, sorting=self.sorting(consultation)))
        digest = DigestId(self.chance.token())
        async with self.storage.unit() as unit:
            own = ConsultationId(consultation.id)
            await unit.staff.add_digest(digest, own, f"asked:{digest}", figures_json(figures), now)
        return digest

    async def _make_for(self, consultation: Consultation, plan: DigestPlan, due: DigestDue, now: datetime) -> int:
        own, occasion = ConsultationId(consultation.id), occasion_of(consultation, plan, due)
        async with self.storage.reading() as unit:
            if await unit.staff.digest_for(own, occasion):
                return 0
            figures = await self._planned(unit, consultation, plan, due, now)
        figures = await self._with_others(consultation, figures)
        digest = DigestId(self.chance.token())
        async with self.storage.unit() as unit:
            if not await unit.staff.add_digest(digest, own, occasion, figures_json(figures), now):
                return 0
            if not _worth_telling(consultation, figures, due):
                return 1
            told = await self._owe(unit, consultation, plan, digest, now)
        if told:
            self.wake()
        return 1

    async def _with_others(self, consultation: Consultation, figures: Figures) -> Figures:
        """With how many others said what each quote says; a digest comes without it when nobody could look."""
        try:
            return replace(figures, alike=await self.alike(consultation, figures.quotes))
        except PorteVoixError as error:
            log.warning("how many said the same is not known for a digest: %s", error)
            return figures

    async def _planned(
        self, unit: Unit, consultation: Consultation, plan: DigestPlan, due: DigestDue, now: datetime
    ) -> Figures:
        """As the room that has this plan reads it: its zone, its topics, one line when nothing happened since."""
        figures = await figures_now(unit, consultation, now=now, since=now - WEEK, follows=plan.follows)
        quiet = plan.quiet_line and not await self._happened(unit, consultation, plan, due)
        return replace(figures, sorting=self.sorting(consultation), zone=plan.zone or consultation.zone, quiet=quiet)

    async def _happened(self, unit: Unit, consultation: Consultation, plan: DigestPlan, due: DigestDue) -> bool:
        """Somebody answered or said something since the digest before this one."""
        own, zone = ConsultationId(consultation.id), plan.zone or consultation.zone
        before, after = due.at - LOOK_BACK, due.at - LOOK_BACK
        while (earlier := next_digest(plan, zone, after)).at < due.at:
            before, after = earlier.at, earlier.at
        answered = await unit.readouts.answered_since(own, before)
        return bool(answered or await unit.readouts.contribution_count(own, before))

    async def _owe(
        self, unit: Unit, consultation: Consultation, plan: DigestPlan, digest: DigestId, now: datetime
    ) -> bool:
        rooms = await staff_rooms(unit, consultation, self.chance, plan)
        if rooms:
            own = ConsultationId(consultation.id)
            await unit.staff.retire_digests(own, [room.address.id for room in rooms])
        owed = await owe_to(
            unit,
            rooms,
            replace(consultation, digest=plan),
            self.chance,
            key=lambda letter: digest_key(digest, letter),
            body=lambda letter: DigestRef(digest, letter=letter),
            now=now,
        )
        return owed > 0

    async def _consultation(self, running: Running) -> Consultation:
        key = (running.id, running.revision)
        if key not in self.library:
            async with self.storage.reading() as unit:
                self.library |= await unit.consultations.revisions([key])
        return self.library[key]


def occasion_of(consultation: Consultation, plan: DigestPlan, due: DigestDue) -> str:
    """What a digest is made for, once: its time on the wall of the plan; another room's, with its channel."""
    local = due.local.isoformat()
    return local if plan is consultation.digest else f"{local} {plan.slack_channel}"[:LONGEST_OCCASION]


def newest_occasion(consultation: Consultation, plan: DigestPlan, running: Running, now: datetime) -> DigestDue | None:
    """The last time on the plan that has come since the campaign began; None before the first."""
    if not plan.weekdays:
        return None
    after = max(running.begins_at, now - LOOK_BACK)
    newest: DigestDue | None = None
    while (due := next_digest(plan, plan.zone or consultation.zone, after)).at <= now:
        newest, after = due, due.at
    return newest


def _worth_telling(consultation: Consultation, figures: Figures, due: DigestDue) -> bool:
    """Once the consultation has been closed for a week, silence is news enough, unless something is to be done, or
    somebody said what the answer is worth to them."""
    news = figures.alerts or figures.reply_due or figures.satisfied_this_week
    return due.at < consultation.closes_at + WEEK or bool(news)


# ── what changed since ──────────────────────────────────────────────────────────────────────────────────────────────


async def refresh_digests(
    unit: Unit,
    consultation: ConsultationId,
    chance: Chance,
    now: datetime,
    *,
    quoting: ContributionId | None = None,
) -> None:
    """The newest digest in a staff room is owed an edit that says what is true now: who took charge, what was answered,
    opened or hidden. `quoting`: so are all that quote this contribution. One edit that waits already is enough."""
    places = await unit.staff.newest_posted(consultation)
    for digest in await unit.staff.digests_quoting(consultation, [quoting] if quoting else []):
        places += [each for each in await unit.staff.posted(digest) if each not in places]
    owed = [
        _again(each, f"{edit_key(each.digest)}{chance.token()}", consultation, chance, now)
        for each in places
        if not await unit.staff.edit_waits(edit_key(each.digest))
    ]
    await unit.deliveries.plan([*owed, *await edited_threads(unit, places, consultation, chance, now)])


async def refresh_alert(unit: Unit, alert: AlertRow, chance: Chance, now: datetime) -> None:
    """The alert's own message in the staff room is owed an edit: who took it, that it was opened."""
    if await unit.staff.edit_waits(alert_edit_key(alert.id)):
        return
    await unit.deliveries.plan(
        [
            staff_edit(
                each,
                f"{alert_edit_key(alert.id)}{chance.token()}",
                AlertRef(alert.id, edits=each.external_id),
                alert.consultation,
                chance,
                now,
            )
            for each in await unit.staff.posted_as(alert_key(alert.id))
            if each.key == alert_key(alert.id)  # not the letters: nobody can change those
        ]
    )


# ── erasure ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def amend_after_erasure(
    unit: Unit,
    consultation_id: ConsultationId,
    contribution_ids: Collection[ContributionId],
    chance: Chance,
    now: datetime,
) -> None:
    """Every digest forgets these contributions, and each message that quoted one is owed an edit without it.

    A digest that is composed and waits to leave is stopped and goes again. One that is in the air at this very moment
    cannot be called back.
    """
    owed: list[Delivery] = []
    for digest in await unit.staff.digests_quoting(consultation_id, contribution_ids):
        await unit.staff.unquote(digest, contribution_ids)
        for posted in await unit.staff.posted(digest):
            owed.append(_again(posted, f"{edit_key(digest)}{chance.token()}", consultation_id, chance, now))
        for stopped in await unit.staff.take_back(digest):
            key = f"{digest_key(digest)}:{chance.token()}"
            owed.append(_again(stopped, key, consultation_id, chance, now))
    await unit.deliveries.plan(owed)


def _again(posted: Posted, key: str, consultation: ConsultationId, chance: Chance, now: datetime) -> Delivery:
    return staff_edit(posted, key, DigestRef(posted.digest, edits=posted.external_id), consultation, chance, now)

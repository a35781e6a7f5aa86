"""From the steps of running campaigns to deliveries owed: at most 500 rows a unit, each owed once.

    step × person ─▶ due_at (pure) ─▶ not yet: later · too late: skipped, with its reason
    (an experiment: drawn first, in groups; not for them: their place says so, and they are looked at no more)
                           └─ due within the horizon ─▶ eligible (pure)? ─▶ planned, or skipped with its reason

Whoever answers between planning and sending gets nothing: eligibility is asked again by the outbox.
"""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from core.model.audience import EVERYBODY, Candidate
from core.model.campaigns import CampaignState
from core.model.consultations import PROMISED, Anchor, Consultation, Step, StepKind
from core.model.deliveries import Body, Reason
from core.model.experiments import Place
from core.model.ids import CitizenId, ConsultationId, delivery_id
from core.rules.calendar import Due, Skipped, latest_near
from core.rules.eligibility import can_wait, eligible
from core.rules.posts import post_due
from core.rules.specs.steps import questions_left, step_spec
from core.storage.consultations import Running
from core.storage.engine import Storage
from core.storage.outsiders import Near
from core.storage.pushes import Owed, Pushes
from core.storage.unit import Unit
from core.work.alone import each_alone
from core.work.patience import Patience
from core.work.ports import Chance, Clock
from core.work.pushes.candidates import OUTSIDE_PAGE, candidates, due_for, outside
from core.work.pushes.draws import Drawn, placed, worded
from core.work.pushes.posts import owe_planned
from core.work.pushes.standings import standings, too_many_left
from core.work.session import Library

HORIZON = timedelta(minutes=10)
"""How long before its moment a push is planned: late enough that few change their mind, early enough to be seen."""
EASTERNMOST = timedelta(hours=14)
"""No clock in the world shows an hour earlier than this before UTC does."""

Turn = tuple[Candidate, datetime | Reason]
"""Somebody whose moment is near, and the moment, or why there is none."""


@dataclass(frozen=True, slots=True)
class _Rest:
    """Everybody of a step was looked at then, and nobody's moment comes near until then."""

    running: Running
    since: datetime
    until: datetime


@dataclass(slots=True)
class Planning:
    storage: Storage
    clock: Clock
    chance: Chance
    library: Library
    horizon: timedelta = HORIZON
    bot: str = ""
    """The username of the Telegram bot, once it answers: the buttons of posts lead to it."""
    _rests: dict[tuple[ConsultationId, str], _Rest] = field(default_factory=dict)
    _posted: set[tuple[ConsultationId, int, str]] = field(default_factory=set)

    async def plan_due(self) -> Counter[str]:
        """Plans what is due within the horizon for every running campaign. Counts `planned` and each reason skipped."""
        async with self.storage.reading() as unit:
            running = [each for each in await unit.consultations.all() if each.state is CampaignState.RUNNING]
        return sum(await each_alone(running, self.plan_steps), Counter())

    async def plan_steps(self, running: Running) -> Counter[str]:
        """Of one campaign, as it was when it was read: nothing is planned once it has changed."""
        counts: Counter[str] = Counter()
        consultation = await self._consultation(running)
        for step in consultation.steps:
            if self._may_be_due(step):
                counts += await self._plan_step(running, consultation, step)
        await self._plan_posts(running, consultation)
        return counts

    async def _plan_posts(self, running: Running, consultation: Consultation) -> None:
        """What stands in groups and channels at its moment. It waits for the bot whose chat its button opens."""
        now = self.clock.now()
        for post in consultation.posts if self.bot else ():
            place = (running.id, running.revision, post.id)
            due = post_due(consultation, post, start=running.begins_at, closes_at=running.closes_at, now=now)
            if place in self._posted or (isinstance(due, Due) and due.at > now):
                continue
            async with self.storage.unit() as unit:
                if await unit.consultations.running(running.id) != running:
                    return  # paused, stopped or given a new revision meanwhile
                await owe_planned(unit, running, consultation, post, self.bot, self.chance, now=now)
            self._posted.add(place)

    def _may_be_due(self, step: Step) -> bool:
        """An absolute moment still to come needs no look at people. A day of slack covers zones and quiet hours."""
        return step.moment.at is None or step.moment.at.date() <= (self.clock.now() + timedelta(days=1)).date()

    async def _consultation(self, running: Running) -> Consultation:
        key = (running.id, running.revision)
        if key not in self.library:
            async with self.storage.reading() as unit:
                self.library |= await unit.consultations.revisions([key])
        return self.library[key]

    async def _plan_step(self, running: Running, consultation: Consultation, step: Step) -> Counter[str]:
        counts: Counter[str] = Counter()
        if self._rests_now(running, step):
            return counts
        frozen = step.has_audience and not step.person_by_person and await self._freeze(running, consultation, step)
        began, soonest, many = self.clock.now(), datetime.max.replace(tzinfo=UTC), step.who != EVERYBODY
        if many and (frozen or step.person_by_person):
            await self._leave_out(running, consultation, step)
        after: str | None = None
        patience = Patience(self.storage, self.clock)
        while True:
            async with self.storage.reading() as unit:
                some, after, full = await self._page(unit, running, consultation, step, after)
            turns, later = self._near(running, consultation, step, some)
            soonest, many = min([soonest, *later]), many or full
            if turns:
                await patience.give_way()
                async with self.storage.unit(patient=True) as unit:
                    if await unit.consultations.running(running.id) != running:
                        return counts  # paused, stopped or given a new revision meanwhile
                    counts += await self._plan_page(unit, running, consultation, step, turns)
            if not full:
                if many:
                    until = self._until(running, step, soonest, began)
                    self._rests[running.id, step.id] = _Rest(running, began, until)
                return counts

    def _rests_now(self, running: Running, step: Step) -> bool:
        rest = self._rests.get((running.id, step.id))
        return rest is not None and rest.running == running and rest.since <= self.clock.now() < rest.until

    def _until(self, running: Running, step: Step, soonest: datetime, looked_at: datetime) -> datetime:
        """Until when nobody needs to be looked at: whoever is known has a moment after that, and whoever comes has one.
        Half the horizon at most, so that someone who may get it again after all (they changed an answer, a wave is
        next) is still planned in time. A few people are looked at each time instead: that costs nothing, unless they
        are to be found among very many."""
        moment = step.moment
        if moment.at is not None:
            newcomer = moment.at.replace(tzinfo=moment.at.tzinfo or UTC) - EASTERNMOST
        else:
            anchor = running.begins_at if moment.anchor is Anchor.START else looked_at
            newcomer = anchor + (moment.after or timedelta(0)) - timedelta(hours=1)  # a day of 23 hours
        return min(soonest - self.horizon, newcomer - self.horizon, looked_at + self.horizon / 2)

    async def _leave_out(self, running: Running, consultation: Consultation, step: Step) -> None:
        """Whom the step is not for, now that its audience is frozen or their own moment is near, has a place that says
        so: they are not looked at again."""
        others, after = outside(running, consultation, step), ""
        near = await self._near_by_zone(running, consultation, step)
        patience = Patience(self.storage, self.clock)
        while True:
            async with self.storage.reading() as unit:
                span = await unit.outsiders.span(others, near, after=after, limit=OUTSIDE_PAGE)
            if span is None:
                return
            await patience.give_way()
            async with self.storage.unit(patient=True) as unit:
                if await unit.consultations.running(running.id) != running:
                    return  # paused, stopped or given a new revision meanwhile
                await unit.outsiders.place(others, near, span, self.clock.now())
            _, after = span

    async def _near_by_zone(self, running: Running, consultation: Consultation, step: Step) -> Near | None:
        """From when on whoever counts from then has no moment yet, in each zone. None: that is nothing to ask about."""
        if not step.person_by_person or step.kind is StepKind.PROMPT:
            return None
        async with self.storage.reading() as unit:
            zones = await unit.outsiders.zones(running.partner)
        now = self.clock.now()
        found = {
            zone: latest_near(
                step,
                start=running.begins_at,
                zone=zone,
                quiet=consultation.quiet,
                now=now,
                soon=now + self.horizon,
                closes_at=running.closes_at,
            )
            for zone in zones
        }
        return Near(step.moment.anchor, {zone: latest for zone, latest in found.items() if latest is not None})

    async def _freeze(self, running: Running, consultation: Consultation, step: Step) -> bool:
        """The audience of a step, once the moment of the first person in it is near: drawn and written at once,
        because half an audience would be another draw. Returns whether it is frozen."""
        async with self.storage.reading() as unit:
            if await unit.experiments.frozen(running.id, step.id):
                return True
        if not await self._anybody_near(running, consultation, step):
            return False
        people: list[Drawn] = []
        after: str | None = None
        full = True
        while full:
            async with self.storage.reading() as unit:
                page, after, full = await self._page(unit, running, consultation, step, after)
                people += await self._drawn(unit, running, consultation, step, page)
        places = placed(running, consultation, step, people)
        async with self.storage.unit() as unit:
            if await unit.consultations.running(running.id) != running:
                return False
            if not await unit.experiments.frozen(running.id, step.id):
                await unit.experiments.freeze(running.id, step.id, places)
        return True

    async def _anybody_near(self, running: Running, consultation: Consultation, step: Step) -> bool:
        """It looks at moments alone, and stops at the first."""
        after: str | None = None
        full = True
        while full:
            async with self.storage.reading() as unit:
                page, after, full = await self._page(unit, running, consultation, step, after)
            turns, _ = self._near(running, consultation, step, page)
            if any(isinstance(moment, datetime) for _, moment in turns):
                return True
        return False

    async def _drawn(
        self, unit: Unit, running: Running, consultation: Consultation, step: Step, page: list[Candidate]
    ) -> list[Drawn]:
        """Those of the page who may get the step, each with their moment."""
        now = self.clock.now()
        known = await standings(unit, consultation, running, step.id, [each.citizen for each in page], now=now)
        found: list[Drawn] = []
        for each in page:
            due = due_for(each, step, running, consultation, now=self.clock.now())
            if isinstance(due, Due) and eligible(step, known[each.citizen], now=now) is None:
                found.append(Drawn(each.citizen, each.source, each.zone, each.arrival, each.answered, due.at))
        return found

    async def _places(
        self, unit: Unit, running: Running, consultation: Consultation, step: Step, page: list[Candidate]
    ) -> Mapping[CitizenId, Place]:
        """Where the people of this page stand in the step's experiment. Person by person, they are drawn for now."""
        if not step.has_audience:
            return {}
        ids = [each.citizen for each in page]
        known = await unit.experiments.places(running.id, step.id, ids)
        if step.person_by_person and (new := [each for each in page if each.citizen not in known]):
            drawn = await self._drawn(unit, running, consultation, step, new)
            await unit.experiments.freeze(running.id, step.id, placed(running, consultation, step, drawn))
            known = await unit.experiments.places(running.id, step.id, ids)
        return known

    async def _page(
        self, unit: Unit, running: Running, consultation: Consultation, step: Step, after: str | None
    ) -> tuple[list[Candidate], str | None, bool]:
        """The next page: (who may get the step, where the page after it begins, whether there is one)."""
        return await candidates(unit, running, consultation, step, after, soon=self.clock.now() + self.horizon)

    def _near(
        self, running: Running, consultation: Consultation, step: Step, some: list[Candidate]
    ) -> tuple[list[Turn], list[datetime]]:
        """(those whose moment has come or never will, the moments of the others)"""
        turns: list[Turn] = []
        later: list[datetime] = []
        soon = self.clock.now() + self.horizon
        for each in some:
            due = due_for(each, step, running, consultation, now=self.clock.now())
            if isinstance(due, Skipped):
                turns.append((each, due.reason))
            elif due.at <= soon:
                turns.append((each, due.at))
            else:
                later.append(due.at)
        return turns, later

    async def _plan_page(
        self, unit: Unit, running: Running, consultation: Consultation, step: Step, turns: list[Turn]
    ) -> Counter[str]:
        now, page = self.clock.now(), [person for person, _ in turns]
        known = await standings(unit, consultation, running, step.id, [each.citizen for each in page], now=now)
        if await too_many_left(unit, running.id, step):
            return Counter()  # people leave because of it: nobody else gets it
        places = await self._places(unit, running, consultation, step, page)
        owed: list[Owed] = []
        words: list[tuple[str, Body]] = []
        numbers: dict[tuple[Hashable, ...], int] = {}
        counts: Counter[str] = Counter()
        for person, moment in turns:
            reason = moment if isinstance(moment, Reason) else eligible(step, known[person.citizen], now=now)
            if reason is not None and can_wait(step, reason):
                reason = None
            due = moment if isinstance(moment, datetime) else now
            place = places.get(person.citizen)
            if place is not None:
                if place.due_at is None or place.due_at > now + self.horizon:
                    continue  # never, or not yet
                due = max(due, place.due_at)
            elif reason is None and step.has_audience:
                reason = Reason.TOO_LATE  # came when the audience was frozen already
            left, invite = questions_left(consultation, person.done), not known[person.citizen].reminders_allowed
            said = (place and place.group, person.language, left, invite)
            if said not in numbers:  # very many are told the very same
                spec = step_spec(consultation, worded(step, place), person.language, left=left, invite=invite)
                numbers[said] = len(words)
                words.append((person.language, spec))
            owed.append(Owed(person.citizen, person.address, due, numbers[said], reason))
            counts[reason.value if reason else "planned"] += 1
        pushes = Pushes(
            key=f"push:{consultation.id}:{step.id}:",
            token=delivery_id(now, self.chance.token()),
            consultation=running.id,
            revision=consultation.revision,
            step=step.id,
            words=words,
            at=now,
            use_by=_use_by(consultation, step, running),
        )
        await unit.deliveries.owe(pushes, owed)
        return counts


def _use_by(consultation: Consultation, step: Step, running: Running) -> datetime | None:
    """Until when it is of use: an event until it begins, what is asked until the closing, what was decided always."""
    question = consultation.question(step.event)
    if question is not None and question.event is not None:
        return question.event.starts
    return None if step.kind in PROMISED else running.closes_at

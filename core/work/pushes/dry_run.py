"""Before anything is sent: who would get each step, when, who would not and why, and what its experiment could see.

    the steps, by their moments ─▶ whoever gets one has it behind them when the next comes ─▶ StepPlan of each

Nothing is written. The draw is the one that will be made, as long as the same people are there: it depends on nothing
else. People are random ids, counted by the source they came by. Nobody is taken to answer meanwhile.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from core.model.audience import EVERYBODY, Candidate
from core.model.campaigns import CampaignState
from core.model.consultations import Consultation, Step
from core.model.deliveries import Reason
from core.model.dialogues import Stage
from core.model.experiments import Group, Place
from core.model.ids import CitizenId, ConsultationId, PartnerId
from core.rules.calendar import Due, Skipped, to_utc
from core.rules.effect import smallest_effect
from core.rules.eligibility import Standing, can_wait, eligible
from core.rules.experiments import second_wave
from core.rules.foreseen import Foreseen, by_then
from core.rules.pacing import TELEGRAM
from core.storage.consultations import Running
from core.storage.unit import Unit
from core.work.pushes.candidates import OUTSIDE_PAGE, candidates, due_for, outside
from core.work.pushes.draws import Drawn, placed
from core.work.pushes.standings import NUDGES, standings, too_many_left

USUAL_BASE = 0.1
"""How many are taken to finish without the message."""

Coming = Mapping[str, Mapping[CitizenId, Foreseen]]
"""By step, whom it reaches."""


@dataclass(frozen=True, slots=True)
class Wave:
    """People of one group who get the step. `first`, `last`: between which moments."""

    group: Group
    people: tuple[CitizenId, ...]
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class StepPlan:
    """`sent`: who has it already, by state of the delivery. `never`: held out by the draw. `outside`: whom the step is
    not for, by its `for`. `once`: they will have had a reminder by then, and never asked for more. `halted`: too many
    people left because of it, so that nobody else gets it. `shifted`: those for whom the moment moves, because of quiet
    hours or because it has passed. `seconds`: at the platform's rate. `paid`: how many of these messages may be paid
    for; `spent`: how many of the step were. `smallest`: the smallest effect the experiment would tell from nothing, in
    shares; None: too few people. `base`: the share that is taken to finish anyway."""

    step: Step
    sent: Mapping[str, int]
    waves: tuple[Wave, ...]
    by_source: Mapping[str, int]
    never: tuple[CitizenId, ...]
    outside: tuple[CitizenId, ...]
    left_out: Mapping[Reason, tuple[CitizenId, ...]]
    once: tuple[CitizenId, ...]
    halted: bool
    shifted: int
    seconds: int
    paid: int
    spent: int
    smallest: float | None
    base: float

    @property
    def people(self) -> int:
        return sum(len(each.people) for each in self.waves)


async def dry_run(unit: Unit, consultation: Consultation, *, now: datetime) -> tuple[StepPlan, ...]:
    """Each step of the consultation as its file says it now, were its campaign running; by their moments."""
    return (await look_ahead(unit, consultation, now=now))[0]


async def look_ahead(
    unit: Unit, consultation: Consultation, *, now: datetime
) -> tuple[tuple[StepPlan, ...], dict[str, Mapping[CitizenId, Foreseen]]]:
    """(each step, by their moments; whom each reaches)"""
    coming: dict[str, Mapping[CitizenId, Foreseen]] = {}
    plans: dict[str, StepPlan] = {}
    running = await _running(unit, consultation, now)
    steps = sorted(consultation.steps, key=lambda each: _earliest(each, running, consultation.zone))
    for step in steps:
        plans[step.id], coming[step.id] = await _step(unit, running, consultation, step, coming, now)
    # A step may reach some only after a later one does, in a second wave or at a moment of their own: now that all are
    # known, it is looked at again, and whatever follows it.
    for step in steps[_crossed([coming[each.id] for each in steps]) :]:
        plans[step.id], coming[step.id] = await _step(unit, running, consultation, step, coming, now)
    return tuple(plans.values()), coming


async def plan_step(
    unit: Unit, consultation: Consultation, step: Step, *, now: datetime, coming: Coming | None = None
) -> StepPlan:
    """One step, whether it stands in the file or not. `coming`: of the steps of the file, as `look_ahead` found it."""
    running = await _running(unit, consultation, now)
    plan, _ = await _step(unit, running, consultation, step, coming or {}, now)
    return plan


async def _running(unit: Unit, consultation: Consultation, now: datetime) -> Running:
    own = ConsultationId(consultation.id)
    known = await unit.consultations.running(own)
    return Running(
        own,
        PartnerId(consultation.partner.id),
        known.revision if known else 1,
        CampaignState.RUNNING,
        known.started_at if known and known.started_at else now,
        consultation.opens_at,
        consultation.closes_at,
    )


def _earliest(step: Step, running: Running, zone: str) -> datetime:
    """Before which nobody gets it."""
    moment = step.moment
    if moment.at is None:
        return running.begins_at + (moment.after or timedelta(0))
    return to_utc(moment.at, zone) if moment.at.tzinfo is None else moment.at.astimezone(UTC)


def _crossed(reached: Sequence[Mapping[CitizenId, Foreseen]]) -> int:
    """The place of the first step that comes to somebody after a later one does; how many there are when none does."""
    for place, some in enumerate(reached):
        later = [others for others in reached[place + 1 :] if others]
        for citizen, got in some.items() if later else ():
            at = got.at
            if at is not None and any(citizen in each and each[citizen].counts_from(at) <= at for each in later):
                return place
    return len(reached)


async def _step(
    unit: Unit, running: Running, consultation: Consultation, step: Step, coming: Coming, now: datetime
) -> tuple[StepPlan, Mapping[CitizenId, Foreseen]]:
    """(the step, whom it reaches)"""
    left = _LeftOut(step, coming, now)
    people: dict[CitizenId, Candidate] = {}
    moments: dict[CitizenId, Due] = {}
    second: dict[CitizenId, Standing] = {}
    waves = second_wave(step) is not None
    after: str | None = None
    full = True
    while full:
        page, after, full = await candidates(unit, running, consultation, step, after, stages=tuple(Stage))
        ids = [each.citizen for each in page]
        ground = await standings(unit, consultation, running, step.id, ids, now=now)
        for each in page:
            due = due_for(each, step, running, consultation, now=now)
            if left.out(each.citizen, ground[each.citizen], due.at if isinstance(due, Due) else None):
                continue
            if isinstance(due, Skipped):
                left.because(due.reason, each.citizen)
                continue
            people[each.citizen], moments[each.citizen] = each, due
            if waves:
                second[each.citizen] = ground[each.citizen]
    if halted := await too_many_left(unit, running.id, step):
        for citizen in people:
            left.because(Reason.CAMPAIGN_STOPPED, citizen)
        people = {}
    places = await _places(unit, running, consultation, step, people, moments)
    for citizen in [each for each in people if step.has_audience and each not in places]:
        left.because(Reason.TOO_LATE, citizen)  # came after the audience was frozen
        del people[citizen]
    for citizen in second.keys() & people.keys():
        at = places[citizen].due_at
        if at is not None and at > moments[citizen].at and left.out(citizen, second[citizen], at):
            del people[citizen]
    got = {citizen: _got(step, places.get(citizen), moments[citizen].at) for citizen in people}
    others = await _outside(unit, running, consultation, step)
    sent, spent = await unit.readouts.steps(running.id), await unit.paid.of(running.id)
    already = sent.get(step.id, {}), spent.get(step.id, 0)
    return _plan(step, already, people, moments, places, others, left, halted=halted), got


def _got(step: Step, place: Place | None, begins: datetime) -> Foreseen:
    return Foreseen(begins, place.due_at if place else begins, step.kind in NUDGES)


@dataclass(slots=True)
class _LeftOut:
    """Who does not get a step, and why. `once`: they will have had the one reminder that they agreed to."""

    step: Step
    coming: Coming
    now: datetime
    once: list[CitizenId] = field(default_factory=list)
    reasons: dict[Reason, list[CitizenId]] = field(default_factory=dict)

    def because(self, reason: Reason, citizen: CitizenId) -> None:
        self.reasons.setdefault(reason, []).append(citizen)

    def out(self, citizen: CitizenId, person: Standing, at: datetime | None) -> bool:
        """Whether they are left out of what comes to them `at` then, None: never. `person`: their standing now."""
        if at is not None:
            before = [got[citizen] for step, got in self.coming.items() if step != self.step.id and citizen in got]
            person = by_then(person, before, now=self.now, then=at)
        reason = eligible(self.step, person, now=self.now)
        if reason is None or can_wait(self.step, reason):
            return False
        if reason is Reason.NO_CONSENT and _had_theirs(self.step, person, self.now):
            self.once.append(citizen)
        else:
            self.because(reason, citizen)
        return True


def _had_theirs(step: Step, person: Standing, now: datetime) -> bool:
    """They agreed to one reminder, and it is an earlier one."""
    return person.nudged and eligible(step, replace(person, nudged=False), now=now) is not Reason.NO_CONSENT


async def _outside(unit: Unit, running: Running, consultation: Consultation, step: Step) -> list[CitizenId]:
    """Those whom the step is not for, as planning will write them down."""
    found: list[CitizenId] = []
    after = ""
    full = step.who != EVERYBODY
    while full:
        page, after = await unit.outsiders.page(outside(running, consultation, step), after=after, limit=OUTSIDE_PAGE)
        found += page
        full = len(page) == OUTSIDE_PAGE
    return found


async def _places(
    unit: Unit,
    running: Running,
    consultation: Consultation,
    step: Step,
    people: Mapping[CitizenId, Candidate],
    moments: Mapping[CitizenId, Due],
) -> Mapping[CitizenId, Place]:
    """The draw that was made, or the one that would be."""
    if not step.has_audience:
        return {}
    known = await unit.experiments.places(running.id, step.id, list(people))
    if await unit.experiments.frozen(running.id, step.id) and not step.person_by_person:
        return known
    drawn = [
        Drawn(each.citizen, each.source, each.zone, each.arrival, each.answered, moments[each.citizen].at)
        for each in people.values()
        if each.citizen not in known
    ]
    return {**{each.citizen: each for each in placed(running, consultation, step, drawn)}, **known}


def _plan(
    step: Step,
    already: tuple[Mapping[str, int], int],
    people: Mapping[CitizenId, Candidate],
    moments: Mapping[CitizenId, Due],
    places: Mapping[CitizenId, Place],
    others: Collection[CitizenId],
    left: _LeftOut,
    *,
    halted: bool,
) -> StepPlan:
    """`already`: what was sent, by state; how many messages were paid for."""
    sent, spent = already
    groups: dict[Group, list[tuple[CitizenId, datetime]]] = {}
    never: list[CitizenId] = []
    for citizen in people:
        place = places.get(citizen)
        if place is not None and place.due_at is None:
            never.append(citizen)
        else:
            at = moments[citizen].at if place is None or place.due_at is None else place.due_at
            groups.setdefault(place.group if place else Group.APART, []).append((citizen, at))
    told = [citizen for some in groups.values() for citizen, _ in some]
    waves = [
        Wave(group, tuple(who for who, _ in some), min(at for _, at in some), max(at for _, at in some))
        for group, some in groups.items()
    ]
    paid = min(len(told), max(0, step.paid - spent))
    compared = sum(place.group is not Group.APART for place in places.values())
    return StepPlan(
        step,
        sent,
        tuple(sorted(waves, key=lambda each: (each.first, each.group))),
        Counter(people[citizen].source for citizen in told),
        tuple(never),
        tuple(others),
        {reason: tuple(some) for reason, some in sorted(left.reasons.items())},
        tuple(left.once),
        halted,
        sum(moments[citizen].shifted for citizen in people),
        -(-paid // (TELEGRAM.paid - 1)) - (-(len(told) - paid) // (TELEGRAM.most - 1)),
        paid,
        spent,
        smallest_effect(compared, share=step.experiment.share, base=USUAL_BASE) if step.experiment else None,
        USUAL_BASE,
    )

"""Before anything is sent: who would get each step, when, who would not and why, and what its experiment could see.

Nothing is written. The draw is the one that will be made, as long as the same people are there: it depends on nothing
else. People are random ids, counted by the source they came by.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from core.model.audience import EVERYBODY
from core.model.campaigns import CampaignState
from core.model.consultations import Consultation, Step
from core.model.deliveries import Reason
from core.model.dialogues import Stage
from core.model.experiments import Group, Place
from core.model.ids import CitizenId, ConsultationId, PartnerId
from core.rules.calendar import Due, Skipped, due_at
from core.rules.effect import smallest_effect
from core.rules.eligibility import can_wait, eligible
from core.rules.pacing import TELEGRAM
from core.storage.consultations import Running
from core.storage.unit import Unit
from core.work.candidates import OUTSIDE_PAGE, Candidate, candidates, outside
from core.work.draws import Drawn, placed
from core.work.standings import WEEK, standings

USUAL_BASE = 0.1
"""How many would finish without the message, when no earlier comparison of the partner says."""


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
    not for, by its `for`. `shifted`: those for whom the moment moves, because of quiet hours or because it has passed.
    `seconds`: at the platform's rate. `paid`: how many of these messages may be paid for; `spent`: how many of the step
    were. `smallest`: the smallest effect the experiment would tell from nothing, in
    shares; None: too few people. `base`: the share that finishes anyway."""

    step: Step
    sent: Mapping[str, int]
    waves: tuple[Wave, ...]
    by_source: Mapping[str, int]
    never: tuple[CitizenId, ...]
    outside: tuple[CitizenId, ...]
    left_out: Mapping[Reason, tuple[CitizenId, ...]]
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
    """Each step of the consultation as its file says it now, were its campaign running."""
    return tuple([await plan_step(unit, consultation, step, now=now) for step in consultation.steps])


async def plan_step(unit: Unit, consultation: Consultation, step: Step, *, now: datetime) -> StepPlan:
    """The same of one step, whether it stands in the file or not."""
    own = ConsultationId(consultation.id)
    known = await unit.consultations.running(own)
    running = Running(
        own,
        PartnerId(consultation.partner.id),
        known.revision if known else 1,
        CampaignState.RUNNING,
        known.started_at if known and known.started_at else now,
        consultation.opens_at,
        consultation.closes_at,
    )
    sent, spent = await unit.readouts.steps(own), await unit.paid.of(own)
    return await _step(unit, running, consultation, step, sent.get(step.id, {}), spent.get(step.id, 0), now)


async def _step(
    unit: Unit,
    running: Running,
    consultation: Consultation,
    step: Step,
    sent: Mapping[str, int],
    spent: int,
    now: datetime,
) -> StepPlan:
    left_out: dict[Reason, list[CitizenId]] = {}
    people: dict[CitizenId, Candidate] = {}
    moments: dict[CitizenId, Due] = {}
    after: str | None = None
    full = True
    while full:
        page, after, full = await candidates(unit, running, consultation, step, after, stages=tuple(Stage))
        ids = [each.citizen for each in page]
        ground = await standings(unit, consultation, running, step.id, ids, now=now)
        for each in page:
            due = _due(running, consultation, step, each, now)
            standing = ground[each.citizen]
            if isinstance(due, Due) and due.at - now > WEEK:
                standing = replace(standing, pushes_last_7_days=0)  # this week's messages are no longer counted then
            reason = eligible(step, standing, now=now)
            if reason is not None and not can_wait(step, reason):
                left_out.setdefault(reason, []).append(each.citizen)
            elif isinstance(due, Due):
                people[each.citizen], moments[each.citizen] = each, due
            else:
                left_out.setdefault(due.reason, []).append(each.citizen)
    places = await _places(unit, running, consultation, step, people, moments)
    for citizen in [each for each in people if step.has_audience and each not in places]:
        left_out.setdefault(Reason.TOO_LATE, []).append(citizen)  # came after the audience was frozen
        del people[citizen]
    others = await _outside(unit, running, consultation, step)
    return _plan(step, sent, spent, people, moments, places, others, left_out)


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
    sent: Mapping[str, int],
    spent: int,
    people: Mapping[CitizenId, Candidate],
    moments: Mapping[CitizenId, Due],
    places: Mapping[CitizenId, Place],
    others: Collection[CitizenId],
    left_out: Mapping[Reason, list[CitizenId]],
) -> StepPlan:
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
        {reason: tuple(some) for reason, some in sorted(left_out.items())},
        sum(moments[citizen].shifted for citizen in people),
        -(-paid // (TELEGRAM.paid - 1)) - (-(len(told) - paid) // (TELEGRAM.most - 1)),
        paid,
        spent,
        smallest_effect(compared, share=step.experiment.share, base=USUAL_BASE) if step.experiment else None,
        USUAL_BASE,
    )


def _due(running: Running, consultation: Consultation, step: Step, person: Candidate, now: datetime) -> Due | Skipped:
    return due_at(
        step,
        start=running.begins_at,
        arrival=person.arrival,
        zone=person.zone,
        quiet=consultation.quiet,
        now=now,
        closes_at=running.closes_at,
        answered=person.answered,
    )

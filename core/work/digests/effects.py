"""What each step brought, read from its frozen audience: for digests, pages and reports, the same everywhere."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from core.model.consultations import Consultation, Design, Step
from core.model.experiments import Group
from core.model.ids import ConsultationId, PartnerId
from core.rules.calendar import on_wall
from core.rules.effect import (
    Arm,
    Difference,
    Reading,
    Stratum,
    Verdict,
    read,
    reading,
    sooner,
    uneven,
)
from core.rules.pooling import pooled
from core.rules.readout import EffectFigure, Pooled
from core.rules.sequential import difference_so_far
from core.storage.experiments import Outcome
from core.storage.unit import Unit

PLANNED = 1_000
"""For a step that goes out person by person: the number of people at which its interval is narrowest."""


async def effect(unit: Unit, consultation: Consultation, step: Step, *, now: datetime) -> EffectFigure | None:
    """None: there is no experiment, or nobody is in it yet."""
    if step.experiment is None:
        return None
    own = ConsultationId(consultation.id)
    everybody, reads_at = await unit.experiments.outcomes(own, step.id, now)
    if not everybody:
        return None
    if step.person_by_person:
        over = await unit.experiments.matured(own, step.id, now)
        found = _daily(over, step.experiment.share)
    else:
        over = everybody
        matured = not any(each.waiting for each in everybody)
        found = read(_strata(everybody), share=step.experiment.share, matured=matured)
    told = [hours for each in over if each.group is Group.FIRST for hours in each.hours]
    waiting = [hours for each in over if each.group is not Group.FIRST for hours in each.hours]
    return EffectFigure(
        step.experiment.design,
        found,
        on_wall(reads_at, consultation.zone),
        sooner(told, waiting) if found.verdict is Verdict.READ and step.experiment.design is Design.WAVES else None,
        daily=step.person_by_person,
    )


async def over_campaigns(unit: Unit, consultation: Consultation, *, now: datetime) -> Pooled | None:
    """What the partner's reminders bring on the whole: the readings of all its campaigns, each against nothing."""
    found: list[Difference] = []
    for running in await unit.consultations.all(PartnerId(consultation.partner.id)):
        each = await unit.consultations.current(running.id)
        for step in each.steps if each else ():
            if each is None or step.experiment is None or step.experiment.design is Design.WORDINGS:
                continue
            figure = await effect(unit, each, step, now=now)
            if figure is not None and figure.reading.effect is not None:
                found.append(figure.reading.effect)
    together = pooled(found)
    return Pooled(len(found), together) if together is not None else None


def _daily(over: Sequence[Outcome], share: float) -> Reading:
    told, waiting = _arm(over, first=True), _arm(over, first=False)
    if uneven(told.people, waiting.people, share):
        return Reading(Verdict.UNEVEN, told, waiting)
    return reading(told, waiting, difference_so_far(told, waiting, planned=PLANNED), share=share)


def _strata(outcomes: Iterable[Outcome]) -> list[Stratum]:
    by_source: dict[str, list[Outcome]] = {}
    for each in outcomes:
        by_source.setdefault(each.source, []).append(each)
    return [Stratum(_arm(some, first=True), _arm(some, first=False)) for some in by_source.values()]


def _arm(outcomes: Iterable[Outcome], *, first: bool) -> Arm:
    some = [each for each in outcomes if (each.group is Group.FIRST) == first]
    return Arm(sum(each.people for each in some), sum(len(each.hours) for each in some))

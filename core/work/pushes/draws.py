"""The audience of a step, frozen before anything is sent: of those it is for, by lot, who gets it first, who later.

    a step at one moment       everybody it is for, at once ─▶ drawn within their source ─▶ places, kept
    a step person by person    each when their moment comes ─▶ a lot of their own        ─▶ a place, kept

Whoever is not there when an audience is frozen is not part of it, and does not get the step.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.model.consultations import Consultation, Design, Experiment, Step
from core.model.experiments import Group, Place
from core.model.ids import CitizenId
from core.rules.calendar import Due, due_at
from core.rules.experiments import alone, drawn_first, lot, place, put_off
from core.storage.consultations import Running


@dataclass(frozen=True, slots=True)
class Drawn:
    """One person a step is due for. `begins`: when."""

    citizen: CitizenId
    source: str
    zone: str
    arrival: datetime | None
    answered: datetime | None
    begins: datetime


def placed(running: Running, consultation: Consultation, step: Step, people: Sequence[Drawn]) -> list[Place]:
    """Each of `people`, whom the step is for, has a place: alone in it, or in a group of its experiment."""
    if step.experiment is None:
        return [alone(each.citizen, each.source, each.begins) for each in people]
    draw = draw_each if step.person_by_person else draw_all
    return draw(running, consultation, step, people)


def draw_all(running: Running, consultation: Consultation, step: Step, people: Sequence[Drawn]) -> list[Place]:
    """A whole audience at once: exact within each source."""
    experiment = _experiment(step)
    by_source: dict[str, list[str]] = {}
    seconds = {each.citizen: _second(running, consultation, step, each) for each in people}
    for each in people:
        if not _apart(experiment, seconds[each.citizen]):
            by_source.setdefault(each.source, []).append(each.citizen)
    first = drawn_first(by_source, experiment.share, _key(consultation, step))
    return [_placed(experiment, each, first=each.citizen in first, second=seconds[each.citizen]) for each in people]


def draw_each(running: Running, consultation: Consultation, step: Step, people: Sequence[Drawn]) -> list[Place]:
    """Each for themselves."""
    experiment, key = _experiment(step), _key(consultation, step)
    return [
        _placed(
            experiment,
            each,
            first=lot(each.citizen, experiment.share, key),
            second=_second(running, consultation, step, each),
        )
        for each in people
    ]


def worded(step: Step, place: Place | None) -> Step:
    """The step in the words that this person is to read."""
    if place is None or step.experiment is None or place.group is not Group.OTHER:
        return step
    return replace(step, text=step.experiment.text)


def _second(running: Running, consultation: Consultation, step: Step, person: Drawn) -> datetime | None:
    """When the second wave reaches this person; None when that is too late."""
    second = due_at(
        replace(step, moment=put_off(step.moment, _experiment(step))),
        start=running.begins_at,
        arrival=person.arrival,
        zone=person.zone,
        quiet=consultation.quiet,
        now=person.begins,
        closes_at=running.closes_at,
        answered=person.answered,
    )
    return second.at if isinstance(second, Due) and second.at > person.begins else None


def _placed(experiment: Experiment, person: Drawn, *, first: bool, second: datetime | None) -> Place:
    return place(person.citizen, person.source, experiment, first=first, begins=person.begins, second=second)


def _apart(experiment: Experiment, second: datetime | None) -> bool:
    return experiment.design is Design.WAVES and second is None


def _experiment(step: Step) -> Experiment:
    assert step.experiment is not None, "only a step with an experiment is drawn for"
    return step.experiment


def _key(consultation: Consultation, step: Step) -> str:
    return f"{consultation.partner.id}:{consultation.id}:{step.id}"

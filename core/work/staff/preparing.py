"""A sending to those who are missing: proposed, counted and shown, and sent by nobody but a person.

shares of the people ─▶ groups with fewer answers than that, chance apart ─▶ a step for each ─▶ its dry run

The rules are those of every step: consent for its kind, the weekly cap, quiet hours. Who is not known yet cannot be
written to: a kit is for them.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from core.model.audience import Who
from core.model.consultations import LANGUAGE, Consultation, Moment, QuestionKind, Step, StepKind
from core.rules.calendar import is_quiet_day, on_wall, to_utc
from core.rules.readout import Share
from core.storage.unit import Unit
from core.work.digests.compare import Reference, comparisons
from core.work.pushes.dry_run import StepPlan, look_ahead, plan_step

HOUR = time(18, 0)
LONGEST_ID = 16
"""Letters: of a step in a file."""

KINDS = (StepKind.REMINDER, StepKind.PROMPT)
"""For those who began and have not finished, and for those who asked to be told of later consultations."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A group that is missing. `plans`: what could go to those of it whom we know, one for each kind of step that
    reaches anybody. `at`: when, on the wall; None: it is too late for anything."""

    question: str
    share: Share
    at: datetime | None
    plans: tuple[StepPlan, ...]


async def prepare(
    unit: Unit, consultation: Consultation, reference: Reference, *, now: datetime
) -> tuple[Prepared, ...]:
    """The groups with fewer answers than their share of the people, the most missing first. Nothing is written."""
    at = _moment(consultation, now)
    missing = [
        (each, share)
        for each in await comparisons(unit, consultation, reference)
        for share in each.shares
        if share.apart == "fewer"
    ]
    _, coming = await look_ahead(unit, consultation, now=now) if missing and at else ((), {})
    found = []
    for each, share in missing:
        who = _who(consultation, each.question, share.group)
        plans = []
        for kind in KINDS if who is not None and at is not None else ():
            assert who is not None, "only a group that can be named has a step"
            step = Step(f"{kind.value[0]}-{share.group}"[:LONGEST_ID], kind, Moment(at=at), who=who)
            plan = await plan_step(unit, consultation, step, now=now, coming=coming)
            plans += [plan] if plan.people else []
        found.append(Prepared(each.question, share, at, tuple(plans)))
    return tuple(found)


def _who(consultation: Consultation, question: str, group: str) -> Who | None:
    """The group as a step can name it; None when the question is no longer asked."""
    if question == LANGUAGE:
        return Who(languages=(group,))
    asked = consultation.question(question)
    if asked is None:
        return None
    return Who(sectors=(group,)) if asked.kind is QuestionKind.SECTOR else Who(answers=((question, (group,)),))


def _moment(consultation: Consultation, now: datetime) -> datetime | None:
    """The next evening that is no quiet day: a person has time to read it first. On the wall of the consultation."""
    day = on_wall(now, consultation.zone).date() + timedelta(days=1)
    while is_quiet_day(day, consultation.zone, consultation.quiet):
        day += timedelta(days=1)
    wall = datetime.combine(day, HOUR)
    return wall if to_utc(wall, consultation.zone) < consultation.closes_at else None


def file_lines(step: Step) -> tuple[str, ...]:
    """The step as the file says it."""
    assert step.moment.at is not None, "a prepared step has one moment for all"
    return (
        f"  - id: {step.id}",
        f"    kind: {step.kind.value}",
        f"    when: {step.moment.at:%Y-%m-%d %H:%M}",
        f"    for: {{{_named(step.who)}}}",
        *(("    experiment: none",) if step.kind is StepKind.REMINDER else ()),
    )


def _named(who: Who) -> str:
    if who.answers:
        ((question, answers),) = who.answers
        return f"answer: {{{question}: {answers[0]}}}"
    return f"language: {who.languages[0]}" if who.languages else f"sector: {who.sectors[0]}"

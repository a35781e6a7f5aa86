"""Those whom a step may concern, a page at a time: for planning, and for showing beforehand who would get what."""

from collections.abc import Collection, Mapping
from datetime import datetime

from core.model.audience import Candidate, Segment
from core.model.consultations import COMING, Consultation, QuestionKind, Step, StepKind
from core.model.dialogues import Stage
from core.model.ids import CitizenId, DialogueId
from core.rules.calendar import Due, Skipped, due_at
from core.storage.consultations import Running
from core.storage.outsiders import Outside
from core.storage.unit import Unit

PAGE = 500
OUTSIDE_PAGE = 4_000
"""As many are written down in some 20 ms: others have their turn between."""

STAGES: Mapping[StepKind, tuple[Stage, ...]] = {  # results: whoever finished once, whatever they do now
    StepKind.REMINDER: (Stage.ASKING, Stage.PAUSED),
    StepKind.LAST_CALL: (Stage.ASKING, Stage.PAUSED),
    StepKind.RESULTS: tuple(stage for stage in Stage if stage is not Stage.STOPPED),
    StepKind.PROMPT: (),
    StepKind.EVENT: tuple(stage for stage in Stage if stage is not Stage.STOPPED),
}


async def candidates(
    unit: Unit,
    running: Running,
    consultation: Consultation,
    step: Step,
    after: str | None,
    *,
    stages: Collection[Stage] | None = None,
    soon: datetime | None = None,
) -> tuple[list[Candidate], str | None, bool]:
    """(a page of those whom the step is for and for whom nothing was planned in it, where the next one begins, whether
    there is one). `stages`: instead of those in which the step makes sense. `soon`: without those drawn to get it
    after then."""
    segment = segment_of(consultation, step)
    if step.kind is StepKind.PROMPT:
        begin = CitizenId(after) if after else None
        some = await unit.people.to_prompt(
            running.partner, running.id, step.id, after=begin, limit=PAGE, soon=soon, segment=segment
        )
        return some, some[-1].citizen if some else after, len(some) == PAGE
    some = await unit.dialogues.unplanned(
        running.id,
        step.id,
        STAGES[step.kind] if stages is None else stages,
        finished=step.kind is StepKind.RESULTS and stages is None,
        after=DialogueId(after) if after else None,
        limit=PAGE,
        soon=soon,
        answer=_answer(step),
        before=step.news,
        segment=segment,
    )
    return some, some[-1].dialogue if some else after, len(some) == PAGE


def due_for(
    person: Candidate, step: Step, running: Running, consultation: Consultation, *, now: datetime
) -> Due | Skipped:
    """When the step may reach this person."""
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


def outside(running: Running, consultation: Consultation, step: Step) -> Outside:
    """Those whom the step is not for."""
    first = step.kind is StepKind.PROMPT
    return Outside(
        running.partner,
        running.id,
        step.id,
        segment_of(consultation, step),
        stages=() if first else STAGES[step.kind],
        finished=step.kind is StepKind.RESULTS,
        answer=_answer(step),
    )


def segment_of(consultation: Consultation, step: Step) -> Segment:
    return Segment(step.who, tuple(each.id for each in consultation.questions if each.kind is QuestionKind.SECTOR))


def _answer(step: Step) -> tuple[str, str] | None:
    return (step.event, COMING) if step.event else None

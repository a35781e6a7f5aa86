"""The parts of a digest's figures, each from the database and the consultation's own words."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from core.model.consultations import Consultation, QuotePolicy, StepKind
from core.model.contributions import effective
from core.model.follow_ups import Progress
from core.model.ids import ConsultationId
from core.rules.calendar import on_wall
from core.rules.quality import TopicChange, changes
from core.rules.readout import (
    Missing,
    NudgeFigure,
    Response,
    Sectors,
    SourceFigure,
    chosen_quotes,
    missing_sectors,
    most_missing,
)
from core.storage.readouts import Funnel as FunnelRow
from core.storage.readouts import Spoken
from core.storage.unit import Unit
from core.work.digests.compare import counts_of, labels_of, shares_of
from core.work.digests.effects import effect
from core.work.follow_up import published
from core.work.pushes.standings import too_many_left

CANDIDATES = 60
"""Newest contributions among which quotes are chosen."""

_NUDGES = (StepKind.REMINDER, StepKind.LAST_CALL)


async def response(unit: Unit, consultation: Consultation) -> Response:
    own = ConsultationId(consultation.id)
    prompts = [step.id for step in consultation.steps if step.kind is StepKind.PROMPT]
    nudges = [step.id for step in consultation.steps if step.kind in _NUDGES]
    answered, pushed = await unit.readouts.response(own, [*prompts, *nudges])
    _, prompted = await unit.readouts.response(own, prompts)
    return Response(answered, pushed, prompted)


async def sources(unit: Unit, consultation: Consultation, came: Mapping[str, FunnelRow]) -> tuple[SourceFigure, ...]:
    """The sources of the file, those that only the database remembers, and "" when somebody came by none."""
    own = ConsultationId(consultation.id)
    labels = {**await unit.people.source_labels(own), **consultation.sources}
    found = []
    for token in dict.fromkeys([*consultation.sources, *came]):
        way = came.get(token, FunnelRow(0, 0, 0, 0))
        found.append(SourceFigure(token, labels.get(token, {}), way.arrived, way.finished))
    return tuple(sorted(found, key=lambda each: (-each.finished, -each.arrived, each.token)))


async def sectors(unit: Unit, consultation: Consultation) -> Sectors | None:
    """None when the file does not say who the people are."""
    answers, missing = [0], list[Missing]()
    for question, shares in (known := shares_of(consultation)).items():
        counts = await counts_of(unit, consultation, question)
        answers.append(sum(counts.values()))
        missing += missing_sectors(counts, shares, labels_of(consultation, question), question)
    return Sectors(max(answers), most_missing(missing)) if known else None


async def changed(unit: Unit, consultation: Consultation, since: datetime, spoken: Spoken) -> tuple[TopicChange, ...]:
    """The topics that are not as they were before `since`."""
    shares = {topic: (n - (late := spoken.topics_lately.get(topic, 0)), late) for topic, n in spoken.topics.items()}
    names = {topic.id: topic.name for topic in consultation.topics}
    texts = (spoken.contributions - spoken.lately, spoken.lately)
    return changes(shares, texts, await unit.readouts.scored(ConsultationId(consultation.id), since), names)


async def quotes(
    unit: Unit, consultation: Consultation, since: datetime, follows: Sequence[str] = ()
) -> tuple[str, ...]:
    """This week's words when there are any, else the newest ones. `follows`: about these topics alone."""
    policy, own = consultation.digest.quotes, ConsultationId(consultation.id)
    if policy is QuotePolicy.NONE:
        return ()
    reviewed_only = policy is QuotePolicy.REVIEWED
    found = await unit.readouts.quotable(own, reviewed_only=reviewed_only, limit=CANDIDATES, since=since)
    found = found or await unit.readouts.quotable(own, reviewed_only=reviewed_only, limit=CANDIDATES)
    whole = await unit.contributions.get([each.id for each in found])
    topics = {each.id: [tag.topic for tag in effective(each.tags)] for each in whole}
    wanted = [each for each in found if not follows or set(follows) & set(topics.get(each.id, ()))]
    return chosen_quotes([(each.id, each.text, topics.get(each.id, ())) for each in wanted])


async def nudges(unit: Unit, consultation: Consultation, *, now: datetime) -> tuple[NudgeFigure, ...]:
    steps = [step for step in consultation.steps if step.kind in _NUDGES]
    found = await unit.readouts.nudged(ConsultationId(consultation.id), [step.id for step in steps])
    return tuple(
        [
            NudgeFigure(
                step.id,
                step.kind,
                nudged.sent,
                nudged.finished_after,
                nudged.stopped_after,
                on_wall(nudged.first, consultation.zone).date(),
                on_wall(nudged.last, consultation.zone).date(),
                await effect(unit, consultation, step, now=now),
                halted=await too_many_left(unit, ConsultationId(consultation.id), step),
            )
            for step in steps
            if (nudged := found.get(step.id))
        ]
    )


async def decided(unit: Unit, consultation: ConsultationId) -> tuple[str, ...]:
    """The topics whose answer is published; one that is being studied still waits."""
    answers = (await published(unit, consultation)).by_topic()
    return tuple(sorted(topic for topic, each in answers.items() if each.progress is not Progress.UNDER_STUDY))

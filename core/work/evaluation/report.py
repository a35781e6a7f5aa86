"""The evaluation of a consultation, composed once: what the report, its table of data and the one-page note print.

    digest's figures ─┐
    readings ─────────┼─▶ [Report: numbers, and quotes that a person has read] ─▶ HTML · PDF · Markdown · JSON
    public quotes ────┘

Every figure that the digest has is the digest's own (`core/rules/readout.py`); nothing is counted a second way. It is
for staff: small numbers stand in it. What may be published is in `core/work/evaluation/results.py`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from pydantic import TypeAdapter

from core.model.consultations import Consultation
from core.model.errors import no_consultation
from core.model.follow_ups import Progress
from core.model.ids import ConsultationId
from core.rules.calendar import on_wall
from core.rules.readout import Figures, Funnel
from core.storage.reports import NotSent
from core.storage.unit import Unit
from core.work.digests.compare import Comparison, Reference, comparisons
from core.work.digests.digest import WEEK, figures_now
from core.work.evaluation.results import public_quotes
from core.work.sources import SourceLine, source_lines

MOST_QUOTES = 3
MOST_DAYS = 400
"""Longer than any consultation of a year: what is beyond is not drawn."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `answered`: people. `skipped`: they went through all the questions without this one. `left`: they
    agreed, have not answered this one and have not gone through all."""

    question: str
    answered: int
    skipped: int
    left: int


@dataclass(frozen=True, slots=True)
class DayFigure:
    """`first_answers`: people who answered for the first time on that day, on the consultation's own calendar."""

    day: date
    first_answers: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A step of the campaign on the day when it began to leave. `room`: of a post, the group or channel; else ""."""

    step: str
    day: date
    sent: int
    room: str = ""


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds from the moment a prompt or reminder was due to the moment it left."""

    messages: int
    middle: float
    longest: float


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """The official answer to a topic, `topic` "": to some contributions. `people`: how many asked."""

    topic: str
    progress: Progress
    on: date
    people: int


@dataclass(frozen=True, slots=True)
class Report:
    """`reached_by`: "channel" and "source", and each of them ("": none is known). `sorted_by`: contributions with a
    topic, by whose word ("staff", "citizen", "sure", "unsure"). `delays` None: nothing was sent. `comparisons`: with
    the shares of the people that are known. `follow_ups`: the published ones, the newest first."""

    figures: Figures
    opens: date
    closes: date
    decided_on: date
    reached: int
    reached_by: Mapping[str, Mapping[str, int]]
    channels: Mapping[str, Funnel]
    sources: tuple[SourceLine, ...]
    asked: tuple[Asked, ...]
    days: tuple[DayFigure, ...]
    marks: tuple[Mark, ...]
    comparisons: tuple[Comparison, ...]
    sorted_by: Mapping[str, int]
    stopped: int
    not_sent: tuple[NotSent, ...]
    delays: Delays | None
    quotes: tuple[str, ...]
    follow_ups: tuple[FollowedUp, ...]


async def report_of(
    unit: Unit, consultation: Consultation, *, now: datetime, reference: Reference | None = None
) -> Report:
    """`reference`: shares of the people beside those of the file. `NotFound` for what was never started."""
    own, zone = ConsultationId(consultation.id), consultation.zone
    running = await unit.consultations.running(own)
    if running is None:
        raise no_consultation(own)
    figures = await figures_now(unit, consultation, now=now, since=now - WEEK)
    waves = await unit.reports.waves(own)
    channels = await unit.reports.by_channel(own)
    answered = [on_wall(at, zone).date() for at in await unit.reports.first_answers(own)]
    opens, closes = (on_wall(at, zone).date() for at in (running.begins_at, running.closes_at))
    return Report(
        figures=replace(figures, quotes=()),
        opens=opens,
        closes=closes,
        decided_on=consultation.decision.on,
        reached=await unit.reports.reached(own),
        reached_by={
            "channel": await unit.reports.reached_by_channel(own),
            "source": await unit.reports.reached_by_source(own),
        },
        channels={
            name: Funnel(each.arrived, each.agreed, each.answered, each.finished) for name, each in channels.items()
        },
        sources=tuple(each for each in await source_lines(unit, own) if each.token or each.funnel.arrived),
        asked=await _asked(unit, consultation, figures.funnel),
        days=_days(answered, opens, min(closes, on_wall(now, zone).date())),
        marks=tuple(Mark(each.step, on_wall(each.first, zone).date(), each.sent, each.room) for each in waves),
        comparisons=await comparisons(unit, consultation, reference or {}),
        sorted_by=await unit.reports.sorted_by(own),
        stopped=await unit.reports.stopped(own),
        not_sent=tuple(await unit.reports.not_sent(own)),
        delays=_delays(await unit.reports.push_delays(own)),
        quotes=await public_quotes(unit, consultation, most=MOST_QUOTES),
        follow_ups=tuple(
            FollowedUp(each.topic, each.progress, each.on, each.people)
            for each in await unit.follow_ups.of(own)
            if each.public
        ),
    )


def report_json(report: Report) -> dict[str, Any]:
    """As a program reads it: the names of `Report`, days and moments as ISO texts."""
    found: dict[str, Any] = TypeAdapter(Report).dump_python(report, mode="json")
    return found


async def _asked(unit: Unit, consultation: Consultation, funnel: Funnel) -> tuple[Asked, ...]:
    counts = await unit.reports.by_question(ConsultationId(consultation.id))
    found = []
    for question in consultation.questions:
        answered, finished = counts.get(question.id, (0, 0))
        skipped = max(0, funnel.finished - finished)
        found.append(Asked(question.id, answered, skipped, max(0, funnel.agreed - answered - skipped)))
    return tuple(found)


def _days(answered: Sequence[date], opens: date, until: date) -> tuple[DayFigure, ...]:
    """Every day from the first to the last, those without an answer too."""
    counts = Counter(answered)
    first, last = min([opens, *counts]), max([until, *counts])
    length = min(MOST_DAYS, (last - first).days + 1)
    days = (first + timedelta(days=place) for place in range(length))
    return tuple(DayFigure(day, counts.get(day, 0)) for day in days)


def _delays(seconds: Sequence[float]) -> Delays | None:
    return Delays(len(seconds), median(seconds), seconds[-1]) if seconds else None

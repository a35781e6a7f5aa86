"""The evaluation of a consultation, composed once: what the report, its table of data and the one-page note print.

    digest's figures ─┐
    readings ─────────┼─▶ [Report: numbers, and quotes that a person has read] ─▶ HTML · PDF · Markdown · JSON
    public quotes ────┘

Every figure that the digest has is the digest's own (`core/rules/readout.py`); nothing is counted a second way. It is
for staff: small numbers stand in it. What may be published is in `core/work/results.py`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from pydantic import TypeAdapter

from core.model.consultations import Consultation, QuestionKind
from core.model.errors import NotFound
from core.model.ids import ConsultationId
from core.rules.calendar import on_wall
from core.rules.readout import Figures, Funnel, Share, compared
from core.storage.reports import NotSent
from core.storage.unit import Unit
from core.work.digests import WEEK, figures_now
from core.work.results import public_quotes
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
    """A step of the campaign on the day when it began to leave."""

    step: str
    day: date
    sent: int


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds from the moment a prompt or reminder was due to the moment it left."""

    messages: int
    middle: float
    longest: float


@dataclass(frozen=True, slots=True)
class Report:
    """`sorted_by`: contributions with a topic, by whose word ("staff", "citizen", "sure", "unsure"). `delays` None:
    nothing was sent. `shares` empty: the file names no shares, or too few people said where they live."""

    figures: Figures
    opens: date
    closes: date
    decided_on: date
    reached: int
    channels: Mapping[str, Funnel]
    sources: tuple[SourceLine, ...]
    asked: tuple[Asked, ...]
    days: tuple[DayFigure, ...]
    marks: tuple[Mark, ...]
    shares: tuple[Share, ...]
    sorted_by: Mapping[str, int]
    stopped: int
    not_sent: tuple[NotSent, ...]
    delays: Delays | None
    quotes: tuple[str, ...]


async def report_of(unit: Unit, consultation: Consultation, *, now: datetime) -> Report:
    """`NotFound` for a consultation that was never started."""
    own, zone = ConsultationId(consultation.id), consultation.zone
    running = await unit.consultations.running(own)
    if running is None:
        raise NotFound(f"there is no consultation {own!r}: start it with `python main.py campaign start FILE`")
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
        channels={
            name: Funnel(each.arrived, each.agreed, each.answered, each.finished) for name, each in channels.items()
        },
        sources=tuple(each for each in await source_lines(unit, own) if each.token or each.funnel.arrived),
        asked=await _asked(unit, consultation, figures.funnel),
        days=_days(answered, opens, min(closes, on_wall(now, zone).date())),
        marks=tuple(Mark(each.step, on_wall(each.first, zone).date(), each.sent) for each in waves),
        shares=await _shares(unit, consultation),
        sorted_by=await unit.reports.sorted_by(own),
        stopped=await unit.reports.stopped(own),
        not_sent=tuple(await unit.reports.not_sent(own)),
        delays=_delays(await unit.reports.push_delays(own)),
        quotes=await public_quotes(unit, consultation, most=MOST_QUOTES),
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


async def _shares(unit: Unit, consultation: Consultation) -> tuple[Share, ...]:
    question = next((each for each in consultation.questions if each.kind is QuestionKind.SECTOR), None)
    if question is None or not consultation.shares:
        return ()
    counts = await unit.readouts.answer_counts(ConsultationId(consultation.id), question.id)
    labels = {option.id: option.label for option in question.options}
    return compared(counts, consultation.shares, labels)


def _delays(seconds: Sequence[float]) -> Delays | None:
    return Delays(len(seconds), median(seconds), seconds[-1]) if seconds else None

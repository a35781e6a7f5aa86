"""What everybody may read of a consultation: counts that tell of nobody, and words that a person has read.

    database ─▶ counted ─▶ [Counts: numbers only, kept] ─▶ settled ─▶ [Results: counts, reviewed quotes]

Which counts may be shown is said in `core/rules/disclosure.py`; what they mean, in `core/rules/readout.py`. While
fewer than eleven people answered, there are none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise

from core.model.consultations import COMING, HERE, Consultation, Question, QuestionKind, QuotePolicy
from core.model.contributions import effective
from core.model.follow_ups import FollowUp
from core.model.ids import ConsultationId
from core.rules import disclosure
from core.rules.answers import by_option
from core.rules.calendar import on_wall
from core.rules.disclosure import Basis, K
from core.rules.readout import chosen_quotes
from core.storage.unit import Unit
from core.work.follow_up import published

MOST_QUOTES = 6
CANDIDATES = 200
BINS = 5
"""Into how many spans the answers to a question for a number are put."""

LOOKED_THROUGH, MANY = 20_000, 10 * K
"""Of up to so many contributions the people behind each topic are counted. To read more of them at each look would take
too long: there a topic of fewer than `MANY` is not shown. Nobody speaks of one topic in more than ten answers."""

NO_ANSWER = ""


class Shape(StrEnum):
    """`parts`: one answer each. `marks`: several on one person, or on one contribution."""

    PARTS = "parts"
    MARKS = "marks"


@dataclass(frozen=True, slots=True)
class Table:
    """`question` "": the topics. `cells`: in the order of the file; None: fewer than `K`, or hidden to protect such a
    one. `of`: people who answered, or contributions. A number's cells are named "low:high", both ends in.
    """

    question: str
    shape: Shape
    cells: Mapping[str, int | None]
    of: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers only. `answered` None: fewer than `K`, and no table. `contributions` None: they are of fewer people."""

    answered: int | None
    contributions: int | None
    tables: tuple[Table, ...]
    basis: Basis
    counted_on: date

    @property
    def shown(self) -> bool:
        """There is something to show at all."""
        return self.answered is not None or self.contributions is not None


@dataclass(frozen=True, slots=True)
class Results:
    """`ends_at`: when the last answer counts, or counted: earlier than the file says where the campaign was stopped.
    `quotes`: masked texts that a person has read and let go, at most one a topic. `answers`: the newest published
    answer to each topic that has one, the newest first."""

    consultation: Consultation
    closed: bool
    ends_at: datetime
    counts: Counts
    quotes: tuple[str, ...]
    answers: tuple[FollowUp, ...] = ()


async def results_of(unit: Unit, consultation: Consultation, kept: Counts | None, *, now: datetime) -> Results:
    """As it may be shown at `now`. `kept`: the counts that were shown last, None when there are none."""
    running = await unit.consultations.running(ConsultationId(consultation.id))
    closed = running is None or running.closed_at(now)
    counts = settled(kept, await counted(unit, consultation, closed=closed, now=now))
    quotes = await public_quotes(unit, consultation) if counts.shown else ()
    answers = (await published(unit, ConsultationId(consultation.id))).by_topic()
    ends_at = running.over_at if running else consultation.closes_at
    return Results(consultation, closed, ends_at, counts, quotes, tuple(answers.values()))


def settled(kept: Counts | None, fresh: Counts) -> Counts:
    """`kept`, as long as too few people came or went since to show other numbers; else `fresh`.

    Once closed, topics follow what staff sort: nobody's answer shows in that.
    """
    if kept is None or not kept.shown or not disclosure.steady(kept.basis, fresh.basis) or _asks(kept) != _asks(fresh):
        return fresh
    if not fresh.basis.closed:
        return kept
    topics = [each for each in fresh.tables if not each.question]
    return replace(kept, tables=(*(each for each in kept.tables if each.question), *topics))


def _asks(counts: Counts) -> object:
    """The rows that the tables have: another revision of the file may ask for others."""
    return [(each.question, list(each.cells)) for each in counts.tables]


async def counted(unit: Unit, consultation: Consultation, *, closed: bool, now: datetime) -> Counts:
    """The counts of this very moment, as they might be published if nothing had been before."""
    own = ConsultationId(consultation.id)
    answered = (await unit.readouts.funnel(own)).answered
    contributions = await unit.readouts.contribution_count(own)
    elsewhere = sum((await unit.readouts.elsewhere(own)).values())
    basis, today = Basis(answered + elsewhere, closed), on_wall(now, consultation.zone).date()
    if answered + elsewhere < K:
        return Counts(None, None, (), basis, today)
    tables = []
    for question in consultation.questions if answered >= K else ():
        if question.kind is not QuestionKind.OPEN:
            values = await unit.readouts.answer_counts(own, question.id)
            tables.append(table_of(question, values, answered))
    topics = await _topics(unit, consultation, contributions) if contributions >= K else None
    tables += [topics] if topics else []
    return Counts(answered if answered >= K else None, contributions if topics else None, tuple(tables), basis, today)


async def _topics(unit: Unit, consultation: Consultation, contributions: int) -> Table | None:
    """How many contributions speak of each topic; None: they are of too few people. Somebody may speak of a topic in
    several: what counts for `K` is the people."""
    own = ConsultationId(consultation.id)
    counts, _ = await unit.readouts.topic_counts(own)
    cells = {topic.id: counts.get(topic.id, 0) for topic in consultation.topics}
    if contributions > LOOKED_THROUGH:
        told = disclosure.marks(cells, contributions, k=MANY) if cells else {}
    else:
        everybody, people = await unit.readouts.speakers(own)
        if everybody < K:
            return None
        told = disclosure.marks({topic: people.get(topic, 0) for topic in cells}, everybody) if cells else {}
    shown = {topic: None if told[topic] is None else count for topic, count in cells.items()}
    return Table("", Shape.MARKS, shown, contributions)


def table_of(question: Question, values: Mapping[str, int], answered: int) -> Table:
    """`values`: by stored answer, how many people gave it.

    Who skipped the question has a row of their own, always shown: they said nothing that could be given away, and the
    rule for the answers counts on a reader who knows their sum.
    """
    cells = dict.fromkeys(_cells(question), 0)
    if question.kind is QuestionKind.SEVERAL:
        ticked = by_option(values)
        cells = {option: ticked[option] for option in cells}
        return Table(question.id, Shape.MARKS, disclosure.marks(cells, answered) if cells else {}, answered)
    for value, count in values.items():
        cell = _cell(question, value)
        if cell in cells:
            cells[cell] += count
    skipped = {NO_ANSWER: answered - sum(cells.values())}
    if len(cells) == 1:
        return Table(question.id, Shape.PARTS, disclosure.parts({**cells, **skipped}), answered)
    return Table(question.id, Shape.PARTS, {**disclosure.parts(cells), **skipped}, answered)


def _cells(question: Question) -> list[str]:
    if question.kind is QuestionKind.SCALE:
        return [str(value) for value in range(question.low, question.high + 1)]
    if question.kind is QuestionKind.NUMBER:
        return [f"{low}:{high}" for low, high in _spans(question)]
    return [option.id for option in question.choices]


def _cell(question: Question, value: str) -> str:
    if question.kind is QuestionKind.NUMBER:
        return _span_of(question, value)
    return COMING if question.event is not None and value == HERE else value


def _spans(question: Question) -> list[tuple[int, int]]:
    """The whole numbers from low to high in at most `BINS` spans of about the same length."""
    count = question.high - question.low + 1
    bins = max(1, min(BINS, count))
    ends = [question.low + count * place // bins for place in range(bins + 1)]
    return [(low, high - 1) for low, high in pairwise(ends)]


def _span_of(question: Question, value: str) -> str:
    try:
        number = float(value.replace(",", "."))
    except ValueError:
        return NO_ANSWER
    for low, high in _spans(question):
        if low <= number < high + 1:
            return f"{low}:{high}"
    return NO_ANSWER


async def public_quotes(unit: Unit, consultation: Consultation, *, most: int = MOST_QUOTES) -> tuple[str, ...]:
    """Masked texts that a person has read and let go, at most one a topic; none where the partner wants none."""
    if consultation.digest.quotes is QuotePolicy.NONE:
        return ()
    own = ConsultationId(consultation.id)
    found = await unit.readouts.quotable(own, reviewed_only=True, limit=CANDIDATES)
    whole = await unit.contributions.get([each.id for each in found])
    topics = {each.id: [tag.topic for tag in effective(each.tags)] for each in whole}
    chosen = chosen_quotes([(each.id, each.text, topics.get(each.id, ())) for each in found], most=most)
    texts = {str(each.id): each.text for each in found}
    return tuple(texts[each] for each in chosen)

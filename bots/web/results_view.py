"""The results in words and pictures: what the templates print, in one language. Nothing is counted here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from bots.web.charts import Row, bars
from bots.web.pages import Pages
from core.model.consultations import Consultation, Question, QuestionKind
from core.model.deliveries import Day
from core.rules.calendar import on_wall
from core.rules.readout import percent
from core.rules.specs.course import topic_name
from core.work.evaluation.results import NO_ANSWER, Results, Table


@dataclass(frozen=True, slots=True)
class Line:
    """`cell`: its name in the counts. `count` None: not published. `share`: in hundredths of all."""

    cell: str
    label: str
    count: int | None
    share: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One table with its picture. `topics`: it counts contributions. `held`: some rows are not published."""

    name: str
    heading: str
    hint: str
    of: int
    topics: bool
    several: bool
    lines: tuple[Line, ...]
    picture: Markup | None

    @property
    def held(self) -> bool:
        return any(line.count is None for line in self.lines)


@dataclass(frozen=True, slots=True)
class Moment:
    """One date of what happens next. `past`: it has gone by."""

    key: str
    on: Day
    who: str
    past: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one topic. `progress`: the end of the key that says so; `text` "": no words go with it."""

    topic: str
    progress: str
    on: Day
    service: str
    text: str


def answered(results: Results, language: str) -> list[Answered]:
    """What was decided, the newest first."""
    asked = results.consultation
    return [
        Answered(
            topic_name(asked, each.topic, language),
            each.progress.value,
            Day(each.on, year=True),
            asked.in_language(each.service, language),
            asked.in_language(each.text, language),
        )
        for each in results.answers
    ]


def shown_tables(results: Results, pages: Pages, language: str, *, pictures: bool = True) -> list[Shown]:
    """Closed questions in the order of the file, then the topics, the largest first."""
    found = []
    for place, table in enumerate(results.counts.tables):
        lines = lines_of(table, results.consultation, pages, language)
        question = results.consultation.question(table.question)
        heading, hint = _heading(question, results.consultation, pages, language)
        name = f"picture-{place}"
        rows = [Row(line.label, line.count, f"{line.count}") for line in lines if line.count is not None and line.cell]
        picture = bars(rows, name=name, describes=heading) if pictures and rows else None
        several = question is not None and question.kind is QuestionKind.SEVERAL
        found.append(Shown(name, heading, hint, table.of, not table.question, several, lines, picture))
    return found


def lines_of(table: Table, consultation: Consultation, pages: Pages, language: str) -> tuple[Line, ...]:
    lines = [
        Line(cell, _label(cell, table, consultation, pages, language), count, _share(count, table.of))
        for cell, count in table.cells.items()
    ]
    if not table.question:
        lines.sort(key=lambda line: (line.count is None, -(line.count or 0)))
    return tuple(lines)


def moments(results: Results, language: str, *, now: datetime) -> Iterator[Moment]:
    """What happens next, in the order of the dates that were promised."""
    asked = results.consultation
    today = on_wall(now, asked.zone).date()

    def moment(key: str, on: date, who: str, *, past: bool) -> Moment:
        return Moment(key, Day(on, year=True), who, past)

    several = "_several" if asked.decision.several else ""
    closes = on_wall(results.ends_at, asked.zone).date()
    decides, replies = asked.decision.on, asked.reply.by
    yield moment("closed" if results.closed else "open", closes, "", past=results.closed)
    yield moment(f"decides{several}", decides, asked.in_language(asked.decision.who, language), past=decides < today)
    yield moment("reply", replies, asked.in_language(asked.reply.service, language), past=replies < today)


def _share(count: int | None, of: int) -> int | None:
    return percent(count / of) if count is not None and of else None


def _heading(question: Question | None, asked: Consultation, pages: Pages, language: str) -> tuple[str, str]:
    if question is None:
        return pages.say("published.topics.title", language), pages.say("published.topics.several", language)
    hint = pages.say("published.question.several", language) if question.kind is QuestionKind.SEVERAL else ""
    return asked.in_language(question.text, language), hint


def _label(cell: str, table: Table, asked: Consultation, pages: Pages, language: str) -> str:
    question = asked.question(table.question)
    if question is None:
        names = {topic.id: topic.name for topic in asked.topics}
        return asked.in_language(names.get(cell, {}), language) or cell
    if cell == NO_ANSWER:
        return pages.say("published.no_answer", language)
    if question.kind is QuestionKind.NUMBER:
        low, _, high = cell.partition(":")
        return low if low == high else pages.say("published.span", language, low=low, high=high)
    if question.kind is QuestionKind.SCALE:
        ends = {str(question.low): question.low_label, str(question.high): question.high_label}
        meaning = asked.in_language(ends.get(cell, {}), language)
        return pages.say("published.end", language, value=cell, meaning=meaning) if meaning else cell
    labels = {option.id: option.label for option in question.options}
    return asked.in_language(labels.get(cell, {}), language) or cell

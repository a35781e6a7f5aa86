"""The report in words: headings, sentences, tables and pictures in one language. Nothing is counted here.

Report ─▶ Document ─▶ HTML · Markdown · PDF        each prints the same sentences and the same numbers
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bots.web.report.pictures import Shown, printed_bars, printed_days, printed_shares
from core.model.consultations import LANGUAGE, Consultation, Text
from core.model.deliveries import Day, Param
from core.rules.calendar import on_wall
from core.rules.plain_text import quoted
from core.rules.readout import ENOUGH_ANSWERS, Funnel, Share, percent
from core.work.cards.digest_layout import Voice, nudge_words
from core.work.cards.effect_words import pooled_words
from core.work.digests.compare import Comparison
from core.work.evaluation.report import Mark, Report
from core.work.ports import Words

TITLE_ROOM, NAME_ROOM, QUESTION_ROOM, QUOTE_ROOM = 160, 60, 90, 400
MOST_ROWS = 31
"""Days in the table of the curve: a longer one goes by weeks."""
KNOWN_CHANNELS = ("telegram", "web", "terminal", "paper")


@dataclass(frozen=True, slots=True)
class Table:
    """`head`: the names of the columns. The first cell of a row names it. `picture`: SVG; `legend`: what its letters
    stand for."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    picture: str = ""
    legend: tuple[str, ...] = ()

    def worded(self) -> tuple[bool, ...]:
        """Of each column, whether it holds words: they begin under one another, where numbers end so."""
        columns = range(1, len(self.head))
        return (True, *(any(row[place][:1].isalpha() for row in self.rows) for place in columns))


@dataclass(frozen=True, slots=True)
class Section:
    """Sentences, then tables, then words of people, then a list."""

    heading: str
    said: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    quotes: tuple[str, ...] = ()
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """`lead`: whose it is, for whom, as of when."""

    language: str
    partner: str
    title: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Teller:
    """The words of one report."""

    report: Report
    asked: Consultation
    words: Words
    language: str
    voice: Voice = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "voice", Voice(self.words, self.language))

    def say(self, key: str, **params: Param) -> str:
        return self.words.say(f"report.{key}", self.language, params)

    def text(self, text: Text, room: int = NAME_ROOM) -> str:
        """A text of the partner, on one line."""
        return quoted(self.asked.in_language(text, self.language), longest=room)

    def group(self, question: str, share: Share) -> str:
        """Of people: the words of an answer, or the name of the language they answered in."""
        if question == LANGUAGE:
            return self.voice.group(question, share.label, share.group)
        return self.text(share.label) or share.group

    def share(self, part: int, of: int) -> str:
        return self.say("percent", n=percent(part / of)) if of else "—"

    def day(self, on: date, *, year: bool = False) -> str:
        return self.say("day", on=Day(on, year=year))

    def mark(self, mark: Mark) -> str:
        if not mark.room:
            return self.voice.step(mark.step)
        post = next((each for each in self.asked.posts if each.id == mark.step), None)
        source = self.asked.sources.get(post.source, {}) if post else {}
        room = mark.room if mark.room.startswith("@") else self.text(source)
        return self.say("curve.post", room=f"({room})" if room else "").rstrip()


def document_of(report: Report, asked: Consultation, words: Words, language: str) -> Document:
    teller = Teller(report, asked, words, language)
    made = on_wall(report.figures.made_at, asked.zone)
    lead = (
        teller.say("lead.dates", opens=Day(report.opens, year=True), closes=Day(report.closes, year=True)),
        teller.say("lead.made", on=Day(made.date(), year=True), hour=teller.voice.hour(made)),
        teller.say("lead.staff"),
    )
    parts = (_kept, _who, _way, _curve, _reminders, _shares, _topics, _quotes, _meetings, _messages, _promises, _limits)
    sections = tuple(section for part in parts for section in part(teller))
    return Document(language, teller.text(asked.partner.name), teller.text(asked.title, TITLE_ROOM), lead, sections)


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _kept(teller: Teller) -> Iterator[Section]:
    figures, report = teller.report.figures, teller.report
    points = [
        teller.say("kept.reached", n=report.reached),
        teller.say("kept.answered", n=figures.funnel.answered, finished=figures.funnel.finished),
    ]
    response = figures.response
    if response.prompted and response.rate is not None:
        points.append(
            teller.say("kept.rate", percent=percent(response.rate), answered=response.answered, pushed=response.pushed)
        )
    else:
        points.append(teller.say("kept.no_rate"))
    points.append(teller.say("kept.written", n=figures.contributions))
    if figures.elsewhere:
        points.append(teller.say("kept.paper", n=sum(figures.elsewhere.values())))
    yield Section(
        teller.say("kept.title"), points=tuple(points), said=(teller.voice("formula"), teller.say("declared"))
    )


def _who(teller: Teller) -> Iterator[Section]:
    report = teller.report
    head = _columns(teller, "reached", "arrived", "agreed", "answered", "finished")
    nobody = Funnel(0, 0, 0, 0)
    by_channel, by_source = report.reached_by["channel"], report.reached_by["source"]
    funnels = {**dict.fromkeys(by_channel, nobody), **report.channels}
    channels = [
        (_channel(teller, name), str(by_channel.get(name, 0)), *_counts(each))
        for name, each in sorted(funnels.items(), key=lambda each: -each[1].arrived)
    ]
    lines = [(each.token, teller.text(each.label) or each.token, each.funnel) for each in report.sources]
    if by_source.get("") and "" not in {token for token, _, _ in lines}:
        lines.append(("", "", nobody))  # written to, and not here yet
    sources = [
        (name or teller.voice("source.none"), str(by_source.get(token, 0)), *_counts(funnel))
        for token, name, funnel in lines
    ]
    tables = [
        Table(teller.say(f"who.{name}"), (teller.say(f"column.{name}"), *head), tuple(rows))
        for name, rows in (("channel", channels), ("source", sources))
        if rows
    ]
    if tables:
        yield Section(teller.say("who.title"), (teller.say("who.how"),), tuple(tables))


def _way(teller: Teller) -> Iterator[Section]:
    funnel = teller.report.figures.funnel
    if not funnel.arrived:
        return
    names = [teller.say(f"column.{name}") for name in ("arrived", "agreed", "answered", "finished")]
    counts = (funnel.arrived, funnel.agreed, funnel.answered, funnel.finished)
    steps = tuple(
        (name, str(count), teller.share(count, funnel.arrived)) for name, count in zip(names, counts, strict=True)
    )
    picture = printed_bars([(name, int(count)) for name, count, _ in steps])
    way = Table(teller.say("way.steps"), _columns(teller, "step", "people", "of_arrived"), steps, picture)
    asked = tuple(
        (f"{place}. {_question(teller, each.question)}", str(each.answered), str(each.skipped), str(each.left))
        for place, each in enumerate(teller.report.asked, 1)
    )
    questions = Table(teller.say("way.questions"), _columns(teller, "question", "replied", "skipped", "left"), asked)
    yield Section(teller.say("way.title"), (teller.say("way.how"),), (way, questions))


def _curve(teller: Teller) -> Iterator[Section]:
    days, marks = teller.report.days, teller.report.marks
    if not any(each.first_answers for each in days):
        return
    shown = [Shown(each.day, teller.day(each.day), each.first_answers) for each in days]
    signs = [chr(65 + place % 26) for place in range(len(marks))]
    lines = [(mark.day, sign) for mark, sign in zip(marks, signs, strict=True)]
    picture = printed_days(shown, lines, teller.say("column.first_answers"))
    legend = tuple(
        teller.say("curve.mark", sign=sign, step=teller.mark(mark), on=Day(mark.day), n=mark.sent)
        for mark, sign in zip(marks, signs, strict=True)
    )
    head = _columns(teller, "when", "first_answers", "sent")
    table = Table(teller.say("curve.table"), head, tuple(_by_day(teller, marks, signs)), picture, legend)
    yield Section(teller.say("curve.title"), (teller.say("curve.how"),), (table,))


def _by_day(teller: Teller, marks: Sequence[Mark], signs: Sequence[str]) -> list[tuple[str, str, str]]:
    """Days on which something happened; by weeks from the first day on when they are many."""
    days = teller.report.days
    busy = [each for each in days if each.first_answers or any(mark.day == each.day for mark in marks)]
    length = 1 if len(busy) <= MOST_ROWS else 7
    rows = []
    for place in range(0, len(days), length):
        some = days[place : place + length]
        first, last = some[0].day, some[0].day + timedelta(days=length - 1)
        count = sum(each.first_answers for each in some)
        those = [(sign, mark) for sign, mark in zip(signs, marks, strict=True) if first <= mark.day <= last]
        sent = ", ".join(f"{sign} · {teller.mark(mark)}" for sign, mark in those)
        if length == 7 or count or sent:
            name = teller.day(first) if length == 1 else teller.say("curve.week", on=Day(first))
            rows.append((name, str(count), sent or "—"))
    return rows


def _reminders(teller: Teller) -> Iterator[Section]:
    figures = teller.report.figures
    said = [nudge_words(figures, each, teller.voice) for each in figures.nudges]
    if figures.pooled:
        said.append(pooled_words(figures.pooled, teller.voice))
    if said:
        yield Section(teller.say("reminders.title"), points=tuple(said))


def _shares(teller: Teller) -> Iterator[Section]:
    compared = teller.report.comparisons
    if not compared:
        return
    said = [teller.say("shares.how")] if any(each.enough for each in compared) else []
    said += [
        f"{_group(teller, each)} {teller.voice('missing.too_few', answers=each.answers, enough=ENOUGH_ANSWERS)}"
        for each in compared
        if not each.enough
    ]
    tables = tuple(_compared(teller, each) for each in compared if each.enough)
    yield Section(teller.say("shares.title"), tuple(said), tables)


def _compared(teller: Teller, found: Comparison) -> Table:
    names = [teller.group(found.question, each) for each in found.shares]
    rows = []
    for name, each in zip(names, found.shares, strict=True):
        between = teller.say(
            "shares.between", n=percent(each.of_answers), low=percent(each.low), high=percent(each.high)
        )
        people = teller.say("percent", n=percent(each.of_people))
        rows.append((name, str(each.answers), between, people, teller.say(f"shares.{each.apart or 'alike'}")))
    points = [
        (name, each.of_answers, each.low, each.high, each.of_people)
        for name, each in zip(names, found.shares, strict=True)
    ]
    picture = printed_shares(points, teller.say("shares.axis"), teller.say("percent", n=0).removeprefix("0"))
    head = _columns(teller, "group", "answers", "of_answers", "of_people", "verdict")
    return Table(f"{_group(teller, found)} {teller.say('shares.table', n=found.answers)}", head, tuple(rows), picture)


def _group(teller: Teller, found: Comparison) -> str:
    named = teller.say("shares.language") if found.question == LANGUAGE else _question(teller, found.question)
    return named if named.endswith(("?", "…")) else f"{named}."


# ── what they say ────────────────────────────────────────────────────────────────────────────────────────────────────


def _topics(teller: Teller) -> Iterator[Section]:
    figures, by = teller.report.figures, teller.report.sorted_by
    if not figures.contributions:
        return
    named = [(teller.text(each.name) or each.topic, each.contributions) for each in figures.topics]
    if figures.unsorted:
        named.append((teller.say("topics.unsorted"), figures.unsorted))
    rows = tuple((name, str(count), teller.share(count, figures.contributions)) for name, count in named)
    picture = printed_bars(named)
    head = _columns(teller, "topic", "contributions", "of_contributions")
    table = Table(teller.say("topics.table", n=figures.contributions), head, rows, picture)
    quality = teller.say("topics.quality", sure=by["sure"], unsure=by["unsure"], people=by["citizen"] + by["staff"])
    yield Section(teller.say("topics.title"), (teller.say("topics.how"), quality), (table,))


def _quotes(teller: Teller) -> Iterator[Section]:
    quotes = tuple(quoted(each, longest=QUOTE_ROOM) for each in teller.report.quotes)
    if quotes:
        yield Section(teller.say("quotes.title"), (teller.say("quotes.how"),), quotes=quotes)


def _meetings(teller: Teller) -> Iterator[Section]:
    """Who comes and came to events, and how the dots of votes were given."""
    figures = teller.report.figures
    events = tuple(
        (
            teller.text(each.name),
            str(each.coming),
            str(each.not_coming),
            str(each.here),
            "—" if each.came is None else str(each.came),
        )
        for each in figures.events
    )
    tables = [
        Table(teller.say("meetings.events"), _columns(teller, "event", "coming", "not_coming", "here", "came"), events)
    ]
    tables = tables if events else []
    for vote in figures.votes:
        dots = tuple((teller.text(each.label) or each.option, str(each.dots)) for each in vote.choices)
        caption = teller.say("meetings.vote", question=_question(teller, vote.question), n=vote.people)
        tables.append(Table(caption, _columns(teller, "option", "dots"), dots))
    if tables:
        yield Section(teller.say("meetings.title"), tables=tuple(tables))


# ── messages and promises ────────────────────────────────────────────────────────────────────────────────────────────


def _messages(teller: Teller) -> Iterator[Section]:
    report = teller.report
    said = [teller.say("messages.stopped", n=report.stopped)]
    if report.delays:
        middle, longest = (_length(teller, seconds) for seconds in (report.delays.middle, report.delays.longest))
        said.append(teller.say("messages.delays", n=report.delays.messages, middle=middle, longest=longest))
    rows = tuple(
        (
            teller.say(f"state.{each.state}"),
            teller.voice(f"reason.{each.reason}") if each.reason else "—",
            str(each.messages),
        )
        for each in report.not_sent
    )
    tables = (Table(teller.say("messages.table"), _columns(teller, "state", "reason", "messages"), rows),)
    if not rows:
        said.append(teller.say("messages.all_sent"))
    yield Section(teller.say("messages.title"), tuple(said), tables if rows else ())


def _promises(teller: Teller) -> Iterator[Section]:
    report, asked = teller.report, teller.asked
    today = on_wall(report.figures.made_at, asked.zone).date()
    several = "_several" if asked.decision.several else ""
    who = teller.text(asked.decision.who)
    decides = teller.say(f"promises.decides{several}", who=who, on=Day(report.decided_on, year=True))
    left = (asked.reply.by - today).days
    when = teller.say("promises.left", n=left) if left >= 0 else teller.say("promises.late", n=-left)
    reply = teller.say("promises.reply", service=teller.text(asked.reply.service), on=Day(asked.reply.by, year=True))
    names = {topic.id: teller.text(topic.name) for topic in asked.topics}
    rows = tuple(
        (
            names.get(each.topic) or each.topic or teller.say("follow_up.several"),
            teller.voice(f"progress.{each.progress}"),
            teller.day(each.on, year=True),
            str(each.people),
        )
        for each in report.follow_ups
    )
    table = Table(teller.say("follow_up.table"), _columns(teller, "topic", "progress", "decided_on", "asked"), rows)
    points = [decides, f"{reply} {when}", *([] if rows else [teller.say("follow_up.none")])]
    tables = (*((table,) if rows else ()), *_satisfied(teller, names))
    yield Section(teller.say("promises.title"), tables=tables, points=tuple(points))


def _satisfied(teller: Teller, names: Mapping[str, str]) -> Iterator[Table]:
    """ "Does this answer you?", topic by topic."""
    rows = tuple(
        (
            names.get(each.topic) or each.topic or teller.say("follow_up.several"),
            *(str(count) for count in (each.yes, each.partly, each.no)),
        )
        for each in teller.report.figures.satisfied
    )
    if rows:
        head = _columns(teller, "topic", "satisfied_yes", "satisfied_partly", "satisfied_no")
        yield Table(teller.say("satisfied.table"), head, rows)


def _limits(teller: Teller) -> Iterator[Section]:
    figures = teller.report.figures
    points = [teller.say(f"limits.{name}") for name in ("declared", "reached", "program", "once")]
    if unread := sum(figures.not_read.values()):
        points.append(teller.say("limits.not_read", n=unread))
    if figures.untaggable:
        points.append(teller.say("limits.untaggable", n=figures.untaggable))
    points.append(teller.say("limits.small"))
    yield Section(teller.say("limits.title"), points=tuple(points))


# ── cells ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _columns(teller: Teller, *names: str) -> tuple[str, ...]:
    return tuple(teller.say(f"column.{name}") for name in names)


def _counts(funnel: Funnel) -> tuple[str, str, str, str]:
    return str(funnel.arrived), str(funnel.agreed), str(funnel.answered), str(funnel.finished)


def _channel(teller: Teller, name: str) -> str:
    return teller.words.say(f"desk.channel.{name}", teller.language) if name in KNOWN_CHANNELS else name


def _question(teller: Teller, question: str) -> str:
    found = teller.asked.question(question)
    return teller.text(found.text, QUESTION_ROOM) if found else question


def _length(teller: Teller, seconds: float) -> str:
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= length:
            return teller.voice(f"duration.{unit}", n=int(seconds // length))
    return teller.voice("duration.seconds", n=int(seconds))

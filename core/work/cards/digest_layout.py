"""The digest and the alert as cards: which sentence stands where. The sentences are in the catalogues of words.

    title · week · moment
    to do           alerts to open, what failed, the topics whose promised reply is near; first of all when it is late
    who answered    the funnel, the response, where from, who is missing
    what they say   topics, quotes
    reminders       what was sent, and what came after
    small print     what was not read, how it is counted

Whatever the consultation holds, the card stays small: long lists are cut and say how many are missing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.model.charges import alert_subject, topic_subject
from core.model.consultations import LANGUAGE, Consultation, StepKind, Text
from core.model.deliveries import LATER_STEP, POST_STEP, Day, Param, Phrase
from core.model.follow_ups import FOLLOW_UP_STEP
from core.model.meetings import EventFigure
from core.model.messages import Block, Button, Card, Heading, Line, Media, Note, Quote
from core.model.satisfaction import ASK_STEP, Rating
from core.rules.calendar import on_wall
from core.rules.plain_text import quoted
from core.rules.quality import Measured, Sorting
from core.rules.readout import ENOUGH_ANSWERS, ENOUGH_FINISHED, Figures, NudgeFigure, cut, percent
from core.rules.specs.service import LANGUAGE_NAMES
from core.storage.staff import AlertRow
from core.work.cards.effect_words import effect_words, pooled_words
from core.work.ports import Words

MOST_ALERTS = 6
MOST_OWED = 4
MOST_SOURCES = 8
MOST_TOPICS = 10
QUOTE_ROOM = 200
NAME_ROOM = 60
TITLE_ROOM = 90

OPEN = "open:"
REVIEW = "review:"
COUNTING = "counting"
CHANGE = "campaign:change:"
"""A button that shows the change of the consultation that follows, which waits for a second person."""
TAKE, LEAVE, TOPICS, ALL, ANSWER, WAITING = "take", "leave", "topics", "all", "answer", "waiting"
PREPARE, THREAD, MEETING, RELEASE, RELIEVE, HOLD = "prepare", "thread", "meeting", "release", "relieve", "hold"
NOTE, EXPORT = "note", "export"
"""What the buttons about a consultation begin with: `verb:consultation:what`."""
REPLY, WRONG, HIDE, SHOW, LIKE, MASK, ANSWER_ONE = "reply", "wrong", "hide", "show", "like", "mask", "one"
"""What the buttons about one contribution begin with: `verb:contribution`."""

KNOWN_KINDS = frozenset({"distress", "violence", "danger", "leak", "insult", "threat"})
"""What an alert may be about, besides the redirects that a consultation names itself."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """The masked text of a quote. `reviewed`: a person said that it may be quoted. `others`: people who said nearly
    the same."""

    id: str
    text: str
    reviewed: bool
    others: int = 0


class Voice:
    """The words in one language."""

    def __init__(self, words: Words, language: str) -> None:
        self._words = words
        self.language = language

    def __call__(self, key: str, **params: Param) -> str:
        return self._words.say(f"staff.{key}", self.language, params)

    def text(self, text: Text, otherwise: str = "") -> str:
        """A text of the partner, on one line, in this language or in the first it has."""
        found = text.get(self.language) or next(iter(text.values()), "")
        return cut(found, NAME_ROOM) or otherwise

    def group(self, question: str, label: Text, otherwise: str) -> str:
        """A group of people: the words of an answer, or the name of the language they answered in."""
        if question == LANGUAGE and (key := LANGUAGE_NAMES.get(otherwise)):
            return self._words.say(key, self.language)
        return self.text(label, otherwise)

    def hour(self, wall: datetime) -> str:
        if wall.minute:
            return self("time.minutes", hour=str(wall.hour), minutes=f"{wall.minute:02}")
        return self("time.hour", hour=str(wall.hour))

    def weekday(self, day: date) -> str:
        return self(f"weekday.{day.weekday()}")

    def when(self, at: datetime, zone: str, now: datetime) -> str:
        """ "vendredi 17 h 42" within the last days, with its date when it is longer ago."""
        wall, today = on_wall(at, zone), on_wall(now, zone).date()
        if timedelta(0) <= today - wall.date() < timedelta(days=7):
            return self("when.weekday", weekday=self.weekday(wall.date()), time=self.hour(wall))
        return self("when.day", day=Day(wall.date()), time=self.hour(wall))

    def coming(self, at: datetime, zone: str) -> str:
        """ "mercredi 24 mars 2027, 9 h 30": what is still to come."""
        wall = on_wall(at, zone)
        return self(
            "when.coming", weekday=self.weekday(wall.date()), day=Day(wall.date(), year=True), time=self.hour(wall)
        )

    def step(self, step: str) -> str:
        """A step of the campaign: our own word for its kind, or the id that the partner gave it."""
        if step == FOLLOW_UP_STEP:
            return self("moment.follow_up")
        if step == ASK_STEP:
            return self("moment.satisfied")
        if step == POST_STEP:
            return self("moment.post")
        if step == LATER_STEP:
            return self("moment.later")
        kind, _, number = step.rpartition("-")
        if kind in set(StepKind) and number.isdigit():  # the weeks of a weekly step
            return f"{self(f'moment.{kind}')} {number}"
        return self(f"moment.{step}") if step in set(StepKind) else step

    def heading(self, phrase: Phrase, *, moved: bool = False) -> str:
        """Of a message that is previewed, with the plain name of its step. `moved`: say that it leaves later."""
        named = {name: self.step(str(of)) if name == "step" else of for name, of in phrase.params.items()}
        said = self._words.say(phrase.key, self.language, named)
        return f"{said}. {self._words.say('preview.moved', self.language, {})}" if moved else said

    def kind(self, kind: str) -> str:
        """What an alert is about: our own word, or the partner's name for the redirect."""
        return self(f"kind.{kind}") if kind in KNOWN_KINDS else cut(kind, NAME_ROOM)


def action(verb: str, *what: str) -> str:
    return ":".join((verb, *what))


# ── the digest ───────────────────────────────────────────────────────────────────────────────────────────────────────


def layout(
    figures: Figures,
    alerts: Sequence[AlertRow],
    quotes: Sequence[Quoted],
    charges: Mapping[str, str],
    words: Words,
    language: str,
    *,
    offers_review: bool,
    changed_at: datetime | None = None,
) -> Card:
    """The card of one digest. `alerts`: those that wait now; `quotes`: what may be quoted now; `charges`: by subject,
    the name of whoever took it in charge. `changed_at`: when the change was given that waits for a second person."""
    voice = Voice(words, language)
    if figures.quiet and not (alerts or changed_at or figures.reply_due or _failed(figures)):
        return Card((Heading(_title(figures, voice)), Line(voice("quiet_line", n=figures.funnel.answered))))
    return Card(
        (
            Heading(_title(figures, voice)),
            *_to_do(figures, alerts, changed_at, charges, voice),
            *_who(figures, voice),
            *_what(figures, quotes, voice, offers_review=offers_review),
            *_satisfied(figures, voice),
            *_meetings(figures, voice),
            *(Line(nudge_words(figures, nudge, voice)) for nudge in figures.nudges),
            *([Line(pooled_words(figures.pooled, voice))] if figures.pooled else []),
            Line(_small_print(figures, voice), _take_along(figures, voice)),
            Note(voice("formula")),
        )
    )


def _failed(figures: Figures) -> int:
    return figures.untaggable + figures.quarantined + figures.uncertain


def _title(figures: Figures, voice: Voice) -> str:
    title = cut(figures.title.get(voice.language) or next(iter(figures.title.values()), ""), TITLE_ROOM)
    wall = on_wall(figures.made_at, figures.zone)
    week = voice("week", week=figures.week, weeks=figures.weeks)
    return f"{title} · {week} · {voice.weekday(wall.date())} {voice.hour(wall)}"


def _to_do(
    figures: Figures,
    alerts: Sequence[AlertRow],
    changed_at: datetime | None,
    charges: Mapping[str, str],
    voice: Voice,
) -> Iterator[Block]:
    waiting = sorted(alerts, key=lambda alert: (not alert.serious, alert.created_at))[:MOST_ALERTS]
    tasks = list(_owed(figures, charges, voice)) if figures.late else []
    tasks += [
        Line(
            voice(
                "alert", when=voice.when(alert.created_at, figures.zone, figures.made_at), kind=voice.kind(alert.kind)
            ),
            (Button(voice("button.open"), f"{OPEN}{alert.id}"),),
        )
        for alert in waiting
    ]
    if len(alerts) > MOST_ALERTS:
        tasks.append(Line(voice("alerts_more", n=len(alerts) - MOST_ALERTS)))
    if changed_at is not None:
        see = Button(voice("campaign.button.change"), f"{CHANGE}{figures.consultation}")
        tasks.append(Line(voice("to_do.change", when=voice.when(changed_at, figures.zone, figures.made_at)), (see,)))
    for key, count in (
        ("untaggable", figures.untaggable),
        ("quarantined", figures.quarantined),
        ("uncertain", figures.uncertain),
    ):
        if count:
            tasks.append(Line(voice(f"to_do.{key}", n=count)))
    if not figures.late:
        tasks += _owed(figures, charges, voice)
    if not tasks:
        yield Line(voice("to_do.nothing"))
        return
    everything = Button(voice("button.waiting"), action(WAITING, figures.consultation))
    yield Line(voice("to_do", count=len(tasks)), (everything,))
    for place, task in enumerate(tasks, 1):
        yield Line(f"  {place}. {task.text}", task.buttons)


def _owed(figures: Figures, charges: Mapping[str, str], voice: Voice) -> Iterator[Line]:
    """The answers that were promised for a day: near, or gone by, and then they come first."""
    if not figures.reply_due:
        return
    day, service = Day(figures.reply_by, year=True), voice.text(figures.reply_service)
    key = "late" if figures.late else "promise"
    if not figures.owed:
        yield Line(voice(f"to_do.{key}", day=day, service=service))
    for topic in figures.owed[:MOST_OWED]:
        name = voice.text(topic.name, topic.topic)
        said = voice(f"to_do.topic_{key}", topic=name, n=topic.contributions, day=day, service=service)
        subject = topic_subject(topic.topic)
        answer = Button(voice("button.answer"), action(ANSWER, figures.consultation, topic.topic))
        if subject in charges:
            yield Line(f"{said} · {in_charge(charges[subject], voice)}", (answer,))
        else:
            take = take_button(figures.consultation, subject, voice)
            yield Line(f"{said} · {voice('charge.nobody')}", (take, answer))
    if len(figures.owed) > MOST_OWED:
        yield Line(voice("to_do.topics_more", n=len(figures.owed) - MOST_OWED))


def take_button(consultation: str, subject: str, voice: Voice) -> Button:
    """For what nobody has taken in charge."""
    return Button(voice("button.take"), action(TAKE, consultation, subject))


def in_charge(name: str, voice: Voice) -> str:
    return voice("charge.by", name=name) if name else voice("charge.somebody")


def _who(figures: Figures, voice: Voice) -> Iterator[Block]:
    funnel = figures.funnel
    way = voice(
        "funnel", arrived=funnel.arrived, agreed=funnel.agreed, answered=funnel.answered, finished=funnel.finished
    )
    answered = voice("answered", week=figures.answered_this_week, total=funnel.answered)
    yield Line(f"{answered} · {way}")
    if figures.response.prompted and (rate := figures.response.rate) is not None:
        response = figures.response
        yield Line("  " + voice("response", percent=percent(rate), answered=response.answered, pushed=response.pushed))
    if came := _came_from(figures, voice):
        yield Line("  " + voice("sources", list=" · ".join(came)))
    if figures.elsewhere:
        channels = _listed(figures.elsewhere, lambda channel: _named(voice, "channel", channel, {"paper"}))
        yield Line("  " + voice("elsewhere", list=" · ".join(channels)))
    if figures.sectors is not None:
        prepare = Button(voice("button.prepare"), action(PREPARE, figures.consultation))
        yield Line("  " + _missing(figures, voice), (prepare,) if figures.sectors.missing else ())


def _came_from(figures: Figures, voice: Voice) -> list[str]:
    """Those who brought somebody, the largest first; then the empty ones, once that means something."""
    brought = [source for source in figures.sources if source.arrived]
    empty = [source for source in figures.sources if not source.arrived]
    named = [
        f"{voice.text(source.label, source.token or voice('source.none'))} {voice('number', number=source.finished)}"
        for source in brought
    ]
    found = _cut_list(named, MOST_SOURCES, voice)
    if empty and figures.funnel.finished >= ENOUGH_FINISHED:
        silent = [f"{voice.text(source.label, source.token)} 0" for source in empty]
        found.append(voice("source.empty", list=", ".join(_cut_list(silent, MOST_SOURCES, voice))))
    return found


def _missing(figures: Figures, voice: Voice) -> str:
    sectors = figures.sectors
    if sectors is None or not sectors.enough:
        return voice("missing.too_few", answers=sectors.answers if sectors else 0, enough=ENOUGH_ANSWERS)
    if not sectors.missing:
        return voice("missing.none")
    listed = [
        voice(
            "missing.sector",
            sector=voice.group(each.question, each.label, each.sector),
            answers=percent(each.of_answers),
            people=percent(each.of_people),
        )
        for each in sectors.missing
    ]
    return voice("missing", list=" · ".join(listed))


def _what(figures: Figures, quotes: Sequence[Quoted], voice: Voice, *, offers_review: bool) -> Iterator[Block]:
    if not figures.contributions:
        yield Line(voice("said.nothing"))
        return
    topics = []
    for topic in figures.topics:
        count = voice("number", number=topic.contributions)
        news = ""
        if topic.new:
            news = f" ({voice('topic.new')})"
        elif topic.this_week and not figures.first_week:
            news = f" (+{voice('number', number=topic.this_week)})"
        topics.append(f"{voice.text(topic.name, topic.topic)} {count}{news}")
    listed = _cut_list(topics, MOST_TOPICS, voice)
    if figures.unsorted:
        listed.append(voice("topic.unsorted", number=figures.unsorted))
    topics_button = Button(voice("button.topics"), action(TOPICS, figures.consultation))
    yield Line(" · ".join([voice("said", n=figures.contributions), *listed]), (topics_button,))
    if figures.beyond is not None:
        name = voice.text(figures.beyond.name, figures.beyond.topic)
        yield Line("  " + voice("topics.beyond", topic=name, n=figures.beyond.this_week))
    for change in figures.changed:
        name, before, now = voice.text(change.name, change.topic), percent(change.before), percent(change.now)
        yield Line("  " + voice(f"topic.changed.{change.of}", topic=name, before=before, now=now))
    if figures.sorting is not None and figures.sorting.precision is not None:
        yield Note(_trusted(figures.sorting, figures.sorting.precision, figures.zone, voice))
    for quote in quotes:
        note = voice("quote.reviewed" if quote.reviewed else "quote.masked")
        if quote.others:
            note = f"{voice('quote.others', n=quote.others)} · {note}"
        yield Quote(quoted(quote.text, longest=QUOTE_ROOM), note, quote_buttons(quote.id, voice))
    if offers_review:
        button = Button(voice("button.review"), f"{REVIEW}{figures.consultation}")
        yield Line("  " + voice("to_review", n=figures.to_review), (button,))


def quote_buttons(contribution: str, voice: Voice) -> tuple[Button, ...]:
    """What can be done about words that somebody reads."""
    return (
        Button(voice("button.reply"), action(REPLY, contribution)),
        Button(voice("button.wrong"), action(WRONG, contribution)),
        Button(voice("button.hide"), action(HIDE, contribution)),
        Button(voice("button.like"), action(LIKE, contribution)),
    )


def _satisfied(figures: Figures, voice: Voice) -> Iterator[Block]:
    """What those who were answered say of the answer, topic by topic."""
    if figures.satisfied:
        listed = [
            voice("satisfied.topic", topic=_answer_name(figures, each, voice), **rating_counts(each))
            for each in figures.satisfied
        ]
        yield Line(voice("satisfied", list=" · ".join(_cut_list(listed, MOST_TOPICS, voice))))


def _meetings(figures: Figures, voice: Voice) -> Iterator[Block]:
    said = [event_words(event, voice) for event in figures.events]
    for vote in (each for each in figures.votes if each.people):
        listed = [f"{voice.text(each.label, each.option)} {each.dots}" for each in vote.choices if each.dots]
        said.append(f"{voice('vote', n=vote.people)} {' · '.join(_cut_list(listed, MOST_TOPICS, voice))}")
    *others, last = said or ("",)
    yield from (Line(each) for each in others)
    if last:
        yield Line(last, (Button(voice("button.meeting"), action(MEETING, figures.consultation)),))


def event_words(figure: EventFigure, voice: Voice) -> str:
    """Who said yes, who said there that they had come, and how many were there as staff noted it."""
    said = voice("event", name=voice.text(figure.name, figure.question), yes=figure.coming, no=figure.not_coming)
    here = f" · {voice('event.here', n=figure.here)}" if figure.here else ""
    came = "" if figure.came is None else f" · {voice('event.came', n=figure.came)}"
    return f"{said}{here}{came}"


def _answer_name(figures: Figures, rating: Rating, voice: Voice) -> str:
    name = next((each.name for each in figures.topics if each.topic == rating.topic), {})
    return voice.text(name, rating.topic or voice("satisfied.some"))


def rating_counts(rating: Rating) -> dict[str, int]:
    return {"yes": rating.yes, "partly": rating.partly, "no": rating.no}


def _trusted(sorting: Sorting, right: Measured, zone: str, voice: Voice) -> str:
    return voice(
        "topics.trusted",
        right=percent(right.value),
        low=percent(right.low),
        high=percent(right.high),
        n=sorting.texts,
        day=Day(on_wall(sorting.since, zone).date()),
    )


def nudge_words(figures: Figures, nudge: NudgeFigure, voice: Voice) -> str:
    """What one reminder did, and what it brought, in one sentence or two."""
    kind = "last_call" if nudge.kind is StepKind.LAST_CALL else "reminder"
    today = on_wall(figures.made_at, figures.zone).date()
    if nudge.first_sent != nudge.last_sent:
        name = voice(f"nudge.{kind}.several")
    elif today - nudge.last_sent < timedelta(days=7):
        name = voice(f"nudge.{kind}.weekday", weekday=voice.weekday(nudge.last_sent))
    else:
        name = voice(f"nudge.{kind}.day", day=Day(nudge.last_sent))
    happened = ", ".join(
        (
            voice("nudge.sent", n=nudge.sent),
            voice("nudge.finished", n=nudge.finished_after),
            voice("nudge.stopped", n=nudge.stopped_after),
        )
    )
    said = voice("nudge", name=name, happened=happened, effect=effect_words(nudge.effect, voice))
    return f"{said} {voice('nudge.halted')}" if nudge.halted else said


def _take_along(figures: Figures, voice: Voice) -> tuple[Button, ...]:
    return (
        Button(voice("button.note"), action(NOTE, figures.consultation)),
        Button(voice("button.export"), action(EXPORT, figures.consultation)),
        Button(voice("button.counting"), COUNTING),
    )


def _small_print(figures: Figures, voice: Voice) -> str:
    kinds = {media.value for media in Media}
    unread = [
        voice(f"media.{media}", n=count)
        for media, count in sorted(figures.not_read.items(), key=lambda each: (-each[1], each[0]))
        if count and media in kinds
    ]
    declared = voice("declared")
    if not unread:
        return declared[:1].upper() + declared[1:]
    return f"{voice('not_read', list=', '.join(unread))} · {declared}"


# ── the alert ────────────────────────────────────────────────────────────────────────────────────────────────────────


def alert_layout(alert: AlertRow, consultation: Consultation, charge: str | None, words: Words, language: str) -> Card:
    """What happened, when, and that a person must read it, or has. No word of the citizen: that takes a press.
    `charge`: the name of whoever took it; None: nobody did."""
    voice = Voice(words, language)
    text = voice(
        "alert_card",
        title=voice.text(consultation.title),
        when=voice.when(alert.created_at, consultation.zone, alert.created_at),
        kind=voice.kind(alert.kind),
    )
    buttons = [Button(voice("button.open"), f"{OPEN}{alert.id}")]
    if alert.opened_at is not None:
        opened = voice.when(alert.opened_at, consultation.zone, alert.opened_at)
        text = f"{text} · {voice('alert_card.opened', when=opened)}"
    if charge is not None:
        text = f"{text} · {in_charge(charge, voice)}"
    elif alert.opened_at is None:
        buttons.append(take_button(consultation.id, alert_subject(alert.id), voice))
    return Card((Line(text, tuple(buttons)),))


# ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _cut_list(items: Sequence[str], most: int, voice: Voice) -> list[str]:
    if len(items) <= most:
        return list(items)
    return [*items[: most - 1], voice("more", n=len(items) - most + 1)]


def _listed(counts: Mapping[str, int], named: Callable[[str], str]) -> list[str]:
    return [f"{named(name)} {count}" for name, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))]


def _named(voice: Voice, family: str, name: str, known: Iterable[str]) -> str:
    return voice(f"{family}.{name}") if name in known else name

"""What staff see of events, votes and the agenda in their own room: one card and two forms. Only values in.

title
events          who said yes, how many came                        [How many came?]
votes           where the dots went                                [Agenda] of what is voted on
proposals       what people propose alone, near duplicates as one  [Keep]
agenda          the most dots first, what was dealt with at last   [Dealt with] [Not after all]
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.model.consultations import Consultation
from core.model.deliveries import Day
from core.model.forms import Choice, Form, Pick, Tick, Write
from core.model.meetings import EventFigure, Proposal, Same, Suggested, VoteFigure
from core.model.messages import Block, Button, Card, Heading, Line, Note, Quote
from core.rules.calendar import on_wall
from core.rules.plain_text import quoted
from core.rules.readout import cut
from core.work.cards.digest_layout import MEETING, Voice, action, event_words
from core.work.events.agenda import LONGEST_LABEL

CAME, KEEP, TREATED, UNTREATED = "came", "keep", "treated", "untreated"
"""What the buttons begin with: `verb:consultation:what`. `keep` names the first contribution of a suggestion."""
NEW = "new"
"""In the place of a proposal's number: a new one."""
SHOWN_AT_ONCE = 5
MOST_LINES = 15
MOST_TICKED = 30
"""Texts of one suggestion that can be left out one by one."""
TICK_ROOM, TICK_TEXT = 75, 60
"""Characters beside a box to tick in Slack, and how many of them are the text's: a longer one stands above in full."""
SAME = "same"
"""The field of what is ticked, each text by its first contribution."""
NOTHING_GIVEN: Mapping[str, str] = {}
TEXT_ROOM = 300


@dataclass(frozen=True, slots=True)
class Meeting:
    """Everything about the events, votes and proposals of one consultation at one moment."""

    consultation: Consultation
    events: Sequence[EventFigure]
    votes: Sequence[VoteFigure]
    suggested: Sequence[Suggested]
    agenda: Sequence[Proposal]

    @property
    def empty(self) -> bool:
        return not (self.events or self.votes or self.agenda)


def meeting_card(meeting: Meeting, voice: Voice, *, runs: bool, now: datetime) -> Card:
    """`runs`: whoever looks may note and change; nobody else is led to a closed door."""
    own = meeting.consultation
    title = Heading(voice("meeting.title", title=voice.text(own.title)))
    if meeting.empty:
        return Card((title, Line(voice("meeting.none"))))
    return Card(
        (
            title,
            *_events(meeting, voice, runs=runs, now=now),
            *_votes(meeting, voice),
            *_suggested(meeting, voice, runs=runs),
            *_agenda(meeting, voice, runs=runs),
        )
    )


def _events(meeting: Meeting, voice: Voice, *, runs: bool, now: datetime) -> Iterator[Block]:
    own = meeting.consultation
    for each in meeting.events:
        question = own.question(each.question)
        assert question is not None, "the figure is of its event"
        assert question.event is not None, "the figure is of an event"
        said = event_words(each, voice)
        if each.cancelled:
            yield Line(f"{said} · {voice('meeting.cancelled')}")
        elif now < question.event.starts:
            day = Day(on_wall(question.event.starts, own.zone).date(), year=True)
            yield Line(f"{said} · {voice('meeting.day', day=day)}")
        else:
            came = Button(voice("meeting.button.came"), action(CAME, own.id, each.question))
            yield Line(said, (came,) if runs else ())


def _votes(meeting: Meeting, voice: Voice) -> Iterator[Block]:
    for vote in meeting.votes:
        listed = [f"{voice.text(each.label, each.option)} {each.dots}" for each in vote.choices if each.dots]
        question = meeting.consultation.question(vote.question)
        kept_from = question.kept_from if question else ""
        agenda = Button(voice("meeting.button.agenda"), action(MEETING, kept_from))
        said = f"{voice('vote', n=vote.people)} {' · '.join(listed)}" if listed else voice("meeting.no_vote")
        yield Line(said, (agenda,) if kept_from else ())


def _suggested(meeting: Meeting, voice: Voice, *, runs: bool) -> Iterator[Block]:
    if not meeting.suggested:
        return
    yield Line(voice("meeting.suggested", n=len(meeting.suggested)))
    for each in meeting.suggested[:SHOWN_AT_ONCE]:
        keep = Button(voice("meeting.button.keep"), action(KEEP, meeting.consultation.id, each.contributions[0]))
        note = voice("meeting.said_by", n=len(each.contributions))
        yield Quote(quoted(each.text, longest=TEXT_ROOM), note, (keep,) if runs else ())
    if len(meeting.suggested) > SHOWN_AT_ONCE:
        yield Note(voice("meeting.more", n=len(meeting.suggested) - SHOWN_AT_ONCE))


def _agenda(meeting: Meeting, voice: Voice, *, runs: bool) -> Iterator[Block]:
    if not meeting.agenda:
        return
    own = meeting.consultation
    yield Line(voice("meeting.agenda"))
    for each in meeting.agenda[:MOST_LINES]:
        said = voice(
            "meeting.line", number=each.number, name=voice.text(each.label), dots=each.dots, people=each.people
        )
        if each.treated is None:
            button = Button(voice("meeting.button.treated"), action(TREATED, own.id, str(each.number)))
        else:
            said = f"{said} · {voice('meeting.treated', day=Day(each.treated, year=True))}"
            button = Button(voice("meeting.button.untreated"), action(UNTREATED, own.id, str(each.number)))
        yield Line(said, (button,) if runs else ())
    if len(meeting.agenda) > MOST_LINES:
        yield Note(voice("more", n=len(meeting.agenda) - MOST_LINES))
    if any(each.treated is None for each in meeting.agenda):
        yield Note(voice("meeting.kept_from", id=own.id))


# ── forms ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def came_form(consultation: Consultation, figure: EventFigure, voice: Voice, *, mistaken: bool = False) -> Form:
    wrong = (Line(voice("meeting.no_number")),) if mistaken else ()
    given = "" if figure.came is None else str(figure.came)
    return Form(
        action(CAME, consultation.id, figure.question),
        voice("meeting.button.came"),
        (*wrong, Line(event_words(figure, voice))),
        (Write("came", voice("meeting.how_many"), 6, given),),
        voice("meeting.note"),
    )


def keep_form(
    consultation: Consultation,
    first: str,
    group: Suggested,
    proposals: Collection[Proposal],
    voice: Voice,
    *,
    given: Mapping[str, str] = NOTHING_GIVEN,
    missing: str = "",
) -> Form:
    """`first`: a contribution of the suggestion. Of several texts, those that are no such thing can be left out.
    `given`: what was filled in before; `missing`: the key of what is still to be said."""
    wrong = (Line(voice(missing, language=consultation.languages[0].upper())),) if missing else ()
    listed = group.texts[:MOST_TICKED]
    ticks = tuple(Choice(each.contributions[0], _tick(place, each, voice)) for place, each in enumerate(listed, 1))
    ticked = given[SAME].split() if SAME in given else [each.id for each in ticks]
    same = Tick(SAME, voice("meeting.tick"), ticks, frozenset(ticked))
    full = [
        Quote(quoted(f"{place}. {each.text}" if len(listed) > 1 else each.text, longest=TEXT_ROOM))
        for place, each in enumerate(listed, 1)
        if len(listed) == 1 or len(quoted(each.text, longest=TEXT_ROOM)) > TICK_TEXT
    ]
    more = len(group.texts) - len(listed)
    unseen = (Line(voice("meeting.unseen", n=more)),) if more else ()
    into = [Choice(NEW, voice("meeting.into_new"))]
    into += [Choice(str(each.number), f"{each.number}. {voice.text(each.label)}") for each in proposals]
    words = [
        Write(name, voice("meeting.label", language=code.upper(), n=LONGEST_LABEL), LONGEST_LABEL, given.get(name, ""))
        for code in consultation.languages
        if (name := f"label_{code}")
    ]
    chosen = given["into"] if given.get("into") in {each.id for each in into} else NEW
    return Form(
        action(KEEP, consultation.id, first),
        voice("meeting.keep_title"),
        (*wrong, Line(voice("meeting.same", n=len(group.contributions))), *full, *unseen),
        (
            *((same,) if len(ticks) > 1 else ()),
            Pick("into", voice("meeting.into"), tuple(into), chosen=chosen),
            *words,
        ),
        voice("meeting.button.keep"),
    )


def _tick(place: int, same: Same, voice: Voice) -> str:
    """The text on one line, so short that Slack takes it, and how many said it."""
    said = f"{place}. {quoted(same.text, longest=TICK_TEXT)}"
    n = len(same.contributions)
    return cut(f"{said} · {voice('meeting.times', n=n)}" if n > 1 else said, TICK_ROOM)

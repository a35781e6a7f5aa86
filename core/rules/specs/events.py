"""Events of a consultation: whether they are still to come, and what is said of them."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.model.consultations import COMING, HERE, NOT_COMING, Consultation, Event, Moment, Question, Step, StepKind
from core.model.deliveries import ButtonSpec, CalendarEntry, Phrase, Spec
from core.rules.calendar import on_wall
from core.rules.intents import Intent
from core.rules.specs.actions import Verb, question_reference, written
from core.rules.specs.bricks import Buttons, button, local_day, own_if, phrase, word_button

DOORS = timedelta(hours=1)
"""So long before the beginning and after the end somebody can say that they are there."""
SOON = timedelta(days=1)
"""The reminder leaves so long before: whoever says yes later gets none."""


def doors_open(event: Event, now: datetime) -> bool:
    return not event.cancelled and event.starts - DOORS <= now <= event.ends + DOORS


def is_over(event: Event, now: datetime) -> bool:
    """Nobody can say yes any more: it has begun, or will never take place."""
    return event.cancelled or now >= event.starts


def when_and_where(consultation: Consultation, event: Event, language: str) -> tuple[Phrase, ...]:
    """The day, the hours and the place, by the clocks of the place."""
    starts, ends = (on_wall(at, consultation.zone).strftime("%H:%M") for at in (event.starts, event.ends))
    when = phrase("event.when", on=local_day(event.starts, consultation), starts=starts, ends=ends)
    return (when, *own_if(consultation, event.place, language))


def coming_spec(consultation: Consultation, question: Question, language: str, *, coming: bool, now: datetime) -> Spec:
    """The answer is noted; one tap changes it. What the reminder would say is said now when it has left already."""
    assert question.event is not None, "only an event is answered so"
    name = consultation.in_language(question.event.name, language)
    if coming:
        said = (phrase("event.coming_noted", name=name), *when_and_where(consultation, question.event, language))
        no_more = _answer(consultation, question, "event.no_more", NOT_COMING)
        entry = calendar_entry(consultation, question, language)
        if now < question.event.starts - SOON:
            return Spec((*said, phrase("event.reminded")), (no_more,), entry)
        here = _answer(consultation, question, "event.here", HERE)
        return Spec((*said, phrase("event.at_the_door")), (here, no_more), entry)
    again = _answer(consultation, question, "event.after_all", COMING)
    return Spec((phrase("event.not_coming_noted", name=name),), (again,))


def calendar_entry(consultation: Consultation, question: Question, language: str) -> CalendarEntry | None:
    """The event as a calendar keeps it, None for another question."""
    event = question.event
    if event is None:
        return None
    name, place = (consultation.in_language(text, language) for text in (event.name, event.place))
    return CalendarEntry(
        consultation.id,
        question.id,
        consultation.revision,
        name[:1].upper() + name[1:],
        place,
        event.starts,
        event.ends,
        event.cancelled,
    )


def here_spec(consultation: Consultation, event: Event, language: str, *, now: datetime) -> Spec:
    """What is said to whoever says that they are there."""
    name = consultation.in_language(event.name, language)
    if doors_open(event, now):
        return Spec((phrase("event.here_noted", name=name),))
    if event.cancelled:
        return Spec((phrase("event.cancelled", name=name),))
    return Spec((phrase("event.here_early" if now < event.starts else "event.here_late", name=name),))


def event_over_spec(consultation: Consultation, event: Event, language: str) -> Spec:
    name = consultation.in_language(event.name, language)
    return Spec((phrase("event.cancelled" if event.cancelled else "event.over", name=name),))


def event_buttons(consultation: Consultation, question: Question) -> Buttons:
    """Yes and no."""
    yes = _answer(consultation, question, "event.yes", COMING)
    return (yes, _answer(consultation, question, "event.no", NOT_COMING))


def with_news(known: Consultation, asked: Consultation, *, now: datetime) -> Consultation:
    """`asked` comes after `known`: of each event that it moves or cancels, whoever said yes must be told."""
    revision = known.revision + 1
    changed = [
        question.id
        for question in asked.questions
        if (before := known.question(question.id)) and before.event and _moved(before.event, question.event, now)
    ]
    told = [step for step in known.steps if step.news and step.event not in changed and asked.question(step.event)]
    news = [
        Step(f"news-{revision}-{each}", StepKind.EVENT, Moment(at=now), event=each, news=revision) for each in changed
    ]
    return replace(asked, steps=(*asked.steps, *told, *news))


def without_news(consultation: Consultation) -> Consultation:
    """As its file says it."""
    return replace(consultation, steps=tuple(step for step in consultation.steps if not step.news))


def _moved(before: Event, after: Event | None, now: datetime) -> bool:
    """Another name is no news; another day or place is, as long as it has not begun."""
    if after is None or is_over(before, now):
        return False
    return replace(before, name=after.name) != after


def event_step(consultation: Consultation, step: Step, language: str, *, sender: Phrase) -> Spec:
    """What is said to those who said yes, the day before or when it changes, and what they can do."""
    question = consultation.question(step.event)
    assert question is not None, "a reminder belongs to a question of its consultation"
    assert question.event is not None, "it is an event"
    name = consultation.in_language(question.event.name, language)
    why = (button("button.why", written(Verb.WHY, consultation, question_reference(consultation, question))),)
    no_more = _answer(consultation, question, "event.no_more", NOT_COMING)
    stop = (word_button("button.stop", Intent.STOP),)
    entry = calendar_entry(consultation, question, language) if step.news else None
    if question.event.cancelled:
        return Spec((sender, phrase("event.cancelled", name=name)), (why, stop), entry)
    first = phrase("event.moved", name=name) if step.news else phrase("event.reminder", name=name)
    said = (sender, first, *when_and_where(consultation, question.event, language))
    if step.news:
        return Spec(said, (no_more, why, stop), entry)
    here = _answer(consultation, question, "event.here", HERE)
    return Spec((*said, phrase("event.at_the_door")), (here, no_more, why, stop), entry)


def _answer(consultation: Consultation, question: Question, key: str, value: str) -> tuple[ButtonSpec, ...]:
    asked = question_reference(consultation, question)
    return (button(key, written(Verb.RSVP, consultation, asked, value)),)

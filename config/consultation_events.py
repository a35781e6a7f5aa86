"""Events in a consultation file: what a question of kind `event` says, and the reminder that each brings."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from config import people_words
from config.consultation_moments import instant
from config.locale import Catalogue
from config.yaml_entries import Document, Section
from core.model.consultations import COMING, HERE, NOT_COMING, Event, Moment, Option, Question, Step, StepKind

EVENT_KEYS = ("name", "starts", "ends", "place", "cancelled")
_NEEDED = ("name", "starts", "ends", "place")

REMINDED = timedelta(days=1)
"""How long before its event a reminder comes."""


def event(section: Section, zone: str) -> Event:
    for key in _NEEDED:
        if key not in section:
            section.wrong("kind", "file.event_needs", missing=key)
    return Event(
        name=section.text("name", name=True),
        starts=_moment(section, "starts", zone),
        ends=_moment(section, "ends", zone),
        place=section.text("place", name=True),
        cancelled=section.value("cancelled", people_words.yes_or_no, False, "file.not_yes_or_no"),
    )


def event_options(document: Document) -> tuple[Option, ...]:
    """Yes and no, and that somebody is there, in the words of the buttons."""
    words = Catalogue()
    spoken = [language for language in document.languages if language in words.languages]
    said = {language: words.say("event.yes", language) for language in spoken}
    refused = {language: words.say("event.no", language) for language in spoken}
    there = {language: words.say("event.here", language) for language in spoken}
    return (Option(COMING, said), Option(NOT_COMING, refused), Option(HERE, there))


def event_steps(questions: Sequence[Question]) -> tuple[Step, ...]:
    """The reminder of each event, to those who said yes, the day before at the same hour."""
    return tuple(
        Step(f"event-{each.id}", StepKind.EVENT, Moment(at=each.event.starts - REMINDED), event=each.id)
        for each in questions
        if each.event is not None and not each.event.cancelled
    )


def _moment(section: Section, key: str, zone: str) -> datetime:
    """A day and an hour: an event without its hour would be a trap."""
    found = section.value(key, people_words.wall, None, "file.not_a_moment")
    if found is not None and found[1] is None:
        section.wrong(key, "file.hour_missing", found=section.word(key))
    return instant(section, key, time(0), zone)

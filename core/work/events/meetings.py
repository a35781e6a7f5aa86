"""Meetings of a community: who comes, how many came, and how the votes stand."""

from datetime import datetime

from core.model.consultations import COMING, HERE, NOT_COMING, Consultation, Question, QuestionKind
from core.model.errors import NotAllowed, NotFound
from core.model.ids import ConsultationId
from core.model.meetings import Choice, EventFigure, VoteFigure
from core.rules.answers import by_option
from core.storage.unit import Unit

MOST_CAME = 100_000
"""More than fits any hall: a slip of the finger."""


def is_vote(question: Question) -> bool:
    """Each person has so many dots."""
    return question.kind is QuestionKind.SEVERAL and question.most > 0


def has_meetings(consultation: Consultation) -> bool:
    return any(each.event is not None or is_vote(each) for each in consultation.questions)


async def events(unit: Unit, consultation: Consultation) -> tuple[EventFigure, ...]:
    """In the order of the file."""
    own = ConsultationId(consultation.id)
    asked = [(each.id, each.event) for each in consultation.questions if each.event is not None]
    came = await unit.meetings.came(own) if asked else {}
    found = []
    for question, event in asked:
        counts = await unit.readouts.answer_counts(own, question)
        here = counts.get(HERE, 0)
        said = counts.get(COMING, 0) + here, counts.get(NOT_COMING, 0)
        found.append(EventFigure(question, event.name, *said, came.get(question), event.cancelled, here))
    return tuple(found)


async def votes(unit: Unit, consultation: Consultation) -> tuple[VoteFigure, ...]:
    own = ConsultationId(consultation.id)
    found = []
    for question in (each for each in consultation.questions if is_vote(each)):
        given = await unit.readouts.answer_counts(own, question.id)
        dots = by_option(given)
        choices = [Choice(each.id, each.label, dots[each.id]) for each in question.options]
        choices.sort(key=lambda each: -each.dots)
        people = sum(given.values())
        found.append(VoteFigure(question.id, question.text, question.most, people, tuple(choices)))
    return tuple(found)


async def note_came(unit: Unit, consultation: Consultation, question: str, came: int, *, now: datetime) -> str:
    """How many people came; `question` "": to its only event. Returns the id of the event's question."""
    ids = [each.id for each in consultation.questions if each.event is not None]
    if not ids:
        raise NotFound(
            f"{consultation.id!r} has no event: a question of kind `event` in its file makes one",
            "error.no_event",
            consultation=consultation.id,
        )
    if question not in ids and (question or len(ids) > 1):
        raise NotFound(
            f"there is no event {question!r} in {consultation.id!r}: --event is one of {', '.join(ids)}",
            "error.event",
            name=question,
            consultation=consultation.id,
            known=", ".join(ids),
        )
    if not 0 <= came <= MOST_CAME:
        raise NotAllowed(f"how many people came is a number from 0 to {MOST_CAME}", "error.came", most=MOST_CAME)
    asked = consultation.question(question or ids[0])
    assert asked is not None, "it is one of them"
    assert asked.event is not None, "it is an event"
    if now < asked.event.starts:
        raise NotAllowed("it has not begun yet: note who came once it has", "error.not_begun")
    await unit.meetings.note_came(ConsultationId(consultation.id), asked.id, came, now)
    return asked.id

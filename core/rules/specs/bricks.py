"""The bricks of what is said: a phrase, the consultation's own words, a button, rows that a phone shows whole."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from core.model.consultations import Consultation, Text
from core.model.deliveries import ButtonSpec, Day, Param, Phrase, Spec
from core.rules.calendar import on_wall
from core.rules.chosen_moments import Choice
from core.rules.specs.actions import Verb, tag_of, written, written_alone

Buttons = tuple[tuple[ButtonSpec, ...], ...]

NOTHING_SAID = Spec(())

_ROW_BUTTONS = 3
_ROW_LETTERS = 28


def phrase(key: str, /, **params: Param) -> Phrase:
    return Phrase(key, params)


def own(text: str) -> Phrase:
    """The consultation's own words."""
    return phrase("text.own", text=text)


def own_if(consultation: Consultation, text: Text, language: str) -> tuple[Phrase, ...]:
    """The consultation's own words, or nothing when it has none."""
    said = consultation.in_language(text, language)
    return (own(said),) if said else ()


def button(key: str, action: str, /, **params: Param) -> ButtonSpec:
    return ButtonSpec(phrase(key, **params), action)


def rows_of(buttons: Iterable[tuple[str, ButtonSpec]]) -> Buttons:
    """Buttons packed in rows that a phone shows whole. Each comes with the letters it will show."""
    rows: list[list[ButtonSpec]] = []
    room = 0
    for label, each in buttons:
        if not rows or len(rows[-1]) == _ROW_BUTTONS or len(label) > room:
            rows.append([])
            room = _ROW_LETTERS
        rows[-1].append(each)
        room -= len(label)
    return tuple(tuple(row) for row in rows)


def local_day(moment: datetime, consultation: Consultation) -> Day:
    """The date of a moment where the consultation takes place."""
    return Day(moment.astimezone(ZoneInfo(consultation.zone)).date())


def counter_phrases(consultation: Consultation, language: str) -> tuple[Phrase, ...]:
    """Where a human can be found: as the partner wrote it, or nothing when it did not."""
    counter = consultation.in_language(consultation.partner.counter, language)
    return (phrase("counter.where", counter=counter),) if counter else ()


def go_on_button(consultation: Consultation) -> ButtonSpec:
    return button("button.go_on", written(Verb.GO, consultation))


def word_button(key: str, intent: str) -> ButtonSpec:
    """A button that stands for a word which could as well be typed."""
    return button(key, written_alone(Verb.DO, intent))


def go_on_row(consultation: Consultation, *, go_on: bool) -> Buttons:
    """One row with [Continuer] when a question waits, nothing when none does."""
    return ((go_on_button(consultation),),) if go_on else ()


def moment_buttons(consultation: str, moments: Sequence[tuple[Choice, datetime]], revision: int = 0) -> Buttons:
    """One row with the moments that can be chosen, or nothing when there is none."""
    keys = {Choice.TONIGHT: "button.tonight", Choice.TOMORROW: "button.tomorrow", Choice.WEEKEND: "button.weekend"}
    row = tuple(
        ButtonSpec(phrase(keys[choice]), f"{Verb.LATER}:{choice}::{revision}:{tag_of(consultation)}")
        for choice, _ in moments
    )
    return (row,) if row else ()


def postponed_phrase(at: datetime, zone: str, *, now: datetime) -> Phrase:
    """The moment of the message that was asked for, in words."""
    wall = on_wall(at, zone)
    if wall.date() == on_wall(now, zone).date():
        return phrase("later.today", hour=wall.hour)
    return phrase("later.day", day=Day(wall.date()), hour=wall.hour)


def not_interested_button(consultation: Consultation) -> ButtonSpec:
    return button("button.not_interested", written(Verb.NOT_INTERESTED, consultation))

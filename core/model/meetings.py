"""Meetings of a community, as figures: who said they would come, how many came, and where the dots of a vote went."""

from dataclasses import dataclass

from core.model.consultations import Text


@dataclass(frozen=True, slots=True)
class EventFigure:
    """People who said yes, and who said no. `came`: how many were there, as staff noted it; None while nobody did."""

    question: str
    name: Text
    coming: int
    not_coming: int
    came: int | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a vote. `dots`: people who gave it one of theirs."""

    option: str
    label: Text
    dots: int


@dataclass(frozen=True, slots=True)
class VoteFigure:
    """A vote with `most` dots for each person. `people` voted. `choices`: the one with the most dots first."""

    question: str
    text: Text
    most: int
    people: int
    choices: tuple[Choice, ...]

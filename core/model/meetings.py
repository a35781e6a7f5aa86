"""Meetings of a community: who said they would come, how many came, what was proposed, and where the dots went."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from core.model.consultations import Text
from core.model.ids import ContributionId


@dataclass(frozen=True, slots=True)
class EventFigure:
    """People who said yes, and who said no. `came`: how many were there, as staff noted it; None while nobody did.
    `here`: of those who said yes, how many said at the event that they were there."""

    question: str
    name: Text
    coming: int
    not_coming: int
    came: int | None = None
    cancelled: bool = False
    here: int = 0


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


@dataclass(frozen=True, slots=True)
class Same:
    """The masked words of contributions that say the very same."""

    text: str
    contributions: tuple[ContributionId, ...]


@dataclass(frozen=True, slots=True)
class Suggested:
    """Contributions that say nearly the same, as the program sees it: one proposal, unless staff see it otherwise.
    `texts`: what they say, each once, what most say first."""

    texts: tuple[Same, ...]

    @property
    def text(self) -> str:
        return self.texts[0].text

    @property
    def contributions(self) -> Sequence[ContributionId]:
        return [each for same in self.texts for each in same.contributions]

    def without(self, left_out: Collection[str]) -> list[ContributionId]:
        """What remains when the texts are left out whose first contribution is one of these."""
        kept = (each for each in self.texts if each.contributions[0] not in left_out)
        return [each for same in kept for each in same.contributions]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What staff made of contributions that say the same. `people`: how many of them are still there. `dots`: what
    people gave it in votes. `treated`: the day on which it was dealt with; what was not is kept for the next time."""

    number: int
    label: Text
    people: int
    treated: date | None = None
    dots: int = 0

    @property
    def option(self) -> str:
        """Its id as an option of a vote."""
        return f"kept-{self.number}"

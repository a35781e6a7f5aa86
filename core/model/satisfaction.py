"""What somebody says of an official answer, some days after they were told: does it answer them?"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

ASK_STEP = "satisfied:"
"""The step that deliveries of this question name. No step of a file can have a colon in its id."""

WHY_ANSWER = "satisfied"
"""In the place of a redirect: words that say why an answer does or does not answer. They are no contribution to a
question, so no figure counts them."""


class Satisfied(StrEnum):
    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Rating:
    """Of the answers to one topic ("": to some contributions): how many people said what."""

    topic: str
    yes: int = 0
    partly: int = 0
    no: int = 0


def ratings(counts: Mapping[tuple[str, Satisfied], int]) -> tuple[Rating, ...]:
    """By topic, the one of which most was said first."""
    topics = {topic for topic, _ in counts}
    found = [Rating(each, *(counts.get((each, one), 0) for one in Satisfied)) for each in topics]
    return tuple(sorted(found, key=lambda each: (-(each.yes + each.partly + each.no), each.topic)))

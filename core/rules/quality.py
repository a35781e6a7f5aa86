"""How far the sorting into topics can be trusted, and what about it is not as it was. Pure.

    precision   of the held-back texts that were given the topic, how many are about it as people say
    recall      of those that are about it as people say, how many were given it

Held back: sorted by people, and by a machine that had not seen them. People correct what is wrong more often than they
confirm what is right: both figures say too little rather than too much.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt

from core.model.consultations import Text
from core.model.quality import Scored, TopicTried
from core.rules.effect import wilson

ENOUGH_SORTED = 30
"""Under so many contributions, before or since, no share of a topic is called changed."""
ENOUGH_SCORED = 20
LEAST_SHARE, LEAST_CONFIDENCE = 0.05, 0.1
"""A smaller change is no news, however sure."""
FAR = 3.0
"""Standard errors: with twenty topics a week, chance alone is named once in a year."""
MOST_CHANGES = 3


@dataclass(frozen=True, slots=True)
class Measured:
    """A share in [0, 1] with its interval (Wilson, 95 %), `of` so many."""

    value: float
    low: float
    high: float
    of: int


@dataclass(frozen=True, slots=True)
class TopicQuality:
    """None where there is nothing to count."""

    topic: str
    support: int
    precision: Measured | None
    recall: Measured | None


@dataclass(frozen=True, slots=True)
class Sorting:
    """All topics together. `texts`: how many people sorted. `since`: what is in use was learnt then."""

    precision: Measured | None
    recall: Measured | None
    texts: int
    since: datetime


@dataclass(frozen=True, slots=True)
class TopicChange:
    """`of`: "share" of the contributions, or "confidence" of the program. Both values in [0, 1]."""

    topic: str
    name: Text
    of: str
    before: float
    now: float


def qualities(tried: Iterable[TopicTried]) -> tuple[TopicQuality, ...]:
    return tuple(
        TopicQuality(each.topic, each.support, measured(each.right, each.given), measured(each.right, each.support))
        for each in tried
    )


def sorting(tried: Sequence[TopicTried], texts: int, since: datetime) -> Sorting:
    right = sum(each.right for each in tried)
    given, support = sum(each.given for each in tried), sum(each.support for each in tried)
    return Sorting(measured(right, given), measured(right, support), texts, since)


def measured(right: int, of: int) -> Measured | None:
    return Measured(right / of, *wilson(right / of, of), of) if of else None


def changes(
    shares: Mapping[str, tuple[int, int]],
    counted: tuple[int, int],
    scored: Mapping[str, tuple[Scored, Scored]],
    names: Mapping[str, Text],
) -> tuple[TopicChange, ...]:
    """The topics that are not what they were, the largest change first. `shares`: by topic (before, this week), of so
    many contributions (`counted`). `scored`: the same for the tagger's scores."""
    found = [
        TopicChange(topic, names.get(topic, {}), "share", before / counted[0], now / counted[1])
        for topic, (before, now) in shares.items()
        if _share_changed(before, now, counted)
    ]
    found += [
        TopicChange(topic, names.get(topic, {}), "confidence", before.mean, now.mean)
        for topic, (before, now) in scored.items()
        if _confidence_changed(before, now)
    ]
    return tuple(sorted(found, key=lambda each: (-abs(each.now - each.before), each.topic))[:MOST_CHANGES])


def _share_changed(before: int, now: int, counted: tuple[int, int]) -> bool:
    """Two shares compared with their pooled standard error."""
    if min(counted) < ENOUGH_SORTED:
        return False
    gap = now / counted[1] - before / counted[0]
    both = (before + now) / sum(counted)
    error = sqrt(both * (1 - both) * (1 / counted[0] + 1 / counted[1]))
    return abs(gap) >= LEAST_SHARE and abs(gap) >= FAR * error


def _confidence_changed(before: Scored, now: Scored) -> bool:
    if min(before.n, now.n) < ENOUGH_SCORED:
        return False
    error = sqrt(before.variance / before.n + now.variance / now.n)
    return abs(now.mean - before.mean) >= LEAST_CONFIDENCE and abs(now.mean - before.mean) >= FAR * error

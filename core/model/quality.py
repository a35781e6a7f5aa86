"""What is counted of the sorting into topics."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TopicTried:
    """Of the held-back texts: how many are about the topic as people say, how many were given it, how many rightly."""

    topic: str
    support: int
    given: int
    right: int


@dataclass(frozen=True, slots=True)
class Scored:
    """How sure the tagger was of a topic: so many times, mean and variance of the score."""

    n: int
    mean: float
    variance: float

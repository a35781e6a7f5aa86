"""One room's digest out of everybody's: the topics that it follows, and the big story that this would hide. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from core.rules.readout import Figures

BIG = 5
"""Contributions of one week: fewer are no story, whatever the others brought."""


def followed(figures: Figures, follows: Sequence[str]) -> Figures:
    """The figures with these topics alone (all when there are none). Of the others, the one that more contributions
    of this week speak of than of any that is followed stays as `beyond`: a filter must not hide what the town talks
    about."""
    if not follows:
        return figures
    kept = tuple(each for each in figures.topics if each.topic in follows)
    others = [each for each in figures.topics if each.topic not in follows]
    largest = max(others, key=lambda each: each.this_week, default=None)
    most = max((each.this_week for each in kept), default=0)
    story = largest if largest is not None and largest.this_week >= BIG and largest.this_week > most else None
    return replace(
        figures,
        topics=kept,
        changed=tuple(each for each in figures.changed if each.topic in follows),
        follows=tuple(follows),
        beyond=story,
    )

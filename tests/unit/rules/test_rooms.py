"""A room follows some topics; what the town talks about is not hidden from it."""

from datetime import UTC, date, datetime

import pytest

from core.rules.readout import Figures, Funnel, Response, TopicFigure
from core.rules.rooms import followed

NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)


def spoken(*topics: tuple[str, int, int]) -> Figures:
    """(topic, all, this week)"""
    told = tuple(TopicFigure(name, {}, n, week, new=False) for name, n, week in topics)
    return Figures(
        "pool", {}, "Europe/Paris", NOW, NOW, 1, 6, False, 0, Funnel(0, 0, 0, 0), Response(0, 0, 0), (), {}, None,
        sum(each.contributions for each in told), told, 0, (), 0, (), {}, 0, 0, 0, 0, date(2027, 3, 30), {},
    )  # fmt: skip


def test_without_topics_everything_is_told() -> None:
    whole = spoken(("hours", 9, 1), ("prices", 90, 80))
    assert followed(whole, ()) is whole


@pytest.mark.parametrize(
    ("week", "story"), [(8, "prices"), (7, None), (4, None)], ids=["more than any", "as many", "few"]
)
def test_the_big_story_of_the_week_is_named_all_the_same(week: int, story: str | None) -> None:
    seen = followed(spoken(("prices", 90, week), ("hours", 9, 7 if week > 4 else 1), ("access", 50, 0)), ("hours",))
    assert [each.topic for each in seen.topics] == ["hours"]
    assert (seen.beyond.topic if seen.beyond else None) == story

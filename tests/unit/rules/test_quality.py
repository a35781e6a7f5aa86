"""How far topics can be trusted: counted, with intervals; and which of them are not as they were, chance left aside."""

import pytest

from core.model.quality import Scored, TopicTried
from core.rules.quality import changes, measured, qualities, sorting
from tests.builders import NOW

NOTHING = Scored(0, 0.0, 0.0)


def test_each_topic_has_its_shares_and_none_where_nothing_can_be_counted() -> None:
    hours, prices = qualities([TopicTried("hours", 20, 16, 12), TopicTried("prices", 0, 0, 0)])
    assert hours.precision is not None and hours.recall is not None
    assert (hours.precision.value, hours.precision.of) == (0.75, 16)
    assert (hours.recall.value, hours.recall.of) == (0.6, 20)
    assert hours.precision.low == pytest.approx(0.5050, abs=1e-4)  # Wilson, 12 of 16
    assert hours.precision.high == pytest.approx(0.8982, abs=1e-4)
    assert (prices.precision, prices.recall) == (None, None)


def test_all_together_every_tag_counts_once() -> None:
    found = sorting([TopicTried("hours", 20, 16, 12), TopicTried("prices", 10, 4, 4)], 25, NOW)
    assert (found.precision, found.recall) == (measured(16, 20), measured(16, 30))
    assert (found.texts, found.since) == (25, NOW)


def test_a_share_that_chance_explains_is_no_news_and_one_that_it_does_not_is() -> None:
    names = {"hours": {"fr": "Horaires"}}
    (found,) = changes({"hours": (12, 34), "prices": (30, 31)}, (100, 100), {}, names)
    assert (found.topic, found.name, found.of, found.before, found.now) == (
        "hours", names["hours"], "share", 0.12, 0.34,
    )  # fmt: skip
    assert changes({"hours": (12, 20)}, (100, 100), {}, names) == ()
    assert changes({"hours": (1, 20)}, (100, 29), {}, names) == (), "too few this week"
    assert changes({"hours": (9_000, 9_400)}, (20_000, 20_000), {}, names) == (), "sure, and too little to matter"


def test_confidence_is_compared_when_there_is_enough_of_it() -> None:
    sure, unsure = Scored(50, 0.8, 0.01), Scored(50, 0.6, 0.01)
    (found,) = changes({}, (0, 0), {"hours": (sure, unsure), "prices": (sure, sure), "new": (NOTHING, sure)}, {})
    assert (found.topic, found.of, found.before, found.now) == ("hours", "confidence", 0.8, 0.6)
    assert changes({}, (0, 0), {"hours": (sure, Scored(50, 0.6, 0.5))}, {}) == (), "scores that vary this much"
    assert changes({}, (0, 0), {"hours": (sure, Scored(19, 0.6, 0.01))}, {}) == ()

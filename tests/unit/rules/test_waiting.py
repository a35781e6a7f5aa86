"""When what waits for a person is said again: longer than promised, in nobody's hands, and within somebody's power."""

from datetime import UTC, datetime, timedelta

import pytest

from core.rules.waiting import Waiting, in_order, reminder_day, too_long

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
WITHIN = timedelta(hours=24)


def waits(subject: str, hours: int, *, kind: str = "", serious: bool = False) -> Waiting:
    return Waiting(subject, 1, NOW - timedelta(hours=hours), kind=kind, serious=serious)


@pytest.mark.parametrize(
    ("each", "reminds", "once_over"),
    [
        (waits("review", 25), True, False),
        (waits("review", 23), False, False),
        (waits("unsorted", 25), True, False),
        (waits("uncertain", 1000), False, False),
        (waits("alert:a", 25, kind="insult"), True, True),
        (waits("topic:hours", 1000), False, False),
    ],
)
def test_what_is_said_again(each: Waiting, reminds: bool, once_over: bool) -> None:  # a table
    for open_, expected in ((True, reminds), (False, once_over)):
        assert too_long([each], {}, WITHIN, reply_late=False, open_=open_, now=NOW) is expected


def test_a_topic_rings_once_its_day_is_over_and_not_while_somebody_has_it() -> None:
    topic = waits("topic:hours", 1)
    assert too_long([topic], {}, WITHIN, reply_late=True, open_=False, now=NOW)
    assert not too_long([topic], {"topic:hours": NOW}, WITHIN, reply_late=True, open_=False, now=NOW)


def test_what_somebody_took_counts_from_then() -> None:
    old = [waits("review", 100)]
    for hours, expected in ((1, False), (25, True)):
        taken = {"review": NOW - timedelta(hours=hours)}
        assert too_long(old, taken, WITHIN, reply_late=False, open_=True, now=NOW) is expected


def test_the_serious_comes_first_then_what_is_flagged_then_the_oldest() -> None:
    found = [waits("review", 90), waits("alert:b", 1, kind="insult"), waits("alert:a", 0, kind="x", serious=True)]
    assert [each.subject for each in in_order([*found, waits("unsorted", 99)])] == [
        "alert:a",
        "alert:b",
        "unsorted",
        "review",
    ]


@pytest.mark.parametrize(
    ("at", "fits"),
    [
        (NOW, True),
        (NOW.replace(hour=7, minute=44), False),  # 8:44 in Paris
        (NOW.replace(hour=17), False),  # 18:00
        (NOW + timedelta(days=3), False),  # a Saturday
    ],
)
def test_staff_are_reminded_when_they_work(at: datetime, fits: bool) -> None:  # a table
    assert (reminder_day(at, "Europe/Paris") is not None) is fits

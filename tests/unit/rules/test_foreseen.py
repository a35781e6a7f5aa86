"""What will have been sent by a moment to come: the cap of seven days, and the one nudge."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.rules.foreseen import Foreseen, by_then
from tests.unit.rules.test_eligibility import NOW, UNFINISHED

DAY = timedelta(days=1)


def nudge(begins: int, at: int | None = None, *, held_out: bool = False) -> Foreseen:
    """Days from now."""
    return Foreseen(NOW + begins * DAY, None if held_out else NOW + (begins if at is None else at) * DAY, nudge=True)


@pytest.mark.parametrize(
    ("before", "then", "counted", "nudged"),
    [
        ([], 1, 1, False),
        ([], 8, 0, False),
        ([nudge(1)], 1, 2, True),
        ([nudge(2)], 1, 1, False),
        ([nudge(1)], 7, 2, True),
        ([nudge(1)], 8, 0, True),
        ([nudge(1, 3)], 2, 2, False),
        ([nudge(1, 3)], 3, 2, True),
        ([nudge(1, 3)], 9, 1, True),
        ([nudge(1, held_out=True)], 2, 2, False),
        ([nudge(1), nudge(2)], 3, 3, True),
    ],
)
def test_what_comes_before_counts(before: list[Foreseen], then: int, counted: int, nudged: bool) -> None:
    known = replace(UNFINISHED, pushes_last_7_days=1)
    found = by_then(known, before, now=NOW, then=NOW + then * DAY)
    assert (found.pushes_last_7_days, found.nudged) == (counted, nudged)


def test_a_nudge_that_was_sent_stays_one() -> None:
    assert by_then(replace(UNFINISHED, nudged=True), [], now=NOW, then=NOW + 30 * DAY).nudged


def test_what_is_no_nudge_counts_all_the_same() -> None:
    found = by_then(UNFINISHED, [replace(nudge(1), nudge=False)], now=NOW, then=NOW + 2 * DAY)
    assert (found.pushes_last_7_days, found.nudged) == (1, False)

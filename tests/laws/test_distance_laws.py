"""How far two words are apart: the quick way says what the definition says."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.plain_text import distance_within

WORDS = st.text("abé", max_size=7)


def distance(one: str, other: str) -> int:
    """The definition: letters added, dropped, changed, or swapped with their neighbour (once each)."""

    @cache
    def upto(row: int, column: int) -> int:
        if not row or not column:
            return row + column
        changed = upto(row - 1, column - 1) + (one[row - 1] != other[column - 1])
        least = min(upto(row - 1, column) + 1, upto(row, column - 1) + 1, changed)
        if row > 1 and column > 1 and one[row - 2 : row] == other[column - 2 : column][::-1]:
            least = min(least, upto(row - 2, column - 2) + 1)
        return least

    return upto(len(one), len(other))


@given(one=WORDS, other=WORDS, most=st.integers(0, 4))
def test_it_is_the_distance(one: str, other: str, most: int) -> None:
    assert distance_within(one, other, most) == (distance(one, other) <= most)


@pytest.mark.timeout(20)  # looking at every pair of letters takes minutes
def test_two_very_long_texts_do_not_keep_everybody_waiting() -> None:
    for _ in range(3):
        assert distance_within("m" * 4000, "m" * 3999 + "n", 1)

"""No hidden cell can be worked out, even by someone who knows the rule and tries every table there could be."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.disclosure import Basis, K, Published, marks, parts, steady


def cells(counts: tuple[int, ...]) -> dict[str, int]:
    return {f"cell-{place}": count for place, count in enumerate(counts)}


@lru_cache
def tables(size: int, total: int) -> list[tuple[int, ...]]:
    """Every way to deal `total` people to `size` cells."""
    if size == 1:
        return [(total,)]
    return [(first, *rest) for first in range(total + 1) for rest in tables(size - 1, total - first)]


def shown(published: Published) -> tuple[int | None, ...]:
    return tuple(published.values())


# ── a whole cut into parts ───────────────────────────────────────────────────────────────────────────────────────────


@given(st.lists(st.integers(0, 9), min_size=2, max_size=4).map(tuple), st.integers(2, 4))
def test_someone_who_tries_every_table_finds_two_values_for_each_hidden_part(counts: tuple[int, ...], k: int) -> None:
    total = sum(counts)
    published = shown(parts(cells(counts), k=k))
    if total < k:
        return  # the page shows no table at all
    could_be = [each for each in tables(len(counts), total) if shown(parts(cells(each), k=k)) == published]
    for place, value in enumerate(published):
        if value is None:
            assert len({each[place] for each in could_be}) > 1, (counts, published, could_be)


@given(st.lists(st.integers(0, 200), min_size=1, max_size=9).map(tuple))
def test_nothing_under_k_is_published_and_what_is_published_is_true(counts: tuple[int, ...]) -> None:
    published = parts(cells(counts))
    for cell, count in cells(counts).items():
        assert published[cell] in (None, count)
        assert published[cell] is None or published[cell] >= K  # type: ignore[operator]  # not None here


@given(st.lists(st.integers(0, 200), min_size=2, max_size=9).map(tuple))
def test_one_part_is_never_hidden_alone(counts: tuple[int, ...]) -> None:
    hidden = [cell for cell, value in parts(cells(counts)).items() if value is None]
    assert len(hidden) != 1


@pytest.mark.parametrize(
    ("counts", "published"),
    [
        ((40, 30, 20), (40, 30, 20)),
        ((40, 30, 3), (40, None, None)),
        ((40, 30, 3, 4), (40, 30, None, None)),
        ((40, 30, 10, 10), (40, None, None, None)),
        ((40, 30, 30, 0), (40, None, None, None)),
        ((12, 0), (None, None)),
        ((11,), (11,)),
    ],
)
def test_examples(counts: tuple[int, ...], published: tuple[int | None, ...]) -> None:
    assert shown(parts(cells(counts))) == published


# ── marks that may lie on one another ────────────────────────────────────────────────────────────────────────────────


def covers(size: int, total: int) -> Iterator[tuple[int, ...]]:
    """The counts of every way to put any of `size` marks on each of `total` contributions."""
    for chosen in combinations_with_replacement(list(product((0, 1), repeat=size)), total):
        yield tuple(sum(each[place] for each in chosen) for place in range(size))


@pytest.mark.parametrize(("size", "total", "k"), [(1, 5, 2), (1, 6, 3), (2, 5, 2), (2, 5, 3), (3, 4, 2)])
def test_someone_who_tries_every_way_to_mark_finds_two_values_for_each_hidden_mark(
    size: int, total: int, k: int
) -> None:
    by_output: dict[tuple[int | None, ...], set[tuple[int, ...]]] = {}
    for counts in set(covers(size, total)):
        by_output.setdefault(shown(marks(cells(counts), total, k=k)), set()).add(counts)
    for published, could_be in by_output.items():
        for place, value in enumerate(published):
            if value is None:
                assert len({each[place] for each in could_be}) > 1, (published, could_be)


@given(st.lists(st.integers(0, 60), min_size=2, max_size=8).map(tuple))
def test_a_mark_under_k_is_not_published(counts: tuple[int, ...]) -> None:
    for cell, value in marks(cells(counts), 60).items():
        assert value == (cells(counts)[cell] if cells(counts)[cell] >= K else None)


# ── in time ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.integers(0, 500), st.integers(0, 500), st.booleans())
def test_two_tables_one_after_the_other_are_never_a_few_people_apart(before: int, after: int, closed: bool) -> None:
    if not steady(Basis(before, closed=closed), Basis(after, closed=closed)):
        assert abs(after - before) >= K


def test_the_last_table_of_a_closed_consultation_counts_everybody() -> None:
    assert not steady(Basis(40, closed=False), Basis(41, closed=True))
    assert steady(Basis(41, closed=True), Basis(41, closed=True))
